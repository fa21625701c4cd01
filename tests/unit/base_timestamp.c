/* base/timestamp against the C library's calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "base/timestamp.h"

#define DAY UINT64_C(86400)

static void assert_says(uint64_t seconds)
{
    time_t time = (time_t) seconds;
    char expected[64];
    char text[TIMESTAMP_SIZE];
    struct tm parts;

    assert_non_null(gmtime_r(&time, &parts));
    assert_int_not_equal(strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S", &parts), 0);
    timestamp_format(seconds, text);
    assert_string_equal(text, expected);
}

static void says_what_the_calendar_says(void **state)
{
    (void) state;
    for (uint64_t day = 0; day < UINT64_C(500) * 366; day++) {
        assert_says(day * DAY);
        assert_says(day * DAY + DAY - 1);
    }
    for (uint64_t second = 0; second < DAY; second += 61)
        assert_says(1798675200 + second);
    assert_says(UINT64_C(253402300799)); /* the last second of 9999 */
}

static void stays_within_its_buffer(void **state)
{
    char text[TIMESTAMP_SIZE];

    (void) state;
    timestamp_format(UINT64_MAX, text);
    assert_memory_equal(text, "9999-12-31T", 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_the_calendar_says),
        cmocka_unit_test(stays_within_its_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

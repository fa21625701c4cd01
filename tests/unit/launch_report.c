/* launch/report.c: the child's numbers become one line, whatever the numbers are. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/child/child.h"
#include "runtime/launch/report.h"

static int step_called(const char *name)
{
    for (size_t i = 0; i < child_step_count(); i++)
        if (strcmp(child_step_name((int) i), name) == 0)
            return (int) i;
    fail_msg("no step is called %s", name);
    return -1;
}

static void tells_step_item_and_reason(void **state)
{
    owned_arena arena = {0};
    struct plan_sysctl sysctls[] = {
        {.key = "net.ipv4.ip_forward", .path = "net/ipv4/ip_forward", .value = "1"}
    };
    struct plan plan = {0};
    struct sync_message message = {.type = SYNC_FAILED, .os_error = EROFS};
    struct error err = {0};

    (void) state;
    plan.sysctls.items = sysctls;
    plan.sysctls.count = 1;
    message.step = step_called("set the kernel parameter");
    assert_int_equal(report_failure(&arena, &plan, &message, &err), -1);
    assert_string_equal(err.text, "set the kernel parameter net.ipv4.ip_forward=1: "
                                  "Read-only file system");
    assert_int_equal(err.kind, ERROR_OS);
    assert_int_equal(err.os_error, EROFS);
}

static void adds_the_kernels_own_words(void **state)
{
    owned_arena arena = {0};
    struct sync_message message = {.type = SYNC_FAILED,
                                   .os_error = EINVAL,
                                   .item = -1,
                                   .detail = "tmpfs: Bad value for 'size'"};
    struct error err = {0};

    (void) state;
    message.step = step_called("mount");
    (void) report_failure(&arena, NULL, &message, &err);
    assert_string_equal(err.text, "mount: tmpfs: Bad value for 'size': Invalid argument");
}

static void survives_any_numbers(void **state)
{
    static const int32_t numbers[] = {INT32_MIN, -2, -1, 0, 1, 7, 1000, INT32_MAX};
    owned_arena arena = {0};
    struct plan plan = {0};

    (void) state;
    for (int step = -2; step < (int) child_step_count() + 2; step++) {
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
            struct sync_message message = {
                .type = SYNC_FAILED, .step = step, .item = numbers[i], .os_error = numbers[i]};
            struct error err = {0};

            assert_int_equal(report_failure(&arena, &plan, &message, &err), -1);
            assert_true(strlen(err.text) > 0);
        }
    }
}

static void tells_how_a_silent_process_ended(void **state)
{
    struct error err = {0};

    (void) state;
    assert_int_equal(report_death(9, false, &err), -1);
    assert_string_equal(err.text, "the container's process was killed by signal 9 (Killed)");
    assert_int_equal(report_death(3 << 8, false, &err), -1);
    assert_non_null(strstr(err.text, "ended with status 3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_step_item_and_reason),
        cmocka_unit_test(adds_the_kernels_own_words),
        cmocka_unit_test(survives_any_numbers),
        cmocka_unit_test(tells_how_a_silent_process_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

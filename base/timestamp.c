/* Civil dates from seconds: see timestamp.h. */
#include "base/timestamp.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#define NS_PER_SECOND UINT64_C(1000000000)

enum { SECONDS_PER_DAY = 86400, FIRST_YEAR = 1970, LAST_YEAR = 9999 };

static bool is_leap_year(unsigned int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned int days_in_month(unsigned int year, unsigned int month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 1 && is_leap_year(year) ? 29 : days[month];
}

void timestamp_format(uint64_t seconds, char text[TIMESTAMP_SIZE])
{
    uint64_t days = seconds / SECONDS_PER_DAY;
    unsigned int rest = (unsigned int) (seconds % SECONDS_PER_DAY);
    unsigned int year = FIRST_YEAR;
    unsigned int month = 0;

    for (unsigned int length; year < LAST_YEAR; year++, days -= length) {
        length = is_leap_year(year) ? 366 : 365;
        if (days < length)
            break;
    }
    if (days > 365)
        days = 364; /* the last day there is a text for */
    for (; days >= days_in_month(year, month); month++)
        days -= days_in_month(year, month);
    (void) snprintf(text, TIMESTAMP_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u", year % 10000,
                    (month + 1) % 100, ((unsigned int) days + 1) % 100, rest / 3600, rest / 60 % 60,
                    rest % 60);
}

uint64_t timestamp_now(void)
{
    struct timespec now = {0};

    (void) clock_gettime(CLOCK_REALTIME, &now); /* fails for unknown clocks only */
    return (uint64_t) now.tv_sec * NS_PER_SECOND + (uint64_t) now.tv_nsec;
}

const char *timestamp_write(struct arena *arena, uint64_t nanoseconds)
{
    char text[TIMESTAMP_SIZE];

    timestamp_format(nanoseconds / NS_PER_SECOND, text);
    return arena_format(arena, "%s.%09luZ", text, (unsigned long) (nanoseconds % NS_PER_SECOND));
}

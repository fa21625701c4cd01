/*
 * Points in time as text: RFC 3339, in UTC. Not strftime(3) and gmtime(3): those bring the time zone and locale code into a static program.
 */
#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include <stdint.h>

enum { TIMESTAMP_SIZE = sizeof("1970-01-01T00:00:00") };

/* Writes "2026-01-31T23:59:59", without fraction and zone. seconds: since 1970, without leap seconds; past the year 9999 it says 9999. */
void timestamp_format(uint64_t seconds, char text[TIMESTAMP_SIZE]);

#endif

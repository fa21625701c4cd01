/*
 * Points in time as text: RFC 3339, in UTC. Not strftime(3) and gmtime(3): those bring the time zone and locale code into a static program.
 */
#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include <stdint.h>

#include "base/arena.h"

enum { TIMESTAMP_SIZE = sizeof("1970-01-01T00:00:00") };

/* Writes "2026-01-31T23:59:59", without fraction and zone. seconds: since 1970, without leap seconds; past the year 9999 it says 9999. */
void timestamp_format(uint64_t seconds, char text[TIMESTAMP_SIZE]);

/* Of the real-time clock, in nanoseconds since 1970. */
uint64_t timestamp_now(void);

/* The same with nanoseconds and zone: "2026-01-31T23:59:59.123456789Z", in the arena. */
const char *timestamp_write(struct arena *arena, uint64_t nanoseconds);

#endif

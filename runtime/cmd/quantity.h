/* Numbers with units, as people and Go programs write them on the command line. Strict: all of the text, no sign, no overflow. */
#ifndef RUNTIME_CMD_QUANTITY_H
#define RUNTIME_CMD_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

/* "512", "512b", "64k", "64kB", "64KiB", "2m", "1g", "1t": powers of 1024; "-1": unlimited. */
bool quantity_parse_size(const char *text, int64_t *ret_bytes);

/* "5s", "500ms", "1m30s", "1.5h": Go's time.ParseDuration without a sign, in nanoseconds. */
bool quantity_parse_duration(const char *text, uint64_t *ret_nanoseconds);

/* "2", "1.5", "0.25" CPUs, in millionths; at most six digits behind the point. Not 0. */
bool quantity_parse_cpus(const char *text, int64_t *ret_millionths);

#endif

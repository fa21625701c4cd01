/*
 * What a cgroup has used, in few numbers and few files: for billing, and for a table that is printed every second. The whole of it, with
 * the names that engines read, is cgroup_read_stats().
 */
#ifndef RUNTIME_CGROUP_METER_H
#define RUNTIME_CGROUP_METER_H

#include <stdint.h>

#include "runtime/cgroup/cgroup.h"

/* All of it with what lies below. A number whose controller the host lacks is 0. */
struct cgroup_meter {
    uint64_t cpu_ns;
    uint64_t memory;       /* bytes, as the next two */
    uint64_t memory_peak;  /* v2: 0 before Linux 5.19 */
    uint64_t memory_limit; /* UINT64_MAX: none; v1 rounds it down to pages */
    uint64_t processes;    /* and threads */
    uint64_t read;         /* bytes from block devices */
    uint64_t written;
    uint64_t oom_kills; /* v2: with those below; v1: of this cgroup's own processes */
};

/* At most six files. Of a cgroup that is gone, all is 0. */
void cgroup_read_meter(struct arena *arena, const struct cgroup *cgroup,
                       struct cgroup_meter *ret_meter);

#endif

/* Hearing of it when a cgroup runs out of memory. */
#ifndef RUNTIME_CGROUP_WATCH_H
#define RUNTIME_CGROUP_WATCH_H

#include "runtime/cgroup/cgroup.h"

struct memory_watch {
    const char *directory; /* NULL: there is no memory controller to watch */
    int fd;                /* for poll(2): of an eventfd with v1, of memory.events with v2; or -1 */
    int file_fd;           /* v1: memory.oom_control, for as long as it is watched */
    short poll_events;
    uint64_t count; /* v2: kills so far */
};

/* Where there is no memory controller nothing will ever happen. Begins from now. */
int cgroup_watch_memory(const struct cgroup *cgroup, struct memory_watch *ret_watch,
                        struct error *err);

/* What the kernel has counted. */
struct oom_counts {
    uint64_t
        kills; /* of processes in the cgroup, by whatever limit; with v2 also of those below it */
    uint64_t
        own; /* v2: how often its own limit left no way but to kill; v1: how often that was met at all */
};

/* Of a cgroup without the memory controller, or one that is gone, all is 0. */
struct oom_counts cgroup_read_oom(const struct cgroup *cgroup);

/* How often memory has run out since the last call. Never blocks. */
uint64_t memory_watch_take(struct memory_watch *watch);

/* Accepts one that was filled in. */
void memory_watch_release(struct memory_watch *watch);

#endif

/* What the supervisor knows of the containers that nobody else can find out, published in the group's directory. */
#ifndef RUNTIME_GROUP_STATUS_H
#define RUNTIME_GROUP_STATUS_H

#include "base/slice.h"
#include "runtime/cgroup/meter.h"
#include "runtime/container/store.h"

/* The supervisor holds a lock on this file of the group's directory as long as it lives. */
#define SUPERVISOR_LOCK "supervisor"
bool group_is_supervised(const struct entry *entry);

struct run_status {
    const char *name;
    uint64_t since;  /* its present run began, nanoseconds since 1970; 0: it does not run */
    int64_t earlier; /* microseconds that its runs before took */
    struct cgroup_meter kept; /* what those of its containers used that are deleted */
    int64_t restart_count;
    const int64_t *exit_code; /* of its last end; NULL: it has not ended yet */
    bool is_ready;            /* it runs, and its readiness probe, if it has one, passes */
};

SLICE_TYPE(run_status_list, struct run_status);

struct group_run_status {
    struct run_status_list members; /* init containers first */
    uint64_t ended;    /* all have, for good; nanoseconds since 1970; 0: they have not */
    int64_t exit_code; /* of the whole, when it has ended */
};

/* False when the group is being changed by another command: to be tried again. Of a group that was deleted nothing is written. */
bool run_status_write(struct entry *entry, const struct group_run_status *status);

/* Empty when the group has not been started, or is an engine's pod, which has no directory. */
int run_status_read(struct arena *arena, const struct entry *entry,
                    struct group_run_status *ret_status, struct error *err);

/* NULL when the supervisor knows of no such container. */
struct run_status *run_status_find(const struct group_run_status *status, const char *name);

#endif

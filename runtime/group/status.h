/* What the supervisor knows of the containers that nobody else can find out, published in the group's directory. */
#ifndef RUNTIME_GROUP_STATUS_H
#define RUNTIME_GROUP_STATUS_H

#include "base/slice.h"
#include "oci-spec/json.h"
#include "runtime/cgroup/meter.h"
#include "runtime/container/store.h"

/* The supervisor holds a lock on this file of the group's directory as long as it lives. */
#define SUPERVISOR_LOCK "supervisor"
bool group_is_supervised(const struct entry *entry);

enum run_reason {
    RUN_GOES_ON, /* has no name */
    RUN_COMPLETED,
    RUN_ERROR,
    RUN_OOM_KILLED,
    RUN_UNHEALTHY, /* its liveness probe failed */
    RUN_CANNOT_START,
};

/* One run of a container. */
struct run_span {
    uint64_t started;  /* nanoseconds since 1970 */
    uint64_t finished; /* 0: it goes on */
    int64_t exit_code; /* 128 + n when a signal ended it */
    int64_t signal;    /* 0: none */
    int64_t reason;    /* enum run_reason */
};

extern const struct json_type run_reason_type;

struct run_status {
    const char *name;
    uint64_t since;  /* its present run began, nanoseconds since 1970; 0: it does not run */
    int64_t earlier; /* microseconds that its runs before took */
    struct cgroup_meter kept; /* what those of its containers used that are deleted */
    int64_t restart_count;
    const int64_t *exit_code; /* of its last end; NULL: it has not ended yet */
    bool is_ready;            /* it runs, and its readiness probe, if it has one, passes */
    bool is_failing;          /* its liveness probe fails, until it is started again */
    const struct run_span
        *current; /* its last run, which may have ended; NULL: it was never started */
    const struct run_span *previous; /* the one before, NULL: there was none */
};

SLICE_TYPE(run_status_list, struct run_status);

struct group_run_status {
    struct run_status_list members; /* init containers first */
    uint64_t ended;    /* all have, for good; nanoseconds since 1970; 0: they have not */
    int64_t exit_code; /* of the whole, when it has ended */
    bool is_stopped;   /* by a command or a signal */
};

/* False when the group is being changed by another command: to be tried again. Of a group that was deleted nothing is written. */
bool run_status_write(struct entry *entry, const struct group_run_status *status);

/* Empty when the group has not been started, or is an engine's pod, which has no directory. */
int run_status_read(struct arena *arena, const struct entry *entry,
                    struct group_run_status *ret_status, struct error *err);

/* NULL when the supervisor knows of no such container. */
struct run_status *run_status_find(const struct group_run_status *status, const char *name);

#endif

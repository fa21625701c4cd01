/* One line of `group events`. */
#ifndef RUNTIME_GROUP_EVENT_H
#define RUNTIME_GROUP_EVENT_H

#include "base/arena.h"
#include "runtime/group/group.h"

enum group_event_type {
    EVENT_STARTED,
    EVENT_RESTARTED,
    EVENT_EXITED,
    EVENT_READINESS,
    EVENT_LIVENESS,
    EVENT_OOM,
    EVENT_ENDED,   /* the group */
    EVENT_DELETED, /* the group */
};

enum group_event_level { LEVEL_NONE, LEVEL_MEMBER, LEVEL_GROUP, LEVEL_HOST };

struct group_event {
    const char *time;
    int64_t type;       /* enum group_event_type */
    const char *group;  /* its id */
    const char *member; /* NULL: it is about the group */
    int64_t pid;
    const int64_t *restart_count;
    const int64_t *exit_code;
    int64_t signal;
    int64_t reason;       /* enum run_reason */
    const bool *passes;   /* of probes */
    int64_t level;        /* whose limit was met: enum group_event_level */
    uint64_t kills;       /* processes of the member that the kernel ended for it */
    const int64_t *phase; /* enum group_phase */
};

/* In the arena, without the line's end. */
const char *group_event_write(struct arena *arena, const struct group_event *event);

#endif

/*
 * What a group costs and uses: the size that it was given, for as long as it was there, and what it really took. A snapshot at one
 * instant; nothing is sampled in between, since the kernel's counters of the group's cgroup outlive the members.
 */
#ifndef RUNTIME_GROUP_USAGE_H
#define RUNTIME_GROUP_USAGE_H

#include "runtime/cgroup/meter.h"
#include "runtime/group/group.h"

struct group;

/* Of the group or of one member. Times are microseconds, amounts as in spec.h: millionths of a CPU, of a GiB. */
struct group_usage_part {
    const char *name; /* of the member; NULL: the whole group */
    const char *id;
    const char *status;
    int64_t duration;   /* of a member: while it ran, all its runs together */
    const int64_t *cpu; /* its size: what it requests, or may use at most; NULL: not said */
    const int64_t *memory;
    int64_t cpu_time;    /* size times duration, of each size that it had: CPU-microseconds ... */
    int64_t memory_time; /* ... and GiB-microseconds */
    int64_t cpu_used;    /* microseconds */
    uint64_t container;  /* as in struct group_settled */
    struct cgroup_meter meter;
};

SLICE_TYPE(group_usage_part_list, struct group_usage_part);

struct group_usage {
    const char *timestamp; /* of all the numbers */
    const char *since;     /* when the group was created */
    const char
        *ended; /* when all members had ended for good, or when it was deleted; NULL: not yet */
    struct group_usage_part whole;
    struct group_usage_part_list members;
};

SLICE_TYPE(group_usage_list, struct group_usage);

int group_read_usage(struct arena *arena, const struct group_request *request,
                     struct group_usage *ret_usage, struct error *err);
/* Of all groups below the root, and of the pods of an engine. */
int group_read_usages(struct arena *arena, const struct group_request *request,
                      struct group_usage_list *ret_list, struct error *err);

/* Into the group's record, which the caller writes: what all cost until now. Before its sizes change. */
int group_settle_usage(struct arena *arena, struct group *group, struct error *err);

/* Of a group that is about to be removed: as if its members had ended now. */
int group_read_last_usage(struct arena *arena, const struct group *group,
                          struct group_usage *ret_usage, struct error *err);

/* One group as JSON on one line: the ledger's line, too. In the arena. */
const char *group_write_usage(struct arena *arena, const struct group_usage *usage);

#endif

/*
 * The supervisor's account of one container: how long its runs took, and what those containers of it used that are deleted. The
 * present container's own is in its cgroup, until the next one takes its place.
 */
#ifndef RUNTIME_GROUP_ACCOUNT_H
#define RUNTIME_GROUP_ACCOUNT_H

#include "runtime/cgroup/meter.h"
#include "runtime/group/lookup.h"
#include "runtime/group/status.h"

struct account {
    uint64_t since;  /* nanoseconds since 1970; 0: it does not run */
    int64_t earlier; /* microseconds of the runs before */
    struct cgroup_meter kept;
};

void account_begin(struct account *account);
void account_end(struct account *account);

/* To sum, what a container used that is gone: its sums are added, the higher peak is kept, what it holds is nothing any more. */
void account_add_used(struct cgroup_meter *sum, const struct cgroup_meter *gone);

/* The container of this id is about to be deleted: what it used is added. Nothing when there is none. */
void account_keep(struct account *account, const struct group *group, const char *id);

void account_tell(const struct account *account, struct run_status *status);

/* How many processes of the member's present container were killed because memory ran out. */
uint64_t group_count_oom_kills(struct arena *arena, const struct group *group, const char *member);

/* The cgroup of a member, which is below the group's in the same hierarchies. */
void group_read_member_meter(struct arena *arena, const struct group *group,
                             const char *cgroup_path, struct cgroup_meter *ret_meter);

#endif

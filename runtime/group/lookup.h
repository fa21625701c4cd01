/* One group found again: its directory, its record, its cgroup. Every verb but create begins here. */
#ifndef RUNTIME_GROUP_LOOKUP_H
#define RUNTIME_GROUP_LOOKUP_H

#include "runtime/cgroup/cgroup.h"
#include "runtime/group/group.h"
#include "runtime/group/home.h"
#include "runtime/group/record.h"

struct pod;

struct group {
    const struct group_request *request; /* borrowed */
    const struct pod *pod;               /* it is an engine's (pod.h); NULL: one of ours */
    struct store home;
    struct entry entry;
    struct group_record record; /* zeroed when there is none */
    bool has_record;
    struct cgroup cgroup; /* not opened; no leaves when there is none */
};

/* is_locked: waits for the lock and keeps it. */
int group_find(struct arena *arena, const struct group_request *request, bool is_locked,
               struct group *ret_group, struct error *err);
/* The same in a home that is open; ret_group's home stays empty. */
int group_find_in(struct arena *arena, const struct store *home,
                  const struct group_request *request, struct group *ret_group, struct error *err);

/* For who removes it: locked, and one whose record cannot be read, too; of that, only what recover.h says is filled in. */
int group_find_damaged_too(struct arena *arena, const struct group_request *request,
                           struct group *ret_group, struct error *err);

/* ERROR_STATE when the create is under way, or was killed. */
int group_check_complete(const struct group *group, struct error *err);

/*
 * Sends signal to every process of every member: at one instant, but in a group with a pid namespace, of which the first process must stay, member
 * by member.
 */
int group_kill_members(struct arena *arena, const struct group *group, int signal,
                       struct error *err);

/* Accepts a zeroed one. */
void group_release(struct group *group);

#define owned_group __attribute__((cleanup(group_release))) struct group

/*
 * What a member is doing. 1: it is there; 0: there is no container of this id, or it is another's: its cgroup is not below the group's.
 * A container that a killed create left without a record counts as the member's (ret_info->cgroup_path is NULL).
 */
int group_examine_member(struct arena *arena, const struct group *group,
                         const struct group_member *member, struct container_info *ret_info,
                         struct error *err);

/* The cgroup of this path in the group's hierarchies. */
void group_find_cgroup(struct arena *arena, const struct group *group, const char *path,
                       struct cgroup *ret_cgroup);
/* Where a member's cgroup is, or would be: below the group's. */
void group_find_member_cgroup(struct arena *arena, const struct group *group, const char *name,
                              struct cgroup *ret_cgroup);

/* Lets the group go on and, each for itself, its members: what is paused hears no signal. Best effort. */
void group_thaw_all(struct arena *arena, const struct group *group);

#endif

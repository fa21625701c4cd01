/* What is remembered of a group between commands: group.json in its directory. No secrets: those live in the group's own memory only. */
#ifndef RUNTIME_GROUP_RECORD_H
#define RUNTIME_GROUP_RECORD_H

#include "runtime/cgroup/cgroup.h"
#include "runtime/container/record.h"
#include "runtime/group/spec.h"

#define GROUP_RECORD "group.json"

struct group_namespace {
    const char *type; /* "network", "ipc", "uts" */
    uint64_t inode;   /* so that no other is ever taken for it */
};

struct group_member {
    const char *name;
    const char *id; /* of the container */
};

/* What the group or a member had cost when its size last changed (update), in the units of usage.h. */
struct group_settled {
    const char *member; /* NULL: the whole group */
    uint64_t
        container; /* when it was created, of a member made by hand, whose next container begins anew; else 0 */
    int64_t duration;
    int64_t cpu_time;
    int64_t memory_time;
};

struct group_record {
    const char *id;
    uint64_t created; /* nanoseconds since 1970 */
    const char *hostname;
    const char *cgroup_path;
    int64_t cgroup_mode;
    struct text_list hierarchies; /* as in struct record */
    SLICE_OF(struct group_namespace) namespaces;
    SLICE_OF(struct group_member) members;
    SLICE_OF(struct group_settled) settled;
    struct group_spec spec;
    bool is_complete; /* false: a create is under way, or was killed */
};

int group_record_write(struct arena *arena, const struct entry *entry,
                       const struct group_record *record, struct error *err);

/* 1: read; 0: there is none. */
int group_record_read(struct arena *arena, const struct entry *entry,
                      struct group_record *ret_record, struct error *err);

/* Of a group whose file names none. */
const char *group_default_cgroup(struct arena *arena, const char *id);

/* Of the first process of a shared pid namespace, below the group's: no member's name has an '@'. */
const char *group_reaper_cgroup(struct arena *arena, const char *group_path);

void group_record_set_cgroup(struct arena *arena, struct group_record *record,
                             const struct cgroup *cgroup);
void group_record_find_cgroup(struct arena *arena, const struct group_record *record,
                              struct cgroup *ret_cgroup);

#endif

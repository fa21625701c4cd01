/* From an id to a group, and from its record to those members that are really its own. */
#include "runtime/group/lookup.h"

#include <string.h>

#include "base/text.h"
#include "runtime/group/pod.h"
#include "runtime/group/recover.h"

void group_release(struct group *group)
{
    cgroup_release(&group->cgroup);
    entry_release(&group->entry);
    store_release(&group->home);
}

static int examine(struct arena *arena, struct group *group, struct error *err)
{
    int found = group_record_read(arena, &group->entry, &group->record, err);

    if (found < 0)
        return -1;
    group->has_record = found > 0;
    group_record_find_cgroup(arena, &group->record, &group->cgroup);
    return 0;
}

static int find_entry(struct arena *arena, struct group *group, bool is_locked, struct error *err)
{
    const struct group_request *request = group->request;

    if (group_home_open(arena, request->root, false, &group->home, err) < 0 ||
        store_find(&group->home, request->id, &group->entry, err) < 0)
        return -1;
    return is_locked ? entry_lock(&group->entry, err) : 0;
}

int group_find(struct arena *arena, const struct group_request *request, bool is_locked,
               struct group *ret_group, struct error *err)
{
    owned_group group = {.request = request};

    if (find_entry(arena, &group, is_locked, err) < 0 || examine(arena, &group, err) < 0)
        return -1;
    *ret_group = group;
    group = (struct group){0};
    return 0;
}

/* Only what is wrong with its text; that it cannot be opened or read may pass. */
static int examine_damaged_too(struct arena *arena, struct group *group, struct error *err)
{
    if (examine(arena, group, err) == 0)
        return 0;
    if (err->kind != ERROR_INVALID)
        return -1;
    log_warning(group->request->log, "%s", err->text);
    return group_recover(arena, group, err);
}

int group_find_damaged_too(struct arena *arena, const struct group_request *request,
                           struct group *ret_group, struct error *err)
{
    owned_group group = {.request = request};

    if (find_entry(arena, &group, true, err) < 0 || examine_damaged_too(arena, &group, err) < 0)
        return -1;
    *ret_group = group;
    group = (struct group){0};
    return 0;
}

int group_find_in(struct arena *arena, const struct store *home,
                  const struct group_request *request, struct group *ret_group, struct error *err)
{
    owned_group group = {.request = request};

    if (store_find(home, request->id, &group.entry, err) < 0 || examine(arena, &group, err) < 0)
        return -1;
    *ret_group = group;
    group = (struct group){0};
    return 0;
}

int group_check_complete(const struct group *group, struct error *err)
{
    if (group->record.is_complete)
        return 0;
    return error_set(err, ERROR_STATE, "group \"%s\" is not completely created%s", group->entry.id,
                     entry_is_busy(&group->entry) ? " yet" : ": delete it with --force");
}

int group_examine_member(struct arena *arena, const struct group *group,
                         const struct group_member *member, struct container_info *ret_info,
                         struct error *err)
{
    const struct container_request request = {
        .root = group->request->root, .log = group->request->log, .id = member->id};
    struct container_info info = {0};

    if (group->pod)
        return pod_find_member(group->pod, member->id, ret_info);
    if (container_state(arena, &request, &info, err) < 0)
        return err->kind == ERROR_NOT_FOUND ? 0 : -1;
    if (info.cgroup_path && (!group->record.cgroup_path ||
                             !text_path_is_below(info.cgroup_path, group->record.cgroup_path)))
        return 0;
    *ret_info = info;
    /* Another command is just making it: a member only if that command can have the group's lock. */
    if (!info.cgroup_path && info.status == CONTAINER_CREATING && group->entry.is_locked)
        return 0;
    return 1;
}

void group_find_cgroup(struct arena *arena, const struct group *group, const char *path,
                       struct cgroup *ret_cgroup)
{
    struct group_record record = group->record;

    record.cgroup_path = path;
    group_record_find_cgroup(arena, &record, ret_cgroup);
}

void group_find_member_cgroup(struct arena *arena, const struct group *group, const char *name,
                              struct cgroup *ret_cgroup)
{
    group_find_cgroup(arena, group, arena_format(arena, "%s/%s", group->record.cgroup_path, name),
                      ret_cgroup);
}

void group_thaw_all(struct arena *arena, const struct group *group)
{
    struct error ignored;

    (void) cgroup_thaw(&group->cgroup, &ignored);
    SLICE_FOR_EACH(const struct group_member, member, group->record.members) {
        struct cgroup cgroup = {0};

        group_find_member_cgroup(arena, group, member->name, &cgroup);
        (void) cgroup_thaw(&cgroup, &ignored);
    }
}

int group_kill_members(struct arena *arena, const struct group *group, int signal,
                       struct error *err)
{
    if (!group->record.spec.shares_processes)
        return cgroup_kill_all(&group->cgroup, signal, err);
    SLICE_FOR_EACH(const struct group_member, member, group->record.members) {
        struct container_info info = {0};
        struct cgroup cgroup = {0};
        int found = group_examine_member(arena, group, member, &info, err);

        if (found < 0)
            return -1;
        if (found == 0 || !info.cgroup_path)
            continue;
        group_find_cgroup(arena, group, info.cgroup_path, &cgroup);
        if (cgroup_kill_all(&cgroup, signal, err) < 0)
            return -1;
    }
    return 0;
}

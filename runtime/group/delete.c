/*
 * group delete: members, cgroup, namespaces, the line in the ledger, directory, in this order. Each part accepts that it has been done already, so what a killed create or
 * delete left is finished by the next one.
 */
#include "runtime/group/found.h"
#include "runtime/group/implicit.h"
#include "runtime/group/ledger.h"
#include "runtime/group/lookup.h"
#include "runtime/group/pod.h"
#include "runtime/group/stop.h"

#include <signal.h>

#include "oci-spec/names.h"

enum { DESTROY_TIMEOUT_MS = 10000 };

static int check_stopped(struct arena *arena, const struct group *group, struct error *err)
{
    SLICE_FOR_EACH(const struct group_member, member, group->record.members) {
        struct container_info info = {0};
        int found = group_examine_member(arena, group, member, &info, err);

        if (found < 0)
            return -1;
        if (found > 0 && info.status != CONTAINER_STOPPED)
            return error_set(err, ERROR_STATE,
                             "cannot delete group \"%s\": its member \"%s\" is not stopped: %s",
                             group->entry.id, member->name,
                             names_text(&names_statuses, info.status));
    }
    return 0;
}

static int delete_member(struct arena *arena, const struct group *group,
                         const struct group_member *member, struct error *err)
{
    const struct delete_request request = {
        .container = {.root = group->request->root, .log = group->request->log, .id = member->id},
        .is_forced = true,
    };
    struct container_info info = {0};
    int found = group_examine_member(arena, group, member, &info, err);

    /* One whose record is damaged is known by nothing but its name on our list. */
    if (found == 0)
        return 0;
    return container_delete(arena, &request, err);
}

static int delete_members(struct arena *arena, const struct group *group, struct error *err)
{
    SLICE_FOR_EACH(const struct group_member, member, group->record.members)
        if (delete_member(arena, group, member, err) < 0)
            return -1;
    return 0;
}

static int destroy(struct arena *arena, struct group *group, struct error *err)
{
    struct ledger ledger;

    if (group_mark_stopping(&group->entry, err) < 0) /* lest a supervisor starts them again */
        return -1;
    ledger = group_ledger_take(arena, group); /* while it can be seen who lives */
    if (cgroup_kill_all(&group->cgroup, SIGKILL, err) < 0)
        return -1;
    group_ledger_keep(group, &ledger);
    if (delete_members(arena, group, err) < 0 ||
        cgroup_destroy(&group->cgroup, DESTROY_TIMEOUT_MS, err) < 0)
        return -1;
    if (group_unpin(&group->entry, err) < 0)
        return -1;
    group_ledger_write(arena, group, &ledger);
    return entry_remove(&group->entry, err);
}

static int find(struct arena *arena, const struct group_delete_request *request,
                struct group *group, struct error *err)
{
    return request->is_forced ? group_find_damaged_too(arena, &request->group, group, err)
                              : group_find(arena, &request->group, true, group, err);
}

/* What is deleted behind its engine's back, the engine finds broken, and its network and file systems nobody removes: not even by force. */
static int refuse_pod(struct arena *arena, const struct group_delete_request *request,
                      struct error *err)
{
    struct group pod = {0};
    struct container_info sandbox = {0};
    struct error failed;
    int found;

    if (err->kind != ERROR_NOT_FOUND ||
        pod_find_too(arena, &request->group, false, &pod, &failed) < 0 || !pod.pod)
        return request->is_forced && err->kind == ERROR_NOT_FOUND ? 0 : -1;
    found = pod_find_member(pod.pod, request->group.id, &sandbox);
    return error_set(err, ERROR_STATE,
                     "cannot delete group \"%s\": it is a pod of an engine, which has to remove it "
                     "(%s); kill and stop end its containers",
                     request->group.id,
                     implicit_find_removal(found > 0 ? &sandbox.annotations : NULL));
}

int group_delete(struct arena *arena, const struct group_delete_request *request, struct error *err)
{
    owned_group group = {0};

    if (find(arena, request, &group, err) < 0)
        return refuse_pod(arena, request, err);
    if (!request->is_forced &&
        (group_check_complete(&group, err) < 0 || check_stopped(arena, &group, err) < 0))
        return -1;
    if (destroy(arena, &group, err) < 0)
        return error_within(err, "delete group \"%s\"", request->group.id);
    entry_release(&group.entry);
    group.entry = (struct entry){0};
    group_home_tidy(arena, &group.home);
    return 0;
}

/* kill, pause and resume: each is one act on the group's own cgroup, so no member is missed that is being made meanwhile. Pods: pod.h. */
#include <signal.h>

#include "runtime/group/pod.h"
#include "runtime/group/stop.h"

int group_kill(struct arena *arena, const struct group_kill_request *request, struct error *err)
{
    owned_group group = {0};

    if (pod_find_too(arena, &request->group, false, &group, err) < 0)
        return -1;
    if (group.pod)
        return pod_kill(arena, &group, request->signal, err);
    if (request->signal != SIGKILL)
        return group_kill_members(arena, &group, request->signal, err);
    if (group_mark_stopping(&group.entry, err) < 0 || /* it is the end, and no reason to restart */
        group_kill_members(arena, &group, SIGKILL, err) < 0)
        return -1;
    group_thaw_all(arena, &group); /* v1: what is frozen dies when it goes on */
    return 0;
}

static int find_locked(struct arena *arena, const struct group_request *request,
                       struct group *ret_group, struct error *err)
{
    if (pod_find_too(arena, request, true, ret_group, err) < 0)
        return -1;
    return group_check_complete(ret_group, err);
}

int group_pause(struct arena *arena, const struct group_request *request, struct error *err)
{
    owned_group group = {0};

    if (find_locked(arena, request, &group, err) < 0)
        return -1;
    return group.pod ? pod_pause(arena, &group, err) : cgroup_freeze(&group.cgroup, err);
}

int group_resume(struct arena *arena, const struct group_request *request, struct error *err)
{
    owned_group group = {0};

    if (find_locked(arena, request, &group, err) < 0)
        return -1;
    return group.pod ? pod_resume(arena, &group, err) : cgroup_thaw(&group.cgroup, err);
}

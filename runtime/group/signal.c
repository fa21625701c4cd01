/* kill, pause and resume: each is one act on the group's own cgroup, so no member is missed that is being made meanwhile. */
#include "runtime/group/lookup.h"

int group_kill(struct arena *arena, const struct group_kill_request *request, struct error *err)
{
    owned_group group = {0};

    if (group_find(arena, &request->group, false, &group, err) < 0)
        return -1;
    return cgroup_kill_all(&group.cgroup, request->signal, err);
}

int group_pause(struct arena *arena, const struct group_request *request, struct error *err)
{
    owned_group group = {0};

    if (group_find(arena, request, true, &group, err) < 0 || group_check_complete(&group, err) < 0)
        return -1;
    return cgroup_freeze(&group.cgroup, err);
}

int group_resume(struct arena *arena, const struct group_request *request, struct error *err)
{
    owned_group group = {0};

    if (group_find(arena, request, true, &group, err) < 0 || group_check_complete(&group, err) < 0)
        return -1;
    return cgroup_thaw(&group.cgroup, err);
}

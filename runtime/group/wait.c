/* group wait: until nothing of the group is to run any more. It looks, like stop, since nobody is there to be told by when there is no supervisor. */
#include <time.h>

#include "runtime/group/pod.h"
#include "runtime/group/status.h"
#include "runtime/group/stop.h"

#define LOOK_MS     50
#define POD_LOOK_MS 250 /* all containers are read for it */

static bool has_living_member(struct arena *arena, const struct group *group)
{
    SLICE_FOR_EACH(const struct group_member, member, group->record.members) {
        struct container_info info = {0};
        struct error ignored;

        if (group_examine_member(arena, group, member, &info, &ignored) > 0 &&
            info.status != CONTAINER_STOPPED)
            return true;
    }
    return false;
}

/* 1: it has ended; 0: not yet. */
static int look(const struct group_request *request, bool *is_pod, int *ret_exit_code,
                struct error *err)
{
    owned_arena arena = {0};
    owned_group group = {0};
    struct group_run_status status = {0};

    if (pod_find_too(&arena, request, false, &group, err) < 0)
        return *is_pod && err->kind == ERROR_NOT_FOUND ? 1 : -1; /* its engine has removed it */
    *is_pod = group.pod != NULL;
    if (group.pod)
        return !has_living_member(&arena, &group);
    if (run_status_read(&arena, &group.entry, &status, err) < 0)
        return -1;
    if (group_is_supervised(&group.entry))
        return 0;
    if (status.ended)
        *ret_exit_code = (int) status.exit_code;
    return status.ended || !has_living_member(&arena, &group);
}

int group_wait(const struct group_request *request, int *ret_exit_code, struct error *err)
{
    bool is_pod = false;
    int is_over;

    *ret_exit_code = 0;
    for (is_over = look(request, &is_pod, ret_exit_code, err); is_over == 0;
         is_over = look(request, &is_pod, ret_exit_code, err)) {
        const struct timespec pause = {.tv_nsec = (is_pod ? POD_LOOK_MS : LOOK_MS) * 1000000L};

        (void) nanosleep(&pause, NULL);
    }
    return is_over < 0 ? -1 : 0;
}

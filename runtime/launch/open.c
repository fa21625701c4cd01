/*
 * Opening what the plan names, before anything exists: the order of the parts, and their undoing.
 *
 * Everything that can be missing or of the wrong kind on the host's side is found here. The parts are in open_*.c and
 * seccomp.c; nothing here creates a process that outlives the call, or anything in a file system but cache entries.
 */
#include "runtime/launch/launch.h"

#include <string.h>

#include "base/owned.h"
#include "runtime/launch/open.h"
#include "runtime/launch/seccomp.h"

int launch_open(struct arena *arena, struct plan *plan, const struct host *host,
                const char *cache_directory, struct error *err)
{
    (void) host; /* what it says is in the plan already */
    if (open_namespaces(plan, err) < 0)
        return -1;
    if (plan->root.path && open_root(plan, err) < 0) /* exec has no root of its own */
        return -1;
    if (open_mounts(arena, plan, OPEN_PLAIN_SOURCES, err) < 0)
        return -1;
    if (open_devices(arena, plan, err) < 0 || open_home(arena, plan, err) < 0)
        return -1;
    if (plan->seccomp && seccomp_open_filter(arena, plan->seccomp, cache_directory, err) < 0)
        return error_within(err, "/linux/seccomp");
    return 0;
}

int launch_open_cgroup_mounts(struct plan *plan, const struct host *host, struct error *err)
{
    owned_arena arena = {0};

    (void) host;
    return open_mounts(&arena, plan, OPEN_CGROUP_SOURCES, err);
}

void launch_release_plan(struct plan *plan)
{
    for (size_t i = 0; i < NAMESPACE_COUNT; i++)
        replace_fd(&plan->namespaces.of[i].fd, -1);
    replace_fd(&plan->root.fd, -1);
    SLICE_FOR_EACH(struct plan_mount, mount, plan->mounts)
        replace_fd(&mount->fd, -1);
    SLICE_FOR_EACH(struct plan_device, device, plan->devices)
        replace_fd(&device->fd, -1);
}

/*
 * kill: a signal for the container's process, through the pidfd that was verified to be it; or for everything in its cgroup.
 *
 * "container not running" is what containerd's shim takes for "it is gone already".
 */
#include <errno.h>
#include <signal.h>

#include "base/sys/process.h"
#include "runtime/container/lookup.h"

static int not_running(const struct container *container, struct error *err)
{
    return error_set(err, ERROR_STATE, "container not running: \"%s\"", container->entry.id);
}

/* A frozen process does not die before it is thawed, and whoever sends SIGKILL wants it dead. */
static int thaw_if_killed(const struct container *container, int signal, struct error *err)
{
    if (signal != SIGKILL || container->status != CONTAINER_PAUSED)
        return 0;
    return cgroup_thaw(&container->cgroup, err);
}

static int kill_one(const struct container *container, int signal, struct error *err)
{
    int error;

    if (container->pidfd < 0)
        return not_running(container, err);
    error = sys_pidfd_send_signal(container->pidfd, signal);
    if (error == -ESRCH)
        return not_running(container, err);
    if (error < 0)
        return error_os(err, -error, "send signal %d to container \"%s\"", signal,
                        container->entry.id);
    return thaw_if_killed(container, signal, err);
}

int container_kill(struct arena *arena, const struct kill_request *request, struct error *err)
{
    owned_container container = {0};

    /* Not locked: a signal must reach a container whose start hangs in a hook. */
    if (container_find(arena, &request->container, false, &container, err) < 0)
        return -1;
    if (request->is_all && container.cgroup.leaves.count > 0 && container.record.pid > 0)
        return cgroup_kill_all(&container.cgroup, request->signal, err);
    return kill_one(&container, request->signal, err);
}

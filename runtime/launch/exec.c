/*
 * What is different when a process is launched into a container that exists: its namespaces and root are found by a pidfd, nothing is made.
 *
 * /proc/PID is the host's, and the process is the one that the pidfd names; the container's own /proc is never looked at.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/namespaces.h"
#include "base/sys/security.h"
#include "runtime/launch/launch.h"
#include "runtime/launch/open.h"
#include "runtime/launch/seccomp.h"

int open_process(int pidfd, struct error *err)
{
    int process = sys_process_open(pidfd);

    if (process == -ESRCH || process == -ENOENT)
        return error_set(err, ERROR_STATE, "the container's process has ended");
    return process < 0 ? error_os(err, -process, "find the container's process") : process;
}

int open_joined_namespaces(struct plan *plan, int process, struct error *err)
{
    const char *what = NULL;
    /* To join another namespace that turns out to be ours does nothing, but a user namespace is refused then (man 2 setns). */
    int known = plan->exec.own_kinds & ~CLONE_NEWUSER;
    int error = sys_namespaces_find_others(process, known, &plan->exec.joined_kinds, &what);

    if (error < 0)
        return error_os(err, -error, "examine the container's %s namespace", what);
    plan->namespaces.has_late_fork = (plan->exec.joined_kinds & CLONE_NEWPID) != 0;
    return 0;
}

int launch_open_exec(struct arena *arena, struct plan *plan, int pidfd, const char *cache_directory,
                     struct error *err)
{
    owned_fd process = open_process(pidfd, err);

    if (process < 0 || open_joined_namespaces(plan, process, err) < 0)
        return -1;
    plan->root.fd = sys_open_at(process, "root", O_PATH | O_DIRECTORY);
    if (plan->root.fd < 0)
        return error_os(err, -plan->root.fd, "open the container's root");
    if (open_home(arena, plan, err) < 0)
        return -1;
    if (!plan->exec.enters_root)
        replace_fd(&plan->root.fd, -1); /* joining the mount namespace leads there */
    if (plan->seccomp && seccomp_open_filter(arena, plan->seccomp, cache_directory, err) < 0)
        return error_within(err, "/linux/seccomp");
    return 0;
}

/* config.md#linux-process, execCPUAffinity.initial: we, and so the clone, are on these CPUs before its cgroup puts it elsewhere. */
int launch_exec(struct arena *arena, struct plan *plan, const struct launch_options *options,
                struct launched *ret_launched, struct error *err)
{
    const uint64_t *initial = plan->process.initial_cpus;
    uint64_t before[PLAN_CPU_BITS / 64];
    int error = initial ? sys_get_cpus(before, sizeof(before)) : 0;
    int result;

    if (error == 0 && initial)
        error = sys_set_cpus(initial, sizeof(before));
    if (error < 0)
        return error_os(err, -error, "use the CPUs of /process/execCPUAffinity/initial");
    result = launch(arena, plan, options, ret_launched, err);
    if (initial)
        (void) sys_set_cpus(before, sizeof(before)); /* only our own speed depends on it */
    return result;
}

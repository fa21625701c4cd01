/*
 * What the process is and may do: limits, scheduling, directory, streams, groups, ids, capabilities.
 *
 * Capabilities are lowered in two moves. child_set_capabilities leaves exactly what the container is to have, and beside it
 * CAP_SYS_ADMIN where a seccomp filter without no_new_privs still needs it; child_finish_capabilities (exec.c) takes that away.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/security.h"
#include "runtime/child/step.h"

int child_join_keyring(struct child *child)
{
    const char *name = child->plan->process.keyring;
    int error = name ? sys_join_keyring(name) : 0;

    /* Without keys in the kernel, or out of quota for them, containers run as they did before keyrings. */
    return error == -ENOSYS || error == -EDQUOT ? 0 : error;
}

int child_set_oom_score(struct child *child)
{
    const char *score = child->plan->process.oom_score_adj;

    /* Born in a new user namespace we may not lower it: the parent does, when it writes the maps. */
    if (child->plan->namespaces.clone_flags & CLONE_NEWUSER)
        return 0;
    return score ? sys_write_file_at(child->files->proc, "self/oom_score_adj", score) : 0;
}

int child_set_rlimits(struct child *child)
{
    const struct plan_process *process = &child->plan->process;

    for (size_t i = 0; i < process->rlimits.count; i++) {
        const struct plan_rlimit *wanted = &process->rlimits.items[i];
        struct rlimit limit = {.rlim_cur = wanted->soft, .rlim_max = wanted->hard};

        child->item = (int) i;
        if (setrlimit((__rlimit_resource_t) wanted->resource, &limit) < 0)
            return -errno;
    }
    return 0;
}

static int set_scheduler(const struct plan_scheduler *wanted)
{
    struct sched_attributes attributes = {
        .size = sizeof(attributes),
        .policy = wanted->policy,
        .flags = wanted->flags,
        .nice = wanted->nice,
        .priority = wanted->priority,
        .runtime = wanted->runtime,
        .deadline = wanted->deadline,
        .period = wanted->period,
    };

    return sys_set_scheduler(&attributes);
}

int child_set_scheduling(struct child *child)
{
    const struct plan_process *process = &child->plan->process;
    const struct plan_memory_policy *memory = process->memory_policy;
    int error = 0;

    if (process->scheduler)
        error = set_scheduler(process->scheduler);
    if (error == 0 && process->io_priority)
        error = sys_set_io_priority(*process->io_priority);
    if (error == 0 && process->final_cpus)
        error = sys_set_cpus(process->final_cpus, PLAN_CPU_BITS / 8);
    if (error == 0 && memory)
        error = sys_set_memory_policy(memory->mode, memory->has_nodes ? memory->nodes : NULL,
                                      memory->has_nodes ? sizeof(memory->nodes) * 8 : 0);
    if (error == 0 && process->personality && personality(*process->personality) < 0)
        error = -errno;
    return error;
}

/*
 * By fd, below our own root, magic links refused; then getcwd must say that it lies inside: a directory of the host that leaked in
 * (CVE-2024-21626) shows as "(unreachable)...".
 */
int child_enter_directory(struct child *child)
{
    const char *cwd = child->plan->process.cwd;
    char reached[4096];
    owned_fd root = -1;
    owned_fd directory = -1;

    if (!cwd)
        return 0;
    root = sys_open("/", O_PATH | O_DIRECTORY);
    if (root < 0)
        return root;
    directory = sys_open_in_root(root, cwd, O_PATH | O_DIRECTORY);
    if (directory < 0)
        return child_fail_at(child, cwd, directory);
    if (fchdir(directory) < 0)
        return -errno;
    if (!getcwd(reached, sizeof(reached)))
        return errno == ERANGE
                   ? 0
                   : -errno; /* longer than we can see, but the kernel found it below "/" */
    return reached[0] == '/' ? 0 : -EACCES;
}

/*
 * A user other than root must be able to reopen its own streams (/dev/stdout): terminals and pipes are given to it. Files and
 * devices of the host are not: they keep their owner (CVE-2026-88265).
 */
int child_give_streams(struct child *child)
{
    uid_t uid = child->plan->process.uid;

    for (int stream = 0; stream < 3; stream++) {
        struct stat info;

        if (fstat(stream, &info) < 0) {
            if (errno == EBADF)
                continue;
            return -errno;
        }
        if (info.st_uid == uid || (!S_ISFIFO(info.st_mode) && !isatty(stream)))
            continue;
        /* In a user namespace the owner may have no name for us; then it stays as it is. */
        if (fchown(stream, uid, (gid_t) -1) < 0 && errno != EPERM && errno != EINVAL &&
            errno != EROFS)
            return -errno;
    }
    return 0;
}

int child_drop_bounding(struct child *child)
{
    uint64_t keep = child->plan->process.capabilities.bounding;

    for (int capability = 0; capability < 64; capability++) {
        int error;

        if (keep & (uint64_t) 1 << capability)
            continue;
        error = sys_drop_bounding(capability);
        if (error == -EINVAL)
            break; /* the first that this kernel does not know */
        if (error < 0)
            return error;
    }
    return 0;
}

int child_set_groups(struct child *child)
{
    const struct plan_process *process = &child->plan->process;

    if (!process->sets_groups)
        return 0;
    return sys_setgroups(process->groups.items, process->groups.count);
}

int child_set_ids(struct child *child)
{
    const struct plan_process *process = &child->plan->process;
    int error = sys_keep_capabilities(true);

    if (error == 0)
        error = sys_setgid(process->gid);
    if (error == 0)
        error = sys_setuid(process->uid);
    if (error == 0)
        error = sys_keep_capabilities(false);
    return error;
}

static int raise_ambient(uint64_t wanted)
{
    for (int capability = 0; wanted >> capability; capability++) {
        int error;

        if (!(wanted & (uint64_t) 1 << capability))
            continue;
        error = sys_raise_ambient(capability);
        if (error < 0)
            return error;
        if (capability == 63)
            break;
    }
    return 0;
}

int child_set_capabilities(struct child *child)
{
    const struct plan_process *process = &child->plan->process;
    const struct plan_capabilities *wanted = &process->capabilities;
    uint64_t loader =
        child->plan->seccomp && !process->no_new_privileges ? (uint64_t) 1 << CAP_SYS_ADMIN : 0;
    int error =
        sys_capset(wanted->effective | loader, wanted->permitted | loader, wanted->inheritable);

    if (error == 0)
        error = sys_clear_ambient();
    return error < 0 ? error : raise_ambient(wanted->ambient);
}

int child_forbid_new_privileges(struct child *child)
{
    (void) umask(child->plan->process.umask); /* cannot fail */
    return child->plan->process.no_new_privileges ? sys_no_new_privileges() : 0;
}

/*
 * Namespaces and the cgroup, from the inside. The shapes are chosen in plan/namespaces.c; here they are walked.
 *
 * Order of joining: first what our present credentials may join, then the user namespace, then what only its owner may
 * join (EPERM before it): a network namespace may belong to the host or to the pod's user namespace, and both occur.
 */
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/process.h"
#include "base/sys/security.h"
#include "runtime/child/step.h"

static bool is_joined(const struct child *child, enum namespace_kind kind)
{
    return child->plan->namespaces.of[kind].how == PLAN_NAMESPACE_JOIN;
}

static bool is_new(const struct child *child, enum namespace_kind kind)
{
    return child->plan->namespaces.of[kind].how == PLAN_NAMESPACE_NEW;
}

int child_hide(struct child *child)
{
    /* man 2 prctl: shown as "corun:init" in ps, so that a half-made container can be told from a running one. */
    (void) prctl(PR_SET_NAME, "corun:init", 0, 0, 0);
    if (setsid() < 0 && errno != EPERM) /* EPERM: is a leader already */
        return -errno;
    for (int kind = 0; kind < NAMESPACE_COUNT; kind++)
        if (is_joined(child, kind) || child->files->exec_joins >= 0)
            return sys_set_dumpable(
                false); /* CVE-2016-9962: no ptrace, no /proc/PID/fd for those inside */
    return 0;
}

int child_enter_cgroup(struct child *child)
{
    for (size_t i = 0; i < child->files->cgroup_entry_count; i++) {
        int error;

        child->item = (int) i;
        error = sys_write_all(child->files->cgroup_entries[i], "0", 1);
        if (error < 0)
            return error;
    }
    return 0;
}

/* With the maps in place we become root of the user namespace: until then we have no id to act as. */
static int become_namespace_root(const struct child *child)
{
    int error = 0;

    if (!child->plan->namespaces.denies_setgroups)
        error = sys_setgroups(NULL, 0);
    if (error == -EPERM) /* joined a namespace in which setgroups is denied */
        error = 0;
    if (error == 0)
        error = sys_setgid(0);
    if (error == 0)
        error = sys_setuid(0);
    return error;
}

static int enter_new_user_namespace(const struct child *child)
{
    int error = child_ask(child, SYNC_WANT_MAPS);

    return error < 0 ? error : become_namespace_root(child);
}

/* Joins every given namespace but user and pid. *postponed collects those that our credentials do not allow yet. */
static int join_others(struct child *child, unsigned int wanted, unsigned int *postponed)
{
    *postponed = 0;
    for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
        int error;

        if (!(wanted & 1U << kind) || !is_joined(child, kind))
            continue;
        child->item = kind;
        error = sys_setns(child->plan->namespaces.of[kind].fd, plan_clone_flags[kind]);
        if (error == -EPERM)
            *postponed |= 1U << kind;
        else if (error < 0)
            return error;
    }
    return 0;
}

/*
 * exec: all at once, checked as a whole by the kernel with the credentials that we have outside (man 2 setns, Linux 5.8). A pid namespace
 * is for children only, so nobody inside sees us yet.
 */
static int join_container(const struct child *child)
{
    int kinds = child->plan->exec.joined_kinds;
    int error = kinds ? sys_setns(child->files->exec_joins, kinds) : 0;

    return error == 0 && (kinds & CLONE_NEWUSER) ? become_namespace_root(child) : error;
}

static int join_separately(struct child *child)
{
    const struct plan_namespaces *namespaces = &child->plan->namespaces;
    unsigned int wanted = (1U << NAMESPACE_COUNT) - 1;
    unsigned int postponed;
    int error;

    wanted &= ~(1U << NAMESPACE_USER | 1U << NAMESPACE_PID);
    error = join_others(child, wanted, &postponed);
    if (error < 0)
        return error;
    child->item = NAMESPACE_USER;
    if (is_joined(child, NAMESPACE_USER)) {
        error = sys_setns(namespaces->of[NAMESPACE_USER].fd, CLONE_NEWUSER);
        if (error == 0)
            error = become_namespace_root(child);
    } else if (is_new(child, NAMESPACE_USER)) {
        if ((namespaces->unshare_flags & CLONE_NEWUSER) && unshare(CLONE_NEWUSER) < 0)
            return -errno;
        error = enter_new_user_namespace(child);
    }
    if (error < 0)
        return error;
    error = join_others(child, postponed, &postponed);
    if (error == 0 && postponed) {
        child->item = __builtin_ctz(postponed);
        error = -EPERM;
    }
    return error;
}

int child_join_namespaces(struct child *child)
{
    return child->files->exec_joins >= 0 ? join_container(child) : join_separately(child);
}

/*
 * Files in /proc/self belong to the host's root while a process is not dumpable, and setuid has just made us so (man 5 proc).
 * In a user namespace that is not us, so we are dumpable for the moment of the write: nothing that could use it sees us, since
 * the container's pid namespace is not joined yet.
 */
static int write_own_file(const struct child *child, const char *file, const char *value)
{
    bool changes = child->plan->namespaces.of[NAMESPACE_USER].how != PLAN_NAMESPACE_INHERIT;
    int error = changes ? sys_set_dumpable(true) : 0;

    if (error == 0)
        error = sys_write_file_at(child->files->proc, file, value);
    if (changes)
        (void) sys_set_dumpable(false); /* fails for no value that we give */
    return error;
}

/*
 * A time namespace holds only for children and takes offsets only while it is empty; setns to the namespace for
 * children then moves this single-threaded process itself (man 7 time_namespaces).
 */
static int make_time_namespace(const struct child *child)
{
    const char *offsets = child->plan->namespaces.time_offsets;
    owned_fd time_namespace = -1;
    int error = 0;

    if (unshare(CLONE_NEWTIME) < 0)
        return -errno;
    if (offsets)
        error = write_own_file(child, "self/timens_offsets", offsets);
    if (error < 0)
        return error;
    time_namespace = sys_open_at(child->files->proc, "self/ns/time_for_children", 0);
    return time_namespace < 0 ? time_namespace : sys_setns(time_namespace, CLONE_NEWTIME);
}

int child_unshare_namespaces(struct child *child)
{
    uint64_t flags =
        child->plan->namespaces.unshare_flags & ~(uint64_t) (CLONE_NEWUSER | CLONE_NEWTIME);
    const struct small_mounts *small = child->plan->namespaces.small_mounts;

    if (is_new(child, NAMESPACE_TIME)) {
        int error;

        child->item = NAMESPACE_TIME;
        error = make_time_namespace(child);
        if (error < 0)
            return error;
    }
    if (small) {
        int error;

        child->item = NAMESPACE_MOUNT;
        error = sys_setns(small->namespace, CLONE_NEWNS);
        if (error < 0)
            return error;
    }
    child->item = -1;
    return flags && unshare((int) flags) < 0 ? -errno : 0;
}

/*
 * Goes on in a new process that is our parent's child, and ends this one. The parent learns the new pid from the
 * message's credentials and answers GO when it holds a pidfd.
 */
static int go_on_in_fork(struct child *child)
{
    pid_t pid = sys_clone(CLONE_PARENT, -1, NULL);

    if (pid < 0)
        return pid;
    if (pid > 0)
        _exit(0);
    (void) prctl(PR_SET_NAME, "corun:init", 0, 0, 0);
    if (setsid() < 0 && errno != EPERM)
        return -errno;
    return child_ask(child, SYNC_FORKED);
}

int child_fork_into_new_pid_namespace(struct child *child)
{
    if (!child->plan->namespaces.has_late_fork || is_joined(child, NAMESPACE_PID))
        return 0;
    return go_on_in_fork(child);
}

/* For the process to be forked; it takes a capability that is about to go. */
int child_join_pid_namespace(struct child *child)
{
    if (!is_joined(child, NAMESPACE_PID) || child->files->exec_joins >= 0)
        return 0;
    return sys_setns(child->plan->namespaces.of[NAMESPACE_PID].fd, CLONE_NEWPID);
}

/* Closes all but what is preserved and the count fds in kept, which it sorts; those may be -1. */
static int close_others(const struct child *child, int *kept, size_t count)
{
    unsigned int next = 3 + child->plan->preserve_fds;
    int error = 0;

    for (size_t i = 1; i < count; i++)
        for (size_t at = i; at > 0 && kept[at - 1] > kept[at]; at--) {
            int moved = kept[at];

            kept[at] = kept[at - 1];
            kept[at - 1] = moved;
        }
    for (size_t i = 0; i < count && error == 0; i++) {
        if (kept[i] < (int) next)
            continue;
        if (kept[i] > (int) next)
            error = sys_close_range(next, (unsigned int) kept[i] - 1);
        next = (unsigned int) kept[i] + 1;
    }
    return error < 0 ? error : sys_close_range(next, ~0U);
}

/*
 * From here on processes inside see us. One with CAP_SYS_PTRACE over us could take what we have, whatever dumpable says: so we have given up
 * our capabilities before, and hold no file of the host any more (CVE-2016-9962). /proc is kept for the label alone: with a label
 * there is a security module, and it lets no confined process look into ours.
 */
int child_fork_into_joined_pid_namespace(struct child *child)
{
    bool needs_proc = child->plan->process.lsm_exec_label != NULL;
    int kept[] = {
        child->files->sync,
        child->files->start_socket,
        child->tty,
        needs_proc ? child->files->proc : -1,
    };
    bool is_joining = child->files->exec_joins >= 0
                          ? (child->plan->exec.joined_kinds & CLONE_NEWPID) != 0
                          : is_joined(child, NAMESPACE_PID);
    int error = is_joining ? sys_set_dumpable(false) : 0; /* setuid may have changed it */

    if (error == 0 && is_joining)
        error = close_others(child, kept, sizeof(kept) / sizeof(kept[0]));
    return error == 0 && is_joining ? go_on_in_fork(child) : error;
}

int child_set_names(struct child *child)
{
    const struct plan *plan = child->plan;

    if (plan->hostname && sethostname(plan->hostname, strlen(plan->hostname)) < 0)
        return -errno;
    if (plan->domainname && setdomainname(plan->domainname, strlen(plan->domainname)) < 0)
        return -errno;
    return 0;
}

int child_raise_loopback(struct child *child)
{
    struct ifreq request = {.ifr_name = "lo"};
    owned_fd socket_fd = -1;

    if (!is_new(child, NAMESPACE_NETWORK))
        return 0;
    socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0)
        return -errno;
    request.ifr_flags = IFF_UP;
    return ioctl(socket_fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}

/*
 * The end: files closed, created reported, start awaited, filter loaded, program executed.
 *
 * Everything of ours is close-on-exec, and closed before user code can see us. The sync socket closing at execve is what
 * tells the other side that it worked.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/process.h"
#include "base/sys/security.h"
#include "base/sys/socket.h"
#include "runtime/child/step.h"

int child_close_files(struct child *child)
{
    unsigned int first = 3 + child->plan->preserve_fds;

    if (child->root >= 0)
        (void) close(
            child->root); /* the host's fd of it must not outlive the set-up: CVE-2024-21626 */
    if (child->mask >= 0)
        (void) close(child->mask);
    child->root = -1;
    child->mask = -1;
    return sys_cloexec_from(first);
}

static bool loads_early(const struct child *child)
{
    return child->plan->seccomp && child->plan->seccomp->has_listener;
}

/*
 * A caller without privileges may take the listener only from a process that is dumpable, which one stops to be when it changes its ids. Nobody
 * else sees us in a new pid namespace; into one that is joined, processes could look (CVE-2016-9962), so there the caller is refused.
 */
static bool becomes_dumpable(const struct child *child)
{
    const struct plan_namespace *of = child->plan->namespaces.of;

    return of[NAMESPACE_USER].how == PLAN_NAMESPACE_NEW &&
           of[NAMESPACE_PID].how == PLAN_NAMESPACE_NEW;
}

/*
 * Once the filter is in force it may stop any call of ours, sendmsg too. So the number that the listener will get (the
 * lowest free one) is told before, and the parent takes it with pidfd_getfd.
 */
int child_load_listener_filter(struct child *child)
{
    const struct plan_seccomp *seccomp = child->plan->seccomp;
    struct sync_message message = {.type = SYNC_LISTENER};
    int listener;
    int error;

    if (!loads_early(child))
        return 0;
    message.value = fcntl(0, F_DUPFD_CLOEXEC, 0);
    if (message.value < 0)
        return -errno;
    (void) close(message.value);
    error = becomes_dumpable(child) ? sys_set_dumpable(true) : 0; /* execve sets it anew */
    if (error < 0)
        return error;
    error = sync_send(child->files->sync, &message, -1);
    if (error < 0)
        return error;
    listener = sys_seccomp(seccomp->flags | SECCOMP_FILTER_FLAG_NEW_LISTENER, seccomp->filter,
                           seccomp->filter_length);
    return listener < 0 ? listener : 0;
}

/* Whoever connects is the owner of the state directory; who goes away without a START is forgotten. */
static int accept_start(struct child *child)
{
    for (;;) {
        struct sync_message message;
        int connection = sys_socket_accept(child->files->start_socket);

        if (connection < 0)
            return connection;
        if (sync_receive(connection, &message, NULL, NULL) == 1 && message.type == SYNC_START) {
            child->channel = connection;
            (void) close(child->files->start_socket);
            return 0;
        }
        (void) close(connection);
    }
}

int child_await_start(struct child *child)
{
    struct sync_message message = {.type = SYNC_CREATED};
    int received = sync_send(child->files->sync, &message, -1);

    if (received < 0)
        return received;
    if (child->files->start_socket >= 0) {
        (void) close(
            child->files->sync); /* the creator ends here, and so does what it could tell us */
        return accept_start(child);
    }
    received = sync_receive(child->files->sync, &message, NULL, NULL);
    if (received == 0)
        _exit(1); /* the creator is gone before it started us */
    if (received < 0)
        return received;
    return message.type == SYNC_START ? 0 : -EPROTO;
}

int child_set_exec_label(struct child *child)
{
    const struct plan_process *process = &child->plan->process;
    owned_fd self = -1;

    if (!process->lsm_exec_label)
        return 0;
    self = sys_open_at(child->files->proc, "self", O_PATH | O_DIRECTORY);
    return self < 0 ? self
                    : sys_write_file_at(self, process->lsm_exec_file, process->lsm_exec_label);
}

int child_load_filter(struct child *child)
{
    const struct plan_seccomp *seccomp = child->plan->seccomp;

    if (!seccomp || loads_early(child))
        return 0;
    return sys_seccomp(seccomp->flags, seccomp->filter, seccomp->filter_length);
}

int child_finish_capabilities(struct child *child)
{
    const struct plan_process *process = &child->plan->process;
    const struct plan_capabilities *wanted = &process->capabilities;

    if (!child->plan->seccomp || process->no_new_privileges)
        return 0; /* child_set_capabilities left nothing more */
    return sys_capset(wanted->effective, wanted->permitted, wanted->inheritable);
}

/* What execve would refuse for our ids: a name that is missing here may be in the next directory of PATH. */
static int check_candidate(const char *path)
{
    struct stat info;

    if (stat(path, &info) < 0)
        return -errno;
    if (!S_ISREG(info.st_mode))
        return -EACCES;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

/*
 * So that a missing program fails the create, as engines expect, and not the start. EACCES is remembered over ENOENT, as
 * execvp does: "permission denied" says more.
 */
int child_find_program(struct child *child)
{
    const struct plan_process *process = &child->plan->process;
    int error = -ENOENT;

    if (!child->plan->has_process)
        return 0;
    for (int i = 0; process->candidates[i]; i++) {
        int refused = check_candidate(process->candidates[i]);

        child->candidate = i;
        if (refused == 0)
            return 0;
        if (refused != -ENOENT && refused != -ENOTDIR)
            error = refused;
    }
    return child_fail_at(child, process->argv[0], error);
}

int child_exec(struct child *child)
{
    const struct plan_process *process = &child->plan->process;
    const char *program = process->candidates[child->candidate];

    sys_reset_signals(); /* nohup, a shell's background job: what the caller ignores is not the container's business */
    (void) execve(program, process->argv, process->envp);
    return child_fail_at(child, program, -errno);
}

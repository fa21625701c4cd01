/* The caller's half of founding a group: clone, pin, let go on, wait. */
#include "runtime/group/found.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "base/sys/process.h"
#include "base/sys/socket.h"
#include "runtime/group/founder.h"
#include "runtime/group/home.h"

const struct group_kind_row group_kinds[GROUP_KIND_COUNT] = {
    [GROUP_NETWORK] = {"network", "net",  CLONE_NEWNET },
      [GROUP_IPC] = {"ipc",     "ipc",  CLONE_NEWIPC },
    [GROUP_UTS] = {"uts",     "uts",  CLONE_NEWUTS },
      [GROUP_PID] = {"pid",     "pid",  CLONE_NEWPID },
    [GROUP_USER] = {"user",    "user", CLONE_NEWUSER},
};

static const char *const step_names[] = {
    [FOUNDER_WAIT] = "wait for the pin",
    [FOUNDER_CGROUP] = "enter the cgroup of the first process",
    [FOUNDER_UNSHARE] = "make the shared namespaces",
    [FOUNDER_PRIVATE] = "make the mounts private",
    [FOUNDER_ROOT] = "attach the group's root",
    [FOUNDER_NAMES] = "set the host name, and bring up the loopback interface",
    [FOUNDER_PINS] = "hold the namespaces",
    [FOUNDER_TREES] = "attach the volumes",
    [FOUNDER_PIVOT] = "leave the host's mounts",
};

struct attempt {
    int socket;
    pid_t pid; /* -1: none */
};

/* Ends the founder, if it is still there, and reaps it. */
static void attempt_release(struct attempt *attempt)
{
    int status;

    replace_fd(&attempt->socket, -1); /* end of file: it leaves if it still waits */
    if (attempt->pid > 0)
        (void) sys_wait(attempt->pid, &status);
    attempt->pid = -1;
}

#define owned_attempt __attribute__((cleanup(attempt_release))) struct attempt

static int attempt_begin(const struct founding *founding, struct attempt *ret_attempt)
{
    int pair[2];
    int error = sys_socket_pair(SOCK_SEQPACKET, &pair[0], &pair[1]);
    pid_t pid;

    if (error < 0)
        return error;
    pid = sys_clone(CLONE_NEWNS, founding->cgroup ? founding->cgroup->v2_fd : -1, NULL);
    if (pid == 0) {
        (void) close(pair[0]);
        founder_run(founding, pair[1]);
    }
    (void) close(pair[1]);
    *ret_attempt = (struct attempt){.socket = pair[0], .pid = pid < 0 ? -1 : pid};
    return pid < 0 ? pid : 0;
}

/* -ELOOP: the kernel takes the namespace for an older one than ours, which could come to hold itself. */
static int pin_namespace(const struct entry *entry, pid_t pid)
{
    char path[48];
    owned_fd tree = -1;

    (void) snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int) pid);
    tree = sys_clone_tree(AT_FDCWD, path, 0);
    return tree < 0 ? tree : sys_attach_tree_at(tree, entry->fd, GROUP_PIN);
}

/* cpu -1: wherever we are. The mask stays changed; the caller restores it. */
static int attempt_on_cpu(const struct entry *entry, const struct founding *founding, int cpu,
                          struct attempt *attempt)
{
    cpu_set_t one;
    int error;

    CPU_ZERO(&one);
    if (cpu >= 0) {
        CPU_SET(cpu, &one);
        if (sched_setaffinity(0, sizeof(one), &one) < 0)
            return -ELOOP; /* that CPU is gone: as good as one that does not help */
    }
    error = attempt_begin(founding, attempt);
    if (error == 0)
        error = pin_namespace(entry, attempt->pid);
    if (error < 0)
        attempt_release(attempt);
    return error;
}

/* Every CPU that we may use, in turn, several times: a number that is too low grows with each namespace. */
static int attempt_pinned(const struct entry *entry, const struct founding *founding,
                          struct attempt *attempt)
{
    enum { ROUNDS = 8 };
    cpu_set_t allowed;
    int error = attempt_on_cpu(entry, founding, -1, attempt);

    if (error != -ELOOP || sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
        return error;
    for (int i = 0; i < ROUNDS * CPU_SETSIZE && error == -ELOOP; i++)
        if (CPU_ISSET(i % CPU_SETSIZE, &allowed))
            error = attempt_on_cpu(entry, founding, i % CPU_SETSIZE, attempt);
    (void) sched_setaffinity(0, sizeof(allowed), &allowed); /* it was this before */
    return error;
}

static int finish(struct attempt *attempt, struct founding *founding, struct error *err)
{
    struct founder_answer answer = {0};
    int error = sys_socket_send(attempt->socket, "", 1, -1);
    ssize_t length = error < 0
                         ? error
                         : sys_socket_receive(attempt->socket, &answer, sizeof(answer), NULL, NULL);

    if (length < 0)
        return error_os(err, (int) -length, "wait for the group's namespaces");
    if (length != (ssize_t) sizeof(answer))
        return error_set(err, ERROR_STATE, "the process that makes the group's namespaces died");
    if (answer.step == FOUNDER_TREES && answer.error < 0)
        return error_os(err, -answer.error, "attach %s of the group",
                        founding->trees.items[answer.item].target);
    if (answer.error < 0)
        return error_os(err, -answer.error, "%s", step_names[answer.step]);
    memcpy(founding->ret_inodes, answer.inodes, sizeof(answer.inodes));
    return 0;
}

int group_found(const struct entry *entry, struct founding *founding, struct error *err)
{
    owned_attempt attempt = {.socket = -1, .pid = -1};
    struct error ignored;
    int error;
    int fd = sys_create_at(entry->fd, GROUP_PIN, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);

    if (fd < 0)
        return error_os(err, -fd, "make the mount point for the group's namespace");
    (void) close(fd);
    error = attempt_pinned(entry, founding, &attempt);
    if (error == -ELOOP)
        return error_set(err, ERROR_UNSUPPORTED,
                         "the kernel does not let a mount namespace be pinned from here; it can "
                         "from the initial mount namespace");
    if (error < 0)
        return error_os(err, -error, "pin the group's mount namespace");
    if (finish(&attempt, founding, err) == 0)
        return 0;
    (void) group_unpin(entry, &ignored); /* the failure above is the one to tell */
    return -1;
}

int group_open_namespace(const struct entry *entry, struct error *err)
{
    owned_fd pin = sys_open_at(entry->fd, GROUP_PIN, O_RDONLY | O_NOFOLLOW);

    if (pin < 0 && pin != -ENOENT)
        return error_os(err, -pin, "open the namespaces of group \"%s\"", entry->id);
    if (pin < 0 || sys_filesystem_type(pin) != NSFS_MAGIC)
        return error_set(err, ERROR_STATE,
                         "the namespaces of group \"%s\" are gone: the host was restarted, or the "
                         "group was made in another mount namespace",
                         entry->id);
    return take_fd(&pin);
}

int group_unpin(const struct entry *entry, struct error *err)
{
    char directory[SYS_FD_PATH_SIZE];
    char path[SYS_FD_PATH_SIZE + sizeof("/" GROUP_PIN)];

    (void) snprintf(path, sizeof(path), "%s/" GROUP_PIN, sys_fd_path(entry->fd, directory));
    /* EINVAL: it is not mounted; ENOENT: not even made. */
    if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL && errno != ENOENT)
        return error_os(err, errno, "let go of the namespaces of group \"%s\"", entry->id);
    return 0;
}

void founding_release(struct founding *founding)
{
    replace_fd(&founding->root, -1);
    SLICE_FOR_EACH(struct group_tree, tree, founding->trees)
        replace_fd(&tree->fd, -1);
}

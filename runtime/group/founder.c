/* Steps in the order in which they must be: what needs the host's /proc and paths comes before the pivot. */
#include "runtime/group/founder.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "base/sys/network.h"
#include "base/sys/socket.h"
#include "runtime/group/keeper.h"

struct founder {
    const struct founding *founding;
    int socket;
    struct keeper keeper; /* process -1: there is none */
    struct founder_answer answer;
};

/* The caller pins the namespace before anything is put into it. End of file: it could not, or is gone. */
static int await_pin(struct founder *founder)
{
    char byte;
    ssize_t length = sys_socket_receive(founder->socket, &byte, 1, NULL, NULL);

    return length == 1 ? 0 : (length < 0 ? (int) length : -ECANCELED);
}

/* For the first process of a pid namespace, which we are to clone. */
static int enter_cgroup(struct founder *founder)
{
    const struct cgroup *cgroup = founder->founding->cgroup;

    for (size_t i = 0; cgroup && i < cgroup->leaves.count; i++) {
        int fd = cgroup->leaves.items[i].tasks_fd;
        int error = fd < 0 ? 0 : sys_write_all(fd, "0", 1);

        if (error < 0)
            return error;
    }
    return 0;
}

static int make_namespaces(struct founder *founder)
{
    const struct founding *founding = founder->founding;
    int flags = 0;

    for (int kind = 0; kind < GROUP_KIND_COUNT; kind++)
        if (founding->shares[kind])
            flags |= group_kinds[kind].flag;
    if (founding->shares[GROUP_PID] || founding->shares[GROUP_USER])
        return keeper_start(founding, flags, &founder->keeper);
    return unshare(flags) < 0 ? -errno : 0;
}

static int make_private(struct founder *founder)
{
    (void) founder;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ? -errno : 0;
}

static int attach_root(struct founder *founder)
{
    return sys_attach_tree_at(founder->founding->root, AT_FDCWD, founder->founding->place);
}

int founder_set_up(const struct founding *founding)
{
    if (founding->shares[GROUP_UTS]) {
        if (sethostname(founding->hostname, strlen(founding->hostname)) < 0)
            return -errno;
        if (founding->domain_name &&
            setdomainname(founding->domain_name, strlen(founding->domain_name)) < 0)
            return -errno;
    }
    return founding->shares[GROUP_NETWORK] ? sys_interface_up("lo") : 0;
}

static int set_names(struct founder *founder)
{
    return founder->keeper.process >= 0 ? keeper_set_up(&founder->keeper)
                                        : founder_set_up(founder->founding);
}

static int pin(struct founder *founder, int ns_directory, int pins, int kind)
{
    owned_fd tree = sys_clone_tree(ns_directory, group_kinds[kind].proc, 0);
    struct stat info;

    if (tree < 0)
        return tree;
    if (fstat(tree, &info) < 0)
        return -errno;
    founder->answer.inodes[kind] = info.st_ino;
    return sys_attach_tree_at(tree, pins, group_kinds[kind].name);
}

static int pin_namespaces(struct founder *founder)
{
    owned_fd ns_directory = founder->keeper.process >= 0
                                ? sys_open_at(founder->keeper.process, "ns", O_PATH | O_DIRECTORY)
                                : sys_open("/proc/self/ns", O_PATH | O_DIRECTORY);
    owned_fd pins = sys_open_at(founder->founding->root, "ns", O_PATH | O_DIRECTORY);
    int error = ns_directory < 0 ? ns_directory : (pins < 0 ? pins : 0);

    for (int kind = 0; kind < GROUP_KIND_COUNT && error == 0; kind++) {
        founder->answer.item = kind;
        if (founder->founding->shares[kind])
            error = pin(founder, ns_directory, pins, kind);
    }
    return error;
}

static int attach_trees(struct founder *founder)
{
    const struct founding *founding = founder->founding;

    for (size_t i = 0; i < founding->trees.count; i++) {
        const struct group_tree *tree = &founding->trees.items[i];
        int error;

        founder->answer.item = (int32_t) i;
        error = sys_attach_tree_at(tree->fd, founding->root, tree->target);
        if (error == 0 && tree->is_shared)
            error = sys_mount_setattr(tree->fd, true, 0, 0, MS_SHARED, -1);
        if (error < 0)
            return error;
    }
    return 0;
}

/* Nothing of the host may stay in here: its file systems could not be unmounted while the group lives. */
static int leave_host(struct founder *founder)
{
    int error;

    if (fchdir(founder->founding->root) < 0)
        return -errno;
    error = sys_pivot_root(".", ".");
    if (error < 0)
        return error;
    return umount2(".", MNT_DETACH) < 0 ? -errno : 0;
}

static int (*const steps[])(struct founder *founder) = {
    [FOUNDER_WAIT] = await_pin,          [FOUNDER_CGROUP] = enter_cgroup,
    [FOUNDER_UNSHARE] = make_namespaces, [FOUNDER_PRIVATE] = make_private,
    [FOUNDER_ROOT] = attach_root,        [FOUNDER_NAMES] = set_names,
    [FOUNDER_PINS] = pin_namespaces,     [FOUNDER_TREES] = attach_trees,
    [FOUNDER_PIVOT] = leave_host,
};

void founder_run(const struct founding *founding, int socket)
{
    struct founder founder = {
        .founding = founding,
        .socket = socket,
        .keeper = {.process = -1, .pidfd = -1, .socket = -1}
    };

    for (int step = 0; step < FOUNDER_DONE && founder.answer.error == 0; step++) {
        founder.answer.step = step;
        founder.answer.error = steps[step](&founder);
    }
    if (founder.answer.error == 0)
        founder.answer.step = FOUNDER_DONE;
    keeper_finish(&founder.keeper, founder.answer.error == 0 && founding->shares[GROUP_PID]);
    (void) sys_socket_send(socket, &founder.answer, sizeof(founder.answer), -1);
    _exit(0);
}

/*
 * Mounts of a container that runs, from a process of ours that joins it, but not its pid namespace: those inside do not see it.
 *
 * Adding: what can fail without a trace comes first. New file systems are made detached, as the bind mounts' trees are already; then all are
 * attached, and the first that cannot be takes back those before it. Removing: all are looked at before the first is taken away.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "runtime/child/step.h"

/* sys/mount.h clashes with linux/mount.h, which plan.h's users include. */
int umount2(const char *target, int flags);
enum { DETACH = 2 }; /* MNT_DETACH */

/* By fd: no path leads to another mount meanwhile. The container's own /proc is not used. */
static int unmount(const struct child *child, int fd)
{
    char path[SYS_FD_PATH_SIZE];

    if (fchdir(child->files->proc) < 0)
        return -errno;
    return umount2(sys_fd_path(fd, path) + strlen("/proc/"), DETACH) < 0 ? -errno : 0;
}

/* --- adding --- */

static int make_filesystems(struct child *child, struct plan *plan)
{
    for (size_t i = 0; i < plan->mounts.count; i++) {
        struct plan_mount *mount = &plan->mounts.items[i];

        child->item = (int) i;
        if (mount->kind != PLAN_MOUNT_FILESYSTEM)
            continue;
        mount->fd = child_make_filesystem(child, mount);
        if (mount->fd < 0)
            return mount->fd;
    }
    return 0;
}

/* A bind's tree is open since before; where its source was optional there may be none. */
static int attach(const struct child *child, const struct plan_mount *mount)
{
    bool is_bind = mount->kind == PLAN_MOUNT_BIND;
    int error;

    if (mount->kind == PLAN_MOUNT_CHANGE)
        return child_change_mount(child, mount);
    if (mount->fd < 0)
        return 0;
    error = child_attach_mount(child, mount, mount->fd, !is_bind || mount->source_is_directory);
    if (error < 0)
        return error;
    error = child_finish_mount(mount, mount->fd);
    if (error < 0)
        (void) unmount(child, mount->fd);
    return error;
}

static int add_mounts(struct child *child, struct plan *plan)
{
    int error = make_filesystems(child, plan);

    for (size_t i = 0; error == 0 && i < plan->mounts.count; i++) {
        child->item = (int) i;
        error = attach(child, &plan->mounts.items[i]);
    }
    for (int i = child->item; error < 0 && i-- > 0;) {
        const struct plan_mount *mount = &plan->mounts.items[i];

        if (mount->kind != PLAN_MOUNT_CHANGE && mount->fd >= 0)
            (void) unmount(child, mount->fd); /* those that were not attached yet are refused */
    }
    return error;
}

/* --- removing --- */

static int open_mount_point(const struct child *child, const struct plan_mount *mount)
{
    struct statx info;
    owned_fd place = sys_open_in_root_no_symlinks(child->root, mount->target, O_PATH);

    if (place < 0)
        return place;
    if (statx(place, "", AT_EMPTY_PATH, 0, &info) < 0)
        return -errno;
    return info.stx_attributes & STATX_ATTR_MOUNT_ROOT ? take_fd(&place) : -EINVAL;
}

static int remove_mounts(struct child *child, const struct plan *plan)
{
    for (size_t i = 0; i < plan->mounts.count; i++) {
        owned_fd place = open_mount_point(child, &plan->mounts.items[i]);

        child->item = (int) i;
        if (place < 0)
            return place;
    }
    for (size_t i = plan->mounts.count; i-- > 0;) {
        owned_fd place = open_mount_point(child, &plan->mounts.items[i]);
        int error = place < 0 ? place : unmount(child, place);

        child->item = (int) i;
        if (error < 0)
            return error;
    }
    return 0;
}

static int change_mounts(struct child *child, struct plan *plan, bool is_removal)
{
    int error = child_hide(child);

    if (error == 0)
        error = child_join_namespaces(child);
    if (error < 0)
        return error;
    (void) umask(0); /* as at create: mount points get the mode they are made with */
    return is_removal ? remove_mounts(child, plan) : add_mounts(child, plan);
}

void child_change_mounts(struct plan *plan, const struct child_files *files, bool is_removal)
{
    struct child child = {
        .plan = plan,
        .files = files,
        .channel = files->sync,
        .root = plan->root.fd,
        .item = -1,
        .tty = -1,
        .mask = -1,
    };
    int error = change_mounts(&child, plan, is_removal);
    struct sync_message message = {
        .type = error < 0 ? SYNC_FAILED : SYNC_CREATED,
        .item = child.item,
        .os_error = -error,
    };

    if (child.detail)
        memcpy(message.detail, child.text, sizeof(message.detail));
    (void) sync_send(child.channel, &message, -1);
    _exit(0);
}

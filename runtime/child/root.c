/*
 * The root filesystem: attached where it lies on the host, entered by pivot_root, finished.
 *
 * It is attached at its own host path, not somewhere private, because createContainer hooks run before the pivot and find it there
 * (state.bundle). Where nothing of the host is mounted there is no such path, and are no such hooks: it is stacked onto the old root.
 * After the pivot the old root is stacked below "." and detached: no directory for it is needed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "runtime/child/step.h"

/* From sys/mount.h, which cannot be included beside linux/mount.h in Debian 12. */
int mount(const char *source, const char *target, const char *type, unsigned long flags,
          const void *data);
int umount2(const char *target, int flags);
#define MNT_DETACH 2

static bool has_small_mounts(const struct child *child)
{
    return child->plan->namespaces.small_mounts != NULL;
}

const char *child_null_path(const struct child *child)
{
    return has_small_mounts(child) ? child->plan->namespaces.small_mounts->null : "/dev/null";
}

int child_make_mounts_private(struct child *child)
{
    if (!child->plan->root.has_mount_namespace)
        return 0;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ? -errno : 0;
}

/* Where the parent could not clone the tree (no privilege in its mount namespace), we can: this one is ours. */
static int open_own_tree(const struct child *child)
{
    return sys_clone_tree(AT_FDCWD, child->plan->root.path, AT_RECURSIVE);
}

int child_attach_root(struct child *child)
{
    const struct plan_root *root = &child->plan->root;
    owned_fd own_tree = -1;
    owned_fd place = -1;
    int tree = root->fd;
    int error;

    if (!root->has_mount_namespace) {
        child->root = root->fd;
        return 0;
    }
    if (child->plan->child_opens_sources) {
        own_tree = open_own_tree(child);
        if (own_tree < 0)
            return own_tree;
        tree = own_tree;
    }
    place = sys_open(has_small_mounts(child) ? "/" : root->path, O_PATH | O_DIRECTORY);
    if (place < 0)
        return place;
    error = sys_attach_tree(tree, place);
    if (error < 0)
        return error;
    child->root = own_tree >= 0 ? take_fd(&own_tree) : tree;
    return 0;
}

int child_report_root_ready(struct child *child)
{
    return child->plan->has_create_hooks || child->plan->net_devices.count > 0
               ? child_ask(child, SYNC_ROOT_READY)
               : 0;
}

/*
 * The mount that our executable is mapped from (self_image.h) goes where the old root goes: the kernel then waits for one RCU grace
 * period instead of two. Onto a file that every host has, and which is not in the container's root. It may fail: then it takes longer.
 */
static void bury_image(const struct child *child)
{
    owned_fd place = -1;

    if (child->files->image_mount < 0 ||
        (!has_small_mounts(child) && strncmp(child->plan->root.path, "/dev", 4) == 0))
        return;
    place = sys_open(child_null_path(child), O_PATH);
    if (place >= 0)
        (void) sys_attach_tree(child->files->image_mount, place); /* see above */
}

static int pivot(void)
{
    /* man 2 pivot_root, "pivot_root(".", ".")": the old root ends up mounted over the new one. */
    int error = sys_pivot_root(".", ".");

    if (error < 0)
        return error;
    return umount2(".", MNT_DETACH) < 0 ? -errno : 0;
}

static int move_root(void)
{
    return mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 ? -errno : 0;
}

int child_pivot(struct child *child)
{
    const struct plan_root *root = &child->plan->root;
    int error = 0;

    if (child->root < 0)
        return 0; /* exec: the container's mount namespace has its root already */
    if (root->has_mount_namespace && root->pivots)
        bury_image(child);
    if (fchdir(child->root) < 0)
        return -errno;
    if (root->has_mount_namespace)
        error = root->pivots ? pivot() : move_root();
    else if (chroot(".") < 0)
        error = -errno;
    if (error < 0)
        return error;
    return chdir("/") < 0 ? -errno : 0;
}

int child_finish_root(struct child *child)
{
    const struct plan_root *root = &child->plan->root;
    uint64_t readonly = root->is_readonly ? MOUNT_ATTR_RDONLY : 0;

    if (child->root < 0 || !root->has_mount_namespace)
        return 0;
    if (!readonly && !root->propagation)
        return 0;
    return sys_mount_setattr(child->root, false, readonly, 0, root->propagation, -1);
}

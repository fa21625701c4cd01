/*
 * Device nodes. A node that exists is never trusted by its path: it is opened O_PATH and compared through that fd (rule 3);
 * what does not match is an error (config-linux.md#devices).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "runtime/child/step.h"

static bool matches(const struct stat *info, const struct plan_device *device)
{
    if ((info->st_mode & S_IFMT) != (device->mode & S_IFMT))
        return false;
    return S_ISFIFO(info->st_mode) || info->st_rdev == device->device;
}

static int check_existing(int parent, const char *name, const struct plan_device *device)
{
    owned_fd node = sys_open_at(parent, name, O_PATH | O_NOFOLLOW);
    struct stat info;

    if (node < 0)
        return node;
    if (fstat(node, &info) < 0)
        return -errno;
    return matches(&info, device) ? 0 : -EEXIST;
}

static int make_node(const struct child *child, const struct plan_device *device)
{
    const char *name;
    owned_fd parent = child_open_parent(child, device->target, &name);

    if (parent < 0)
        return parent;
    if (mknodat(parent, name, device->mode, device->device) < 0)
        return errno == EEXIST ? check_existing(parent, name, device) : -errno;
    if (device->uid == 0 && device->gid == 0)
        return 0;
    return fchownat(parent, name, device->uid, device->gid, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static bool is_device(int node, const struct plan_device *device)
{
    struct stat info;

    return fstat(node, &info) == 0 && matches(&info, device);
}

static int bind_node(const struct child *child, const struct plan_device *device)
{
    owned_fd target = child_open_target(child, device->target, false, true);
    owned_fd own_tree = -1;

    if (target < 0)
        return target;
    if (!child->plan->child_opens_sources)
        return sys_attach_tree(device->fd, target);
    own_tree = sys_clone_tree(AT_FDCWD, device->path, AT_SYMLINK_NOFOLLOW);
    if (own_tree < 0)
        return own_tree;
    return is_device(own_tree, device) ? sys_attach_tree(own_tree, target) : -ENODEV;
}

int child_make_devices(struct child *child)
{
    const struct plan *plan = child->plan;
    mode_t kept;

    if (plan->devices.count == 0)
        return 0;
    kept = umask(0); /* modes are given exactly */
    for (size_t i = 0; i < plan->devices.count; i++) {
        const struct plan_device *device = &plan->devices.items[i];
        int error;

        child->item = (int) i;
        error = device->by_bind ? bind_node(child, device) : make_node(child, device);
        if (error < 0)
            return error;
    }
    (void) umask(kept); /* cannot fail */
    return 0;
}

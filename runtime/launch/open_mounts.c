/*
 * The root and the sources of bind mounts, as detached trees (open_tree(2) with OPEN_TREE_CLONE).
 *
 * A detached tree is cut loose from the host before the container exists: what the child attaches is what was
 * checked here, whatever happens to the path meanwhile. Symlinks on the host's side are followed, as mount(8) does.
 *
 * Cloning needs CAP_SYS_ADMIN over the caller's mount namespace. Without it, and with a user namespace to come, the
 * child clones after it has entered that: by path, since mounts of another mount namespace cannot be cloned by
 * fd (EINVAL). Then fds here are O_PATH, to prove that the child finds the same file.
 */
#include "runtime/launch/open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "runtime/launch/idmap.h"

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

/* The member of a mount that shares peers with the host would carry the container's own mounts out to it. */
static int detach_from_host(const struct plan *plan, int tree)
{
    uint64_t propagation = plan->root.propagation == MS_SLAVE ? MS_SLAVE : MS_PRIVATE;

    return sys_mount_setattr(tree, true, 0, 0, propagation, -1);
}

static int open_root_tree(struct plan *plan)
{
    const char *path = plan->root.path;
    owned_fd tree = -1;
    int error;

    if (!plan->root.has_mount_namespace)
        return sys_open(path, O_PATH | O_DIRECTORY);
    tree = sys_clone_tree(AT_FDCWD, path, AT_RECURSIVE);
    /* The mount namespace is not ours. The child's will be, be its user namespace a new one or the caller's. */
    if (tree == -EPERM) {
        plan->child_opens_sources = true;
        return sys_open(path, O_PATH | O_DIRECTORY);
    }
    if (tree < 0)
        return tree;
    error = detach_from_host(plan, tree);
    return error < 0 ? error : take_fd(&tree);
}

int open_root(struct plan *plan, struct error *err)
{
    owned_fd root = open_root_tree(plan);
    struct stat info;

    if (root < 0)
        return error_os(err, -root, "open the root filesystem %s", plan->root.path);
    if (fstat(root, &info) < 0)
        return error_os(err, errno, "examine the root filesystem %s", plan->root.path);
    if (!S_ISDIR(info.st_mode))
        return error_os(err, ENOTDIR, "open the root filesystem %s", plan->root.path);
    plan->root.fd = take_fd(&root);
    return 0;
}

/*
 * The attributes in as few calls as possible. Propagation goes last when it is recursive; an id mapping goes with the call
 * whose reach it shares.
 */
static int apply_attributes(const struct plan_mount *mount, int tree, int userns)
{
    uint64_t idmap_once = mount->is_idmapped && !mount->is_recursive_idmap ? MOUNT_ATTR_IDMAP : 0;
    uint64_t idmap_all = mount->is_idmapped && mount->is_recursive_idmap ? MOUNT_ATTR_IDMAP : 0;
    uint64_t once = mount->propagation_is_recursive ? 0 : mount->propagation;
    uint64_t all = mount->propagation_is_recursive ? mount->propagation : 0;
    int error = 0;

    if (mount->attr_set || mount->attr_clear || once || idmap_once)
        error = sys_mount_setattr(tree, false, mount->attr_set | idmap_once, mount->attr_clear,
                                  once, idmap_once ? userns : -1);
    if (error == 0 && (mount->recursive_set || mount->recursive_clear || all || idmap_all))
        error = sys_mount_setattr(tree, true, mount->recursive_set | idmap_all,
                                  mount->recursive_clear, all, idmap_all ? userns : -1);
    return error;
}

/* A user namespace with the mapping of this mount; -1 with *err set on failure. */
static int open_mapping(const struct plan *plan, const struct plan_mount *mount, struct error *err)
{
    const struct plan_namespaces *namespaces = &plan->namespaces;
    const struct plan_namespace *user = &namespaces->of[NAMESPACE_USER];
    int copy;

    if (mount->uid_map)
        return idmap_open_namespace(mount->uid_map, mount->gid_map, err);
    if (namespaces->uid_map)
        return idmap_open_namespace(namespaces->uid_map, namespaces->gid_map, err);
    if (user->how != PLAN_NAMESPACE_JOIN || user->fd < 0)
        return error_set(err, ERROR_INVALID, "an id mapping is wanted, and there is none");
    copy = fcntl(user->fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? error_os(err, errno, "duplicate the user namespace's descriptor") : copy;
}

static int prepare_tree(const struct plan *plan, const struct plan_mount *mount, int tree,
                        struct error *err)
{
    owned_fd userns = -1;
    int error;

    if (mount->is_idmapped) {
        userns = open_mapping(plan, mount, err);
        if (userns < 0)
            return -1;
    }
    error = apply_attributes(mount, tree, userns);
    if (error == -EINVAL && mount->is_idmapped)
        return error_set(err, ERROR_UNSUPPORTED,
                         "map the ids of %s: its file system cannot do id mapped mounts",
                         mount->source);
    if (error < 0)
        return error_os(err, -error, "set the attributes of a mount of %s", mount->source);
    return 0;
}

/* What the mount point must be, and that nothing poses as a procfs. */
static int check_source(struct plan_mount *mount, int fd, struct error *err)
{
    struct stat info;
    long filesystem;

    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine the source %s", mount->source);
    mount->source_is_directory = S_ISDIR(info.st_mode);
    if (!mount->must_be_procfs)
        return 0;
    filesystem = sys_filesystem_type(fd);
    if (filesystem < 0)
        return error_os(err, (int) -filesystem, "examine the source %s", mount->source);
    if (filesystem != PROC_SUPER_MAGIC)
        return error_set(err, ERROR_INVALID, "only a procfs may be mounted there, %s is none",
                         mount->source);
    return 0;
}

static int open_tree_of(const struct plan *plan, const struct plan_mount *mount)
{
    int copy;

    if (mount->open_source) {
        copy = fcntl(mount->open_source->tree, F_DUPFD_CLOEXEC, 0);
        return copy < 0 ? -errno : copy;
    }
    if (plan->child_opens_sources)
        return sys_open(mount->source, O_PATH);
    return sys_clone_tree(AT_FDCWD, mount->source, mount->is_recursive ? AT_RECURSIVE : 0);
}

static int open_source(const struct plan *plan, struct plan_mount *mount, struct error *err)
{
    owned_fd fd = open_tree_of(plan, mount);

    if (fd == -ENOENT && mount->is_optional_source)
        return 0;
    if (fd < 0)
        return error_os(err, -fd, "open the source %s", mount->source);
    if (check_source(mount, fd, err) < 0)
        return -1;
    if (plan->child_opens_sources && mount->is_idmapped)
        return error_set(err, ERROR_UNSUPPORTED, "id mapped mounts need a privileged caller");
    if (!plan->child_opens_sources && prepare_tree(plan, mount, fd, err) < 0)
        return -1;
    mount->fd = take_fd(&fd);
    return 0;
}

int open_mounts(struct arena *arena, struct plan *plan, enum open_which which, struct error *err)
{
    for (size_t i = 0; i < plan->mounts.count; i++) {
        struct plan_mount *mount = &plan->mounts.items[i];

        if (mount->kind != PLAN_MOUNT_BIND ||
            mount->source_is_cgroup != (which == OPEN_CGROUP_SOURCES))
            continue;
        if (open_source(plan, mount, err) < 0)
            return error_within(err, "mount %zu: %s", i, plan_print_mount(arena, plan, i));
    }
    return 0;
}

static int open_device(const struct plan *plan, struct plan_device *device, struct error *err)
{
    owned_fd fd = plan->child_opens_sources ? sys_open(device->path, O_PATH)
                                            : sys_clone_tree(AT_FDCWD, device->path, 0);
    struct stat info;

    if (fd < 0)
        return error_os(err, -fd, "open the host's node");
    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine the host's node");
    if ((info.st_mode & S_IFMT) != (device->mode & S_IFMT) || info.st_rdev != device->device)
        return error_set(err, ERROR_INVALID, "the host's node is another device");
    if (!plan->child_opens_sources) {
        int error = sys_mount_setattr(fd, false, 0, 0, MS_PRIVATE, -1);

        if (error < 0)
            return error_os(err, -error, "detach the host's node");
    }
    device->fd = take_fd(&fd);
    return 0;
}

int open_devices(struct arena *arena, struct plan *plan, struct error *err)
{
    for (size_t i = 0; i < plan->devices.count; i++) {
        struct plan_device *device = &plan->devices.items[i];

        if (device->by_bind && open_device(plan, device, err) < 0)
            return error_within(err, "device %zu: %s", i, plan_print_device(arena, plan, i));
    }
    return 0;
}

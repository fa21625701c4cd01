/*
 * Masked and read-only paths, and kernel parameters.
 *
 * A masked directory gets an empty read-only tmpfs, one for all of them: the first is made, the others are clones
 * of it. A masked file gets the host's /dev/null, checked through the fd that is used (CVE-2025-31133: never the image's), and
 * read-only: root of the container may own it, and its mode is the host's. Writing to the device itself goes on working.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "runtime/child/step.h"

static int make_mask(void)
{
    owned_fd context = sys_fsopen("tmpfs");
    int error;

    if (context < 0)
        return context;
    error = sys_fsconfig_flag(context, "ro");
    if (error == 0)
        error = sys_fsconfig_string(context, "nr_inodes", "2");
    if (error == 0)
        error = sys_fsconfig_create(context);
    if (error < 0)
        return error;
    return sys_fsmount(context, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
                                    MOUNT_ATTR_NOEXEC);
}

/* The first mask stays open: only what is attached can be cloned on kernels before 6.15. */
static int mask_directory(struct child *child, int target)
{
    owned_fd tree = child->mask < 0 ? make_mask() : sys_clone_tree(child->mask, "", 0);
    int error;

    if (tree < 0)
        return tree;
    error = sys_attach_tree(tree, target);
    if (error == 0 && child->mask < 0)
        child->mask = take_fd(&tree);
    return error;
}

/* By path in our own copy of the host's mounts: a mount of the parent's namespace cannot be cloned here (EINVAL). */
static int mask_file(const struct child *child, int target)
{
    owned_fd tree = sys_clone_tree(AT_FDCWD, child_null_path(child), 0);
    struct stat info;
    int error;

    if (tree < 0)
        return tree;
    if (fstat(tree, &info) < 0)
        return -errno;
    if (!S_ISCHR(info.st_mode) || info.st_rdev != makedev(1, 3))
        return -ENODEV;
    error = sys_mount_setattr(tree, false,
                              MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0, 0, -1);
    return error < 0 ? error : sys_attach_tree(tree, target);
}

static int mask_path(struct child *child, const char *path)
{
    owned_fd target = sys_open_in_root(child->root, path, O_PATH);
    struct stat info;

    if (target == -ENOENT || target == -ENOTDIR || target == -EACCES)
        return 0; /* what is not there needs no mask */
    if (target < 0)
        return target;
    if (fstat(target, &info) < 0)
        return -errno;
    return S_ISDIR(info.st_mode) ? mask_directory(child, target) : mask_file(child, target);
}

int child_mask_paths(struct child *child)
{
    const struct text_list *paths = &child->plan->masked_paths;

    for (size_t i = 0; i < paths->count; i++) {
        int error;

        child->item = (int) i;
        error = mask_path(child, paths->items[i]);
        if (error < 0)
            return error;
    }
    return 0;
}

static int protect_path(const struct child *child, const char *path)
{
    owned_fd target = sys_open_in_root(child->root, path, O_PATH);
    owned_fd tree = -1;
    int error;

    if (target == -ENOENT || target == -ENOTDIR || target == -EACCES)
        return 0;
    if (target < 0)
        return target;
    tree = sys_clone_tree(target, "", AT_RECURSIVE);
    if (tree < 0)
        return tree;
    error = sys_mount_setattr(tree, true, MOUNT_ATTR_RDONLY, 0, 0, -1);
    return error < 0 ? error : sys_attach_tree(tree, target);
}

int child_protect_paths(struct child *child)
{
    const struct text_list *paths = &child->plan->readonly_paths;

    for (size_t i = 0; i < paths->count; i++) {
        int error;

        child->item = (int) i;
        error = protect_path(child, paths->items[i]);
        if (error < 0)
            return error;
    }
    return 0;
}

/* Through the parent's own /proc, never the image's (CVE-2025-52881): its /proc/sys shows the caller's namespaces. */
static int write_sysctl(const struct child *child, const struct plan_sysctl *sysctl)
{
    owned_fd directory = sys_open_at(child->files->proc, "sys", O_PATH | O_DIRECTORY | O_NOFOLLOW);
    owned_fd file = -1;

    if (directory < 0)
        return directory;
    file = sys_open_beneath(directory, sysctl->path, O_WRONLY, 0);
    if (file < 0)
        return file;
    if (sys_filesystem_type(file) != PROC_SUPER_MAGIC)
        return -EPERM;
    return sys_write_all(file, sysctl->value, strlen(sysctl->value));
}

int child_write_sysctls(struct child *child)
{
    const struct plan *plan = child->plan;

    for (size_t i = 0; i < plan->sysctls.count; i++) {
        int error;

        child->item = (int) i;
        error = write_sysctl(child, &plan->sysctls.items[i]);
        if (error < 0)
            return error;
    }
    return 0;
}

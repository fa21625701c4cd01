/*
 * The mounts of the plan, in its order: made detached, then attached to a place that was found by fd.
 *
 * A mount that fails tells its number; for new file systems the kernel's own message (fsconfig's log) comes along.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "base/sys/process.h"
#include "runtime/child/step.h"

static bool has_option(const struct plan_mount *mount, const char *name)
{
    for (size_t i = 0; i < mount->data.count; i++)
        if (strcmp(mount->data.items[i].key, name) == 0)
            return true;
    return false;
}

/*
 * A tmpfs over a directory of the image takes that directory's mode, unless it was given one: images rely on a /run that is
 * not for all, and other runtimes do the same. Where the directory has yet to be made, tmpfs' own default (1777) holds.
 */
static int configure_mode(const struct child *child, const struct plan_mount *mount, int context)
{
    owned_fd place = -1;
    struct stat info;
    char mode[sizeof("07777")] = "";

    if (strcmp(mount->type, "tmpfs") != 0 || has_option(mount, "mode"))
        return 0;
    place = sys_open_in_root(child->root, mount->target, O_PATH | O_DIRECTORY);
    if (place < 0)
        return 0; /* making it is about to tell what is wrong */
    if (fstat(place, &info) < 0)
        return -errno;
    for (size_t i = 0; i < sizeof(mode) - 1; i++)
        mode[i] = (char) ('0' + ((info.st_mode & 07777) >> (3 * (sizeof(mode) - 2 - i)) & 7));
    return sys_fsconfig_string(context, "mode", mode);
}

static int configure(int context, const struct plan_mount *mount)
{
    int error = 0;

    if (mount->source)
        error = sys_fsconfig_string(context, "source", mount->source);
    for (size_t i = 0; i < mount->data.count && error == 0; i++) {
        const struct text_pair *pair = &mount->data.items[i];

        error = pair->value ? sys_fsconfig_string(context, pair->key, pair->value)
                            : sys_fsconfig_flag(context, pair->key);
    }
    return error < 0 ? error : 0;
}

/*
 * A procfs shows its maker's pid namespace, unless it is told of another (Linux 6.18). Before, a process in there has to make it; for that
 * moment one inside that may trace sees a process with our rights. The context is shared.
 */
static int point_procfs_at_joined(const struct child *child, int context)
{
    int status;
    int error;
    pid_t pid;
    owned_fd own = -1;

    if (sys_fsconfig_fd(context, "pidns", child->plan->namespaces.of[NAMESPACE_PID].fd) == 0)
        return 0;
    own = sys_open_at(child->files->proc, "self/ns/pid", O_RDONLY);
    if (own < 0)
        return own;
    error = sys_setns(child->plan->namespaces.of[NAMESPACE_PID].fd, CLONE_NEWPID);
    if (error < 0)
        return error;
    pid = sys_clone(CLONE_FILES, -1, NULL);
    if (pid == 0) {
        /* The superblock's pid namespace was taken at fsopen, so this one opens a context of its own in the same slot. */
        int inside = sys_fsopen("proc");

        if (inside < 0 || dup3(inside, context, O_CLOEXEC) < 0)
            _exit(errno);
        (void) close(inside); /* the table is shared: it would stay */
        _exit(0);
    }
    if (pid < 0)
        return pid;
    error = sys_wait(pid, &status);
    if (error == 0)
        error = WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
    if (error < 0)
        return error;
    /* Children that are to come (none until the late fork) belong where we are; from a user namespace there is no way back (EPERM). */
    error = sys_setns(own, CLONE_NEWPID);
    return error == -EPERM ? 0 : error;
}

static bool shows_joined_pids(const struct child *child, const struct plan_mount *mount)
{
    return child->plan->namespaces.of[NAMESPACE_PID].how == PLAN_NAMESPACE_JOIN &&
           strcmp(mount->type, "proc") == 0;
}

int child_make_filesystem(struct child *child, const struct plan_mount *mount)
{
    owned_fd context = sys_fsopen(mount->type);
    int error = 0;
    int fd;

    if (context < 0)
        return context;
    if (shows_joined_pids(child, mount))
        error = point_procfs_at_joined(child, context);
    if (error == 0)
        error = configure(context, mount);
    if (error == 0)
        error = configure_mode(child, mount, context);
    if (error == 0)
        error = sys_fsconfig_create(context);
    if (error < 0) {
        sys_fscontext_message(context, child->text, sizeof(child->text));
        child->detail = child->text[0] ? child->text : NULL;
        return error;
    }
    fd = sys_fsmount(context, (unsigned int) mount->attr_set);
    return fd;
}

/* A tree that the parent could not open for us: in our own mount namespace we may. */
static int open_bind(const struct plan_mount *mount)
{
    owned_fd tree = sys_clone_tree(AT_FDCWD, mount->source, mount->is_recursive ? AT_RECURSIVE : 0);
    int error;

    if (tree < 0)
        return tree;
    error = sys_mount_setattr(tree, mount->propagation_is_recursive, 0, 0, mount->propagation, -1);
    if (error == 0 && (mount->attr_set || mount->attr_clear))
        error = sys_mount_setattr(tree, false, mount->attr_set, mount->attr_clear, 0, -1);
    if (error == 0 && (mount->recursive_set || mount->recursive_clear))
        error = sys_mount_setattr(tree, true, mount->recursive_set, mount->recursive_clear, 0, -1);
    return error < 0 ? error : take_fd(&tree);
}

static int is_directory(int fd)
{
    struct stat info;

    return fstat(fd, &info) < 0 ? -errno : S_ISDIR(info.st_mode);
}

static int copy_up(const struct plan_mount *mount, int target, int tree)
{
    owned_fd from = openat(target, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    owned_fd to = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat info;

    if (from < 0 || to < 0 || fstat(from, &info) < 0)
        return -errno;
    if (!has_option(mount, "uid") && fchown(to, info.st_uid, (gid_t) -1) < 0)
        return -errno;
    if (!has_option(mount, "gid") && fchown(to, (uid_t) -1, info.st_gid) < 0)
        return -errno;
    return child_copy_tree(from, to);
}

int child_attach_mount(const struct child *child, const struct plan_mount *mount, int tree,
                       bool to_directory)
{
    owned_fd target =
        child_open_target(child, mount->target, to_directory, mount->refuses_symlinks);
    int error = 0;

    if (target < 0)
        return target;
    if (mount->must_be_procfs && sys_filesystem_type(tree) != PROC_SUPER_MAGIC)
        return -EPERM;
    if (mount->copies_up)
        error = copy_up(mount, target, tree);
    return error < 0 ? error : sys_attach_tree(tree, target);
}

/* A policy need not have labels for it: then the kernel says so, and there is nothing to be kept apart. */
static int label_root(const char *label, int tree)
{
    owned_fd root = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (root < 0)
        return -errno;
    if (fsetxattr(root, "security.selinux", label, strlen(label), 0) < 0 && errno != EOPNOTSUPP)
        return -errno;
    return 0;
}

/* What only holds for the whole subtree is set once it is attached; propagation of new file systems too. */
int child_finish_mount(const struct plan_mount *mount, int tree)
{
    int error = 0;

    if (mount->kind != PLAN_MOUNT_FILESYSTEM)
        return 0;
    if (mount->root_label)
        error = label_root(mount->root_label, tree);
    if (error == 0 && mount->propagation)
        error =
            sys_mount_setattr(tree, mount->propagation_is_recursive, 0, 0, mount->propagation, -1);
    if (error == 0 && (mount->recursive_set || mount->recursive_clear))
        error = sys_mount_setattr(tree, true, mount->recursive_set, mount->recursive_clear, 0, -1);
    return error;
}

static int mount_filesystem(struct child *child, const struct plan_mount *mount)
{
    owned_fd tree = child_make_filesystem(child, mount);
    int error;

    if (tree < 0)
        return tree;
    error = child_attach_mount(child, mount, tree, true);
    return error < 0 ? error : child_finish_mount(mount, tree);
}

static int mount_bind(const struct child *child, const struct plan_mount *mount)
{
    bool opens = child->plan->child_opens_sources;
    owned_fd own_tree = opens ? open_bind(mount) : -1;
    int tree = opens ? own_tree : mount->fd;
    int to_directory;

    if (tree < 0) /* the parent leaves -1 where an optional source is missing */
        return mount->is_optional_source && (!opens || tree == -ENOENT) ? 0 : tree;
    to_directory = is_directory(tree);
    return to_directory < 0 ? to_directory : child_attach_mount(child, mount, tree, to_directory);
}

int child_change_mount(const struct child *child, const struct plan_mount *mount)
{
    owned_fd place = sys_open_in_root_no_symlinks(child->root, mount->target, O_PATH);
    int error = 0;

    if (place < 0)
        return place;
    if (mount->attr_set || mount->attr_clear || mount->propagation)
        error = sys_mount_setattr(place, false, mount->attr_set, mount->attr_clear,
                                  mount->propagation, -1);
    if (error == 0 && (mount->recursive_set || mount->recursive_clear))
        error = sys_mount_setattr(place, true, mount->recursive_set, mount->recursive_clear, 0, -1);
    return error;
}

static int make_symlink(const struct child *child, const char *target, const char *value)
{
    const char *name;
    owned_fd parent = child_open_parent(child, target, &name);

    if (parent < 0)
        return parent;
    return symlinkat(value, parent, name) < 0 && errno != EEXIST ? -errno : 0;
}

int child_make_symlinks(struct child *child)
{
    const struct plan *plan = child->plan;

    for (size_t i = 0; i < plan->symlinks.count; i++) {
        const struct plan_symlink *link = &plan->symlinks.items[i];
        int error;

        if (link->only_with && faccessat(child->files->proc, link->only_with, F_OK, 0) < 0)
            continue;
        child->item = (int) i;
        error = make_symlink(child, link->target, link->value);
        if (error < 0)
            return error;
    }
    return 0;
}

static int mount_one(struct child *child, const struct plan_mount *mount)
{
    switch (mount->kind) {
    case PLAN_MOUNT_BIND:
        return mount_bind(child, mount);
    case PLAN_MOUNT_FILESYSTEM:
        return mount_filesystem(child, mount);
    case PLAN_MOUNT_CHANGE:
        return child_change_mount(child, mount);
    case PLAN_MOUNT_SYMLINK:
        return make_symlink(child, mount->target, mount->source);
    }
    return -EINVAL;
}

static int mount_all(struct child *child, bool last_ones)
{
    for (size_t i = 0; i < child->plan->mounts.count; i++) {
        int error;

        if (child->plan->mounts.items[i].is_last != last_ones)
            continue;
        child->item = (int) i;
        error = mount_one(child, &child->plan->mounts.items[i]);
        if (error < 0)
            return error;
    }
    return 0;
}

int child_mount(struct child *child)
{
    return mount_all(child, false);
}

int child_finish_mounts(struct child *child)
{
    return mount_all(child, true);
}

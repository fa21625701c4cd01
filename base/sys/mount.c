/* Mounts by fd: thin wrappers; see mount.h. Debian 12's glibc has them, but its headers clash with linux/mount.h. */
#include "base/sys/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

static int result(long value)
{
    return value < 0 ? -errno : (int) value;
}

int sys_clone_tree(int directory, const char *path, unsigned int flags)
{
    if (path[0] == '\0')
        flags |= AT_EMPTY_PATH;
    return result(
        syscall(SYS_open_tree, directory, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags));
}

static bool is_directory(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);
}

/* The kernel's EINVAL for a file on a directory and the reverse says too little. */
int sys_attach_tree(int tree, int target_fd)
{
    int error =
        sys_move_mount(tree, "", target_fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);

    if (error == -EINVAL && is_directory(tree) != is_directory(target_fd))
        error = is_directory(target_fd) ? -EISDIR : -ENOTDIR;
    return error;
}

int sys_attach_tree_at(int tree, int directory, const char *path)
{
    return sys_move_mount(tree, "", directory, path, MOVE_MOUNT_F_EMPTY_PATH);
}

int sys_move_mount(int from, const char *from_path, int to, const char *to_path, unsigned int flags)
{
    return result(syscall(SYS_move_mount, from, from_path, to, to_path, flags));
}

int sys_fsopen(const char *type)
{
    return result(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC));
}

int sys_fsconfig_string(int context, const char *key, const char *value)
{
    return result(syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0));
}

int sys_fsconfig_flag(int context, const char *key)
{
    return result(syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, key, NULL, 0));
}

int sys_fsconfig_fd(int context, const char *key, int fd)
{
    return result(syscall(SYS_fsconfig, context, FSCONFIG_SET_FD, key, NULL, fd));
}

int sys_fsconfig_create(int context)
{
    return result(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
}

int sys_fsmount(int context, unsigned int attributes)
{
    return result(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes));
}

void sys_fscontext_message(int context, char *buffer, size_t size)
{
    ssize_t length = 0;

    /* One message per read; the last one is the nearest to the failure. A short buffer gives EMSGSIZE. */
    buffer[0] = '\0';
    do {
        if (length > 0)
            buffer[length] = '\0';
        length = read(context, buffer, size - 1);
    } while (length > 0);
    if (buffer[0] && buffer[strlen(buffer) - 1] == '\n')
        buffer[strlen(buffer) - 1] = '\0';
    if (buffer[0] && buffer[1] == ' ') /* "e ", "w ", "i ": how bad it is */
        (void) memmove(buffer, buffer + 2, strlen(buffer + 2) + 1);
}

/* NOLINTNEXTLINE(readability-function-size): the system call's own parameters */
int sys_mount_setattr(int fd, bool is_recursive, uint64_t set, uint64_t clear, uint64_t propagation,
                      int userns)
{
    struct mount_attr attributes = {
        .attr_set = set,
        .attr_clr = clear,
        .propagation = propagation,
        .userns_fd = userns < 0 ? 0 : (uint64_t) userns,
    };
    unsigned int flags = AT_EMPTY_PATH | (is_recursive ? AT_RECURSIVE : 0);

    return result(syscall(SYS_mount_setattr, fd, "", flags, &attributes, sizeof(attributes)));
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
    return result(syscall(SYS_pivot_root, new_root, put_old));
}

/*
 * Mounts by fd (fsopen and kin, Linux 5.2; mount_setattr, 5.12). Names and meaning are the system calls';
 * each returns the fd or 0, or -errno; fds are close-on-exec. None of them sleeps interruptibly.
 */
#ifndef BASE_SYS_MOUNT_H
#define BASE_SYS_MOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A detached clone of what is at path below directory; path "" (with directory being it) is allowed. flags: AT_RECURSIVE, AT_SYMLINK_NOFOLLOW. */
int sys_clone_tree(int directory, const char *path, unsigned int flags);
/* Attaches the tree on top of what target_fd refers to. */
int sys_attach_tree(int tree, int target_fd);
/* The same, on what is at path below directory. */
int sys_attach_tree_at(int tree, int directory, const char *path);
int sys_move_mount(int from, const char *from_path, int to, const char *to_path,
                   unsigned int flags);

int sys_fsopen(const char *type);
int sys_fsconfig_string(int context, const char *key, const char *value);
int sys_fsconfig_flag(int context, const char *key);
int sys_fsconfig_fd(int context, const char *key, int fd);
int sys_fsconfig_create(int context);
int sys_fsmount(int context, unsigned int attributes); /* attributes: MOUNT_ATTR_... */
/* The kernel's last message about a context ("e tmpfs: Bad value for 'size'"), NUL-terminated; "" when there is none. */
void sys_fscontext_message(int context, char *buffer, size_t size);

/* propagation: MS_..., or 0. userns: fd for MOUNT_ATTR_IDMAP, or -1. Applies to the mount that fd refers to. */
int sys_mount_setattr(int fd, bool is_recursive, uint64_t set, uint64_t clear, uint64_t propagation,
                      int userns);

int sys_pivot_root(const char *new_root, const char *put_old);

#endif

/*
 * Files: opening, reading, writing. Every fd is close-on-exec. Functions return the value or -errno and touch no memory
 * but the caller's. EINTR is retried in read and write; open is not retried (it blocks only on what we never open so).
 */
#ifndef BASE_SYS_FILE_H
#define BASE_SYS_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int sys_open(const char *path, int flags);
int sys_open_at(int directory, const char *path, int flags);
int sys_create_at(int directory, const char *path, int flags, mode_t mode);

/* Resolves path as if root were "/": neither symlinks nor ".." lead out, magic links are refused. flags: O_... Linux 5.6. */
int sys_open_in_root(int root, const char *path, uint64_t flags);
/* The same, and no component may be a symlink (-ELOOP). */
int sys_open_in_root_no_symlinks(int root, const char *path, uint64_t flags);
/* Below directory, without leaving its mount, without symlinks: for /proc and cgroup trees that we opened ourselves. */
int sys_open_beneath(int directory, const char *path, uint64_t flags, mode_t mode);

/* Reads until end of file or until the buffer is full; returns the count. */
ssize_t sys_read_all(int fd, void *buffer, size_t size);
/* Writes all of it, or fails. 0 or -errno. */
int sys_write_all(int fd, const void *buffer, size_t size);

/* Opens file below directory for writing, writes value in one write(2) (as /proc and cgroup files want it), closes. 0 or -errno. */
int sys_write_file_at(int directory, const char *file, const char *value);
/* Reads a small file (at most size - 1 bytes), NUL-terminates, strips one final newline; returns the length or -errno. */
ssize_t sys_read_file_at(int directory, const char *file, char *buffer, size_t size);

/* memfd that may be executed; seals are the caller's business. Passes MFD_EXEC where the kernel knows it (6.3). */
int sys_memfd_executable(const char *name);
int sys_memfd(const char *name);

/* fstatfs f_type, or -errno. */
long sys_filesystem_type(int fd);

/* "/proc/self/fd/N" for calls that take only paths; buffer of SYS_FD_PATH_SIZE bytes. Returns buffer. */
#define SYS_FD_PATH_SIZE 32
/* prefix (at most 20 bytes) and the number; the same buffer. */
char *sys_number_path(const char *prefix, int number, char *buffer);
char *sys_fd_path(int fd, char *buffer);

#endif

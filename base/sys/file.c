/* Files: thin wrappers; see file.h. No allocation, no formatting by stdio: used after clone. */
#include "base/sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/owned.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

int sys_open(const char *path, int flags)
{
    return sys_open_at(AT_FDCWD, path, flags);
}

int sys_open_at(int directory, const char *path, int flags)
{
    return sys_create_at(directory, path, flags, 0);
}

int sys_create_at(int directory, const char *path, int flags, mode_t mode)
{
    int fd = openat(directory, path, flags | O_CLOEXEC, mode);

    return fd < 0 ? -errno : fd;
}

static int open_how(int directory, const char *path, const struct open_how *how)
{
    long fd = syscall(SYS_openat2, directory, path, how, sizeof(*how));

    return fd < 0 ? -errno : (int) fd;
}

int sys_open_in_root(int root, const char *path, uint64_t flags)
{
    struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };

    return open_how(root, path[0] ? path : ".", &how);
}

int sys_open_in_root_no_symlinks(int root, const char *path, uint64_t flags)
{
    struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS,
    };

    return open_how(root, path[0] ? path : ".", &how);
}

int sys_open_beneath(int directory, const char *path, uint64_t flags, mode_t mode)
{
    struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .mode = mode,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
    };

    return open_how(directory, path, &how);
}

ssize_t sys_read_all(int fd, void *buffer, size_t size)
{
    size_t used = 0;

    while (used < size) {
        ssize_t count = read(fd, (char *) buffer + used, size - used);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -errno;
        if (count == 0)
            break;
        used += (size_t) count;
    }
    return (ssize_t) used;
}

int sys_write_all(int fd, const void *buffer, size_t size)
{
    const char *bytes = buffer;

    while (size > 0) {
        ssize_t count = write(fd, bytes, size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -errno;
        bytes += count;
        size -= (size_t) count;
    }
    return 0;
}

int sys_write_file_at(int directory, const char *file, const char *value)
{
    owned_fd fd = sys_open_at(directory, file, O_WRONLY);

    return fd < 0 ? fd : sys_write_all(fd, value, strlen(value));
}

ssize_t sys_read_file_at(int directory, const char *file, char *buffer, size_t size)
{
    owned_fd fd = sys_open_at(directory, file, O_RDONLY);
    ssize_t length;

    if (fd < 0)
        return fd;
    length = sys_read_all(fd, buffer, size - 1);
    if (length < 0)
        return length;
    if (length > 0 && buffer[length - 1] == '\n')
        length--;
    buffer[length] = '\0';
    return length;
}

/* Kernels before 6.3 refuse flags that they do not know; vm.memfd_noexec on later ones demands a choice. */
static int memfd_with(const char *name, unsigned int flag)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | flag);

    if (fd < 0 && errno == EINVAL)
        fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd < 0 ? -errno : fd;
}

int sys_memfd_executable(const char *name)
{
    return memfd_with(name, MFD_EXEC);
}

int sys_memfd(const char *name)
{
    return memfd_with(name, MFD_NOEXEC_SEAL);
}

long sys_filesystem_type(int fd)
{
    struct statfs info;

    return fstatfs(fd, &info) < 0 ? -errno : (long) info.f_type;
}

char *sys_number_path(const char *prefix, int number, char *buffer)
{
    char digits[12];
    size_t count = 0;
    size_t used = strlen(prefix);

    memcpy(buffer, prefix, used);
    do {
        digits[count++] = (char) ('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0)
        buffer[used++] = digits[--count];
    buffer[used] = '\0';
    return buffer;
}

char *sys_fd_path(int fd, char *buffer)
{
    return sys_number_path("/proc/self/fd/", fd, buffer);
}

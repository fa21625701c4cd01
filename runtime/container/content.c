/* Files as a whole; see content.h. */
#include "runtime/container/content.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "oci-spec/json.h"

enum { FIRST_CAPACITY = 16 * 1024 };

/* 0: it does not tell, as a pipe or a file of procfs. */
static size_t told_size(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? (size_t) info.st_size : 0;
}

/* Until the end or the capacity; a file that is as long as it told needs no second read to know. list does this a thousand times. */
static ssize_t read_piece(int fd, char *bytes, size_t capacity, size_t told)
{
    ssize_t first = read(fd, bytes, capacity);
    ssize_t rest;

    if (first < 0 && errno != EINTR)
        return -errno;
    if (first > 0 && (size_t) first == told)
        return first;
    first = first < 0 ? 0 : first;
    rest = sys_read_all(fd, bytes + first, capacity - (size_t) first);
    return rest < 0 ? rest : first + rest;
}

int content_read(struct arena *arena, int fd, size_t limit, struct content *ret_content)
{
    size_t size = told_size(fd);
    size_t capacity = size > 0 ? size + 1 : FIRST_CAPACITY;
    size_t used = 0;
    char *bytes;

    if (capacity > limit + 1)
        return -EFBIG;
    bytes = arena_alloc(arena, capacity + 1);
    for (;;) {
        ssize_t count = read_piece(fd, bytes + used, capacity - used, size);

        if (count < 0)
            return (int) count;
        used += (size_t) count;
        if (used > limit)
            return -EFBIG;
        if (used < capacity)
            break;
        capacity = capacity * 2 < limit + 1 ? capacity * 2 : limit + 1;
        bytes = memcpy(arena_alloc(arena, capacity + 1), bytes, used);
    }
    bytes[used] = '\0';
    *ret_content = (struct content){bytes, used};
    return 0;
}

/* What content_read() returned for the document of this name. */
static int check_document(const char *name, int error, struct error *err)
{
    if (error == -EFBIG)
        return error_set(err, ERROR_INVALID, "%s is larger than %zu bytes", name,
                         (size_t) JSON_MAX_SIZE_BYTES);
    return error < 0 ? error_os(err, -error, "read %s", name) : 0;
}

int content_read_file(struct arena *arena, const char *path, struct content *ret_content,
                      struct error *err)
{
    owned_fd fd = sys_open(path, O_RDONLY | O_NOCTTY);
    int error = fd < 0 ? fd : content_read(arena, fd, JSON_MAX_SIZE_BYTES, ret_content);

    return check_document(path, error, err);
}

int content_read_document(struct arena *arena, const char *file, struct content *ret_content,
                          const char **ret_name, struct error *err)
{
    *ret_name = file;
    if (strcmp(file, "-") != 0)
        return content_read_file(arena, file, ret_content, err);
    *ret_name = "standard input";
    return check_document(*ret_name,
                          content_read(arena, STDIN_FILENO, JSON_MAX_SIZE_BYTES, ret_content), err);
}

int content_write_at(int directory, const char *name, const struct content *content, mode_t mode)
{
    static const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    char temporary[PATH_MAX];
    owned_fd fd = -1;
    int error;

    if (snprintf(temporary, sizeof(temporary), "%s.%d", name, (int) getpid()) >=
        (int) sizeof(temporary))
        return -ENAMETOOLONG;
    fd = sys_create_at(directory, temporary, flags, mode);
    if (fd == -EEXIST) { /* left by a command that was killed and had our pid */
        (void) unlinkat(directory, temporary, 0);
        fd = sys_create_at(directory, temporary, flags, mode);
    }
    if (fd < 0)
        return fd;
    error = sys_write_all(fd, content->bytes, content->size);
    if (error == 0 && renameat(directory, temporary, directory, name) < 0)
        error = -errno;
    if (error < 0)
        (void) unlinkat(directory, temporary, 0);
    return error;
}

int content_write_pid_file(const char *path, pid_t pid)
{
    char digits[16];
    int length = snprintf(digits, sizeof(digits), "%d", (int) pid);
    const struct content content = {digits, (size_t) length};

    return content_write_at(AT_FDCWD, path, &content, 0644);
}

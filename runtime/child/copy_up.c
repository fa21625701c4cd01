/*
 * tmpcopyup: the content of a directory of the image, copied into the tmpfs that will cover it.
 *
 * Entry by entry with fds, nothing followed; directories on a fixed stack, so depth is bounded and nothing is allocated.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "runtime/child/step.h"

enum { MAX_DEPTH = 64 };

struct level {
    int from;
    int to;
};

struct entry {
    uint64_t inode;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

static int copy_bytes(int from, int to)
{
    ssize_t count;

    do {
        count = sendfile(to, from, NULL, 1 << 20);
    } while (count > 0 || (count < 0 && errno == EINTR));
    return count < 0 ? -errno : 0;
}

static int copy_file(const struct level *level, const char *name, const struct stat *info)
{
    owned_fd from = sys_open_at(level->from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    owned_fd to = sys_create_at(level->to, name, O_CREAT | O_EXCL | O_WRONLY, 0600);
    int error;

    if (from < 0 || to < 0)
        return from < 0 ? from : to;
    error = copy_bytes(from, to);
    if (error < 0)
        return error;
    if (fchown(to, info->st_uid, info->st_gid) < 0 || fchmod(to, info->st_mode & 07777) < 0)
        return -errno;
    return 0;
}

static int copy_link(const struct level *level, const char *name, const struct stat *info)
{
    char text[PATH_MAX];
    ssize_t length = readlinkat(level->from, name, text, sizeof(text) - 1);

    if (length < 0)
        return -errno;
    text[length] = '\0';
    if (symlinkat(text, level->to, name) < 0)
        return -errno;
    return fchownat(level->to, name, info->st_uid, info->st_gid, AT_SYMLINK_NOFOLLOW) < 0 ? -errno
                                                                                          : 0;
}

/* Makes the directory and opens both sides as the next level. */
static int enter_directory(const struct level *level, const char *name, const struct stat *info,
                           struct level *ret_next)
{
    owned_fd from = sys_open_at(level->from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    owned_fd to = -1;

    if (from < 0)
        return from;
    if (mkdirat(level->to, name, 0700) < 0)
        return -errno;
    to = sys_open_at(level->to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (to < 0)
        return to;
    if (fchown(to, info->st_uid, info->st_gid) < 0 || fchmod(to, info->st_mode & 07777) < 0)
        return -errno;
    ret_next->from = take_fd(&from);
    ret_next->to = take_fd(&to);
    return 1;
}

/* 1: a level was entered. */
static int copy_entry(const struct level *level, const char *name, struct level *ret_next)
{
    struct stat info;

    if (fstatat(level->from, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
        return -errno;
    if (S_ISDIR(info.st_mode))
        return enter_directory(level, name, &info, ret_next);
    if (S_ISREG(info.st_mode))
        return copy_file(level, name, &info);
    if (S_ISLNK(info.st_mode))
        return copy_link(level, name, &info);
    return 0; /* devices, sockets and pipes stay behind, as with other runtimes */
}

/* The next name of the directory into name: 1, or 0 at the end. One entry per call keeps the position in the fd. */
static int next_name(int directory, char *name)
{
    _Alignas(struct entry) char buffer[sizeof(struct entry) + NAME_MAX + 16];
    long length = syscall(SYS_getdents64, directory, buffer, sizeof(buffer));
    const struct entry *entry = (const struct entry *) (const void *) buffer;

    if (length <= 0)
        return length < 0 ? -errno : 0;
    /* More than one may have come: go back behind the first. */
    if (lseek(directory, entry->offset, SEEK_SET) < 0)
        return -errno;
    memcpy(name, entry->name, strlen(entry->name) + 1);
    return 1;
}

static int copy_next(const struct level *level, struct level *ret_next, bool *ret_is_done)
{
    char name[NAME_MAX + 1];
    int found = next_name(level->from, name);

    *ret_is_done = found == 0;
    if (found <= 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return found < 0 ? found : 0;
    return copy_entry(level, name, ret_next);
}

static void level_close(const struct level *level)
{
    (void) close(level->from);
    (void) close(level->to);
}

/* Does one entry of the innermost directory; returns the new depth, -1 when all is done. */
static int copy_step(struct level *levels, int depth, int *ret_error)
{
    bool is_done = false;
    int entered =
        depth + 1 < MAX_DEPTH ? copy_next(&levels[depth], &levels[depth + 1], &is_done) : -ELOOP;

    *ret_error = entered < 0 ? entered : 0;
    if (entered > 0)
        return depth + 1;
    if (!is_done || entered < 0)
        return depth;
    if (depth > 0)
        level_close(&levels[depth]);
    return depth - 1;
}

int child_copy_tree(int from, int to)
{
    struct level levels[MAX_DEPTH] = {
        {.from = from, .to = to}
    };
    int depth = 0;
    int error = 0;

    while (depth >= 0 && error == 0)
        depth = copy_step(levels, depth, &error);
    for (; depth > 0; depth--) /* after a failure */
        level_close(&levels[depth]);
    return error;
}

/* Checked by fd: what was looked at is what is read. See trusted.h. */
#include "base/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"

static int fail(struct error *err, int error, const char *path)
{
    (void) error_os(err, error, "open %s", path);
    if (error == ENOENT)
        err->kind = ERROR_NOT_FOUND;
    return -1;
}

static int check(int fd, mode_t type, const char *path, struct error *err)
{
    struct stat info;

    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine %s", path);
    if ((info.st_mode & S_IFMT) != type)
        return error_set(err, ERROR_INVALID, "%s is not a %s", path,
                         type == S_IFREG ? "regular file" : "directory");
    if (info.st_uid != 0 || (info.st_mode & (S_IWGRP | S_IWOTH)))
        return error_set(err, ERROR_INVALID,
                         "%s must belong to root, and no one else may be able to write to it",
                         path);
    return 0;
}

int trusted_open(const char *path, struct error *err)
{
    char directory_path[PATH_MAX] = "";
    const char *slash = strrchr(path, '/');
    owned_fd directory = -1;
    owned_fd file = -1;

    if (!slash || slash - path >= PATH_MAX - 1)
        return error_set(err, ERROR_INVALID, "%s is no absolute path", path);
    memcpy(directory_path, path, (size_t) (slash - path) + 1);
    directory = sys_open(directory_path, O_RDONLY | O_DIRECTORY);
    if (directory < 0)
        return fail(err, -directory, directory_path);
    if (check(directory, S_IFDIR, directory_path, err) < 0)
        return -1;
    file = sys_open_at(directory, slash + 1, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (file < 0)
        return fail(err, -file, path);
    return check(file, S_IFREG, path, err) < 0 ? -1 : take_fd(&file);
}

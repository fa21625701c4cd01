/* The three kinds of digests; see digest.h. */
#include "hooks/programs/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fsverity.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "hooks/programs/tree.h"

enum { MEASURED_MAX = 64 };

int digest_measure(struct arena *arena, int fd, const char **ret_digest, struct error *err)
{
    struct fsverity_digest *digest = arena_alloc(arena, sizeof(*digest) + MEASURED_MAX);
    const char *text;

    *ret_digest = NULL;
    digest->digest_size = MEASURED_MAX;
    if (ioctl(fd, FS_IOC_MEASURE_VERITY, digest) < 0)
        return errno == ENODATA || errno == ENOTTY || errno == EOPNOTSUPP
                   ? 0
                   : error_os(err, errno, "measure it");
    text = digest->digest_algorithm == FS_VERITY_HASH_ALG_SHA512 ? "fsverity:sha512:"
                                                                 : "fsverity:sha256:";
    for (size_t i = 0; i < digest->digest_size; i++)
        text = arena_format(arena, "%s%02x", text, digest->digest[i]);
    *ret_digest = text;
    return 0;
}

int digest_read(struct arena *arena, int fd, const char **ret_digest, struct error *err)
{
    char text[SHA_TEXT_SIZE];
    struct stat info;

    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine it");
    if ((S_ISDIR(info.st_mode) ? tree_digest(arena, fd, text, err) : sha_of_file(fd, text, err)) <
        0)
        return -1;
    *ret_digest =
        arena_format(arena, "%s:sha256:%s", S_ISDIR(info.st_mode) ? "tree" : "file", text);
    return 0;
}

int digest_open(const char *path, struct error *err)
{
    owned_fd fd = sys_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct stat info;

    if (fd < 0)
        return error_os(err, -fd, "open it");
    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine it");
    if (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode))
        return error_set(err, ERROR_INVALID, "it is neither a directory nor a regular file");
    return take_fd(&fd);
}

/* What a rootfs or an image is known by: "tree:sha256:HEX", "file:sha256:HEX", "fsverity:sha256:HEX" or "fsverity:sha512:HEX". */
#ifndef HOOKS_PROGRAMS_DIGEST_H
#define HOOKS_PROGRAMS_DIGEST_H

#include "base/arena.h"
#include "base/error.h"

/* Of a file that fs-verity protects, from the kernel, at once; NULL: it is no such file. */
int digest_measure(struct arena *arena, int fd, const char **ret_digest, struct error *err);

/* By reading all of a directory or file. */
int digest_read(struct arena *arena, int fd, const char **ret_digest, struct error *err);

/* A directory or a regular file. */
int digest_open(const char *path, struct error *err);

#endif

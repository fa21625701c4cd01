/* Reading files of unknown size, with a bound; writing files whole. */
#ifndef RUNTIME_CONTAINER_CONTENT_H
#define RUNTIME_CONTAINER_CONTENT_H

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"

/* The content of fd in the arena, NUL-terminated. 0, or -errno; -EFBIG when it is larger than limit. */
int content_read(struct arena *arena, int fd, size_t limit, const char **ret_bytes,
                 size_t *ret_size);

/* Writes name in directory by way of a temporary file and rename. No symlink is followed. 0 or -errno. */
int content_write_at(struct arena *arena, int directory, const char *name, const void *bytes,
                     size_t size, mode_t mode);

#endif

/* Reading files of unknown size, with a bound; writing files whole. */
#ifndef RUNTIME_CONTAINER_CONTENT_H
#define RUNTIME_CONTAINER_CONTENT_H

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"

struct content {
    const char *bytes; /* a NUL follows */
    size_t size;
};

/* The content of fd in the arena. 0, or -errno; -EFBIG when it is larger than limit. */
int content_read(struct arena *arena, int fd, size_t limit, struct content *ret_content);

/* The document at path, which errors name. */
int content_read_file(struct arena *arena, const char *path, struct content *ret_content,
                      struct error *err);

/* A document named on the command line, "-": standard input. The error names it as *ret_name does. */
int content_read_document(struct arena *arena, const char *file, struct content *ret_content,
                          const char **ret_name, struct error *err);

/* Writes name in directory by way of a temporary file and rename. No symlink is followed. 0 or -errno. */
int content_write_at(int directory, const char *name, const struct content *content, mode_t mode);

/* The same for a pid file: the number in digits, nothing else. */
int content_write_pid_file(const char *path, pid_t pid);

#endif

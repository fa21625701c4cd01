/* A file system context (man 2 fsopen) whose first failure is kept, in the kernel's words: a list of settings needs no check after each. */
#ifndef HELPERS_MOUNT_CONTEXT_H
#define HELPERS_MOUNT_CONTEXT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

struct context {
    const char *type;
    int fd;
    int error;       /* the first, negative; 0: none */
    const char *key; /* that failed; NULL: the mount itself. Borrowed */
};

void context_open(struct context *context, const char *type);
/* value NULL: nothing is set. */
void context_set(struct context *context, const char *key, const char *value);
void context_set_flag(struct context *context, const char *key);
/* "KEY=VALUE" or "FLAG". */
void context_set_option(struct context *context, struct arena *arena, const char *option);
/* The mount's fd. Closes the context in any case. Values are in no error. */
int context_mount(struct context *context, struct error *err);

#endif

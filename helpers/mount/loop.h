/* Loop devices (man 4 loop). */
#ifndef HELPERS_MOUNT_LOOP_H
#define HELPERS_MOUNT_LOOP_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"

struct loop {
    int fd;           /* the device's. It goes when nobody uses it: the last is the mount */
    const char *path; /* in the arena */
    dev_t device;
};

/* file stays the caller's, and says by how it was opened whether the device can be written. */
int loop_open(struct arena *arena, int file, bool is_readonly, struct loop *ret_loop,
              struct error *err);

void loop_release(struct loop *loop);

#define owned_loop __attribute__((cleanup(loop_release))) struct loop

#endif

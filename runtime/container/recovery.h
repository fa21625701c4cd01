/* What can still be known of a container whose record cannot be read. */
#ifndef RUNTIME_CONTAINER_RECOVERY_H
#define RUNTIME_CONTAINER_RECOVERY_H

#include "base/arena.h"
#include "runtime/container/lookup.h"

/* Fills in the cgroup, by planning the same create again; leaves it empty, with a warning, when that fails. */
void recovery_find_cgroup(struct arena *arena, struct container *container);

#endif

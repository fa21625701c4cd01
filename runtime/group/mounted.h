/* Volumes that are file systems of their own: a helper program mounts them (helpers/mount). */
#ifndef RUNTIME_GROUP_MOUNTED_H
#define RUNTIME_GROUP_MOUNTED_H

#include "base/arena.h"
#include "base/error.h"
#include "runtime/group/spec.h"

/* The detached mount; the caller's. A server that does not answer is an error after half a minute. */
int group_mount_volume(struct arena *arena, const struct group_spec *spec,
                       const struct group_volume *volume, struct error *err);

#endif

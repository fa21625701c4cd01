/*
 * The volumes that are file systems of their own. Each function makes one mount, detached, and returns its fd; nothing has a place in any
 * namespace until corun attaches it in the group's.
 */
#ifndef HELPERS_MOUNT_MOUNTS_H
#define HELPERS_MOUNT_MOUNTS_H

#include "base/arena.h"
#include "base/error.h"
#include "runtime/group/spec.h"

/* An image in a file, by a loop device that goes with the mount; verified when the volume says how. */
int mount_image(struct arena *arena, const struct group_volume *volume, struct error *err);
int mount_overlay(struct arena *arena, const struct group_volume *volume, struct error *err);
/* Those of other machines: the caller bounds the time. */
int mount_cifs(struct arena *arena, const struct group_volume *volume, struct error *err);
int mount_azure_file(struct arena *arena, const struct group_volume *volume, struct error *err);
int mount_nfs(struct arena *arena, const struct group_volume *volume, struct error *err);

#endif

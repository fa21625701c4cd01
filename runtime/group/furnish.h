/* What goes into a group's namespace, made detached: its root with the shared files, and the volumes. */
#ifndef RUNTIME_GROUP_FURNISH_H
#define RUNTIME_GROUP_FURNISH_H

#include "runtime/group/found.h"
#include "runtime/group/spec.h"

/* Where things are below the namespace's root (found.h). */
#define GROUP_VOLUMES "volumes"
#define GROUP_SHM     "shm"
#define GROUP_HOSTS   "etc/hosts"
#define GROUP_FILE    "group.json"
#define GROUP_NULL    "null"

/* Fills in root and trees. What it opened is in founding even when it fails. */
int group_furnish(struct arena *arena, const char *hostname, const struct group_spec *spec,
                  struct founding *founding, struct error *err);

#endif

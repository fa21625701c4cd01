/* User namespaces' id mappings: writing them for the container's process, and making namespaces that hold only a mapping. */
#ifndef RUNTIME_LAUNCH_IDMAP_H
#define RUNTIME_LAUNCH_IDMAP_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "runtime/plan/plan.h"

/*
 * Writes setgroups, uid_map and gid_map of pid, a child of ours that sits in its new user namespace and waits; or has
 * newuidmap and newgidmap do it where the plan says that the caller may not. proc: the host's /proc.
 */
int idmap_write(struct arena *arena, const struct plan_namespaces *namespaces, int proc, pid_t pid,
                struct error *err);

/* A new user namespace with these mappings and nobody in it, for MOUNT_ATTR_IDMAP. The fd, close-on-exec, the caller's. */
int idmap_open_namespace(const char *uid_map, const char *gid_map, struct error *err);

#endif

/* Finds the mounted cgroup hierarchies without reading mountinfo, whose size grows with every container on the host. */
#ifndef RUNTIME_HOST_CGROUPS_H
#define RUNTIME_HOST_CGROUPS_H

#include "base/arena.h"
#include "runtime/cgroup/cgroup_settings.h"

/*
 * text is /proc/self/cgroup (man 7 cgroups). Hierarchies that are not mounted where every distribution mounts them, below
 * /sys/fs/cgroup, are left out. The v2 hierarchy is last.
 */
enum cgroup_mode host_find_cgroups(struct arena *arena, char *text,
                                   struct cgroup_hierarchy_list *ret_list);

#endif

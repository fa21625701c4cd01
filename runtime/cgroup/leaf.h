/* What the files of this folder share: reaching a leaf's files, and what differs between v1 and v2 leaves. */
#ifndef RUNTIME_CGROUP_LEAF_H
#define RUNTIME_CGROUP_LEAF_H

#include <stddef.h>
#include <sys/types.h>

#include "runtime/cgroup/cgroup.h"

/* Whether the hierarchy has the controller: "cpu" is in "cpu,cpuacct". False for the v2 hierarchy, whose controllers vary by cgroup. */
bool hierarchy_has_controller(const struct cgroup_hierarchy *hierarchy, const char *controller);

/* The leaf of the v1 hierarchy with the controller, or NULL; and the v2 leaf, or NULL. */
const struct cgroup_leaf *cgroup_find_v1_leaf(const struct cgroup *cgroup, const char *controller);
const struct cgroup_leaf *cgroup_find_v2_leaf(const struct cgroup *cgroup);

/* Where the controller's files of the cgroup are: its v1 leaf's directory, or the v2 leaf's whatever the controller; or NULL. */
const char *cgroup_find_directory(const struct cgroup *cgroup, const char *controller);

/* directory + "/" + file, read as sys_read_file_at() and written as sys_write_file_at() do. The value or -errno. */
ssize_t cgroup_read_file(const char *directory, const char *file, char *buffer, size_t size);
int cgroup_write_file(const char *directory, const char *file, const char *value);

/* Whether list ("cpu memory pids", separated by separator) holds word. */
bool cgroup_list_has(const char *list, char separator, const char *word);

/* Opens dir_fd or tasks_fd. 0, or -errno (-ENOENT: the leaf does not exist). */
int leaf_open(struct arena *arena, struct cgroup_leaf *leaf);

/* Makes the leaf's directory and its missing parents, counting them in made_levels, also when it fails. 0 or -errno. */
int leaf_make(struct arena *arena, struct cgroup_leaf *leaf);
/* How many levels leaf_make() would have to make: the leaf, and parents that do not exist. */
unsigned int leaf_count_missing(struct arena *arena, const struct cgroup_leaf *leaf);
/* Removes the made_levels directories from the leaf upwards. 0 or -errno of the leaf itself; parents that are in use stay. */
int leaf_remove(struct arena *arena, const struct cgroup_leaf *leaf);

/*
 * v1: gives the leaf of the cpuset hierarchy, and parents without them, the CPUs and memory nodes of the nearest ancestor that has
 * some: without any, no process can enter. Files that writes sets anyway are left out.
 */
int cpuset_fill(struct arena *arena, const struct cgroup_leaf *leaf,
                const struct cgroup_write_list *writes, struct error *err);

/* v2: makes the controller usable in the leaf. 1: it is; 0: this host does not offer it; negative: the kernel refused. */
int controller_enable(struct arena *arena, const struct cgroup_leaf *leaf, const char *controller,
                      struct error *err);

/* v2: lets the kernel count what is used in the leaf, where it may: without this, what has no limits would seem to use nothing. */
void controllers_enable_counting(struct arena *arena, const struct cgroup *cgroup,
                                 const struct cgroup_leaf *leaf);

/* v2: hands the leaf and the files that man 7 cgroups lets delegate to uid and gid. */
int leaf_delegate(const struct cgroup_leaf *leaf, uid_t uid, gid_t gid, struct error *err);

#endif

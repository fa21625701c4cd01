/*
 * Cgroup hierarchies of this host: /proc/self/cgroup names them, statfs verifies each mount point.
 *
 * A v1 hierarchy is mounted at /sys/fs/cgroup/<its controllers>, "name=systemd" at .../systemd; where several controllers share
 * one and the directory is named after only some of them, the first controller's name leads there (a symlink or a mount point).
 */
#include "runtime/host/cgroups.h"

#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>

#include "base/text.h"

static const char cgroup_root[] = "/sys/fs/cgroup";

static bool is_filesystem(const char *path, long magic)
{
    struct statfs info;

    return statfs(path, &info) == 0 && (long) info.f_type == magic;
}

/* The directory below /sys/fs/cgroup where the controllers are mounted, or NULL. */
static const char *find_v1_directory(struct arena *arena, const char *controllers)
{
    const char *name =
        text_has_prefix(controllers, "name=") ? controllers + strlen("name=") : controllers;
    char *first;

    if (is_filesystem(arena_format(arena, "%s/%s", cgroup_root, name), CGROUP_SUPER_MAGIC))
        return name;
    first = arena_copy(arena, name);
    first[strcspn(first, ",")] = '\0';
    if (is_filesystem(arena_format(arena, "%s/%s", cgroup_root, first), CGROUP_SUPER_MAGIC))
        return first;
    return NULL;
}

static void add_hierarchy(struct arena *arena, struct cgroup_hierarchy_list *list,
                          const struct cgroup_hierarchy *found)
{
    struct cgroup_hierarchy *added = SLICE_PUSH(arena, list, struct cgroup_hierarchy);

    *added = *found;
    added->mount_point = found->directory[0]
                             ? arena_format(arena, "%s/%s", cgroup_root, found->directory)
                             : cgroup_root;
}

/* "4:memory:/path" is cut into its parts; false when it is not such a line. */
static bool split_line(char *line, char **ret_controllers, char **ret_path)
{
    char *controllers = strchr(line, ':');
    char *path = controllers ? strchr(controllers + 1, ':') : NULL;

    if (!path || path[1] != '/')
        return false;
    *path = '\0';
    *ret_controllers = controllers + 1;
    *ret_path = path + 1;
    return true;
}

static void add_line(struct arena *arena, char *line, struct cgroup_hierarchy_list *list,
                     const char **v2_path)
{
    struct cgroup_hierarchy found = {0};
    char *controllers;
    char *path;

    if (!split_line(line, &controllers, &path))
        return;
    if (controllers[0] == '\0') {
        *v2_path = path;
        return;
    }
    found.controllers = controllers;
    found.own_path = path;
    found.directory = find_v1_directory(arena, controllers);
    if (found.directory)
        add_hierarchy(arena, list, &found);
}

enum cgroup_mode host_find_cgroups(struct arena *arena, char *text,
                                   struct cgroup_hierarchy_list *ret_list)
{
    struct cgroup_hierarchy v2 = {.controllers = "", .is_v2 = true};
    char *rest = NULL;

    *ret_list = (struct cgroup_hierarchy_list){0};
    if (is_filesystem(cgroup_root, CGROUP2_SUPER_MAGIC)) {
        char *line = strstr(text, "0::/");

        v2.directory = "";
        v2.own_path = line ? strtok_r(line + strlen("0::"), "\n", &rest) : "/";
        add_hierarchy(arena, ret_list, &v2);
        return CGROUP_MODE_V2;
    }
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        add_line(arena, line, ret_list, &v2.own_path);
    v2.directory = "unified";
    if (v2.own_path && is_filesystem("/sys/fs/cgroup/unified", CGROUP2_SUPER_MAGIC)) {
        add_hierarchy(arena, ret_list, &v2);
        return ret_list->count > 1 ? CGROUP_MODE_HYBRID : CGROUP_MODE_V2;
    }
    return ret_list->count > 0 ? CGROUP_MODE_V1 : CGROUP_MODE_NONE;
}

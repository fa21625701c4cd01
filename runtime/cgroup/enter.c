/*
 * Opening a container's cgroup for one more process (exec). Unlike cgroup_open(), nothing may be missing: a process that
 * found no leaf would stay in the caller's cgroup, outside of the container's limits.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/sys/file.h"
#include "base/text.h"
#include "runtime/cgroup/leaf.h"

/* "cpu,memory:web/1" in two; controllers is NULL without a colon. */
struct place {
    const char *controllers;
    const char *path; /* clean, so below the leaf: it has no ".." */
};

static int parse_place(struct arena *arena, const char *text, struct place *ret_place,
                       struct error *err)
{
    const char *colon = strchr(text, ':');
    const char *path = colon ? colon + 1 : text;

    if (text_path_has_dotdot(path) || *path == '\0' || colon == text)
        return error_set(err, ERROR_INVALID,
                         "%s is not a cgroup below the container's: expected PATH or "
                         "CONTROLLER:PATH, without \"..\"",
                         text);
    ret_place->controllers = colon ? arena_copy_bytes(arena, text, (size_t) (colon - text)) : NULL;
    ret_place->path = text_path_clean(arena, path);
    return 0;
}

/* Each name of the list must be a controller of some leaf; it moves that leaf. */
static int move_leaf_of(struct arena *arena, struct cgroup *cgroup, const char *controller,
                        const struct place *place, struct error *err)
{
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, cgroup->leaves) {
        if (!hierarchy_has_controller(leaf->hierarchy, controller))
            continue;
        leaf->directory =
            arena_format(arena, "%s%s/%s", leaf->hierarchy->mount_point, cgroup->path, place->path);
        return 0;
    }
    return error_set(err, ERROR_INVALID, "the container has no cgroup of its own for \"%s\"",
                     controller);
}

static int move_leaves(struct arena *arena, struct cgroup *cgroup, const struct place *place,
                       struct error *err)
{
    char *controllers;

    if (!place->controllers) {
        SLICE_FOR_EACH(struct cgroup_leaf, leaf, cgroup->leaves)
            leaf->directory = arena_format(arena, "%s%s%s%s", leaf->hierarchy->mount_point,
                                           cgroup->path, place->path[0] ? "/" : "", place->path);
        return 0;
    }
    controllers = arena_copy(arena, place->controllers);
    for (char *name = strsep(&controllers, ","); name; name = strsep(&controllers, ","))
        if (move_leaf_of(arena, cgroup, name, place, err) < 0)
            return -1;
    return 0;
}

/* The path in the v2 line of /proc/PID/cgroup, in the arena; NULL when there is none. */
static const char *find_v2_path(struct arena *arena, pid_t pid)
{
    enum { TEXT_SIZE = 16 * 1024 };
    char *text = arena_alloc(arena, TEXT_SIZE);
    char *rest = text;

    if (sys_read_file_at(AT_FDCWD, arena_format(arena, "/proc/%d/cgroup", (int) pid), text,
                         TEXT_SIZE) < 0)
        return NULL;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
        if (text_has_prefix(line, "0::"))
            return line + strlen("0::");
    return NULL;
}

/*
 * man 7 cgroups, "no internal processes": a cgroup that hands controllers down takes no processes. The container's own init (systemd, say)
 * has moved below then, and the new process goes where it is.
 */
static int follow_init(struct arena *arena, const struct cgroup *cgroup, struct cgroup_leaf *leaf,
                       pid_t pid, struct error *err)
{
    size_t length = strlen(cgroup->path);
    const char *path;
    char controllers[256];

    if (cgroup_read_file(leaf->directory, "cgroup.subtree_control", controllers,
                         sizeof(controllers)) <= 0)
        return 0;
    path = find_v2_path(arena, pid);
    if (!path || strncmp(path, cgroup->path, length) != 0 || path[length] != '/' ||
        text_path_has_dotdot(path))
        return error_set(err, ERROR_STATE,
                         "the cgroup %s takes no processes, and the container's own is not below "
                         "it: name one with --cgroup",
                         leaf->directory);
    leaf->directory = arena_format(arena, "%s%s", leaf->hierarchy->mount_point, path);
    return 0;
}

int cgroup_open_to_enter(struct arena *arena, struct cgroup *cgroup,
                         const struct cgroup_entrance *entrance, struct error *err)
{
    for (size_t i = 0; i < entrance->places.count; i++) {
        const char *text = entrance->places.items[i];
        struct place place = {.path = ""};

        if (parse_place(arena, text, &place, err) < 0)
            return -1;
        if (move_leaves(arena, cgroup, &place, err) < 0)
            return error_within(err, "%s", text);
    }
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, cgroup->leaves) {
        int error;

        if (leaf->hierarchy->is_v2 && entrance->places.count == 0 &&
            follow_init(arena, cgroup, leaf, entrance->init, err) < 0)
            return -1;
        error = leaf_open(arena, leaf);
        if (error < 0) {
            cgroup_release(cgroup);
            return error_os(err, -error, "open the cgroup %s", leaf->directory);
        }
        if (leaf->hierarchy->is_v2)
            cgroup->v2_fd = leaf->dir_fd;
    }
    return 0;
}

/*
 * The interface: one leaf per hierarchy, made and opened and written in a row.
 *
 * Making is all or nothing: what was made before a failure is removed again. With settings.is_optional (rootless) a hierarchy
 * where the caller may not make a cgroup is left out instead.
 */
#include "runtime/cgroup/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"
#include "runtime/cgroup/leaf.h"

static struct cgroup_leaf leaf_of(struct arena *arena, const struct cgroup_hierarchy *hierarchy,
                                  const char *path)
{
    return (struct cgroup_leaf){
        .hierarchy = hierarchy,
        .directory = arena_format(arena, "%s%s", hierarchy->mount_point, path),
        .dir_fd = -1,
        .tasks_fd = -1,
        .made_levels = 1,
    };
}

void cgroup_find(struct arena *arena, enum cgroup_mode mode,
                 const struct cgroup_hierarchy_list *hierarchies, const char *path,
                 struct cgroup *ret_cgroup)
{
    *ret_cgroup = (struct cgroup){.mode = mode, .path = path, .v2_fd = -1};
    SLICE_FOR_EACH(const struct cgroup_hierarchy, hierarchy, *hierarchies)
        *SLICE_PUSH(arena, &ret_cgroup->leaves, struct cgroup_leaf) =
            leaf_of(arena, hierarchy, path);
}

void cgroup_measure_missing(struct arena *arena, struct cgroup *cgroup)
{
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, cgroup->leaves)
        leaf->made_levels = leaf_count_missing(arena, leaf);
}

void cgroup_release(struct cgroup *cgroup)
{
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, cgroup->leaves) {
        replace_fd(&leaf->dir_fd, -1);
        replace_fd(&leaf->tasks_fd, -1);
    }
    cgroup->v2_fd = -1;
}

int leaf_open(struct arena *arena, struct cgroup_leaf *leaf)
{
    int fd;

    if (leaf->hierarchy->is_v2) {
        fd = sys_open(leaf->directory, O_PATH | O_DIRECTORY | O_NOFOLLOW);
        leaf->dir_fd = fd < 0 ? -1 : fd;
    } else {
        fd = sys_open(arena_format(arena, "%s/tasks", leaf->directory), O_WRONLY);
        leaf->tasks_fd = fd < 0 ? -1 : fd;
    }
    return fd < 0 ? fd : 0;
}

/* Keeps the leaf that cgroup->leaves has at *place, or drops it; *place moves on over what is kept. */
static void cgroup_keep_leaf(struct cgroup *cgroup, struct cgroup_leaf *leaf, size_t *place)
{
    if (leaf->hierarchy->is_v2)
        cgroup->v2_fd = leaf->dir_fd;
    cgroup->leaves.items[(*place)++] = *leaf;
}

int cgroup_open(struct arena *arena, struct cgroup *cgroup, struct error *err)
{
    size_t kept = 0;

    SLICE_FOR_EACH(struct cgroup_leaf, leaf, cgroup->leaves) {
        int error = leaf_open(arena, leaf);

        leaf->made_levels = 0; /* what opens a cgroup does not own it */
        if (error == -ENOENT)
            continue;
        if (error < 0) {
            cgroup_release(cgroup);
            return error_os(err, -error, "open the cgroup %s", leaf->directory);
        }
        cgroup_keep_leaf(cgroup, leaf, &kept);
    }
    cgroup->leaves.count = kept;
    return 0;
}

/* A cgroup that was there before: somebody else's processes, or a freeze that would hold ours, are refused. */
static int leaf_check_fitness(const struct cgroup_leaf *leaf, struct error *err)
{
    char text[64];

    if (cgroup_read_file(leaf->directory, "cgroup.procs", text, sizeof(text)) > 0)
        return error_set(err, ERROR_STATE, "the cgroup %s exists and has processes",
                         leaf->directory);
    if ((cgroup_read_file(leaf->directory, "freezer.state", text, sizeof(text)) > 0 &&
         strcmp(text, "THAWED") != 0) ||
        (cgroup_read_file(leaf->directory, "cgroup.freeze", text, sizeof(text)) > 0 &&
         strcmp(text, "1") == 0))
        return error_set(err, ERROR_STATE, "the cgroup %s exists and is frozen", leaf->directory);
    return 0;
}

static bool is_refusal(int error)
{
    return error == -EACCES || error == -EPERM || error == -EROFS;
}

/* 0, or -1 with leaf saying what was made; with is_optional a refused one is named in *ret_skipped. */
static int leaf_set_up(struct arena *arena, struct cgroup_leaf *leaf,
                       const struct cgroup_settings *settings, const char **ret_skipped,
                       struct error *err)
{
    int error = leaf_make(arena, leaf);

    if (is_refusal(error) && settings->is_optional) {
        *ret_skipped =
            arena_format(arena, "make the cgroup %s: %s", leaf->directory, strerror(-error));
        return 0;
    }
    if (error < 0)
        return error_os(err, -error, "make the cgroup %s", leaf->directory);
    if (leaf->made_levels == 0 && !settings->is_unit && leaf_check_fitness(leaf, err) < 0)
        return -1;
    error = leaf_open(arena, leaf);
    if (error < 0)
        return error_os(err, -error, "open the cgroup %s", leaf->directory);
    if (hierarchy_has_controller(leaf->hierarchy, "cpuset"))
        return cpuset_fill(arena, leaf, &settings->writes, err);
    return 0;
}

static int set_up_leaves(struct arena *arena, const struct cgroup_settings *settings,
                         struct cgroup *cgroup, struct error *err)
{
    size_t kept = 0;

    SLICE_FOR_EACH(struct cgroup_leaf, leaf, cgroup->leaves)
        leaf->made_levels = 0; /* not yet: undoing must not touch what it did not make */
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, cgroup->leaves) {
        const char *skipped = NULL;

        if (leaf_set_up(arena, leaf, settings, &skipped, err) < 0)
            return -1;
        if (skipped)
            cgroup->skipped = skipped;
        else
            cgroup_keep_leaf(cgroup, leaf, &kept);
    }
    cgroup->leaves.count = kept;
    return 0;
}

static int set_up_v2(struct arena *arena, const struct cgroup *cgroup,
                     const struct cgroup_settings *settings, struct error *err)
{
    const struct cgroup_leaf *leaf = cgroup_find_v2_leaf(cgroup);

    if (leaf && !settings->is_unit) /* in a unit systemd decides */
        controllers_enable_counting(arena, cgroup, leaf);
    if (settings->device_program && (leaf || !settings->is_optional) &&
        cgroup_set_device_program(cgroup, settings->device_program, settings->device_program_length,
                                  err) < 0)
        return -1;
    if (settings->is_delegated && leaf)
        return leaf_delegate(leaf, settings->delegate_uid, settings->delegate_gid, err);
    return 0;
}

int cgroup_create(struct arena *arena, struct cgroup *cgroup,
                  const struct cgroup_settings *settings, struct error *err)
{
    if (!text_has_prefix(settings->path, "/") || settings->path[1] == '\0' ||
        text_path_has_dotdot(settings->path))
        return error_set(err, ERROR_INVALID, "%s cannot be a container's cgroup", settings->path);
    if (set_up_leaves(arena, settings, cgroup, err) == 0 &&
        cgroup_apply(cgroup, &settings->writes, settings->is_optional, err) == 0 &&
        set_up_v2(arena, cgroup, settings, err) == 0)
        return 0;
    SLICE_FOR_EACH(const struct cgroup_leaf, leaf, cgroup->leaves)
        (void) leaf_remove(arena, leaf); /* empty, and the failure above is the one to tell */
    cgroup_release(cgroup);
    return -1;
}

/* line: "4:memory:/path" of /proc/PID/cgroup. */
static bool line_is_member(const char *line, const struct cgroup *cgroup)
{
    const char *controllers = strchr(line, ':');
    const char *path = controllers ? strchr(controllers + 1, ':') : NULL;
    size_t length = path ? (size_t) (path - controllers - 1) : 0;

    if (!path)
        return true;
    SLICE_FOR_EACH(const struct cgroup_leaf, leaf, cgroup->leaves) {
        const char *own = leaf->hierarchy->controllers;

        if (strlen(own) == length && memcmp(own, controllers + 1, length) == 0)
            return strcmp(path + 1, leaf->directory + strlen(leaf->hierarchy->mount_point)) == 0;
    }
    return true; /* a hierarchy that is not mounted, or one that was left out */
}

int cgroup_check_member(struct arena *arena, const struct cgroup *cgroup, pid_t pid,
                        struct error *err)
{
    char text[16 * 1024]; /* not of the arena: only what is read is touched */
    char *rest = NULL;
    ssize_t length = sys_read_file_at(AT_FDCWD, arena_format(arena, "/proc/%d/cgroup", (int) pid),
                                      text, sizeof(text));

    if (length < 0)
        return error_os(err, (int) -length, "read the cgroups of process %d", (int) pid);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (!line_is_member(line, cgroup))
            return error_set(err, ERROR_STATE, "process %d is in the cgroup %s, not below %s",
                             (int) pid, line, cgroup->path);
    return 0;
}

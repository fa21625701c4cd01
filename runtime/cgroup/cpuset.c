/*
 * cpuset of v1: a new cgroup starts without CPUs and memory nodes, and a process that enters such a one is refused with ENOSPC. So the
 * leaf gets its parent's; man 7 cpuset.
 */
#include <string.h>

#include "runtime/cgroup/leaf.h"

/* Room for a list of 8,192 CPUs that is one range per pair. */
enum { LIST_SIZE = 32 * 1024 };

static bool is_written(const struct cgroup_write_list *writes, const char *file)
{
    SLICE_FOR_EACH(const struct cgroup_write, write, *writes)
        if (strcmp(write->file, file) == 0)
            return true;
    return false;
}

static bool has_value(const char *directory, const char *file, char *value)
{
    return cgroup_read_file(directory, file, value, LIST_SIZE) > 0 && value[0] != '\n';
}

/* Shortens path to the nearest ancestor with a value, at most to the mount point. */
static bool find_value(char *path, size_t mount_length, const char *file, char *value)
{
    for (char *slash = strrchr(path + mount_length, '/'); slash;
         slash = strrchr(path + mount_length, '/')) {
        *slash = '\0';
        if (has_value(path, file, value))
            return true;
    }
    return false;
}

static int fill_file(struct arena *arena, const struct cgroup_leaf *leaf, const char *file,
                     struct error *err)
{
    size_t mount_length = strlen(leaf->hierarchy->mount_point);
    char *value = arena_alloc(arena, LIST_SIZE);
    char *path = arena_copy(arena, leaf->directory);

    if (!find_value(path, mount_length, file, value))
        return error_set(err, ERROR_UNSUPPORTED, "%s of %s has no value", file, path);
    while (strcmp(path, leaf->directory) != 0) {
        int error;

        path[strlen(path)] = '/'; /* down again, one level at a time */
        error = cgroup_write_file(path, file, value);
        if (error < 0)
            return error_os(err, -error, "write %s to %s of %s", value, file, path);
    }
    return 0;
}

int cpuset_fill(struct arena *arena, const struct cgroup_leaf *leaf,
                const struct cgroup_write_list *writes, struct error *err)
{
    static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if ((leaf->made_levels > 1 || !is_written(writes, files[i])) &&
            fill_file(arena, leaf, files[i], err) < 0)
            return -1;
    return 0;
}

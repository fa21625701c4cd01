/* Leaves: their files, their making with missing parents, and their removal. Paths below the mount points only. */
#include "runtime/cgroup/leaf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys/file.h"

bool cgroup_list_has(const char *list, char separator, const char *word)
{
    size_t length = strlen(word);

    while (*list) {
        const char *end = strchrnul(list, separator);

        if ((size_t) (end - list) == length && memcmp(list, word, length) == 0)
            return true;
        list = *end ? end + 1 : end;
    }
    return false;
}

bool hierarchy_has_controller(const struct cgroup_hierarchy *hierarchy, const char *controller)
{
    return !hierarchy->is_v2 && cgroup_list_has(hierarchy->controllers, ',', controller);
}

const struct cgroup_leaf *cgroup_find_v1_leaf(const struct cgroup *cgroup, const char *controller)
{
    SLICE_FOR_EACH(const struct cgroup_leaf, leaf, cgroup->leaves)
        if (hierarchy_has_controller(leaf->hierarchy, controller))
            return leaf;
    return NULL;
}

const struct cgroup_leaf *cgroup_find_v2_leaf(const struct cgroup *cgroup)
{
    SLICE_FOR_EACH(const struct cgroup_leaf, leaf, cgroup->leaves)
        if (leaf->hierarchy->is_v2)
            return leaf;
    return NULL;
}

const char *cgroup_find_directory(const struct cgroup *cgroup, const char *controller)
{
    const struct cgroup_leaf *leaf = cgroup->mode == CGROUP_MODE_V2
                                         ? cgroup_find_v2_leaf(cgroup)
                                         : cgroup_find_v1_leaf(cgroup, controller);

    return leaf ? leaf->directory : NULL;
}

/* 0 or -ENAMETOOLONG. */
static int join_path(const char *directory, const char *file, char *path)
{
    int length = snprintf(path, PATH_MAX, "%s/%s", directory, file);

    return length < 0 || length >= PATH_MAX ? -ENAMETOOLONG : 0;
}

ssize_t cgroup_read_file(const char *directory, const char *file, char *buffer, size_t size)
{
    char path[PATH_MAX];
    int error = join_path(directory, file, path);

    return error < 0 ? error : sys_read_file_at(AT_FDCWD, path, buffer, size);
}

int cgroup_write_file(const char *directory, const char *file, const char *value)
{
    char path[PATH_MAX];
    int error = join_path(directory, file, path);

    return error < 0 ? error : sys_write_file_at(AT_FDCWD, path, value);
}

/* 1: made; 0: it was there; -errno. 0755, whatever the caller's umask: others may read limits and usage. */
static int make_directory(const char *path)
{
    if (mkdir(path, 0755) < 0)
        return errno == EEXIST ? 0 : -errno;
    return 1;
}

unsigned int leaf_count_missing(struct arena *arena, const struct cgroup_leaf *leaf)
{
    size_t mount_length = strlen(leaf->hierarchy->mount_point);
    char *path = arena_copy(arena, leaf->directory);
    unsigned int missing =
        1; /* the leaf itself: only its making tells, and a name in use is an exception */
    char *slash = strrchr(path + mount_length, '/');

    while (slash && slash != path + mount_length) {
        *slash = '\0';
        if (access(path, F_OK) == 0)
            break;
        missing++;
        slash = strrchr(path + mount_length, '/');
    }
    return missing;
}

/* The parents and then the leaf; -ENOENT when somebody removed a parent meanwhile. */
static int make_path(struct arena *arena, struct cgroup_leaf *leaf)
{
    size_t mount_length = strlen(leaf->hierarchy->mount_point);
    char *path = arena_copy(arena, leaf->directory);
    int made;

    for (char *slash = strchr(path + mount_length + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        made = make_directory(path);
        *slash = '/';
        if (made < 0)
            return made;
    }
    return make_directory(path);
}

int leaf_make(struct arena *arena, struct cgroup_leaf *leaf)
{
    int made = make_directory(leaf->directory);

    leaf->made_levels = 1;
    /* More than once: a sibling's delete may take an empty parent away under our hands. */
    for (int attempt = 0; attempt < 3 && made == -ENOENT; attempt++) {
        leaf->made_levels = leaf_count_missing(arena, leaf);
        made = make_path(arena, leaf);
    }
    if (made == 0)
        leaf->made_levels = 0;
    return made < 0 ? made : 0;
}

int leaf_remove(struct arena *arena, const struct cgroup_leaf *leaf)
{
    size_t mount_length = strlen(leaf->hierarchy->mount_point);
    char *path;

    if (leaf->made_levels == 0)
        return 0;
    if (rmdir(leaf->directory) < 0 && errno != ENOENT)
        return -errno;
    path = arena_copy(arena, leaf->directory);
    for (unsigned int level = 1; level < leaf->made_levels; level++) {
        char *slash = strrchr(path + mount_length, '/');

        if (!slash || slash == path + mount_length)
            break;
        *slash = '\0';
        if (rmdir(path) < 0 && errno != ENOENT)
            break; /* somebody else's containers are in it now */
    }
    return 0;
}

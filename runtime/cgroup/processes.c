/* The processes of a cgroup and of everything that the container made below it, level by level, by fd. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "runtime/cgroup/leaf.h"

/* A container that makes more cgroups than this is not listed to the end. */
enum { MAX_DIRECTORIES = 65536 };

SLICE_TYPE(pid_list, pid_t);

struct walk {
    struct arena *arena;
    int top;
    struct text_list directories; /* relative to top; grows while it is walked */
    struct pid_list pids;
};

/* Digits may be split between two reads, so the number under way is kept between calls. */
static void parse_pids(struct walk *walk, const char *bytes, size_t size, pid_t *number)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] >= '0' && bytes[i] <= '9') {
            *number = *number * 10 + (bytes[i] - '0');
        } else if (*number > 0) {
            *SLICE_PUSH(walk->arena, &walk->pids, pid_t) = *number;
            *number = 0;
        }
    }
}

/* 0 or -errno. */
static int read_pids(struct walk *walk, int directory)
{
    owned_fd fd = sys_open_at(directory, "cgroup.procs", O_RDONLY);
    char bytes[4096];
    pid_t number = 0;
    ssize_t count;

    if (fd < 0)
        return fd;
    do {
        count = sys_read_all(fd, bytes, sizeof(bytes));
        if (count > 0)
            parse_pids(walk, bytes, (size_t) count, &number);
    } while (count == (ssize_t) sizeof(bytes));
    /* v2: a threaded cgroup refuses; its processes are listed by the domain above it. */
    return count == -EOPNOTSUPP ? 0 : (int) (count < 0 ? count : 0);
}

static void add_subdirectories(struct walk *walk, int *directory, const char *path)
{
    owned_dir stream = fdopendir(*directory);

    if (!stream)
        return;
    (void) take_fd(directory); /* the stream's now */
    for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream))
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.' &&
            walk->directories.count < MAX_DIRECTORIES)
            text_list_push(walk->arena, &walk->directories,
                           arena_format(walk->arena, "%s/%s", path, entry->d_name));
}

/* Directories that vanish meanwhile are nothing to report. */
static int walk_directory(struct walk *walk, const char *path)
{
    owned_fd directory = sys_open_beneath(walk->top, path, O_RDONLY | O_DIRECTORY, 0);
    int error;

    if (directory < 0)
        return directory == -ENOENT ? 0 : directory;
    error = read_pids(walk, directory);
    if (error < 0)
        return error == -ENODEV || error == -ENOENT ? 0 : error;
    add_subdirectories(walk, &directory, path);
    return 0;
}

static int compare_pids(const void *left, const void *right)
{
    pid_t a = *(const pid_t *) left;
    pid_t b = *(const pid_t *) right;

    return (a > b) - (a < b);
}

/* v1 lists a process in each cgroup that has one of its threads. */
static void sort_and_unite(struct pid_list *pids)
{
    size_t kept = 0;

    if (pids->count == 0)
        return;
    qsort(pids->items, pids->count, sizeof(pid_t), compare_pids);
    for (size_t i = 1; i < pids->count; i++)
        if (pids->items[i] != pids->items[kept])
            pids->items[++kept] = pids->items[i];
    pids->count = kept + 1;
}

static const struct cgroup_leaf *find_listing_leaf(const struct cgroup *cgroup)
{
    const struct cgroup_leaf *leaf = cgroup_find_v2_leaf(cgroup);

    if (!leaf)
        leaf = cgroup_find_v1_leaf(cgroup, "freezer");
    if (!leaf && cgroup->leaves.count > 0)
        leaf = &cgroup->leaves.items[0];
    return leaf;
}

int cgroup_list_processes(struct arena *arena, const struct cgroup *cgroup, pid_t **ret_pids,
                          size_t *ret_count, struct error *err)
{
    const struct cgroup_leaf *leaf = find_listing_leaf(cgroup);
    struct walk walk = {.arena = arena, .top = -1};
    owned_fd top = leaf ? sys_open(leaf->directory, O_PATH | O_DIRECTORY) : -ENOENT;

    if (top < 0 && top != -ENOENT)
        return error_os(err, -top, "open the cgroup %s", leaf->directory);
    walk.top = top;
    if (top >= 0)
        text_list_push(arena, &walk.directories, ".");
    for (size_t i = 0; i < walk.directories.count; i++) {
        int error = walk_directory(&walk, walk.directories.items[i]);

        if (error < 0)
            return error_os(err, -error, "list the processes of %s/%s", leaf->directory,
                            walk.directories.items[i]);
    }
    sort_and_unite(&walk.pids);
    *ret_pids = walk.pids.items;
    *ret_count = walk.pids.count;
    return 0;
}

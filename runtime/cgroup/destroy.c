/*
 * Removing a cgroup: at once, which is the usual case after a container's exit; only where the kernel says that it is in use, what is left is
 * killed, what the container made below is removed, and removal is tried again with growing pauses.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/owned.h"
#include "base/sys/file.h"
#include "runtime/cgroup/leaf.h"

enum { MAX_STEPS = 262144, NAME_SIZE = 256 };

/* 1: the name of a subdirectory; 0: there is none; -errno. */
static int find_subdirectory(int directory, char *name)
{
    owned_dir stream = NULL;
    int error = directory_open(directory, ".", &stream);

    if (error < 0)
        return error;
    for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream))
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
            memcpy(name, entry->d_name, strlen(entry->d_name) + 1);
            return 1;
        }
    return 0;
}

struct descent {
    int directory;
    unsigned int depth; /* below top: ".." is never taken above it */
    bool is_fresh;      /* just entered, because it could not be removed */
};

static int descent_move(struct descent *descent, const char *name)
{
    bool is_down = name != NULL;
    int next = is_down ? sys_open_beneath(descent->directory, name, O_PATH | O_DIRECTORY, 0)
                       : sys_open_at(descent->directory, "..", O_PATH | O_DIRECTORY);

    if (next < 0)
        return is_down && next == -ENOENT ? 1 : next;
    replace_fd(&descent->directory, next);
    descent->depth = is_down ? descent->depth + 1 : descent->depth - 1;
    descent->is_fresh = is_down;
    return 1;
}

/* 1: go on; 0: all is gone; -errno. */
static int descent_step(struct descent *descent)
{
    char name[NAME_SIZE];
    int found = find_subdirectory(descent->directory, name);

    if (found < 0)
        return found;
    if (found == 0 && descent->is_fresh)
        return -EBUSY; /* it has no children, so processes hold it */
    if (found == 0)
        return descent->depth == 0 ? 0 : descent_move(descent, NULL);
    descent->is_fresh = false;
    if (unlinkat(descent->directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
        return 1;
    return errno == EBUSY || errno == ENOTEMPTY ? descent_move(descent, name) : -errno;
}

/*
 * Removes the directories below top, the deepest first. -EBUSY when one holds processes, -ELOOP when the container makes them faster
 * than we remove them. No recursion and no stack of names: down into what cannot be removed, up by ".." when its children are gone.
 */
static int remove_below(int top)
{
    struct descent descent = {.directory = sys_open_at(top, ".", O_PATH | O_DIRECTORY)};
    int result = descent.directory < 0 ? descent.directory : 1;

    for (int step = 0; result > 0 && step < MAX_STEPS; step++)
        result = descent_step(&descent);
    replace_fd(&descent.directory, -1);
    return result > 0 ? -ELOOP : result;
}

static bool has_processes(const struct cgroup_leaf *leaf)
{
    char text[32];

    return cgroup_read_file(leaf->directory, "cgroup.procs", text, sizeof(text)) > 0;
}

/* A leaf that was there before us stays, but nothing of ours stays in it. 0 or -errno. */
static int leaf_clear(const struct cgroup_leaf *leaf)
{
    owned_fd top = sys_open(leaf->directory, O_PATH | O_DIRECTORY);
    int error;

    if (top < 0)
        return top == -ENOENT ? 0 : top;
    error = remove_below(top);
    if (error == 0 && has_processes(leaf))
        error = -EBUSY;
    return error;
}

static int leaf_destroy(struct arena *arena, const struct cgroup_leaf *leaf)
{
    int error = leaf->made_levels > 0 ? leaf_remove(arena, leaf) : -EBUSY;

    if (error != -EBUSY && error != -ENOTEMPTY)
        return error;
    error = leaf_clear(leaf);
    return error < 0 ? error : leaf_remove(arena, leaf);
}

/* Tries all that are not done; returns the first error. */
static int destroy_leaves(struct arena *arena, const struct cgroup *cgroup, bool *is_done,
                          const struct cgroup_leaf **ret_failed)
{
    int first_error = 0;

    for (size_t i = 0; i < cgroup->leaves.count; i++) {
        const struct cgroup_leaf *leaf = &cgroup->leaves.items[i];
        int error = is_done[i] ? 0 : leaf_destroy(arena, leaf);

        is_done[i] = error == 0;
        if (error < 0 && first_error == 0) {
            first_error = error;
            *ret_failed = leaf;
        }
    }
    return first_error;
}

int cgroup_destroy(const struct cgroup *cgroup, int timeout_ms, struct error *err)
{
    owned_arena arena = {0};
    bool *is_done = ARENA_ARRAY(&arena, bool, cgroup->leaves.count);
    const struct cgroup_leaf *failed = NULL;
    struct error ignored;
    int waited_ms = 0;
    int pause_ms = 1;
    int error = destroy_leaves(&arena, cgroup, is_done, &failed);

    if (error == -EBUSY)
        (void) cgroup_kill_all(cgroup, SIGKILL, &ignored); /* if it fails, the leaf stays busy */
    while (error == -EBUSY && waited_ms < timeout_ms) {
        struct timespec pause = {.tv_nsec = pause_ms * 1000000L};

        (void) nanosleep(&pause, NULL);
        waited_ms += pause_ms;
        pause_ms = pause_ms < 50 ? pause_ms * 2 : 50;
        error = destroy_leaves(&arena, cgroup, is_done, &failed);
    }
    if (error < 0)
        return error_os(err, -error, "remove the cgroup %s", failed->directory);
    return 0;
}

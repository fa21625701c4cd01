/*
 * Places inside the root: found, and made where missing, by openat2 below the root's fd.
 *
 * The image is hostile: any component may be a symlink, and another container may exchange it meanwhile
 * (CVE-2021-30465, CVE-2024-45310). So nothing is looked up twice by path from outside: each step starts at the root's fd with
 * RESOLVE_IN_ROOT and ends in an fd, and what is made is made relative to such an fd.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "runtime/child/step.h"

/* As the kernel's own limit of symlinks in one look-up (man 7 path_resolution). */
static const int max_links = 40;

struct walk {
    int root;
    bool refuses_symlinks;
    char path[PATH_MAX];
};

static int walk_open(const struct walk *walk, const char *path, uint64_t flags)
{
    return walk->refuses_symlinks ? sys_open_in_root_no_symlinks(walk->root, path, flags)
                                  : sys_open_in_root(walk->root, path, flags);
}

/* Opens the directory of the first length bytes of the path. */
static int walk_open_prefix(struct walk *walk, size_t length)
{
    char kept = walk->path[length];
    int fd;

    walk->path[length] = '\0';
    fd = walk_open(walk, walk->path, O_PATH | O_DIRECTORY);
    walk->path[length] = kept;
    return fd;
}

/* The path's component from start to end is a dangling symlink: its text takes its place. */
static int walk_splice_link(struct walk *walk, int parent, size_t start, size_t end)
{
    char link[PATH_MAX];
    char name[NAME_MAX + 1];
    size_t rest_length = strlen(walk->path + end);
    size_t kept;
    ssize_t length;

    if (walk->refuses_symlinks)
        return -ELOOP;
    memcpy(name, walk->path + start, end - start);
    name[end - start] = '\0';
    length = readlinkat(parent, name, link, sizeof(link));
    if (length < 0)
        return errno == EINVAL ? -ENOTDIR
                               : -errno; /* EINVAL: no symlink, so something else is in the way */
    kept = link[0] == '/' ? 0 : start;
    if (kept + (size_t) length + rest_length >= sizeof(walk->path))
        return -ENAMETOOLONG;
    memmove(walk->path + kept + length, walk->path + end, rest_length + 1);
    memcpy(walk->path + kept, link, (size_t) length);
    return 0;
}

static int make_entry(int parent, const char *name, bool is_directory)
{
    owned_fd file = -1;

    if (is_directory)
        return mkdirat(parent, name, 0755) < 0 ? -errno : 0;
    file = sys_create_at(parent, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0644);
    return file < 0 ? file : 0;
}

/*
 * Makes the first missing component. 1: made, or replaced a link, look again; 0: nothing is missing.
 */
static int walk_make_next(struct walk *walk, bool is_directory)
{
    size_t start = strspn(walk->path, "/");

    while (walk->path[start]) {
        size_t end = start + strcspn(walk->path + start, "/");
        bool is_last = walk->path[end + strspn(walk->path + end, "/")] == '\0';
        char name[NAME_MAX + 1];
        owned_fd parent = -1;
        owned_fd found = walk_open_prefix(walk, end);
        int error;

        if (found >= 0 || (found == -ENOTDIR && is_last)) {
            start = end + strspn(walk->path + end, "/");
            continue;
        }
        if (found != -ENOENT || end - start > NAME_MAX)
            return found == -ENOENT ? -ENAMETOOLONG : found;
        parent = walk_open_prefix(walk, start);
        if (parent < 0)
            return parent;
        memcpy(name, walk->path + start, end - start);
        name[end - start] = '\0';
        error = make_entry(parent, name, is_directory || !is_last);
        if (error == -EEXIST)
            error = walk_splice_link(walk, parent, start, end);
        return error < 0 ? error : 1;
    }
    return 0;
}

/* Retries are bounded: each round makes a component or follows a link, and an attacker may keep exchanging them. */
static int walk_make(struct walk *walk, bool is_directory)
{
    int rounds = PATH_MAX / 2 + max_links;
    int links = 0;

    for (; rounds > 0; rounds--) {
        int fd = walk_open(walk, walk->path, O_PATH);
        int made;

        if (fd != -ENOENT)
            return fd;
        made = walk_make_next(walk, is_directory);
        if (made < 0)
            return made;
        if (made == 0 && ++links > max_links)
            return -ELOOP;
    }
    return -ELOOP;
}

static int walk_begin(struct walk *walk, const struct child *child, const char *target,
                      size_t length)
{
    if (length >= sizeof(walk->path))
        return -ENAMETOOLONG;
    walk->root = child->root;
    memcpy(walk->path, target, length);
    walk->path[length] = '\0';
    return 0;
}

int child_open_target(const struct child *child, const char *target, bool is_directory,
                      bool refuses_symlinks)
{
    struct walk walk = {.refuses_symlinks = refuses_symlinks};
    int error = walk_begin(&walk, child, target, strlen(target));

    return error < 0 ? error : walk_make(&walk, is_directory);
}

int child_open_parent(const struct child *child, const char *target, const char **ret_name)
{
    struct walk walk = {.refuses_symlinks = false};
    const char *slash = strrchr(target, '/');
    int error = walk_begin(&walk, child, target, slash ? (size_t) (slash - target) : 0);

    if (error < 0)
        return error;
    *ret_name = slash ? slash + 1 : target;
    if ((*ret_name)[0] == '\0')
        return -EISDIR;
    return walk_make(&walk, true);
}

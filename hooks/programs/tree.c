/* Walks by fds, so that no path is too long and no link leads out; see tree.h for what is counted. */
#include "hooks/programs/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "base/directory.h"
#include "base/owned.h"
#include "base/slice.h"
#include "base/sys/file.h"

enum { DEPTH_MAX = 256, ATTRIBUTE_SIZE = 65536 }; /* XATTR_SIZE_MAX */

struct walk {
    struct arena *arena;
    struct sha sha;
    char *attribute; /* ATTRIBUTE_SIZE */
};

/* One name in a directory that is open. */
struct place {
    int directory;
    const char *name;
    const char *path; /* from the tree's root */
    int depth;
};

static int sha_of_bytes(const void *bytes, size_t size, char ret_text[SHA_TEXT_SIZE],
                        struct error *err)
{
    owned_sha sha = {0};

    sha_begin(&sha);
    sha_add(&sha, bytes, size);
    return sha_end(&sha, ret_text, err);
}

static void add_record(struct walk *walk, const char *record)
{
    sha_add(&walk->sha, record, strlen(record) + 1);
}

static int add_attributes(struct walk *walk, const struct place *place, struct error *err)
{
    static const char *const names[] = {"security.capability", "system.posix_acl_access",
                                        "system.posix_acl_default"};
    const char *file =
        arena_format(walk->arena, "/proc/self/fd/%d/%s", place->directory, place->name);
    char digest[SHA_TEXT_SIZE];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ssize_t size = lgetxattr(file, names[i], walk->attribute, ATTRIBUTE_SIZE);

        if (size < 0 && (errno == ENODATA || errno == EOPNOTSUPP))
            continue;
        if (size < 0)
            return error_os(err, errno, "read the attribute %s", names[i]);
        if (sha_of_bytes(walk->attribute, (size_t) size, digest, err) < 0)
            return -1;
        add_record(walk, arena_format(walk->arena, "x %s %s %s", names[i], digest, place->path));
    }
    return 0;
}

/* What is opened is what was examined. */
static int describe_file(const struct place *place, const struct stat *info,
                         char ret_what[SHA_TEXT_SIZE], struct error *err)
{
    owned_fd fd =
        sys_open_at(place->directory, place->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    struct stat opened;

    if (fd < 0)
        return error_os(err, -fd, "open it");
    if (fstat(fd, &opened) < 0)
        return error_os(err, errno, "examine it");
    if (opened.st_ino != info->st_ino || opened.st_dev != info->st_dev ||
        opened.st_mode != info->st_mode)
        return error_set(err, ERROR_STATE, "it is being changed");
    return sha_of_file(fd, ret_what, err);
}

static int describe_link(const struct place *place, char ret_what[SHA_TEXT_SIZE], struct error *err)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(place->directory, place->name, target, sizeof(target));

    if (length < 0)
        return error_os(err, errno, "read the link");
    return sha_of_bytes(target, (size_t) length, ret_what, err);
}

static char type_of(mode_t mode)
{
    static const struct {
        mode_t type;
        char letter;
    } rows[] = {
        {S_IFDIR,  'd'},
        {S_IFREG,  'f'},
        {S_IFLNK,  'l'},
        {S_IFCHR,  'c'},
        {S_IFBLK,  'b'},
        {S_IFIFO,  'p'},
        {S_IFSOCK, 's'},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if ((mode & S_IFMT) == rows[i].type)
            return rows[i].letter;
    return '?';
}

static int add_file(struct walk *walk, const struct place *place, const struct stat *info,
                    struct error *err)
{
    char what[SHA_TEXT_SIZE] = "-";
    char type = type_of(info->st_mode);

    if (type == 'f' && describe_file(place, info, what, err) < 0)
        return -1;
    if (type == 'l' && describe_link(place, what, err) < 0)
        return -1;
    if (type == 'c' || type == 'b')
        (void) snprintf(what, sizeof(what), "%u:%u", major(info->st_rdev), minor(info->st_rdev));
    add_record(walk, arena_format(walk->arena, "%c %o %u:%u %s %s", type, info->st_mode & 07777,
                                  info->st_uid, info->st_gid, what, place->path));
    return add_attributes(walk, place, err);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *) left, *(const char *const *) right);
}

/* All but "." and "..", sorted. */
static int list_names(struct arena *arena, int directory, struct text_list *ret_names,
                      struct error *err)
{
    owned_dir stream = NULL;
    int error = directory_open(directory, ".", &stream);
    const struct dirent *entry;

    if (error < 0)
        return error_os(err, -error, "open it");
    errno = 0;
    while ((entry = readdir(stream)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            text_list_push(arena, ret_names, arena_copy(arena, entry->d_name));
    if (errno != 0)
        return error_os(err, errno, "list it");
    if (ret_names->count > 0)
        qsort(ret_names->items, ret_names->count, sizeof(char *), compare_names);
    return 0;
}

static int add(struct walk *walk, const struct place *place, struct error *err);

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the tree, at most DEPTH_MAX */
static int add_directory(struct walk *walk, const struct place *place, struct error *err)
{
    owned_fd directory =
        sys_open_at(place->directory, place->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    struct text_list names = {0};

    if (directory < 0)
        return error_os(err, -directory, "%s: open it", place->path);
    if (place->depth == DEPTH_MAX)
        return error_set(err, ERROR_UNSUPPORTED, "%s: there are more than %d levels", place->path,
                         DEPTH_MAX);
    if (list_names(walk->arena, directory, &names, err) < 0)
        return error_within(err, "%s", place->path);
    for (size_t i = 0; i < names.count; i++) {
        const struct place below = {
            .directory = directory,
            .name = names.items[i],
            .path = place->depth == 0
                        ? names.items[i]
                        : arena_format(walk->arena, "%s/%s", place->path, names.items[i]),
            .depth = place->depth + 1,
        };

        if (add(walk, &below, err) < 0)
            return -1;
    }
    return 0;
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static int add(struct walk *walk, const struct place *place, struct error *err)
{
    struct stat info;

    if (fstatat(place->directory, place->name, &info, AT_SYMLINK_NOFOLLOW) < 0)
        return error_os(err, errno, "%s: examine it", place->path);
    if (add_file(walk, place, &info, err) < 0)
        return error_within(err, "%s", place->path);
    return S_ISDIR(info.st_mode) ? add_directory(walk, place, err) : 0;
}

int tree_digest(struct arena *arena, int root, char ret_text[SHA_TEXT_SIZE], struct error *err)
{
    const struct place place = {.directory = root, .name = ".", .path = "."};
    struct walk walk = {.arena = arena, .attribute = arena_alloc(arena, ATTRIBUTE_SIZE)};
    int result;

    sha_begin(&walk.sha);
    add_record(&walk, "corun-tree-1");
    result = add(&walk, &place, err);
    if (result == 0)
        result = sha_end(&walk.sha, ret_text, err);
    sha_release(&walk.sha);
    return result;
}

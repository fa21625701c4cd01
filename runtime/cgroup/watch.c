/*
 * v1: an eventfd that the kernel is told of in cgroup.event_control counts how often memory ran out. v2: memory.events has the number of
 * processes that were killed for it, and wakes up who polls it.
 */
#include "runtime/cgroup/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"
#include "runtime/cgroup/leaf.h"

void memory_watch_release(struct memory_watch *watch)
{
    replace_fd(&watch->fd, -1);
    replace_fd(&watch->file_fd, -1);
}

/* 0 or -errno. */
static int watch_v1(struct arena *arena, struct memory_watch *watch)
{
    char words[64];

    watch->poll_events = POLLIN;
    watch->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (watch->fd < 0)
        return -errno;
    watch->file_fd =
        sys_open(arena_format(arena, "%s/memory.oom_control", watch->directory), O_RDONLY);
    if (watch->file_fd < 0)
        return watch->file_fd;
    (void) snprintf(words, sizeof(words), "%d %d", watch->fd, watch->file_fd);
    return cgroup_write_file(watch->directory, "cgroup.event_control", words);
}

/* The number in the line that begins with the key; when there is none, *ret_count stays. */
static void parse_count(const char *text, const char *key, uint64_t *ret_count)
{
    const char *line = text;
    char number[24];

    while (line && !text_has_prefix(line, key)) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    if (!line)
        return;
    line += strlen(key);
    (void) snprintf(number, sizeof(number), "%.*s", (int) strcspn(line, "\n"), line);
    (void) text_parse_uint64(number, ret_count);
}

/* Reading it from the beginning is also what makes the next change wake up poll(2). */
static uint64_t read_kills(const struct memory_watch *watch)
{
    char text[1024];
    ssize_t length = pread(watch->fd, text, sizeof(text) - 1, 0);
    uint64_t count = watch->count;

    text[length < 0 ? 0 : length] = '\0';
    parse_count(text, "oom_kill ", &count);
    return count;
}

static void read_count(const struct cgroup_leaf *leaf, const char *file, const char *key,
                       uint64_t *ret_count)
{
    char text[1024];

    if (leaf && cgroup_read_file(leaf->directory, file, text, sizeof(text)) > 0)
        parse_count(text, key, ret_count);
}

struct oom_counts cgroup_read_oom(const struct cgroup *cgroup)
{
    struct oom_counts counts = {0};
    const struct cgroup_leaf *leaf;

    if (cgroup->mode != CGROUP_MODE_V2) {
        read_count(cgroup_find_v1_leaf(cgroup, "memory"), "memory.oom_control", "oom_kill ",
                   &counts.kills);
        read_count(cgroup_find_v1_leaf(cgroup, "memory"), "memory.failcnt", "", &counts.own);
        return counts;
    }
    leaf = cgroup_find_v2_leaf(cgroup);
    read_count(leaf, "memory.events", "oom_kill ", &counts.kills);
    read_count(leaf, "memory.events.local", "oom ", &counts.own);
    return counts;
}

static int watch_v2(struct arena *arena, struct memory_watch *watch)
{
    watch->poll_events = POLLPRI;
    watch->fd = sys_open(arena_format(arena, "%s/memory.events", watch->directory), O_RDONLY);
    if (watch->fd < 0)
        return watch->fd;
    watch->count = read_kills(watch);
    return 0;
}

int cgroup_watch_memory(const struct cgroup *cgroup, struct memory_watch *ret_watch,
                        struct error *err)
{
    owned_arena arena = {0};
    bool is_v2 = cgroup->mode == CGROUP_MODE_V2;
    const struct cgroup_leaf *leaf =
        is_v2 ? cgroup_find_v2_leaf(cgroup) : cgroup_find_v1_leaf(cgroup, "memory");
    struct memory_watch watch = {.fd = -1, .file_fd = -1};
    int error = 0;

    if (leaf) {
        watch.directory = leaf->directory;
        error = is_v2 ? watch_v2(&arena, &watch) : watch_v1(&arena, &watch);
    }
    if (error < 0) {
        memory_watch_release(&watch);
        watch.directory = NULL;
    }
    if (error < 0 && error != -ENOENT) /* v2: the leaf may be without the controller */
        return error_os(err, -error, "watch the memory of %s", leaf->directory);
    *ret_watch = watch;
    return 0;
}

static uint64_t take_v1(const struct memory_watch *watch)
{
    uint64_t count = 0;

    if (read(watch->fd, &count, sizeof(count)) != sizeof(count))
        return 0;
    /* The kernel says the same when the cgroup is removed. */
    return faccessat(AT_FDCWD, watch->directory, F_OK, 0) == 0 ? count : 0;
}

uint64_t memory_watch_take(struct memory_watch *watch)
{
    uint64_t before = watch->count;

    if (watch->fd < 0)
        return 0;
    if (watch->file_fd >= 0)
        return take_v1(watch);
    watch->count = read_kills(watch);
    return watch->count - before;
}

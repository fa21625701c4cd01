/*
 * Id mappings of user namespaces (man 7 user_namespaces).
 *
 * The kernel takes each map once, in one write, from a process with CAP_SETUID (CAP_SETGID) over the parent namespace; an
 * unprivileged caller gets more than its own id only through the set-user-id helpers newuidmap and newgidmap, which are
 * run by absolute path and with an empty environment.
 */
#include "runtime/launch/idmap.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/program.h"
#include "base/sys/file.h"
#include "base/sys/process.h"

#define HELPER_TIMEOUT_MS 10000

static const char *const helper_directories[] = {"/usr/bin", "/usr/local/bin", "/bin"};

/* What one map is called in /proc and which program may write it for us. */
struct map_file {
    const char *file;
    const char *helper;
};

static const struct map_file uid_file = {"uid_map", "newuidmap"};
static const struct map_file gid_file = {"gid_map", "newgidmap"};

/* Writes value to /proc/PID/file. 0 or -errno. */
static int write_process_file(int proc, pid_t pid, const char *file, const char *value)
{
    char path[48];

    (void) snprintf(path, sizeof(path), "%d/%s", (int) pid, file); /* 48 bytes fit any pid */
    return sys_write_file_at(proc, path, value);
}

static const char *find_helper(struct arena *arena, const char *name)
{
    for (size_t i = 0; i < sizeof(helper_directories) / sizeof(helper_directories[0]); i++) {
        const char *path = arena_format(arena, "%s/%s", helper_directories[i], name);

        if (access(path, X_OK) == 0)
            return path;
    }
    return NULL;
}

/* newuidmap PID CONTAINER HOST SIZE ... */
static int run_helper(struct arena *arena, const char *name, const char *map, pid_t pid,
                      struct error *err)
{
    struct text_list argv = {0};
    struct program program = {.input = "", .timeout_ms = HELPER_TIMEOUT_MS};
    struct program_result result;
    char *rest = arena_copy(arena, map);

    program.path = find_helper(arena, name);
    if (!program.path)
        return error_set(err, ERROR_UNSUPPORTED,
                         "map several ids without privileges: %s is not installed", name);
    text_list_push(arena, &argv, name);
    text_list_push(arena, &argv, arena_format(arena, "%d", (int) pid));
    for (const char *word = strsep(&rest, " \n"); word; word = strsep(&rest, " \n"))
        if (word[0])
            text_list_push(arena, &argv, word);
    program.argv = argv.items;
    if (program_run(arena, &program, &result, err) < 0)
        return error_within(err, "run %s", program.path);
    return program_check(&result, err) < 0 ? error_within(err, "%s", program.path) : 0;
}

static int write_map(struct arena *arena, const struct plan_namespaces *namespaces, int proc,
                     pid_t pid, struct error *err)
{
    const struct map_file *files[] = {&gid_file, &uid_file};
    const char *maps[] = {namespaces->gid_map, namespaces->uid_map};

    for (size_t i = 0; i < 2; i++) {
        int error;

        if (!maps[i])
            continue;
        if (namespaces->needs_idmap_helpers) {
            if (run_helper(arena, files[i]->helper, maps[i], pid, err) < 0)
                return -1;
            continue;
        }
        error = write_process_file(proc, pid, files[i]->file, maps[i]);
        if (error < 0)
            return error_os(err, -error, "write the container's %s", files[i]->file);
    }
    return 0;
}

int idmap_write(struct arena *arena, const struct plan_namespaces *namespaces, int proc, pid_t pid,
                struct error *err)
{
    if (namespaces->denies_setgroups) {
        int error = write_process_file(proc, pid, "setgroups", "deny");

        if (error < 0)
            return error_os(err, -error, "deny setgroups to the container");
    }
    return write_map(arena, namespaces, proc, pid, err);
}

/* The process that holds the namespace until we have it by fd; ends when we do, or when we die. */
static void hold_namespace(int until_closed)
{
    char byte;

    (void) !read(until_closed, &byte, sizeof(byte));
    _exit(0);
}

/* Writes the maps of the holder and opens its namespace. */
static int take_namespace(pid_t pid, const char *uid_map, const char *gid_map, struct error *err)
{
    owned_fd proc = sys_open("/proc", O_PATH | O_DIRECTORY);
    char path[48];
    int error = proc;
    int fd;

    if (proc >= 0)
        error = write_process_file(proc, pid, gid_file.file, gid_map);
    if (error == 0)
        error = write_process_file(proc, pid, uid_file.file, uid_map);
    if (error < 0)
        return error_os(err, -error, "write the maps of an id mapped mount");
    (void) snprintf(path, sizeof(path), "%d/ns/user", (int) pid);
    fd = sys_open_at(proc, path, O_RDONLY);
    return fd < 0 ? error_os(err, -fd, "open the namespace of an id mapped mount") : fd;
}

int idmap_open_namespace(const char *uid_map, const char *gid_map, struct error *err)
{
    int ends[2];
    int status;
    int fd;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_os(err, errno, "make a pipe");
    pid = sys_clone(CLONE_NEWUSER, -1, NULL);
    if (pid == 0) {
        (void) close(ends[1]);
        hold_namespace(ends[0]);
    }
    (void) close(ends[0]);
    if (pid < 0) {
        (void) close(ends[1]);
        return error_os(err, -pid, "make a user namespace for an id mapped mount");
    }
    fd = take_namespace(pid, uid_map, gid_map, err);
    (void) close(ends[1]);
    (void) sys_wait(pid, &status); /* it has nothing to tell */
    return fd;
}

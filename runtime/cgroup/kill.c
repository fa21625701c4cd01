/*
 * Signals to everything in a cgroup.
 *
 * SIGKILL: v2's cgroup.kill is atomic and reaches all descendants. Otherwise: freeze (v1), signal each, thaw, until none is left. A pid read
 * from cgroup.procs may belong to a stranger by the time it is used: so it is opened as a pidfd, then its cgroup is
 * checked, and only then the pidfd is signalled. If the number was reused before the open, the check sees the stranger; if
 * after it, the pidfd refers to a process that is gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/process.h"
#include "base/text.h"
#include "runtime/cgroup/leaf.h"

enum { MAX_ROUNDS = 64, CGROUP_TEXT_SIZE = 16 * 1024 };

/* Whether the process is in the cgroup or below it, in every hierarchy that has a leaf: one line that says so is enough. */
static bool process_is_inside(const struct cgroup *cgroup, pid_t pid, char *text)
{
    char name[64];
    char *rest = NULL;

    (void) snprintf(name, sizeof(name), "/proc/%d/cgroup", (int) pid);
    if (sys_read_file_at(AT_FDCWD, name, text, CGROUP_TEXT_SIZE) < 0)
        return false;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        const char *path = strchr(line, '/');

        if (path && text_path_is_at_or_below(path, cgroup->path))
            return true;
    }
    return false;
}

/* A process that is gone, or never was in the cgroup, is left alone. */
static int signal_process(const struct cgroup *cgroup, pid_t pid, int signal, char *text,
                          struct error *err)
{
    owned_fd pidfd = sys_pidfd_open(pid);
    int error;

    if (pidfd < 0 || !process_is_inside(cgroup, pid, text))
        return 0;
    error = sys_pidfd_send_signal(pidfd, signal);
    if (error < 0 && error != -ESRCH)
        return error_os(err, -error, "send signal %d to process %d", signal, (int) pid);
    return 0;
}

/* The count of processes that were listed, or negative. */
static ssize_t signal_each(const struct cgroup *cgroup, int signal, struct error *err)
{
    owned_arena arena = {0};
    char *text = arena_alloc(&arena, CGROUP_TEXT_SIZE);
    pid_t *pids = NULL;
    size_t count = 0;

    if (cgroup_list_processes(&arena, cgroup, &pids, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (signal_process(cgroup, pids[i], signal, text, err) < 0)
            return -1;
    return (ssize_t) count;
}

/* A frozen process has the signal, but dies of it only when thawed. Best effort: not every host has a freezer. */
static void thaw_v1(const struct cgroup *cgroup)
{
    const struct cgroup_leaf *leaf = cgroup_find_v1_leaf(cgroup, "freezer");

    if (leaf)
        (void) cgroup_write_file(leaf->directory, "freezer.state", "THAWED");
}

static int kill_each(const struct cgroup *cgroup, struct error *err)
{
    const struct cgroup_leaf *freezer = cgroup_find_v1_leaf(cgroup, "freezer");
    struct timespec pause = {.tv_nsec = 1000000};
    ssize_t count;

    for (int round = 0; round < MAX_ROUNDS; round++) {
        if (freezer) /* so that nothing forks between the listing and the signal; without it the next round catches it */
            (void) cgroup_write_file(freezer->directory, "freezer.state", "FROZEN");
        count = signal_each(cgroup, SIGKILL, err);
        thaw_v1(cgroup);
        if (count <= 0)
            return (int) count;
        (void) nanosleep(&pause, NULL);
        if (pause.tv_nsec < 50000000)
            pause.tv_nsec *= 2;
    }
    return 0; /* uninterruptible ones remain; cgroup_destroy() says so if it matters */
}

int cgroup_kill_all(const struct cgroup *cgroup, int signal, struct error *err)
{
    const struct cgroup_leaf *v2 = cgroup_find_v2_leaf(cgroup);
    int error = -ENOENT;

    if (signal != SIGKILL)
        return signal_each(cgroup, signal, err) < 0 ? -1 : 0;
    if (v2)
        error = cgroup_write_file(v2->directory, "cgroup.kill", "1");
    if (error == 0) {
        thaw_v1(cgroup);
        return 0;
    }
    return kill_each(cgroup, err);
}

/*
 * Joining a container's namespaces for a hook; see enter.h.
 *
 * createContainer hooks are found in the runtime's namespaces and run in the container's, before pivot_root: the old root
 * is still what the mount namespace shows. startContainer hooks are found in the container, so its root becomes ours.
 * Their file may come from the image, so they get no more capabilities than the container's bounding set has.
 * Before anything is joined the process is made undumpable: those inside must not look into it (CVE-2016-9962).
 * A pid namespace holds for children only, so program_run() forks once more after hook_enter().
 */
#include "hooks/enter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/namespaces.h"
#include "base/sys/process.h"
#include "base/sys/security.h"

/* Of /proc/PID, which the pidfd proves to be the right PID. */
static int open_process(int pidfd, struct error *err)
{
    int directory = sys_process_open(pidfd);

    return directory < 0 ? error_os(err, -directory, "find the container's process") : directory;
}

static int find_other_namespaces(int process, int *ret_kinds, struct error *err)
{
    const char *what = NULL;
    int error = sys_namespaces_find_others(process, 0, ret_kinds, &what);

    return error < 0 ? error_os(err, -error, "examine the container's %s namespace", what) : 0;
}

/* The number behind "name:\t" in the text of /proc/PID/status. False when there is none. */
static bool find_status(const char *text, const char *name, uint64_t *ret_value)
{
    const char *line = strstr(text, name);

    if (!line)
        return false;
    *ret_value = strtoull(line + strlen(name), NULL, 16);
    return true;
}

/* What the container's process, which is set up and waits, may have at most. */
static int read_limits(int process, struct hook_entry *entry, struct error *err)
{
    uint64_t no_new_privileges;
    char text[8192];
    ssize_t length = sys_read_file_at(process, "status", text, sizeof(text));

    if (length < 0)
        return error_os(err, (int) -length, "read the container's capabilities");
    if (!find_status(text, "\nCapBnd:\t", &entry->capabilities) ||
        !find_status(text, "\nNoNewPrivs:\t", &no_new_privileges))
        return error_os(err, EPROTO, "read the container's capabilities");
    entry->no_new_privileges = no_new_privileges != 0;
    return 0;
}

int hook_entry_open(const struct hook_run *run, const char *path, struct hook_entry *ret_entry,
                    struct error *err)
{
    owned_hook_entry entry = {
        .run = run,
        .pidfd = run->container_pidfd,
        .root = -1,
        .executable = -1,
        .capabilities = ~UINT64_C(0),
    };
    owned_fd process = open_process(entry.pidfd, err);

    if (process < 0 || find_other_namespaces(process, &entry.kinds, err) < 0)
        return -1;
    if (run->place == HOOK_PLACE_CREATE_CONTAINER) {
        entry.executable = sys_open(path, O_PATH);
        if (entry.executable < 0)
            return error_os(err, -entry.executable, "open it");
    } else {
        entry.root = sys_open_at(process, "root", O_PATH | O_DIRECTORY);
        if (entry.root < 0)
            return error_os(err, -entry.root, "open the container's root");
        if (read_limits(process, &entry, err) < 0)
            return -1;
    }
    *ret_entry = entry;
    entry.root = -1;
    entry.executable = -1;
    return 0;
}

void hook_entry_release(struct hook_entry *entry)
{
    replace_fd(&entry->root, -1);
    replace_fd(&entry->executable, -1);
}

static int fail(int error, const char *what, const char **ret_what)
{
    *ret_what = what;
    return error;
}

/* In another user namespace we are nobody until we become its root; where 0 is not mapped we stay what we are. */
static int become_root(void)
{
    int error = sys_setgroups(NULL, 0);

    if (error < 0 && error != -EPERM) /* setgroups denied in there */
        return error;
    error = sys_setgid(0);
    if (error < 0 && error != -EINVAL)
        return error;
    error = sys_setuid(0);
    return error == -EINVAL ? 0 : error;
}

int hook_enter(const void *context, const char **ret_what)
{
    const struct hook_entry *entry = context;
    int error = sys_set_dumpable(false);

    if (error < 0)
        return fail(error, "hide from the container", ret_what);
    if (entry->kinds) {
        error = sys_setns(entry->pidfd, entry->kinds);
        if (error < 0)
            return fail(error, "join the container's namespaces", ret_what);
    }
    if (entry->root >= 0 && (fchdir(entry->root) < 0 || chroot(".") < 0))
        return fail(-errno, "enter the container's root", ret_what);
    if (entry->kinds & CLONE_NEWUSER) {
        error = become_root();
        if (error < 0)
            return fail(error, "become root of the user namespace", ret_what);
    }
    return 0;
}

static bool is_same_file(const char *path, int fd)
{
    struct stat by_path;
    struct stat by_fd;

    return stat(path, &by_path) == 0 && fstat(fd, &by_fd) == 0 && by_path.st_dev == by_fd.st_dev &&
           by_path.st_ino == by_fd.st_ino;
}

/* PR_CAPBSET_DROP ends with EINVAL behind the last capability that the kernel has. */
static int limit_capabilities(uint64_t allowed)
{
    uint64_t effective;
    uint64_t permitted;
    uint64_t inheritable;
    int error = 0;

    for (int i = 0; i < 64 && error == 0; i++)
        if (!(allowed & UINT64_C(1) << i))
            error = sys_drop_bounding(i);
    if (error < 0 && error != -EINVAL)
        return error;
    error = sys_clear_ambient();
    if (error == 0)
        error = sys_capget(&effective, &permitted, &inheritable);
    if (error == 0)
        error = sys_capset(effective & allowed, permitted & allowed, inheritable & allowed);
    return error;
}

static int limit(const struct hook_entry *entry, const char **ret_what)
{
    int error = 0;

    if (entry->capabilities != ~UINT64_C(0))
        error = limit_capabilities(entry->capabilities);
    if (error == 0 && entry->no_new_privileges)
        error = sys_no_new_privileges();
    if (error == 0 && entry->run->confine)
        error = entry->run->confine(entry->run->confine_context);
    return error < 0 ? fail(error, "confine it", ret_what) : 0;
}

/*
 * By path where that still names the same file, since a script's interpreter needs a path to open; by fd where the container's
 * mounts hide it or put another in its place.
 */
int hook_execute(const struct program *program, const char **ret_what)
{
    static char *const no_environment[] = {NULL};
    const struct hook_entry *entry = program->context;
    char *const *argv = (char *const *) program->argv;
    char *const *envp = program->envp ? (char *const *) program->envp : no_environment;
    int error = limit(entry, ret_what);

    if (error < 0)
        return error;
    if (entry->executable < 0 || is_same_file(program->path, entry->executable))
        (void) execve(program->path, argv, envp);
    else
        (void) syscall(SYS_execveat, entry->executable, "", argv, envp, AT_EMPTY_PATH);
    return fail(-errno, "execute it", ret_what);
}

/*
 * The facts about this machine and caller, by a handful of cheap system calls: no mountinfo, no library's start-up scans, nothing
 * that grows with the number of containers.
 */
#include "runtime/host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/security.h"
#include "runtime/host/cgroups.h"
#include "runtime/host/lsm.h"

enum { FLOOR_MAJOR = 5, FLOOR_MINOR = 14 };

/* PROC_USER_INIT_INO of the kernel (include/linux/proc_ns.h): the inode of the initial user namespace, fixed since 3.8. */
static const ino_t initial_user_namespace = 0xEFFFFFFDU;

/* Sixteen hierarchies with paths of the longest kind that kubelet makes; a longer one is refused, not cut. */
enum { CGROUP_TEXT_SIZE = 16 * 1024 };

static int probe_kernel(struct arena *arena, struct host *host, struct error *err)
{
    struct utsname name;

    if (uname(&name) < 0)
        return error_os(err, errno, "ask for the kernel's version");
    host->kernel_release = arena_copy(arena, name.release);
    if (!host_parse_release(name.release, &host->kernel_major, &host->kernel_minor))
        return error_set(err, ERROR_UNSUPPORTED, "kernel release %s is not understood",
                         name.release);
    if (host->kernel_major < FLOOR_MAJOR ||
        (host->kernel_major == FLOOR_MAJOR && host->kernel_minor < FLOOR_MINOR))
        return error_set(err, ERROR_UNSUPPORTED, "kernel %s is too old: Linux %d.%d is needed",
                         name.release, FLOOR_MAJOR, FLOOR_MINOR);
    return 0;
}

bool host_is_in_user_namespace(void)
{
    struct stat info;

    /* A kernel without user namespaces has no such file: then there is only the initial one. */
    return stat("/proc/self/ns/user", &info) == 0 && info.st_ino != initial_user_namespace;
}

/* man 7 user_namespaces: "inside outside count" in each line of uid_map. */
uid_t host_find_outer_id(char *map, uid_t id)
{
    char *rest = NULL;

    for (char *line = strtok_r(map, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        unsigned long first = strtoul(line, &line, 10);
        unsigned long outer = strtoul(line, &line, 10);
        unsigned long count = strtoul(line, &line, 10);

        if (id >= first && id - first < count)
            return (uid_t) (outer + (id - first));
    }
    return id;
}

static uid_t find_owner(void)
{
    enum { MAP_SIZE = 16 * 1024 }; /* 340 lines at most */
    char map[MAP_SIZE];

    if (sys_read_file_at(AT_FDCWD, "/proc/self/uid_map", map, sizeof(map)) < 0)
        return geteuid();
    return host_find_outer_id(map, geteuid());
}

/* Newer kernels than these headers may know more: CAP_LAST_CAP is where the search starts, not where it ends. */
static int probe_caller(struct host *host, struct error *err)
{
    uint64_t permitted;
    uint64_t inheritable;
    char setgroups[8];
    int error = sys_capget(&host->capabilities, &permitted, &inheritable);

    if (error < 0)
        return error_os(err, -error, "read the caller's capabilities");
    host->euid = geteuid();
    host->egid = getegid();
    host->last_capability = (int) cap_max_bits() - 1;
    host->is_in_user_namespace = host_is_in_user_namespace();
    host->owner_uid = host->is_in_user_namespace ? find_owner() : host->euid;
    host->denies_setgroups =
        host->is_in_user_namespace &&
        sys_read_file_at(AT_FDCWD, "/proc/self/setgroups", setgroups, sizeof(setgroups)) > 0 &&
        setgroups[0] == 'd'; /* "deny", man 7 user_namespaces */
    host->is_privileged =
        !host->is_in_user_namespace && (host->capabilities & (1ULL << CAP_SYS_ADMIN)) != 0;
    return 0;
}

static int probe_cgroups(struct arena *arena, struct host *host, struct error *err)
{
    char *text = arena_alloc(arena, CGROUP_TEXT_SIZE);
    ssize_t length = sys_read_file_at(AT_FDCWD, "/proc/self/cgroup", text, CGROUP_TEXT_SIZE);

    if (length == -ENOENT) { /* a kernel without cgroups */
        host->cgroup_mode = CGROUP_MODE_NONE;
        return 0;
    }
    if (length < 0)
        return error_os(err, (int) -length, "read /proc/self/cgroup");
    if (length == CGROUP_TEXT_SIZE - 1)
        return error_set(err, ERROR_UNSUPPORTED, "/proc/self/cgroup is longer than %d bytes",
                         CGROUP_TEXT_SIZE);
    host->cgroup_mode = host_find_cgroups(arena, text, &host->hierarchies);
    return 0;
}

int host_probe_caller(struct arena *arena, struct host *ret_host, struct error *err)
{
    struct host host = {0};

    if (probe_kernel(arena, &host, err) < 0 || probe_caller(&host, err) < 0)
        return -1;
    host.has_apparmor = lsm_has_apparmor();
    host.has_selinux = lsm_has_selinux();
    host.has_hugetlb_rsvd = true; /* since Linux 5.7, below our floor */
    for (char **variable = environ; variable && *variable; variable++)
        text_list_push(arena, &host.environment, *variable);
    *ret_host = host;
    return 0;
}

int host_probe(struct arena *arena, struct host *ret_host, struct error *err)
{
    struct host host = {0};

    if (host_probe_caller(arena, &host, err) < 0 || probe_cgroups(arena, &host, err) < 0)
        return -1;
    *ret_host = host;
    return 0;
}

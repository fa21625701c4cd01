/*
 * v2: a controller works in a leaf when every ancestor names it in cgroup.subtree_control. Those that the settings need and those that count
 * what is used are enabled, from the lowest ancestor that offers it downwards: an unprivileged owner of a delegated tree may not write above it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/sys/file.h"
#include "runtime/cgroup/leaf.h"

enum { CONTROLLERS_SIZE = 1024 };

static bool offers(const char *directory, const char *controller)
{
    char list[CONTROLLERS_SIZE];

    return cgroup_read_file(directory, "cgroup.controllers", list, sizeof(list)) > 0 &&
           cgroup_list_has(list, ' ', controller);
}

/* Shortens path to the nearest ancestor that offers the controller, at most to the mount point. */
static bool find_offering(char *path, size_t mount_length, const char *controller)
{
    for (char *slash = strrchr(path + mount_length, '/'); slash;
         slash = strrchr(path + mount_length, '/')) {
        *slash = '\0';
        if (offers(path, controller))
            return true;
    }
    return false;
}

/*
 * The kernel refuses the domain controllers (memory, io) below a cgroup that has processes, the root apart: it is EBUSY. The threaded
 * ones (cpu, pids) it accepts there, but then what is below can hold no process at all (man 7 cgroups, "domain invalid"): the
 * clone would fail with EOPNOTSUPP. So here it is EBUSY for both.
 */
static int enable_below(const char *directory, const char *value)
{
    char text[CONTROLLERS_SIZE];

    /* Only the root of the whole hierarchy has no cgroup.type. A list too long to read is one of processes, too. */
    if (cgroup_read_file(directory, "cgroup.type", text, sizeof(text)) > 0 &&
        cgroup_read_file(directory, "cgroup.procs", text, sizeof(text)) != 0)
        return -EBUSY;
    return cgroup_write_file(directory, "cgroup.subtree_control", value);
}

int controller_enable(struct arena *arena, const struct cgroup_leaf *leaf, const char *controller,
                      struct error *err)
{
    size_t mount_length = strlen(leaf->hierarchy->mount_point);
    char *path;
    char *value;

    if (offers(leaf->directory, controller))
        return 1;
    path = arena_copy(arena, leaf->directory);
    if (!find_offering(path, mount_length, controller))
        return 0;
    value = arena_format(arena, "+%s", controller);
    while (strcmp(path, leaf->directory) != 0) {
        int error = enable_below(path, value);

        if (error == -EBUSY)
            return error_os(err, EBUSY,
                            "enable the %s controller below %s, which has processes itself",
                            controller, path);
        if (error < 0)
            return error_os(err, -error, "enable the %s controller below %s", controller, path);
        path[strlen(path)] = '/';
    }
    return 1;
}

void controllers_enable_counting(struct arena *arena, const struct cgroup *cgroup,
                                 const struct cgroup_leaf *leaf)
{
    static const char *const counting[] = {"memory", "pids", "io"};

    if (cgroup_find_v1_leaf(cgroup, counting[0]))
        return; /* a hybrid host: they are v1's */
    for (size_t i = 0; i < sizeof(counting) / sizeof(counting[0]); i++) {
        struct error ignored = {0};

        (void) controller_enable(arena, leaf, counting[i], &ignored); /* nobody asked for it */
    }
}

/* The kernel's list, or that of config-linux.md#cgroup-ownership where the kernel (before 4.15) has none. */
static void read_delegate_files(char *list)
{
    static const char usual[] = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads";

    if (sys_read_file_at(AT_FDCWD, "/sys/kernel/cgroup/delegate", list, CONTROLLERS_SIZE) <= 0)
        memcpy(list, usual, sizeof(usual));
}

int leaf_delegate(const struct cgroup_leaf *leaf, uid_t uid, gid_t gid, struct error *err)
{
    char list[CONTROLLERS_SIZE];
    char *rest = NULL;

    if (fchownat(leaf->dir_fd, "", uid, gid, AT_EMPTY_PATH) < 0)
        return error_os(err, errno, "change the owner of %s", leaf->directory);
    read_delegate_files(list);
    for (char *file = strtok_r(list, "\n", &rest); file; file = strtok_r(NULL, "\n", &rest))
        if (fchownat(leaf->dir_fd, file, uid, gid, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
            return error_os(err, errno, "change the owner of %s/%s", leaf->directory, file);
    return 0;
}

/*
 * The floor of the benchmark: one container by the default configuration, made with the system calls it needs and nothing else.
 *
 * No JSON, no state directory, no checks beyond "did the call work": every number, path and option is fixed in the tables below, so what
 * remains is the time this kernel takes. The steps and their order are those that a runtime cannot leave out: the leaf cgroups with
 * their device rules, one clone3 with all namespaces, attachment through `tasks`, the mounts and devices of the default configuration,
 * masked and read-only paths, pivot_root, identity, exec, wait, removal.
 *
 * usage: floor ROOTFS ID PROGRAM [ARGUMENT...]     cgroup v1 hierarchies are expected below /sys/fs/cgroup
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_OPTIONS      5
#define MAX_HIERARCHIES  16
#define LAST_CAPABILITY  40
#define KEPT_CAPABILITIES                                           \
    ((UINT64_C(1) << CAP_AUDIT_WRITE) | (UINT64_C(1) << CAP_KILL) | \
     (UINT64_C(1) << CAP_NET_BIND_SERVICE))

struct option {
    const char *key;
    const char *value;
};

struct fixed_mount {
    const char *type;
    const char *target;
    unsigned int attributes;
    struct option options[MAX_OPTIONS];
};

struct device {
    const char *path;
    unsigned int minor;
    unsigned int major;
};

struct text_pair {
    const char *first;
    const char *second;
};

/* One container: what the parent opened for the child. */
struct floor {
    const char *rootfs;
    const char *id;
    char **argv;
    size_t hierarchy_count;
    int hierarchies[MAX_HIERARCHIES]; /* the mounted roots, to make and remove the leaves by fd */
    int tasks[MAX_HIERARCHIES];       /* the leaves' `tasks` files, written by the child */
    int leaves
        [MAX_HIERARCHIES]; /* detached clones of the leaves, for the container's /sys/fs/cgroup */
};

static const char *const hierarchies[] = {
    "blkio", "cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids", "systemd",
};

static const char *const allowed_devices[] = {
    "c *:* m",   "b *:* m",   "c 1:3 rwm", "c 1:8 rwm",   "c 1:7 rwm", "c 5:0 rwm",
    "c 1:5 rwm", "c 1:9 rwm", "c 5:1 rwm", "c 136:* rwm", "c 5:2 rwm",
};

#define NO_SUID_EXEC_DEV (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV)

static const struct fixed_mount fixed_mounts[] = {
    {"proc",   "/proc",          0,                                          {{0}}                                 },
    {"tmpfs",
     "/dev",                     MOUNT_ATTR_NOSUID | MOUNT_ATTR_STRICTATIME,
     {{"mode", "755"}, {"size", "65536k"}}                                                                         },
    {"devpts",
     "/dev/pts",                 MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
     {{"newinstance", NULL}, {"ptmxmode", "0666"}, {"mode", "0620"}, {"gid", "5"}}                                 },
    {"tmpfs",  "/dev/shm",       NO_SUID_EXEC_DEV,                           {{"mode", "1777"}, {"size", "65536k"}}},
    {"mqueue", "/dev/mqueue",    NO_SUID_EXEC_DEV,                           {{0}}                                 },
    {"sysfs",  "/sys",           NO_SUID_EXEC_DEV | MOUNT_ATTR_RDONLY,       {{0}}                                 },
    {"tmpfs",  "/sys/fs/cgroup", NO_SUID_EXEC_DEV,                           {{"mode", "755"}}                     },
};

static const struct device devices[] = {
    {"/dev/null",    3, 1},
    {"/dev/zero",    5, 1},
    {"/dev/full",    7, 1},
    {"/dev/random",  8, 1},
    {"/dev/urandom", 9, 1},
    {"/dev/tty",     0, 5},
};

static const struct text_pair links[] = {
    {"/proc/self/fd",   "/dev/fd"    },
    {"/proc/self/fd/0", "/dev/stdin" },
    {"/proc/self/fd/1", "/dev/stdout"},
    {"/proc/self/fd/2", "/dev/stderr"},
    {"pts/ptmx",        "/dev/ptmx"  },
};

static const char *const masked_paths[] = {
    "/proc/acpi",          "/proc/asound",     "/proc/kcore",       "/proc/keys",
    "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
    "/sys/firmware",       "/proc/scsi",
};

static const char *const readonly_paths[] = {
    "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
};

/* Ends this process with the step that failed; the child's end is seen by the parent as its exit code. */
static void check(long result, const char *step)
{
    if (result >= 0)
        return;
    dprintf(STDERR_FILENO, "floor: %s: %s\n", step, strerror(errno));
    _exit(125);
}

static void write_file(int directory, const char *name, const char *text)
{
    int fd = openat(directory, name, O_WRONLY | O_CLOEXEC);
    check(fd, name);
    check(write(fd, text, strlen(text)), name);
    close(fd);
}

static void copy_file(int from_directory, int to_directory, const char *name)
{
    char text[4096];
    int fd = openat(from_directory, name, O_RDONLY | O_CLOEXEC);
    check(fd, name);
    ssize_t length = read(fd, text, sizeof(text) - 1);
    check(length, name);
    close(fd);
    text[length] = '\0';
    write_file(to_directory, name, text);
}

static void write_limits(int hierarchy, int leaf, const char *name)
{
    if (strcmp(name, "cpuset") == 0) { /* a v1 cpuset without cpus and nodes takes no process */
        copy_file(hierarchy, leaf, "cpuset.cpus");
        copy_file(hierarchy, leaf, "cpuset.mems");
        return;
    }
    if (strcmp(name, "devices") != 0)
        return;
    write_file(leaf, "devices.deny", "a");
    for (size_t i = 0; i < LENGTH_OF(allowed_devices); i++)
        write_file(leaf, "devices.allow", allowed_devices[i]);
}

static void make_leaf(struct floor *floor, const char *name)
{
    char path[64];
    snprintf(path, sizeof(path), "/sys/fs/cgroup/%s", name);
    int hierarchy = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (hierarchy < 0) /* this machine lacks the controller */
        return;
    check(mkdirat(hierarchy, floor->id, 0755), "mkdir of a leaf");
    int leaf = openat(hierarchy, floor->id, O_PATH | O_DIRECTORY | O_CLOEXEC);
    check(leaf, "open a leaf");
    write_limits(hierarchy, leaf, name);

    size_t i = floor->hierarchy_count++;
    floor->hierarchies[i] = hierarchy;
    floor->tasks[i] = openat(leaf, "tasks", O_WRONLY | O_CLOEXEC);
    check(floor->tasks[i], "open tasks");
    floor->leaves[i] = leaf;
}

static void attach_to_leaves(const struct floor *floor)
{
    for (size_t i = 0; i < floor->hierarchy_count; i++)
        check(write(floor->tasks[i], "0", 1), "attach to a leaf");
    check(unshare(CLONE_NEWCGROUP), "unshare cgroup");
}

static void move_to(int mount_fd, const char *target)
{
    check(move_mount(mount_fd, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH), target);
    close(mount_fd);
}

static int clone_mount(const char *source, uint64_t attributes)
{
    int fd = open_tree(AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return -1;
    check(fd, source);
    struct mount_attr attr = {.attr_set = attributes};
    if (attributes != 0)
        check(mount_setattr(fd, "", AT_EMPTY_PATH, &attr, sizeof(attr)), source);
    return fd;
}

static int make_mount(const struct fixed_mount *mount)
{
    int fs = fsopen(mount->type, FSOPEN_CLOEXEC);
    check(fs, mount->type);
    for (const struct option *option = mount->options; option->key != NULL; option++) {
        unsigned int kind = option->value == NULL ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING;
        check(fsconfig(fs, kind, option->key, option->value, 0), option->key);
    }
    check(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0), mount->type);
    int fd = fsmount(fs, FSMOUNT_CLOEXEC, mount->attributes);
    check(fd, mount->type);
    close(fs);
    return fd;
}

/* In the child, before the old root is gone: only mounts of our own namespace can be cloned. */
static void clone_leaves(struct floor *floor)
{
    for (size_t i = 0; i < floor->hierarchy_count; i++) {
        char source[320];
        snprintf(source, sizeof(source), "/sys/fs/cgroup/%s/%s", hierarchies[i], floor->id);
        floor->leaves[i] = clone_mount(source, NO_SUID_EXEC_DEV | MOUNT_ATTR_RDONLY);
        check(floor->leaves[i], source);
    }
}

/* The new root becomes the working directory and the root; the old one lies on top of it until it is detached. */
static void enter_root(struct floor *floor)
{
    check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private /");
    clone_leaves(floor);
    move_to(clone_mount(floor->rootfs, 0), floor->rootfs);
    check(chdir(floor->rootfs), floor->rootfs);
    check(syscall(SYS_pivot_root, ".", "."), "pivot_root");
}

static void mount_cgroups(const struct floor *floor)
{
    for (size_t i = 0; i < floor->hierarchy_count; i++) {
        char target[64];
        snprintf(target, sizeof(target), "/sys/fs/cgroup/%s", hierarchies[i]);
        check(mkdir(target, 0755), target);
        move_to(floor->leaves[i], target);
    }
    struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    check(mount_setattr(AT_FDCWD, "/sys/fs/cgroup", 0, &read_only, sizeof(read_only)), "read-only");
}

static void make_devices(void)
{
    for (size_t i = 0; i < LENGTH_OF(devices); i++)
        check(mknod(devices[i].path, S_IFCHR | 0666, makedev(devices[i].major, devices[i].minor)),
              devices[i].path);
    for (size_t i = 0; i < LENGTH_OF(links); i++)
        check(symlink(links[i].first, links[i].second), links[i].second);
}

static void make_mounts(const struct floor *floor)
{
    for (size_t i = 0; i < LENGTH_OF(fixed_mounts); i++) {
        const char *target = fixed_mounts[i].target;
        int fd = make_mount(&fixed_mounts[i]);
        if (strncmp(target, "/dev/", 5) == 0)
            check(mkdir(target, 0755), target);
        move_to(fd, target);
    }
    mount_cgroups(floor);
    make_devices();
}

/* All masked directories share one empty read-only tmpfs; masked files show the container's own null device. */
static void mask_paths(void)
{
    static const struct fixed_mount empty = {"tmpfs", NULL, MOUNT_ATTR_RDONLY, {{0}}};
    int empty_fd = make_mount(&empty);
    for (size_t i = 0; i < LENGTH_OF(masked_paths); i++) {
        struct stat status;
        if (stat(masked_paths[i], &status) < 0)
            continue;
        int fd = S_ISDIR(status.st_mode)
                     ? open_tree(empty_fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH)
                     : clone_mount("/dev/null", 0);
        check(fd, masked_paths[i]);
        move_to(fd, masked_paths[i]);
    }
    for (size_t i = 0; i < LENGTH_OF(readonly_paths); i++) {
        int fd = clone_mount(readonly_paths[i], MOUNT_ATTR_RDONLY);
        if (fd >= 0)
            move_to(fd, readonly_paths[i]);
    }
}

static void raise_loopback(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    check(fd, "socket");
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    check(ioctl(fd, SIOCSIFFLAGS, &request), "raise lo");
    close(fd);
}

static void set_capabilities(void)
{
    for (unsigned int i = 0; i <= LAST_CAPABILITY; i++)
        if (((KEPT_CAPABILITIES >> i) & 1) == 0)
            check(prctl(PR_CAPBSET_DROP, i, 0, 0, 0), "drop from the bounding set");
    check(setgroups(0, NULL), "setgroups");
    check(setresgid(0, 0, 0), "setresgid");
    check(setresuid(0, 0, 0), "setresuid");

    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {.effective = (uint32_t) KEPT_CAPABILITIES, .permitted = (uint32_t) KEPT_CAPABILITIES},
    };
    check(syscall(SYS_capset, &header, data), "capset");
    check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "clear ambient");
}

static void run_child(struct floor *floor)
{
    static char *const environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "TERM=xterm",
        NULL,
    };
    const struct rlimit files = {.rlim_cur = 1024, .rlim_max = 1024};
    const struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};

    attach_to_leaves(floor);
    check(setsid(), "setsid");
    check(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, floor->id, 0, 0, 0), "keyring");
    umask(0);
    enter_root(floor);
    make_mounts(floor);
    check(umount2(".", MNT_DETACH), "detach the old root");
    mask_paths();
    check(mount_setattr(AT_FDCWD, "/", 0, (void *) &read_only, sizeof(read_only)), "read-only /");
    raise_loopback();
    check(sethostname("floor", 5), "sethostname");
    check(setrlimit(RLIMIT_NOFILE, &files), "setrlimit");
    set_capabilities();
    check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    umask(0022);
    check(chdir("/"), "chdir");
    check(execve(floor->argv[0], floor->argv, environment), floor->argv[0]);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        dprintf(STDERR_FILENO, "usage: floor ROOTFS ID PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    struct floor floor = {.rootfs = argv[1], .id = argv[2], .argv = argv + 3};
    for (size_t i = 0; i < LENGTH_OF(hierarchies); i++)
        make_leaf(&floor, hierarchies[i]);

    struct clone_args args = {
        .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET,
        .exit_signal = SIGCHLD,
    };
    long pid = syscall(SYS_clone3, &args, sizeof(args));
    check(pid, "clone3");
    if (pid == 0)
        run_child(&floor);

    siginfo_t end = {0};
    check(waitid(P_PID, (id_t) pid, &end, WEXITED), "wait");
    for (size_t i = 0; i < floor.hierarchy_count; i++)
        check(unlinkat(floor.hierarchies[i], floor.id, AT_REMOVEDIR), "rmdir of a leaf");
    return end.si_code == CLD_EXITED ? end.si_status : 128 + end.si_status;
}

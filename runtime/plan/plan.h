/*
 * The plan: what will be done, in order, with everything decided. The second file to read.
 *
 * plan_build() is a pure function of spec, host and request: it opens, reads and stats nothing, so it runs
 * without root and is tested by comparing plan_print() with a text file. launch/open.c then fills the
 * members marked "open:", clones, and the child walks the rest. All memory is the arena's; fds marked
 * "open:" belong to the plan and are closed by launch_release_plan().
 */
#ifndef RUNTIME_PLAN_PLAN_H
#define RUNTIME_PLAN_PLAN_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "oci-spec/spec.h"
#include "runtime/cgroup/cgroup_settings.h"
#include "runtime/host/host.h"
#include "runtime/plan/open_source.h"
#include "runtime/plan/small_mounts.h"
#include "runtime/resctrl/resctrl_settings.h"

/* What the command line asked. Strings are borrowed and must outlive the plan. */
struct plan_request {
    const char *id;
    const char *bundle; /* absolute */
    bool no_pivot;
    bool no_new_keyring;
    unsigned int
        preserve_fds; /* fds 3 .. 3+n-1 stay open; LISTEN_FDS counts are added by the command */
    bool has_console_socket;
    bool is_systemd_cgroup;
    const struct open_source_list *open_sources; /* NULL: none */
    const struct small_mounts *small_mounts; /* to be used where it can be; NULL: there is none */
};

/* --- namespaces --- */

enum plan_namespace_how { PLAN_NAMESPACE_INHERIT, PLAN_NAMESPACE_NEW, PLAN_NAMESPACE_JOIN };

struct plan_namespace {
    enum plan_namespace_how how;
    const char *path; /* JOIN */
    int fd;           /* open: JOIN, checked with NS_GET_NSTYPE; else -1 */
};

/* CLONE_NEW..., by enum namespace_kind. */
extern const int plan_clone_flags[NAMESPACE_COUNT];

/*
 * Launch shapes, decided in plan/namespaces.c:
 *   clone_flags    given to clone3: the new namespaces, all at once, so that they belong to a new user namespace.
 *                  Empty of them when a user namespace is joined: they must be made after joining it.
 *   join           by the child, user first, then the others in the order of join_order; pid is left to the late fork.
 *   unshare_flags  by the child after joining: the new namespaces that clone3 could not make. Always CLONE_NEWCGROUP
 *                  when new: its root is the cgroup the process is in at that moment (man 7 cgroup_namespaces).
 *   has_late_fork  the pid namespace is joined, or made after joining a user namespace: setns/unshare, then
 *                  clone3(CLONE_PARENT), last of all, so that nothing in that pid namespace sees us being set up.
 *   small_mounts   joined by the child right before it unshares CLONE_NEWNS.
 *   time           CLONE_NEWTIME: unshare, write offsets, setns to time_for_children; never in clone_flags.
 *
 * A new user namespace together with others that are joined by path: those usually belong to an older user namespace, in which
 * the new one has no rights. So clone_flags is empty and unshare_flags holds CLONE_NEWUSER: the child joins first (with pid
 * only setns; its fork stays the last thing), then unshares CLONE_NEWUSER alone, sends WANT_MAPS, and then unshares the rest.
 */
struct plan_namespaces {
    struct plan_namespace of[NAMESPACE_COUNT]; /* by enum namespace_kind */
    uint64_t clone_flags;
    uint64_t unshare_flags;
    bool has_late_fork;
    const struct small_mounts
        *small_mounts; /* the new mount namespace is a copy of this one; NULL: of the caller's */
    const char *time_offsets; /* "monotonic 10 0\nboottime 5 0\n" or NULL; man 7 time_namespaces */
    /* A new user namespace: texts for /proc/PID/uid_map and gid_map; NULL when not new. */
    const char *uid_map;
    const char *gid_map;
    bool
        denies_setgroups; /* write "deny" to /proc/PID/setgroups first: one unprivileged gid mapping */
    bool
        needs_idmap_helpers; /* newuidmap/newgidmap must write the maps: the caller lacks CAP_SETUID */
};

/* --- root and mounts --- */

struct plan_root {
    const char *path; /* absolute host path */
    int fd; /* open: detached tree (open_tree OPEN_TREE_CLONE|AT_RECURSIVE), or O_PATH directory if !has_mount_ns */
    bool is_readonly;
    uint64_t
        propagation; /* MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE: of the root mount, at the end */
    bool has_mount_namespace; /* new: pivot. Joined or inherited: chroot */
    bool pivots;              /* false with --no-pivot: MS_MOVE and chroot */
};

enum plan_mount_kind {
    PLAN_MOUNT_BIND,       /* attach the tree in fd */
    PLAN_MOUNT_FILESYSTEM, /* fsopen type, fsconfig data, fsmount, attach */
    PLAN_MOUNT_CHANGE, /* mount_setattr on what is mounted at target: "remount", and sealing a cgroup v1 tmpfs */
    PLAN_MOUNT_SYMLINK, /* not a mount: make target a symlink to source (co-mounted v1 controllers: cpu -> cpu,cpuacct) */
};

struct plan_mount {
    enum plan_mount_kind kind;
    const char *destination; /* as written, for messages and labels */
    const char *target;      /* cleaned, below the root, no leading slash; "" is the root itself */
    const char *
        source; /* BIND: absolute host path; FILESYSTEM: the "source" parameter; SYMLINK: the link's text */
    const char *type;       /* FILESYSTEM: "proc", "tmpfs", ... */
    struct text_map data;   /* FILESYSTEM: for fsconfig; value NULL: a flag */
    const char *root_label; /* FILESYSTEM: SELinux context to give its root, or NULL */
    uint64_t attr_set;      /* MOUNT_ATTR_...: of this mount */
    uint64_t attr_clear;
    uint64_t recursive_set; /* with AT_RECURSIVE, after the others */
    uint64_t recursive_clear;
    uint64_t propagation; /* MS_...; BIND default MS_PRIVATE; 0: leave */
    bool propagation_is_recursive;
    bool is_recursive; /* rbind */
    bool
        copies_up; /* tmpcopyup: the directory's content is copied into the new tmpfs before it is attached */
    bool
        is_idmapped; /* uid_map/gid_map apply (or the container's user namespace when they are NULL) */
    bool is_recursive_idmap;
    const char *uid_map; /* texts as for namespaces */
    const char *gid_map;
    bool
        refuses_symlinks; /* proc and sysfs: no component of target may be a symlink (CVE-2023-28642 and kin) */
    bool must_be_procfs; /* BIND onto /proc: only a procfs may be there (CVE-2019-16884) */
    bool
        source_is_cgroup; /* BIND of the container's own v1/v2 cgroup: opened after the cgroup exists */
    bool is_optional_source; /* a source that does not exist is skipped (internal mounts only) */
    bool
        is_last; /* CHANGE: done after the devices and symlinks are made, not in its place: a read-only /dev */
    const struct open_source *open_source; /* BIND: it is open already; else NULL */
    int fd; /* open: BIND: the detached tree with attributes applied; -1 otherwise */
    bool source_is_directory; /* open: BIND: what kind of mount point to make */
};

struct plan_device {
    const char *path; /* as written */
    const char *target;
    mode_t mode;     /* type and permissions, for mknod(2) */
    uint64_t device; /* makedev(major, minor) */
    uid_t uid;       /* container ids */
    gid_t gid;
    bool by_bind; /* in a user namespace mknod is refused: bind the host's node of the same path */
    int fd; /* open: by_bind: detached tree of the host's node, checked by fstat (rule 3); else -1 */
    bool
        is_default; /* one of config-linux.md#default-devices: exists already of the same kind is fine */
};

struct plan_symlink {
    const char *target;
    const char *value;
    const char
        *only_with; /* a file of the host's /proc without which it would point nowhere; or NULL */
};

struct plan_sysctl {
    const char *key;  /* as written */
    const char *path; /* below /proc/sys: "net/ipv4/ip_forward" */
    const char *value;
};

/* --- the process --- */

struct plan_capabilities {
    uint64_t bounding;
    uint64_t effective;
    uint64_t inheritable;
    uint64_t permitted;
    uint64_t ambient;
};

struct plan_rlimit {
    int resource;
    uint64_t soft;
    uint64_t hard;
};

struct plan_scheduler {
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
};

struct plan_memory_policy {
    int mode;           /* MPOL_... | MPOL_F_... */
    uint64_t nodes[16]; /* 1024 bits */
    bool has_nodes;
};

#define PLAN_CPU_BITS 8192

struct plan_process {
    char **argv; /* NULL-terminated */
    char **envp; /* NULL-terminated; open: home_slot is filled */
    size_t
        home_slot; /* index in envp of a NULL-able "HOME=..." to fill from /etc/passwd in the root; SIZE_MAX: none */
    const char *const *
        candidates; /* NULL-terminated absolute paths to try in execve, from argv[0] and PATH of the container */
    const char *cwd;
    uid_t uid;
    gid_t gid;
    SLICE_OF(uint32_t) groups;
    bool sets_groups; /* false where setgroups is denied */
    mode_t umask;
    struct plan_capabilities capabilities;
    bool no_new_privileges;
    SLICE_OF(struct plan_rlimit) rlimits;
    const char *oom_score_adj; /* text for /proc/self/oom_score_adj, or NULL */
    const char *keyring;       /* name for keyctl join, or NULL (--no-new-keyring) */
    const char *
        lsm_exec_label; /* text to write, or NULL: an SELinux context, or "exec PROFILE" for AppArmor */
    const char *lsm_exec_file; /* "attr/exec" (SELinux) or "attr/apparmor/exec", below /proc/self */
    const struct plan_scheduler *scheduler;
    const int *io_priority; /* ready for ioprio_set(2), or NULL */
    const unsigned long *personality;
    const struct plan_memory_policy *memory_policy;
    /* exec only: PLAN_CPU_BITS bits each, or NULL; before and after the container's cgroup is entered (config.md#linux-process) */
    const uint64_t *initial_cpus;
    const uint64_t *final_cpus;
};

struct plan_terminal {
    bool is_wanted;
    uint16_t rows; /* 0: not given */
    uint16_t columns;
    bool binds_console;  /* /dev/console: create only, not exec */
    bool goes_to_socket; /* the master goes to --console-socket, else to corun run itself */
};

/* --- seccomp --- */

struct plan_seccomp {
    const struct spec_seccomp *profile;
    unsigned int flags; /* for seccomp(2) */
    bool
        has_listener; /* a rule notifies: SECCOMP_FILTER_FLAG_NEW_LISTENER, the fd goes to profile->listener_path */
    /* Where in the order: with no_new_privs as the last thing before exec; without it CAP_SYS_ADMIN is needed, so before
       the last capset. A listener's fd must leave the process, so with one the filter is loaded before "created". */
    const struct sock_filter *filter; /* open: compiled, or from the cache */
    unsigned short filter_length;     /* open */
};

/* --- all of it --- */

struct plan_net_device {
    const char *host_name;
    const char *name;
};

/* A process for a container that exists: how it gets into it. */
struct plan_exec {
    bool
        enters_root; /* the container's root is one directory in the mount namespace, so joining that is not enough */
    int own_kinds; /* CLONE_NEW... of those that the container has made, so that they are not the caller's */
    int joined_kinds; /* open: CLONE_NEW... of the container's namespaces that are not the caller's */
};

struct plan {
    const char *id;
    const char *bundle;
    const struct spec *spec; /* for hooks and annotations */
    struct plan_namespaces namespaces;
    struct plan_root root;
    SLICE_OF(struct plan_mount) mounts;
    SLICE_OF(struct plan_device) devices;
    SLICE_OF(struct plan_symlink)
    symlinks; /* /dev/fd, /dev/stdin, ..., /dev/ptmx; kept when something is there */
    struct text_list masked_paths; /* cleaned, below the root */
    struct text_list readonly_paths;
    SLICE_OF(struct plan_sysctl) sysctls;
    SLICE_OF(struct plan_net_device) net_devices;
    const char *hostname;
    const char *domainname;
    struct plan_process process;
    bool has_process; /* false: create without "process"; start refuses */
    struct plan_terminal terminal;
    struct plan_seccomp *seccomp; /* NULL: none */
    struct cgroup_settings cgroup;
    bool has_cgroup;
    const struct resctrl_settings *resctrl; /* NULL: intelRdt is not set */
    struct plan_exec exec;                  /* plan_build_exec() only */
    unsigned int preserve_fds;
    bool
        has_create_hooks; /* prestart, createRuntime or createContainer: the child waits before pivoting */
    bool
        child_opens_sources; /* open: the caller may not clone mounts itself (rootless): the child opens the root and the
                                 bind sources by path in its own namespaces; fds here are plain O_PATH ones */
    bool
        seals_binary; /* root in the initial user namespace: the container must not reach our executable (CVE-2019-5736) */
    struct text_list warnings; /* what is not as asked but goes on; logged by the caller */
};

/* Errors name the JSON pointer: "/linux/namespaces/1/path: must be absolute". */
int plan_build(struct arena *arena, const struct spec *spec, const struct host *host,
               const struct plan_request *request, struct plan **ret_plan, struct error *err);

/*
 * What exec asks. process comes from a document (--process) or is NULL: then it is the container's own with args in place of its
 * arguments, and without its terminal. All other members are laid over that; zeroed ones change nothing.
 */
struct plan_exec_request {
    const char *id;
    const char *bundle;
    const struct spec_process *process;
    struct text_list args;
    const char *cwd;
    struct text_list env;             /* "NAME=VALUE" */
    const char *user;                 /* "UID" or "UID:GID", strictly numbers */
    struct text_list additional_gids; /* numbers; added */
    struct text_list capabilities;    /* added to bounding, permitted and effective */
    bool has_terminal;
    bool no_new_privileges;
    const char *apparmor_profile;
    const char *selinux_label;
    unsigned int preserve_fds;
    bool has_console_socket;
};

/*
 * The plan for one more process of the container of this spec. It has no root, mounts, devices or cgroup settings; all namespaces of the
 * container are joined, without path: launch_open_exec() finds out what that means.
 */
int plan_build_exec(struct arena *arena, const struct spec *spec, const struct host *host,
                    const struct plan_exec_request *request, struct plan **ret_plan,
                    struct error *err);

/*
 * The mounts to add to a container of this spec that runs, or to take from it (is_removal: only destinations count): nothing else is in the
 * plan but the namespaces. What belongs to a container's making is refused: remounts, and the kernel's views of the container.
 */
struct plan_mounts_request {
    const char *bundle;
    struct spec_mount_list mounts;
    bool is_removal;
};

int plan_build_mount_changes(struct arena *arena, const struct spec *spec, const struct host *host,
                             const struct plan_mounts_request *request, struct plan **ret_plan,
                             struct error *err);

/* The plan in words, one line per action, each ended by '\n'. In the arena. */
const char *plan_print(struct arena *arena, const struct plan *plan);

/*
 * One action in the words of plan_print, without newline and without the noun and number in front ("tmpfs on /dev (nosuid)"), for
 * messages that name the step themselves. item is counted as the child's steps do; "" when there is no such item.
 * Used by launch/report.c.
 */
const char *plan_print_mount(struct arena *arena, const struct plan *plan, size_t item);
const char *plan_print_device(struct arena *arena, const struct plan *plan, size_t item);
const char *plan_print_namespace(struct arena *arena, const struct plan *plan, size_t kind);
const char *plan_print_rlimit(struct arena *arena, const struct plan *plan, size_t item);

#endif

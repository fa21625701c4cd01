/*
 * Inside child/: the state that the steps share, and the steps. A step returns 0 or -errno, with child->item
 * naming what it was at, so that the failure can be told in the plan's words.
 */
#ifndef RUNTIME_CHILD_STEP_H
#define RUNTIME_CHILD_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/child/child.h"
#include "runtime/plan/plan.h"
#include "runtime/sync/sync.h"

struct child {
    const struct plan *plan;
    const struct child_files *files;
    int channel; /* where FAILED goes: sync, later the connection that brought START */
    int root;    /* directory fd of the container's root, once attached */
    int item;
    int candidate;      /* which of process.candidates is executed */
    int tty;            /* slave of the terminal, or -1 */
    int mask;           /* the attached empty mount that further masks are cloned from, or -1 */
    const char *detail; /* more words for the failure, or NULL; points into text */
    char text[sizeof(((struct sync_message *) NULL)->detail)];
};

/* namespaces.c */
int child_hide(struct child *child);
int child_enter_cgroup(struct child *child);
int child_join_namespaces(struct child *child);
int child_unshare_namespaces(struct child *child);
int child_fork_into_new_pid_namespace(struct child *child);
int child_join_pid_namespace(struct child *child);
int child_fork_into_joined_pid_namespace(struct child *child);
int child_set_names(struct child *child);
int child_raise_loopback(struct child *child);

/* root.c */
int child_make_mounts_private(struct child *child);
int child_attach_root(struct child *child);
int child_report_root_ready(struct child *child);
int child_pivot(struct child *child);
int child_finish_root(struct child *child);

/* mounts.c */
int child_mount(struct child *child);
int child_finish_mounts(struct child *child);
int child_make_symlinks(struct child *child);

/* Of mounts.c, for mount_changes.c: the parts of one mount. */
int child_make_filesystem(struct child *child,
                          const struct plan_mount *mount); /* detached: its fd */
int child_attach_mount(const struct child *child, const struct plan_mount *mount, int tree,
                       bool to_directory);
int child_finish_mount(const struct plan_mount *mount, int tree);
int child_change_mount(const struct child *child, const struct plan_mount *mount);

/* devices.c */
int child_make_devices(struct child *child);

/* paths.c */
int child_mask_paths(struct child *child);
int child_protect_paths(struct child *child);
int child_write_sysctls(struct child *child);

/* terminal.c */
int child_open_terminal(struct child *child);
int child_connect_streams(struct child *child);
int child_take_terminal(struct child *child);

/* process.c */
int child_join_keyring(struct child *child);
int child_set_oom_score(struct child *child);
int child_set_rlimits(struct child *child);
int child_set_scheduling(struct child *child);
int child_enter_directory(struct child *child);
int child_give_streams(struct child *child);
int child_drop_bounding(struct child *child);
int child_set_groups(struct child *child);
int child_set_ids(struct child *child);
int child_set_capabilities(struct child *child);
int child_forbid_new_privileges(struct child *child);

/* exec.c */
int child_close_files(struct child *child);
int child_load_listener_filter(struct child *child);
int child_await_start(struct child *child);
int child_set_exec_label(struct child *child);
int child_load_filter(struct child *child);
int child_finish_capabilities(struct child *child);
int child_find_program(struct child *child);
int child_exec(struct child *child);

/* target.c: places inside the root */

/*
 * O_PATH fd of target below the root, made (directories 0755, or an empty file at the end) where missing. Dangling symlinks
 * are followed inside the root, as images have them (/etc/resolv.conf -> ../run/...). With refuses_symlinks none is followed.
 */
int child_open_target(const struct child *child, const char *target, bool is_directory,
                      bool refuses_symlinks);

/* The directory that holds target's last component, made where missing; *ret_name points into target. */
int child_open_parent(const struct child *child, const char *target, const char **ret_name);

/* copy_up.c: the tree below from (directory fd) into to. Bounded depth. */
int child_copy_tree(int from, int to);

/* root.c: where the host's /dev/null is in the mount namespace that we start with. */
const char *child_null_path(const struct child *child);

/* Lets the failure name this path, cut to the room there is. Returns error. */
int child_fail_at(struct child *child, const char *path, int error);

/* Sends a message of this type and waits for GO. */
int child_ask(const struct child *child, enum sync_type type);

#endif

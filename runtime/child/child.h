/*
 * The container's half of a launch: runs after clone3, ends in execve or in a FAILED message.
 *
 * Everything it needs is in the plan. It makes system calls and reports the first that fails as (step, item,
 * errno, detail); the parent turns that into words with child_steps[].name and plan_print_...().
 * It never allocates, formats or logs, and looks nothing up by path outside the container's root, except
 * for the root itself and /dev/null, while the host's mounts are still in place.
 */
#ifndef RUNTIME_CHILD_CHILD_H
#define RUNTIME_CHILD_CHILD_H

#include <stddef.h>
#include <sys/types.h>

#include "runtime/plan/plan.h"

/* What launch opened for the child; all fds are inherited by the clone. */
struct child_files {
    int sync;         /* the child's end */
    int start_socket; /* listening "start.sock", or -1: START comes over sync */
    int proc; /* the host's /proc (O_PATH, checked PROC_SUPER_MAGIC): for /proc/self and /proc/sys writes */
    const int *cgroup_entries; /* v1 "tasks" files; cgroup_entry_count of them */
    size_t cgroup_entry_count;
    int standard_streams[3]; /* -1: keep */
    int image_mount; /* detached mount of the runtime's executable, to be detached with the old root; or -1 */
    int exec_joins; /* exec: pidfd of the container's init, to join its namespaces with one setns; else -1 */
};

struct child_step;

/* Names of the steps for messages: "mount", "set the user id", ...; index as in sync_message.step. */
const char *child_step_name(int step);

/* What sync_message.item counts in this step. */
enum child_item {
    CHILD_ITEM_NONE,
    CHILD_ITEM_NAMESPACE, /* enum namespace_kind */
    CHILD_ITEM_MOUNT,
    CHILD_ITEM_DEVICE,
    CHILD_ITEM_SYMLINK,
    CHILD_ITEM_MASKED_PATH,
    CHILD_ITEM_READONLY_PATH,
    CHILD_ITEM_SYSCTL,
    CHILD_ITEM_RLIMIT,
    CHILD_ITEM_CGROUP, /* index of cgroup_entries */
};

enum child_item child_step_item(int step);

/* fault_step: tests only, the step that is to fail with EIO; -1 never. Runs in the clone; never returns. */
void child_run(const struct plan *plan, const struct child_files *files, int fault_step)
    __attribute__((noreturn));

/*
 * For a plan of plan_build_mount_changes(): joins the container (files->exec_joins; plan->root.fd is its root), makes the mounts or takes them
 * away, and ends with one message: CREATED, or FAILED with the mount's number. All or nothing, but mount points that were made stay.
 */
void child_change_mounts(struct plan *plan, const struct child_files *files, bool is_removal)
    __attribute__((noreturn));

/* How many steps there are: tests count faults up to it. */
size_t child_step_count(void);

#endif

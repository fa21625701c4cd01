/*
 * The parts of launch_open(), one file each. Inside launch/ only.
 *
 * Fds go into the members of the plan that are marked "open:". What fails says which part of the
 * configuration it was. Where the caller may not clone mounts itself (who has no
 * privileges over the mount namespace it is in), plan->child_opens_sources is set and fds are plain O_PATH ones.
 */
#ifndef RUNTIME_LAUNCH_OPEN_H
#define RUNTIME_LAUNCH_OPEN_H

#include "base/arena.h"
#include "base/error.h"
#include "runtime/plan/plan.h"

/* The namespaces to join: each must be an nsfs file of its kind. */
int open_namespaces(struct plan *plan, struct error *err);

/* /proc/PID of the container's process behind pidfd, owned by the caller; ERROR_STATE when it is gone. */
int open_process(int pidfd, struct error *err);
/* Which of that process's namespaces are not ours, into plan->exec. */
int open_joined_namespaces(struct plan *plan, int process, struct error *err);
/* The host's /proc (O_PATH), seen to be a procfs. */
int open_proc(struct error *err);

/* The root as a detached tree that does not propagate to the host; decides plan->child_opens_sources. First of the mounts. */
int open_root(struct plan *plan, struct error *err);

enum open_which { OPEN_PLAIN_SOURCES, OPEN_CGROUP_SOURCES };

/* The sources of bind mounts, with attributes, id mapping and propagation applied. */
int open_mounts(struct arena *arena, struct plan *plan, enum open_which which, struct error *err);

/* Nodes of the host that stand in for mknod(2); type and number are checked through the fd that is used. */
int open_devices(struct arena *arena, struct plan *plan, struct error *err);

/* Fills home_slot from the container's /etc/passwd; "HOME=/" where that says nothing usable. */
int open_home(struct arena *arena, struct plan *plan, struct error *err);

#endif

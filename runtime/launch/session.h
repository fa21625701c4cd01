/* Inside launch/: one launch under way, and the parts of the parent's half that have files of their own. */
#ifndef RUNTIME_LAUNCH_SESSION_H
#define RUNTIME_LAUNCH_SESSION_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "runtime/launch/launch.h"

struct session {
    struct arena *arena;
    struct plan *plan;
    const struct launch_options *options;
    const struct cgroup *cgroup; /* where the process has to be, or NULL */
    int proc;                    /* the host's /proc */
    int sync_fd;                 /* our end */
    pid_t pid; /* the container's process as it is now: a late fork changes it; -1: reaped */
    int pidfd;
    int terminal_fd;
    int image_mount;   /* see self_image.h, or -1 */
    unsigned int seen; /* bits 1 << enum sync_type: each comes once */
};

/* create_hooks.c: prestart, createRuntime and createContainer, in this order, with a state that says "creating". */
int session_run_create_hooks(const struct session *session, struct error *err);

/* listener.c: takes the seccomp listener out of the child as fd number and sends it to the agent. */
int session_send_listener(const struct session *session, int number, struct error *err);

#endif

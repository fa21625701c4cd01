/*
 * The parent's half: opens what the plan names, clones, talks to the child, runs the create hooks in their
 * places. Knows neither commands nor the state directory.
 */
#ifndef RUNTIME_LAUNCH_LAUNCH_H
#define RUNTIME_LAUNCH_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/host/host.h"
#include "runtime/plan/plan.h"

/*
 * Opens everything the plan marks "open:" that does not need the container's cgroup: namespaces (type checked), the root,
 * mount sources (with their attributes, propagation and id mapping applied), devices to bind, the seccomp filter (compiled, or from the
 * cache directory, which may be NULL: no caching), HOME. Every "no such file" of a bundle ends here, before anything exists.
 */
int launch_open(struct arena *arena, struct plan *plan, const struct host *host,
                const char *cache_directory, struct error *err);

/* Opens the mounts with source_is_cgroup; after cgroup_create(). */
int launch_open_cgroup_mounts(struct plan *plan, const struct host *host, struct error *err);

/* Closes every fd in the plan. Accepts a plan that was opened half, or not at all. */
void launch_release_plan(struct plan *plan);

/*
 * launch_open() for a plan of plan_build_exec(): finds out by the pidfd of the container's first process which namespaces must be joined.
 * ERROR_STATE when that process is gone.
 */
int launch_open_exec(struct arena *arena, struct plan *plan, int pidfd, const char *cache_directory,
                     struct error *err);

/*
 * Carries out a plan of plan_build_mount_changes() in the container of the process behind pidfd: opens what it names, then a process of
 * ours joins and does it. On failure nothing has changed, but mount points that were made stay. The plan is released by the caller.
 */
int launch_change_mounts(struct arena *arena, struct plan *plan, int pidfd, bool is_removal,
                         struct error *err);

struct launch_options {
    const struct log *log;
    const struct cgroup *cgroup; /* NULL: none */
    const char *
        console_socket; /* path; NULL: with a terminal, the master is given back in launched.terminal_fd */
    int start_socket; /* listening socket for the child, borrowed; -1: START is sent with launch_start() */
    int exec_joins; /* exec: pidfd of the container's init, borrowed; -1: create */
    bool *
        ret_ran_hooks; /* may be NULL; set to true when the first create hook is about to run, also if launch() fails then */
};

/* A container process that has reached CREATED. */
struct launched {
    pid_t pid; /* in the caller's pid namespace */
    int pidfd;
    int sync_fd;     /* where launch_start() sends START */
    int terminal_fd; /* pty master, or -1 */
};

/*
 * Clones and goes with the child until CREATED. On failure the child is killed and reaped, nothing is left, and err says what the
 * child could not do in the words of plan_print: "mount 3: proc on /proc (nosuid,noexec,nodev): Operation not permitted".
 */
int launch(struct arena *arena, struct plan *plan, const struct launch_options *options,
           struct launched *ret_launched, struct error *err);

/* launch() for a plan that launch_open_exec() opened, with options->exec_joins the same pidfd; on the CPUs that the plan names for it. */
int launch_exec(struct arena *arena, struct plan *plan, const struct launch_options *options,
                struct launched *ret_launched, struct error *err);

/*
 * Sends START on socket (launched.sync_fd, or a connection to start.sock) and waits until execve has happened or
 * failed; a failure is rendered as in launch(). The plan may be NULL: then only names of steps are told.
 */
int launch_start(struct arena *arena, int socket, const struct plan *plan, struct error *err);

/* Kills and reaps what was launched; for undoing a create that fails later. */
void launch_abort(struct launched *launched);

void launched_release(struct launched *launched);

#endif

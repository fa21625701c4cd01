/* A create under way: what create and run share. */
#ifndef RUNTIME_CONTAINER_CREATION_H
#define RUNTIME_CONTAINER_CREATION_H

#include <signal.h>

#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/unit.h"
#include "runtime/container/bundle.h"
#include "runtime/container/container.h"
#include "runtime/container/lookup.h"
#include "runtime/host/host.h"
#include "runtime/launch/launch.h"
#include "runtime/plan/plan.h"

struct creation;

/* Where the process comes from when it is not launched: restore. */
struct creation_source {
    int (*check)(struct creation *creation,
                 struct error *err); /* of the plan; nothing is there yet */
    int (*make)(struct creation *creation, struct error *err); /* fills in launched */
    const void *context;
};

struct creation {
    struct arena *arena;
    const struct create_request *request;
    const struct creation_source *source; /* NULL: a launch */
    bool
        awaits_start; /* create: the process waits at start.sock; run: for START over launched.sync_fd */
    bool is_foreground; /* run: a terminal's master may stay with us */
    /* In the order in which they come to be; undone in reverse. */
    struct container container; /* store, entry (locked), record */
    struct bundle bundle;
    struct host host;
    struct plan *plan;
    struct unit_holder holder;
    bool has_unit;                /* systemd has made it */
    bool has_cgroup;              /* container.cgroup is made, and open */
    struct resctrl_group resctrl; /* as it will be, before there is a record */
    bool has_resctrl;             /* container.record.resctrl is made */
    int start_socket;             /* listening, or -1 */
    struct launched launched;
    bool has_launched;
    sigset_t old_signals; /* the mask to return to, when has_blocked */
    bool has_blocked;
    bool ran_hooks; /* the create hooks began: then poststop hooks are due, whatever happens */
    bool wrote_pid_file;
};

/*
 * Steps 1 to 5 of the lifecycle (runtime.md). On failure everything is undone. The container is locked afterwards. Signals that would end us
 * are blocked until creation_release(): one that comes between two steps is a failure like any other.
 */
int creation_carry_out(struct creation *creation, struct error *err);

/* Ends the process and removes everything of one that has been created: steps 12 and 13 of the lifecycle are due, and so the poststop hooks, as for a delete. */
void creation_fail(struct creation *creation);

/* Takes back what create wrote for the engine, which looks at our exit code first. */
void creation_remove_pid_file(const struct creation *creation);

/* Stands between the caller's streams and the process until it exits; deletes the container then unless it is kept. */
int creation_attend(struct creation *creation, bool keeps_container, int *ret_exit_code,
                    struct error *err);

/* Unlocks and closes; what was created stays. Accepts one that is zeroed but for its first members. */
void creation_release(struct creation *creation);

#define owned_creation __attribute__((cleanup(creation_release))) struct creation

#endif

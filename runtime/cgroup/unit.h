/*
 * A container's cgroup as a systemd unit: a scope (or a slice) that systemd makes, and hands over by Delegate=. The unit's name is the last
 * component of the cgroup's path, so the path is all that has to be remembered.
 *
 * systemd makes no scope without a process, and removes one whose last process has gone. So that the cgroup still can have its limits before
 * the container's process exists, a holder is in it until then: a process of ours that only waits, and that dies with us.
 *
 * D-Bus is spoken by a helper program (helpers/systemd/) that is started for each request; it bounds every wait.
 */
#ifndef RUNTIME_CGROUP_UNIT_H
#define RUNTIME_CGROUP_UNIT_H

#include "runtime/cgroup/cgroup.h"

struct unit_holder {
    pid_t pid; /* 0: none */
};

/*
 * Starts the unit of cgroup->path, with settings as its properties, and a holder in it. cgroup_create() comes next. ret_holder is filled on
 * failure, too: the caller calls unit_let_go() whatever happens.
 */
int unit_start(struct arena *arena, struct cgroup *cgroup, const struct cgroup_settings *settings,
               struct unit_holder *ret_holder, struct error *err);

/* After cgroup_create(): the holder counts as one process, so the limit of processes is lifted until it has gone. */
int unit_lift_pids_limit(const struct cgroup *cgroup, const struct cgroup_settings *settings,
                         struct error *err);
int unit_set_pids_limit(const struct cgroup *cgroup, const struct cgroup_settings *settings,
                        struct error *err);

/* Ends the holder and reaps it. Accepts one that has been let go. */
void unit_let_go(struct unit_holder *holder);

/* For a process that is to enter a unit of the user's own systemd: moves the caller to where it is allowed to do that. */
int unit_approach(struct arena *arena, const struct cgroup *cgroup, struct error *err);

/* Tells systemd of new values, so that it does not take them back when it writes its own again. It writes them, too, some rounded. */
int unit_set(struct arena *arena, const struct cgroup *cgroup,
             const struct cgroup_write_list *writes, struct error *err);

/* After cgroup_destroy(): systemd forgets the unit. One that is gone is no error. */
int unit_stop(struct arena *arena, const struct cgroup *cgroup, struct error *err);

#endif

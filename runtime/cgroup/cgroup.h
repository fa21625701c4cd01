/*
 * A container's living cgroup: made with its limits before the process exists, entered by the process
 * itself, frozen, killed, measured, removed. v1, hybrid and v2 behind one interface; all work is by
 * directory fd once the leaf is open.
 *
 * Entering: on v2 and hybrid, clone3(CLONE_INTO_CGROUP) with v2_fd. On v1 and hybrid the child, still
 * single-threaded, writes "0" to each of entry_fds ("tasks" files): a thread that moves itself does not wait
 * for the RCU grace period that a write to cgroup.procs costs (measured, kernel-and-speed D5).
 */
#ifndef RUNTIME_CGROUP_CGROUP_H
#define RUNTIME_CGROUP_CGROUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "runtime/cgroup/cgroup_settings.h"

struct cgroup_leaf {
    const struct cgroup_hierarchy *hierarchy;
    int dir_fd;    /* the leaf directory */
    int tasks_fd;  /* v1: "tasks", write-only, for the child; -1 on v2 */
    bool was_made; /* by us: removed again when the create fails */
};

struct cgroup {
    enum cgroup_mode mode;
    const char *path;
    SLICE_OF(struct cgroup_leaf) leaves;
    int v2_fd; /* borrowed from its leaf; -1 when there is no v2 hierarchy */
};

/*
 * Makes the leaf in every hierarchy, writes the settings, attaches the device program. On failure everything
 * made is removed again. A leaf that exists already must be empty of processes and not frozen
 * (config-linux.md#control-groups), otherwise ERROR_STATE. Releases nothing on success: see cgroup_release().
 */
int cgroup_create(struct arena *arena, enum cgroup_mode mode,
                  const struct cgroup_hierarchy_list *hierarchies,
                  const struct cgroup_settings *settings, struct cgroup *ret_cgroup,
                  struct error *err);

/* Opens the existing leaves of path; leaves that are gone are left out. Not an error when none is left. */
int cgroup_open(struct arena *arena, enum cgroup_mode mode,
                const struct cgroup_hierarchy_list *hierarchies, const char *path,
                struct cgroup *ret_cgroup, struct error *err);

/* Checks that pid is in the leaves and nowhere else (rule 12: membership is verified after the fact). */
int cgroup_check_member(const struct cgroup *cgroup, pid_t pid, struct error *err);

/* Sends signal to every process below the cgroup; SIGKILL by cgroup.kill where there is a v2 leaf. */
int cgroup_kill_all(const struct cgroup *cgroup, int signal, struct error *err);

int cgroup_freeze(const struct cgroup *cgroup, struct error *err);
int cgroup_thaw(const struct cgroup *cgroup, struct error *err);
/* 1 frozen, 0 not, negative on failure. */
int cgroup_is_frozen(const struct cgroup *cgroup, struct error *err);

/* Every process in the cgroup and below, in the caller's pid namespace. */
int cgroup_list_processes(struct arena *arena, const struct cgroup *cgroup, pid_t **ret_pids,
                          size_t *ret_count, struct error *err);

/*
 * Kills what is left in it, waits (bounded, with backoff, at most timeout_ms) until it is empty and removes the leaves
 * with all their descendants. Idempotent: what is gone already is no error.
 */
int cgroup_destroy(const struct cgroup *cgroup, int timeout_ms, struct error *err);

/* Closes the fds; the cgroup stays. Accepts a zeroed struct. */
void cgroup_release(struct cgroup *cgroup);

#define owned_cgroup __attribute__((cleanup(cgroup_release))) struct cgroup

#endif

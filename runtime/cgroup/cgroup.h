/*
 * A container's living cgroup: made with its limits before the process exists, entered by the process
 * itself, frozen, killed, measured, removed. v1, hybrid and v2 behind one interface.
 *
 * Entering: on v2 and hybrid, clone3(CLONE_INTO_CGROUP) with v2_fd. On v1 and hybrid the child, still
 * single-threaded, writes "0" to each leaf's tasks_fd: a thread that moves itself does not wait
 * for the RCU grace period that a write to cgroup.procs costs (measured, kernel-and-speed D5).
 *
 * cgroupfs has no symlinks, and the settings' path has no "..", so the leaf's own files are reached by path: one system call
 * less for each hierarchy than by directory fd. What lies below the leaf was made by the container and is only walked by fd.
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
    const char *directory; /* "/sys/fs/cgroup/memory/web/1" */
    int dir_fd;            /* v2: the leaf directory, O_PATH; -1 on v1 and when not open */
    int tasks_fd;          /* v1: "tasks", write-only, for the child; -1 on v2 and when not open */
    /*
     * How many directories we made, counted from the leaf upwards: 0 when it existed before, 2 for the leaf and its parent. They
     * are what cgroup_destroy() removes; a parent that is not empty by then stays.
     */
    unsigned int made_levels;
};

struct cgroup {
    enum cgroup_mode mode;
    const char *path;
    SLICE_OF(struct cgroup_leaf) leaves; /* with settings.is_optional, some may be missing */
    int v2_fd; /* borrowed from its leaf; -1 when there is no v2 hierarchy */
    const char
        *unit_helper; /* systemd driver: the program that speaks to it; NULL: not found yet */
    const char
        *skipped; /* with settings.is_optional: why leaves are missing, in words; else NULL */
};

/*
 * The leaves of path, nothing opened and no system call made: what every other function starts from. made_levels is 1 in each; a
 * caller that remembers better sets it. hierarchies must outlive the cgroup.
 */
void cgroup_find(struct arena *arena, enum cgroup_mode mode,
                 const struct cgroup_hierarchy_list *hierarchies, const char *path,
                 struct cgroup *ret_cgroup);

/* Sets each leaf's made_levels to what a cgroup_create() would have to make now: recorded before, so that an interrupted one can be undone. */
void cgroup_measure_missing(struct arena *arena, struct cgroup *cgroup);

/*
 * Makes the leaves that cgroup_find() named, opens them, writes the settings, attaches the device program. On failure everything
 * made is removed again. A leaf that exists already must be empty of processes and not frozen
 * (config-linux.md#control-groups), otherwise ERROR_STATE. On success the caller closes with cgroup_release().
 */
int cgroup_create(struct arena *arena, struct cgroup *cgroup,
                  const struct cgroup_settings *settings, struct error *err);

/* Opens v2_fd and the tasks files of the leaves, for a process that is to enter. Leaves that do not exist are dropped. */
int cgroup_open(struct arena *arena, struct cgroup *cgroup, struct error *err);

/* Where a further process of the container goes. */
struct cgroup_entrance {
    struct text_list
        places; /* "PATH", or "CONTROLLER:PATH" for one v1 hierarchy: cgroups below the leaf; later ones count */
    pid_t init; /* the container's process: it is followed where the v2 leaf itself takes none */
};

/*
 * cgroup_open() for a process that must not stay outside: a leaf that is missing is an error. The leaves' directories become those that
 * the process is to enter. ERROR_INVALID for a place that is not below the container's cgroup.
 */
int cgroup_open_to_enter(struct arena *arena, struct cgroup *cgroup,
                         const struct cgroup_entrance *entrance, struct error *err);

/* Writes settings into the leaves: cgroup_create() does it, and update. Messages name the pointer of the write. */
int cgroup_apply(const struct cgroup *cgroup, const struct cgroup_write_list *writes,
                 bool is_optional, struct error *err);

/* Attaches the program to the v2 leaf, in place of those that are there (update). */
int cgroup_set_device_program(const struct cgroup *cgroup, const struct bpf_insn *program,
                              size_t length, struct error *err);

/* Fills in what an update has to know. Files that are missing are no error. */
void cgroup_read_live(struct arena *arena, const struct cgroup *cgroup,
                      struct cgroup_live *ret_live);

/*
 * Writes settings into a living cgroup, and attaches the device program, if there is one, in place of those that are attached. On
 * failure what was changed is changed back, the last first; the error ends with what was and what could not be. The processes stand still
 * while the device rules of v1 are written, so that none meets half of them.
 */
int cgroup_update(struct arena *arena, struct cgroup *cgroup,
                  const struct cgroup_settings *settings, struct error *err);

/* How much is used of what; all files that are missing count as 0. */
struct event_stats;
void cgroup_read_stats(struct arena *arena, const struct cgroup *cgroup,
                       struct event_stats *ret_stats);

/* Checks that pid is in the leaves and nowhere else (rule 12: membership is verified after the fact). */
int cgroup_check_member(struct arena *arena, const struct cgroup *cgroup, pid_t pid,
                        struct error *err);

/*
 * Sends signal to every process in the cgroup and below; SIGKILL by cgroup.kill where there is a v2 leaf, and frozen ones
 * are thawed by it so that they die. No process at all is no error. Never signals a process outside.
 */
int cgroup_kill_all(const struct cgroup *cgroup, int signal, struct error *err);

/* Returns when all processes have stopped; ERROR_STATE when they do not within the bound (10 s). */
int cgroup_freeze(const struct cgroup *cgroup, struct error *err);
int cgroup_thaw(const struct cgroup *cgroup, struct error *err);
/* 1 frozen (or freezing), 0 not, or there is no freezer; negative on failure. */
int cgroup_is_frozen(const struct cgroup *cgroup, struct error *err);

/* Every process in the cgroup and below, in the caller's pid namespace, each once. */
int cgroup_list_processes(struct arena *arena, const struct cgroup *cgroup, pid_t **ret_pids,
                          size_t *ret_count, struct error *err);

/*
 * Kills what is left in it, waits (bounded, with backoff, at most timeout_ms) until it is empty and removes the leaves
 * with all their descendants, and the parents that we made if they are empty. Idempotent: what is gone already is no error.
 */
int cgroup_destroy(const struct cgroup *cgroup, int timeout_ms, struct error *err);

/* Closes the fds; the cgroup stays. Accepts a zeroed struct. */
void cgroup_release(struct cgroup *cgroup);

#define owned_cgroup __attribute__((cleanup(cgroup_release))) struct cgroup

#endif

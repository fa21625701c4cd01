/*
 * What the files of the supervisor share: the containers that it runs (run.c), what it tells of them (publish.c), and the loop (supervise.c).
 */
#ifndef RUNTIME_GROUP_SUPERVISOR_H
#define RUNTIME_GROUP_SUPERVISOR_H

#include "runtime/group/account.h"
#include "runtime/group/health.h"
#include "runtime/group/lookup.h"
#include "runtime/group/output.h"
#include "runtime/group/starter.h"

enum probe_kind { LIVENESS, READINESS, PROBE_COUNT };

enum phase { PHASE_WAITING, PHASE_RUNNING, PHASE_ENDED };

struct run {
    struct start_request start;
    enum phase phase;
    pid_t pid; /* running */
    int64_t exit_code;
    bool has_ended;          /* once, at least: exit_code is of the last time */
    struct run_span current; /* started 0: there was none */
    struct run_span previous;
    int64_t restart_count;
    uint64_t oom_kills; /* of the present container, as far as they were acted upon */
    struct account account;
    struct health health[PROBE_COUNT];
    int64_t kill_ms; /* of one that is not alive, by its probe: when it is killed; 0: it is well */
    int64_t due_ms;  /* waiting: when to start */
    int64_t started_ms;
    int64_t pause_ms; /* before the next start */
    struct member_output output;
};

SLICE_TYPE(run_list, struct run);

struct supervisor {
    struct arena *arena;
    const struct group_run_request *request;
    struct group group; /* not locked */
    int lock;
    int signals; /* signalfd */
    struct run_list runs;
    size_t first; /* of the runs that are under way, and how many */
    size_t count;
    int64_t policy;    /* enum group_restart, of these */
    int stopped_by;    /* signal; 0: not stopped */
    int64_t kill_ms;   /* when what is left is killed */
    uint64_t ended;    /* all of it, when; 0: not yet */
    bool is_published; /* status.h is as it is here */
};

/* The runs that are under way. */
struct run_list supervisor_current(const struct supervisor *supervisor);
int64_t supervisor_now_ms(void);
int64_t supervisor_grace_ms(const struct supervisor *supervisor);

/* Starts those that are due. Of a group that is being stopped, those that wait have ended. */
int supervisor_start_due(struct supervisor *supervisor, struct error *err);
/* Probes, and what follows from their verdicts. */
void supervisor_attend_all(struct supervisor *supervisor);
/* oomPolicy Group: when the kernel has ended one for memory, all end. The kernel does so itself only with v2, and for the group's own limit. */
void supervisor_attend_oom(struct supervisor *supervisor);
void supervisor_kill_members(const struct supervisor *supervisor);
/* A child has ended: the container's process, or a check. */
void supervisor_reap_one(struct supervisor *supervisor, struct run *run, pid_t pid, int status);
/* When something is to be done about it. */
int64_t run_find_due(const struct run *run);

/* Of the first container that failed; 128 + n after signal n. */
int supervisor_find_exit_code(const struct supervisor *supervisor);
/* Writes status.h's file when something has changed since; when it cannot, the next call does. */
void supervisor_publish(struct supervisor *supervisor);
/* Another command may be changing the group, but not for long; or one that hangs, and then it is not told. */
void supervisor_publish_now(struct supervisor *supervisor);

#endif

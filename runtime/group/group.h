/*
 * Container groups: containers that share a network, an IPC and a UTS namespace, volumes, limits and a lifecycle.
 *
 * A group is a directory with a record (record.h), a cgroup that is the parent of its members' cgroups, and a mount namespace that no
 * process lives in (found.h). A member is an ordinary container, made by container_create() with a rewritten
 * config.json (member.h); nothing below this folder knows that groups exist.
 *
 * Locking: who changes a group holds the group's lock, and takes a container's lock only while holding it, never the other way around.
 */
#ifndef RUNTIME_GROUP_GROUP_H
#define RUNTIME_GROUP_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/slice.h"
#include "runtime/container/checkpoint.h"
#include "runtime/container/container.h"
#include "runtime/group/spec.h"

/* Names one group. Strings are borrowed. */
struct group_request {
    const char *root; /* as of containers */
    const struct log *log;
    const char *id; /* of its container; NULL: there is none any more, or yet */
};

struct group_create_request {
    struct group_request group;
    const char *file; /* NULL: a group of which nothing is said */
};

/* Everything but the members. On failure nothing is left. */
int group_create(struct arena *arena, const struct group_create_request *request,
                 struct error *err);

struct group_delete_request {
    struct group_request group;
    bool is_forced; /* ends the members first; a group that does not exist is no error */
};

/* Members, cgroup, namespaces, directory. Finishes what an interrupted create or delete left. ERROR_STATE while a member is not stopped. */
int group_delete(struct arena *arena, const struct group_delete_request *request,
                 struct error *err);

struct group_kill_request {
    struct group_request group;
    int signal;
};

/*
 * Every process of every member, SIGKILL at one instant where the host has cgroup.kill, and then nothing is restarted. Of an engine's pod: one member
 * after the other, as pause and resume.
 */
int group_kill(struct arena *arena, const struct group_kill_request *request, struct error *err);

struct group_update_request {
    struct group_request group;
    const char *file; /* of a group file, limits and the containers' resources count; NULL: none */
    const char *member;          /* whose limits the next are; NULL: the group's own */
    struct group_amounts limits; /* what is NULL stays */
};

/*
 * Other amounts for the living and for members that are made later. ERROR_INVALID when a member's would be above the group's, or all requests
 * together; ERROR_STATE when the kernel refuses (memory in use). On failure all is as before.
 */
int group_update(struct arena *arena, const struct group_update_request *request,
                 struct error *err);

/* Until the supervisor has seen all end for good; without one, until no member is alive. *ret_exit_code: as of group_supervise(); 0 without. */
int group_wait(const struct group_request *request, int *ret_exit_code, struct error *err);

/* All members at one instant, by the group's own cgroup. */
int group_pause(struct arena *arena, const struct group_request *request, struct error *err);
int group_resume(struct arena *arena, const struct group_request *request, struct error *err);

enum group_status {
    GROUP_CREATING, /* or what a killed create left */
    GROUP_CREATED,  /* no member has been started yet */
    GROUP_RUNNING,  /* some member runs */
    GROUP_PAUSED,
    GROUP_STOPPED, /* there are members, and none runs */
    GROUP_BROKEN, /* its namespaces are gone: the host was restarted, or this is another mount namespace */
};

/* As Azure's container groups and Kubernetes' pods have it. */
enum group_phase {
    GROUP_PENDING, /* nothing has been started */
    GROUP_ACTIVE,  /* "Running": something runs, or is to be started again */
    GROUP_SUCCEEDED,
    GROUP_FAILED,
    GROUP_ENDED, /* "Stopped": by stop, kill or a signal; and by-hand members, of whose ends nobody knows more */
};

/* One run of a member. */
struct group_run_info {
    const char *state; /* Waiting, Running, Terminated */
    const char *started;
    const char *finished;     /* NULL: it goes on, or nobody knows */
    const int64_t *exit_code; /* NULL: likewise */
    int64_t signal;
    int64_t reason; /* enum run_reason of status.h */
};

struct group_member_info {
    const char *name;
    const char *id;          /* of its container; NULL: there is none any more, or yet */
    int64_t status;          /* enum container_status */
    int64_t pid;             /* 0 when it is stopped */
    const char *cgroup_path; /* or NULL */
    /* What a supervisor knows of those that it started, else NULL. */
    const bool *is_ready;
    const int64_t *restart_count;
    const int64_t *exit_code; /* of its last end */
    struct group_port_list ports;
    bool has_readiness; /* a probe for it */
    bool is_failing;    /* its liveness probe fails */
    const struct group_run_info *current;
    const struct group_run_info *previous; /* NULL: none that is known */
};

SLICE_TYPE(group_member_info_list, struct group_member_info);

struct group_namespace_info {
    const char *type;
    uint64_t inode;
};

struct group_info {
    const char *id;           /* of its container; NULL: there is none any more, or yet */
    int64_t status;           /* enum group_status */
    int64_t phase;            /* enum group_phase */
    const int64_t *exit_code; /* of its supervisor, when that has ended; else NULL */
    const char *created;
    const char *hostname;
    const char *cgroup_path;
    SLICE_OF(struct group_namespace_info) namespaces;
    struct text_list volumes;
    struct group_member_info_list members;
};

SLICE_TYPE(group_info_list, struct group_info);

extern const struct names names_group_statuses;
extern const struct names names_group_phases;

struct group_events_request {
    struct group_request group;
    uint64_t interval_ns; /* how often to look */
    int (*tell)(const char *line, struct error *err);
};

/*
 * Tells what happens, a line of JSON each, until the group has ended or is deleted. What changes twice between two looks may be
 * told once; of memory that runs out the kernel tells at once.
 */
int group_events(struct arena *arena, const struct group_events_request *request,
                 struct error *err);

int group_state(struct arena *arena, const struct group_request *request,
                struct group_info *ret_info, struct error *err);
/* All groups below the root, sorted by id; then the pods of an engine, too. */
int group_list(struct arena *arena, const struct group_request *request,
               struct group_info_list *ret_list, struct error *err);

/* JSON: one group indented; all of them on one line. In the arena. */
const char *group_write_state(struct arena *arena, const struct group_info *info);
const char *group_write_list(struct arena *arena, const struct group_info_list *list);

struct member_request {
    const char *group;
    const char *name; /* NULL: the container's id */
    pid_t *ret_pid;   /* group_run_member(), detached: of its process; may be NULL */
    struct text_list
        volumes; /* "NAME:DESTINATION[:ro|rw][:SUBPATH]", beside those that the group file gives a container of this name */
};

/*
 * container_create() and container_run() in a group: the container's id is the member's name. ERROR_NOT_FOUND when there is no such group. The group's
 * lock is held until the member is created. A namespace of the group that is gone is an error, never the host's instead.
 */
int group_create_member(struct arena *arena, const struct member_request *member,
                        const struct create_request *request, struct error *err);
int group_run_member(struct arena *arena, const struct member_request *member,
                     const struct run_request *request, int *ret_exit_code, struct error *err);

/*
 * container_create() and container_run() of a container that names no group: its annotations may say that it belongs to an engine's pod. Then each
 * namespace that it is to join has to be the pod's own (ERROR_INVALID), and the sandbox, when it is known, has to run (ERROR_STATE).
 */
int group_create_any(struct arena *arena, const struct create_request *request, struct error *err);
int group_run_any(struct arena *arena, const struct run_request *request, int *ret_exit_code,
                  struct error *err);

/* container_restore(), but ERROR_UNSUPPORTED for what the operator wants verified: nothing is read anew of a program that goes on. */
int group_restore_any(struct arena *arena, const struct restore_request *request,
                      int *ret_exit_code, struct error *err);

/* The id of the container of a member. ERROR_NOT_FOUND. */
int group_find_member(struct arena *arena, const struct group_request *request, const char *name,
                      const char **ret_id, struct error *err);

struct group_run_request {
    struct group_request group;
    bool is_detached;
    bool colours; /* the prefix of each line of output */
};

/*
 * Runs the containers of the group file: the init containers one after the other, then all others, again by the restart policy. Their output goes
 * to our standard output, each line after the member's name. Ends when nothing is to be restarted, or when a signal stops the group. *ret_exit_code: of
 * the first container that failed, 128 + n after signal n. Detached: a background process does that, and we return when all containers have been started.
 */
int group_supervise(struct arena *arena, const struct group_run_request *request,
                    int *ret_exit_code, struct error *err);

struct group_stop_request {
    struct group_request group;
    int64_t grace_seconds; /* negative: as the group file says */
};

/* TERM for each member, KILL for what is left after the grace; nothing is restarted. */
int group_stop(struct arena *arena, const struct group_stop_request *request, struct error *err);

#endif

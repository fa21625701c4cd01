/*
 * The verbs on containers: what a subcommand calls after it has turned words into a request. They neither
 * parse argv nor print; they return what is to be printed, or an error.
 *
 * Every verb finds the container through the state root (store.h), locks it while it changes it, and
 * leaves behind something that `delete` understands, wherever it is interrupted. Strings in requests are borrowed;
 * what comes back is in the arena. Texts of errors that engines match (containerd's shim: "does not
 * exist", "container not running") are made here and are part of the contract.
 */
#ifndef RUNTIME_CONTAINER_CONTAINER_H
#define RUNTIME_CONTAINER_CONTAINER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/slice.h"
#include "oci-spec/names.h"
#include "runtime/plan/open_source.h"
#include "runtime/plan/small_mounts.h"

struct spec;

/* Names one container. */
struct container_request {
    const char *
        root; /* state root (--root); NULL: /run/corun, or $XDG_RUNTIME_DIR/corun for others than root */
    const struct log *log; /* warnings; may be NULL */
    const char *id;
};

/*
 * What a caller adds to a bundle's config.json without changing the file. edit() rewrites the decoded document, in the arena, before
 * anything is decided by it: it acts on nothing. Mounts whose source is one of trees (the same pointer, not the same text) attach what the
 * caller has opened already. All of it is borrowed until the create is over; created(), if there is one, is called when it has succeeded.
 */
struct create_changes {
    int (*edit)(struct arena *arena, struct spec *spec, void *context, struct error *err);
    void (*created)(void *context, pid_t pid);
    void *context;
    struct open_source_list trees;
    const struct small_mounts *small_mounts; /* NULL: none */
};

struct create_request {
    struct container_request container;
    const char *bundle;   /* NULL: the current directory; may be relative */
    const char *config;   /* NULL: config.json in the bundle; relative to the caller's directory */
    const char *pid_file; /* written last, whole; NULL: none */
    const char *console_socket; /* NULL: none */
    unsigned int preserve_fds;  /* 3 .. 3+n-1; counts of LISTEN_FDS are added by the command */
    unsigned int
        listen_fds; /* > 0: the first of them come by socket activation (man 3 sd_listen_fds):
                                   LISTEN_FDS=n and LISTEN_PID=1 are appended to the process's env */
    bool no_pivot;
    bool no_new_keyring;
    bool is_systemd_cgroup;
    const struct create_changes *changes; /* NULL: none */
};

/* runtime.md#create: steps 1 to 5 of the lifecycle. On failure nothing is left. */
int container_create(struct arena *arena, const struct create_request *request, struct error *err);

/* runtime.md#start: steps 6 to 9. ERROR_STATE unless the container is created. */
int container_start(struct arena *arena, const struct container_request *request,
                    struct error *err);

struct run_request {
    struct create_request create;
    bool is_detached;
    bool keeps_container; /* foreground: do not delete it when it has exited */
};

/*
 * create and start in one. Detached: returns as soon as the program runs, *ret_exit_code is 0. Otherwise: stands between the
 * caller's streams and the container until it exits, deletes it, and *ret_exit_code is its exit code, 128 + n for a signal.
 */
int container_run(struct arena *arena, const struct run_request *request, int *ret_exit_code,
                  struct error *err);

struct kill_request {
    struct container_request container;
    int signal;
    bool is_all; /* every process in the container's cgroup; allowed on a stopped container */
};

/* runtime.md#kill. ERROR_STATE, "container not running", unless created, running or paused. */
int container_kill(struct arena *arena, const struct kill_request *request, struct error *err);

/* One more process. What is not asked is as the container's own process has it, or as the document says. */
struct exec_request {
    struct container_request container;
    const char *process_file; /* a "process" document; NULL: the command below */
    struct text_list args;
    const char *cwd;
    struct text_list env;
    const char *user; /* "UID" or "UID:GID" */
    struct text_list additional_gids;
    struct text_list capabilities;
    bool has_terminal;
    bool no_new_privileges;
    const char *apparmor_profile;
    const char *selinux_label;
    struct text_list cgroups; /* below the container's: "PATH" or "CONTROLLER:PATH" */
    const char *pid_file;
    const char *console_socket;
    unsigned int preserve_fds; /* as in create_request */
    unsigned int listen_fds;
    bool is_detached;
    bool ignores_paused; /* the process waits until the container is resumed */
    pid_t *ret_pid;      /* detached: of the process; may be NULL */
};

/*
 * Executes it in a created or running container; ERROR_STATE in others. Detached: returns when the program runs, *ret_exit_code is 0.
 * Otherwise as container_run().
 */
int container_exec(struct arena *arena, const struct exec_request *request, int *ret_exit_code,
                   struct error *err);

SLICE_TYPE(process_id_list, pid_t);

/* The processes of the container, in the caller's pid namespace, sorted. A stopped container has none. */
int container_list_processes(struct arena *arena, const struct container_request *request,
                             struct process_id_list *ret_pids, struct error *err);

/*
 * What ps(1) with these arguments (none: -ef) says of those processes, title line included. ERROR_UNSUPPORTED when there is no ps; the output
 * needs a column PID.
 */
int container_describe_processes(struct arena *arena, const struct process_id_list *pids,
                                 const struct text_list *ps_arguments, const char **ret_text,
                                 struct error *err);

struct delete_request {
    struct container_request container;
    bool is_forced; /* kills it first; an id that does not exist is no error */
};

/* runtime.md#delete: steps 12 and 13. Finishes what an interrupted create or delete left. */
int container_delete(struct arena *arena, const struct delete_request *request, struct error *err);

/* What state and list tell. Field names as in the documents. */
struct container_info {
    const char *oci_version;
    const char *id;
    enum container_status status;
    pid_t pid;        /* 0 when stopped or creating */
    bool is_complete; /* false: its create is under way or was killed, and the rest is not known */
    const char *bundle;
    const char *rootfs;
    uint64_t created_ns;     /* since 1970 */
    const char *created;     /* the same: RFC 3339, UTC */
    const char *owner;       /* name of the user who created it, or the uid as digits */
    const char *cgroup_path; /* below each hierarchy's mount point, or NULL */
    struct text_map annotations;
};

SLICE_TYPE(container_info_list, struct container_info);

int container_state(struct arena *arena, const struct container_request *request,
                    struct container_info *ret_info, struct error *err);

/* All containers below root (NULL: the default), sorted by id. A root that does not exist is an empty list. */
int container_list(struct arena *arena, const char *root, const struct log *log,
                   struct container_info_list *ret_list, struct error *err);

/* The state document (runtime.md#state), indented; and the array that `list --format json` prints, on one line. In the arena. */
const char *container_write_state(struct arena *arena, const struct container_info *info);
const char *container_write_list(struct arena *arena, const struct container_info_list *list);

/* What a create of this bundle would do on this host, in words (plan_print), without doing it. The id may be NULL. */
int container_plan(struct arena *arena, const struct create_request *request, const char **ret_text,
                   struct error *err);

#endif

/*
 * checkpoint and restore: the processes of a container written to a directory of images by the program criu, and made again from it. As in
 * container.h: no argv, nothing printed, the container is found by its id and locked while it is changed.
 *
 * An image holds processes and their memory, not what a bundle says: a restore plans its bundle as a create does, so mount sources, limits
 * and namespaces to join come from config.json, never from the image.
 */
#ifndef RUNTIME_CONTAINER_CHECKPOINT_H
#define RUNTIME_CONTAINER_CHECKPOINT_H

#include "runtime/container/container.h"

/* What criu is to be told: man 8 criu. Names are those of its options, or of runc's. */
struct criu_options {
    const char *image_path; /* NULL: "checkpoint"; both may be relative */
    const char *work_path;  /* its log; NULL: the same */
    const char *parent_path;
    const char *empty_ns; /* "network" */
    const char *lsm_profile;
    const char *lsm_mount_context;
    const char *page_server;
    const char *status_fd;
    bool auto_dedup;
    bool ext_unix_sk;
    bool file_locks;
    bool lazy_pages;
    bool leave_running;
    bool link_remap;
    bool pre_dump; /* the memory only, and the container goes on */
    bool shell_job;
    bool tcp_established;
};

struct checkpoint_request {
    struct criu_options options;
    struct container_request container;
};

/*
 * Of a running or paused container, which is deleted afterwards unless it is to go on. On failure it goes on as before. ERROR_UNSUPPORTED
 * without criu or root, and for containers that are not of the supported kinds.
 */
int container_checkpoint(struct arena *arena, const struct checkpoint_request *request,
                         struct error *err);

struct restore_request {
    struct criu_options options;
    struct create_request create;
    bool is_detached;
};

/* A container with a new id, running from the start. Otherwise as container_run(). */
int container_restore(struct arena *arena, const struct restore_request *request,
                      int *ret_exit_code, struct error *err);

#endif

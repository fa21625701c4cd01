/*
 * The verbs on a container that is there and goes on: pausing, changing its limits, watching it. As in container.h: no argv, nothing
 * printed, the container is found by its id and locked while it is changed.
 */
#ifndef RUNTIME_CONTAINER_CONTROL_H
#define RUNTIME_CONTAINER_CONTROL_H

#include "oci-spec/spec.h"
#include "runtime/container/container.h"

/*
 * Freezes every process of a created or running container and returns when all have stopped (at most 10 s, else they go on). Its status
 * is paused then. ERROR_STATE when it is anything else, ERROR_UNSUPPORTED where there is no freezer.
 */
int container_pause(struct arena *arena, const struct container_request *request,
                    struct error *err);

/* ERROR_STATE unless it is paused. */
int container_resume(struct arena *arena, const struct container_request *request,
                     struct error *err);

struct mounts_request {
    struct container_request container;
    const char *file; /* the "mounts" of a config.json (spec_mounts_read()); "-": standard input */
    bool is_removal;
};

/*
 * Adds mounts to a created or running container, or takes away what is mounted at their destinations; all or nothing. ERROR_STATE for any other
 * container. Neither is remembered: config.json says what the container began with.
 */
int container_change_mounts(struct arena *arena, const struct mounts_request *request,
                            struct error *err);

struct update_request {
    struct container_request container;
    const char *file; /* a document "resources" (config-linux.md), "-": standard input; or NULL */
    struct spec_resources resources; /* without a file */
    struct spec_intel_rdt
        intel_rdt; /* what of it is not NULL is written to the container's class of service, which others may share */
};

/*
 * Changes the limits that are given and keeps the others. All or nothing, as far as the kernel lets what was changed be undone; the error
 * says what could not. ERROR_STATE, "container not running", for a stopped one.
 */
int container_update(struct arena *arena, const struct update_request *request, struct error *err);

struct events_request {
    struct container_request container;
    bool is_once;         /* one line of statistics, at once */
    uint64_t interval_ns; /* between two of them; > 0 */
    /* Gets each event, a line of JSON without its end; negative ends the watching. */
    int (*tell)(const char *line, struct error *err);
};

/* Until the container's process ends: statistics, and an event for each time that memory ran out. ERROR_STATE for a stopped one. */
int container_events(struct arena *arena, const struct events_request *request, struct error *err);

#endif

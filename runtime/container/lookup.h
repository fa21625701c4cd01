/* One container found again: its directory, its record, and what its process is doing now. Every verb but create begins here. */
#ifndef RUNTIME_CONTAINER_LOOKUP_H
#define RUNTIME_CONTAINER_LOOKUP_H

#include "runtime/cgroup/cgroup.h"
#include "runtime/container/container.h"
#include "runtime/container/record.h"
#include "runtime/container/store.h"

struct container {
    const struct log *log;
    struct store store;
    struct entry entry;
    struct record record; /* zeroed when there is none: a create that is under way, or was killed */
    bool has_record;
    const char *damage; /* why the record cannot be read; else NULL */
    enum container_status status;
    int pidfd;            /* of the process, verified to be the recorded one; -1 when it is gone */
    struct cgroup cgroup; /* not opened, except by create; no leaves when there is none */
};

/* is_locked: waits for the lock and keeps it (entry_lock()). */
int container_find(struct arena *arena, const struct container_request *request, bool is_locked,
                   struct container *ret_container, struct error *err);

/*
 * The same, locked, and a record that cannot be read is no error: a warning, and then the cgroup is the one that a create with the copy of
 * config.json (or else without cgroupsPath) would make. For delete --force, which must end everything.
 */
int container_find_damaged_too(struct arena *arena, const struct container_request *request,
                               struct container *ret_container, struct error *err);

/*
 * Of a container of which only the entry is known (store_peek()), for list: the record, and the status, for which not the whole cgroup is
 * looked up. On failure, too, the caller releases it. A record that cannot be read is an error.
 */
int container_look_at_record(struct arena *arena, struct container *container, struct error *err);
int container_look_at_status(struct arena *arena, const struct boot *boot,
                             struct container *container, struct error *err);

/* Fills in what state and list tell. */
void container_describe(struct arena *arena, const struct container *container,
                        struct container_info *ret_info);

/* Accepts a zeroed one. */
void container_release(struct container *container);

#define owned_container __attribute__((cleanup(container_release))) struct container

/* config.json as it was at create, from the copy. ERROR_STATE when that is missing. */
int container_read_spec(struct arena *arena, const struct container *container,
                        struct spec **ret_spec, struct error *err);

/*
 * Runs the hooks of one kind ("startContainer", "poststart", "poststop") as config.json had them at create, with the given status in their state.
 * poststop: failures are logged only.
 */
int container_run_hooks(struct arena *arena, const struct container *container, const char *kind,
                        enum container_status status, struct error *err);

/* Kills the process (thawing it) and waits until it is gone, at most 10 s. */
int container_stop(struct container *container, struct error *err);

/* Steps 12 and 13 of the lifecycle, for a locked container whose process is gone: cgroup, poststop hooks, directory. */
int container_destroy(struct arena *arena, struct container *container, struct error *err);

#endif

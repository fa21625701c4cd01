/*
 * Statuses found ahead. What list does for each container is almost only system calls, so on a machine with two processors a second process
 * works from the end of the list towards the caller, who works from the front and takes over what it finds done. It may be slow, or die, or
 * not exist: the caller then does everything itself.
 */
#ifndef RUNTIME_CONTAINER_AHEAD_H
#define RUNTIME_CONTAINER_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/slice.h"
#include "runtime/container/container.h"
#include "runtime/container/record.h"
#include "runtime/container/store.h"

struct ahead_slots;

struct ahead {
    struct ahead_slots *slots; /* shared memory; NULL: there is no second process */
    size_t size;
    pid_t pid;
};

/* Starts the second process where it is worth it. Everything is borrowed. */
void ahead_start(const struct store *store, const struct text_list *ids, const struct boot *boot,
                 struct ahead *ret_ahead);

/* The caller has come to the container of this number: true when its status is known, for the process that is given. */
bool ahead_find(struct ahead *ahead, size_t number, int64_t pid, enum container_status *ret_status);

/* Ends the second process. Accepts a zeroed one. */
void ahead_stop(struct ahead *ahead);

#define owned_ahead __attribute__((cleanup(ahead_stop))) struct ahead

#endif

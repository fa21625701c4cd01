/*
 * The state root: a directory for each container, and what keeps two commands from working on one container at the same time.
 *
 *   ROOT/            0700, made when needed
 *   ROOT/ID/         0700; taken by an exclusive mkdirat, so an id is given once
 *   ROOT/ID/lock          held by whoever changes the container
 *   ROOT/ID/state.json    the record (record.h), written whole: to a temporary name, then renamed
 *   ROOT/ID/config.json   the bundle's, as it was at create (runtime.md#lifecycle: later changes have no effect)
 *   ROOT/ID/start.sock    where the container's process waits for START; there exactly while nobody has started it
 *   ROOT/.seccomp/        compiled filters (launch/); no id begins with a dot
 *   ROOT/.groups/         the same again for container groups (group/home.h)
 */
#ifndef RUNTIME_CONTAINER_STORE_H
#define RUNTIME_CONTAINER_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "runtime/container/content.h"

#define STORE_RECORD "state.json"
#define STORE_CONFIG "config.json"
#define STORE_SOCKET "start.sock"
#define STORE_LOCK   "lock"

struct store {
    const char *noun; /* what is kept in it, for messages: "container" */
    const char *path;
    int fd; /* -1: it does not exist */
};

/* path NULL: the default (container.h). is_made: create it when it is missing; otherwise one that does not exist is fd -1, no error. */
int store_open(struct arena *arena, const char *path, bool is_made, struct store *ret_store,
               struct error *err);
void store_release(struct store *store);

#define owned_store __attribute__((cleanup(store_release))) struct store

/* One container's directory. */
struct entry {
    const char *noun;
    const char *id;
    int store_fd; /* borrowed */
    int fd;       /* -1: not opened (store_peek()) */
    int lock_fd;  /* -1 until it is locked for the first time */
    bool is_locked;
};

/* Takes a new id and locks it. ERROR_EXISTS: `container "x" exists already`. */
int store_reserve(const struct store *store, const char *id, struct entry *ret_entry,
                  struct error *err);

/* ERROR_NOT_FOUND: `container "x" does not exist`. The id is checked; ERROR_INVALID. */
int store_find(const struct store *store, const char *id, struct entry *ret_entry,
               struct error *err);

/* One of the ids that store_list() gave, without opening its directory: for entry_read(), entry_has() and entry_is_busy() only. */
void store_peek(const struct store *store, const char *id, struct entry *ret_entry);

/* The ids in it, sorted. */
int store_list(struct arena *arena, const struct store *store, struct text_list *ret_ids,
               struct error *err);

/*
 * Waits for the lock, at most 10 s (ERROR_STATE). ERROR_NOT_FOUND when the container was deleted meanwhile. It is a POSIX record lock
 * (man 2 fcntl): unlike a flock it is not shared with the clone that becomes the container, so it ends with the command that
 * took it even if that is killed.
 */
int entry_lock(struct entry *entry, struct error *err);
void entry_unlock(struct entry *entry);
/* Whether another command holds the lock now. */
bool entry_is_busy(const struct entry *entry);

/* Unlocks and closes; the directory stays. Accepts a zeroed entry. */
void entry_release(struct entry *entry);

#define owned_entry __attribute__((cleanup(entry_release))) struct entry

/* Writes a file whole: readers see the old content or the new one. */
int entry_write(const struct entry *entry, const char *name, const struct content *content,
                struct error *err);

bool entry_has(const struct entry *entry, const char *name);

/* 1: read; 0: there is no such file. ERROR_NOT_FOUND: the directory of an entry that was only peeked at is gone. */
int entry_read(struct arena *arena, const struct entry *entry, const char *name,
               struct content *ret_content, struct error *err);

/* The directory and all in it; the entry must be locked. What is gone already is no error. */
int entry_remove(struct entry *entry, struct error *err);

#endif

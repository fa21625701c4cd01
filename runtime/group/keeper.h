/*
 * A process inside namespaces that cannot be made from outside: a pid namespace is its first process, and what a user namespace is to own must be made in it.
 * The founder clones it into all new namespaces at once, so that the user namespace owns the others (man 7 user_namespaces).
 *
 * Of a pid namespace it stays, as the reaper of whatever its members leave behind. Nothing of the caller is in it then: no fds, no arguments and
 * variables, no memory but a few pages, no capabilities; it cannot be dumped or traced, and its executable is sealed by the caller.
 */
#ifndef RUNTIME_GROUP_KEEPER_H
#define RUNTIME_GROUP_KEEPER_H

#include <stdbool.h>

#include "runtime/group/found.h"

/* The founder's view of it. */
struct keeper {
    int process; /* /proc/PID, -1: there is none */
    int pidfd;
    int socket;
};

/* Clones it and maps its ids. 0 or -errno, as the others. */
int keeper_start(const struct founding *founding, int flags, struct keeper *ret_keeper);

/* Has it set up its namespaces (founder_set_up()). */
int keeper_set_up(const struct keeper *keeper);

/* Lets it go on as the reaper, or ends it. Nothing when there is none. */
void keeper_finish(struct keeper *keeper, bool stays);

/* What it becomes (reaper.c): prepared while there is a /proc; then for good, from when its namespaces are held. */
int reaper_prepare(void);
__attribute__((noreturn)) void reaper_run(void);

/* With as little memory as can be (reaper_memory.c). */
__attribute__((noreturn)) void reaper_sleep(void);
/* Gives whole pages back: what is file-backed comes again when it is touched, the rest is zero then. */
void reaper_drop(uintptr_t start, uintptr_t end);

#endif

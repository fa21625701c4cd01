/*
 * Inside hooks/: going into a container to run a hook there.
 *
 * Everything is opened and decided by hook_entry_open(), in the runtime's namespaces; the prepare and execute functions are
 * for base/program.h and make system calls only.
 */
#ifndef HOOKS_ENTER_H
#define HOOKS_ENTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/program.h"
#include "hooks/hooks.h"

struct hook_entry {
    const struct hook_run *run;
    int pidfd;      /* borrowed */
    int kinds;      /* CLONE_NEW...: namespaces of the container that are not ours */
    int root;       /* startContainer: the container's root directory; else -1 */
    int executable; /* createContainer: the hook's file, found in the runtime's namespaces; else -1 */
    uint64_t capabilities;  /* startContainer: the container's bounding set; else all */
    bool no_new_privileges; /* startContainer: as the container's process */
};

#define owned_hook_entry __attribute__((cleanup(hook_entry_release))) struct hook_entry

/* path: the hook's. Fails when the container's process is gone. */
int hook_entry_open(const struct hook_run *run, const char *path, struct hook_entry *ret_entry,
                    struct error *err);
void hook_entry_release(struct hook_entry *entry);

/* context: struct hook_entry. */
int hook_enter(const void *context, const char **ret_what);
int hook_execute(const struct program *program, const char **ret_what);

#endif

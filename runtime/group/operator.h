/*
 * What the operator of this machine has switched on for all groups and pods, in one file that only root can have written. It names where a ledger is and
 * what verifies; the programs are corun's own (hooks/programs). No group file, annotation, bundle or option has a say in it.
 */
#ifndef RUNTIME_GROUP_OPERATOR_H
#define RUNTIME_GROUP_OPERATOR_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

#define OPERATOR_FILE "/etc/corun/group-hooks.json"

struct operator_ledger {
    const char *file; /* that gets a line for each group at its end */
};

struct operator_verify {
    const char *manifest; /* the digests that are allowed */
    bool is_for_all;      /* containers that are in no group or pod, too */
};

struct operator_hooks {
    const struct operator_ledger *ledger; /* NULL: off */
    const struct operator_verify *verify; /* NULL: off */
};

/* No file: all is off. One that others can write to, or that switches nothing on, is an error: something was meant by it. */
int operator_hooks_read(struct arena *arena, struct operator_hooks *ret_hooks, struct error *err);

#endif

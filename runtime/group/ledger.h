/*
 * The ledger: one line for each group, its last usage document, in a file that the operator names (operator.h). The line is taken right
 * before the members are killed, and from then on kept in the group's directory until that is removed: so a delete that was killed is finished
 * with the same line, and the program that writes it (hooks/programs/ledger.c) then looks whether it is in the ledger already.
 *
 * Nothing here fails: a ledger that cannot be written is a warning, with the line in it.
 */
#ifndef RUNTIME_GROUP_LEDGER_H
#define RUNTIME_GROUP_LEDGER_H

#include "runtime/group/lookup.h"

struct ledger {
    const char *file; /* NULL: there is nothing to write */
    const char *line;
    bool is_kept_from_before; /* by a delete that did not get to its end */
};

/* The group is locked. One that was never complete, or whose record cannot be read, has no line. */
struct ledger group_ledger_take(struct arena *arena, const struct group *group);

/* When the members are dead: what their cgroups and processes told is gone soon. */
void group_ledger_keep(const struct group *group, const struct ledger *ledger);

/* Within ten seconds, whatever the ledger is. */
void group_ledger_write(struct arena *arena, const struct group *group,
                        const struct ledger *ledger);

#endif

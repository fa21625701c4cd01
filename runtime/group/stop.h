/* The mark that tells a supervisor to restart nothing more: a file in the group's directory. */
#ifndef RUNTIME_GROUP_STOP_H
#define RUNTIME_GROUP_STOP_H

#include <stdbool.h>

#include "runtime/container/store.h"

/* Also true of a group that was deleted. */
bool group_is_stopping(const struct entry *entry);
int group_mark_stopping(const struct entry *entry, struct error *err);
void group_clear_stopping(const struct entry *entry);

#endif

/* What a stop is made of: the mark that tells a supervisor to restart nothing more, a file in the group's directory; and the wait. */
#ifndef RUNTIME_GROUP_STOP_H
#define RUNTIME_GROUP_STOP_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/container/store.h"

/* Also true of a group that was deleted. */
bool group_is_stopping(const struct entry *entry);
int group_mark_stopping(const struct entry *entry, struct error *err);
void group_clear_stopping(const struct entry *entry);

enum { STOP_DYING_SECONDS = 10 }; /* after SIGKILL: the kernel frees what was used */

/* How many are alive; -1 with an error. */
typedef int group_count_alive(const void *context, struct error *err);

/* Looks again and again, for at most these seconds, while some of the alive are left; how many in the end. */
int group_await_end(group_count_alive *count, const void *context, int alive, int64_t seconds,
                    struct error *err);

#endif

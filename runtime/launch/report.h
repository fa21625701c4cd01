/* The child's failure record, told in the plan's words. */
#ifndef RUNTIME_LAUNCH_REPORT_H
#define RUNTIME_LAUNCH_REPORT_H

#include "base/arena.h"
#include "base/error.h"
#include "runtime/plan/plan.h"
#include "runtime/sync/sync.h"

/* message is a FAILED one, of a process that we do not trust to count: its numbers are checked. plan may be NULL. Always -1. */
int report_failure(struct arena *arena, const struct plan *plan, const struct sync_message *message,
                   struct error *err);

/* The child ended without a record. status: as in man 2 wait. Always -1. */
int report_death(int status, bool has_memory_limit, struct error *err);

#endif

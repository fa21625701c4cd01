/* What the supervisor knows of the containers that nobody else can find out, published in the group's directory. */
#ifndef RUNTIME_GROUP_STATUS_H
#define RUNTIME_GROUP_STATUS_H

#include "base/slice.h"
#include "runtime/container/store.h"

struct run_status {
    const char *name;
    int64_t restart_count;
    const int64_t *exit_code; /* of its last end; NULL: it has not ended yet */
    bool is_ready;            /* it runs, and its readiness probe, if it has one, passes */
};

SLICE_TYPE(run_status_list, struct run_status);

/* False when the group is being changed by another command: to be tried again. Of a group that was deleted nothing is written. */
bool run_status_write(struct entry *entry, const struct run_status_list *list);

/* Empty when the group has not been started. */
int run_status_read(struct arena *arena, const struct entry *entry,
                    struct run_status_list *ret_list, struct error *err);

#endif

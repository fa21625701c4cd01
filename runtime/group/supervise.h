/* The supervisor of one group, in the process that calls it. */
#ifndef RUNTIME_GROUP_SUPERVISE_H
#define RUNTIME_GROUP_SUPERVISE_H

#include "runtime/group/group.h"

/* started: a pipe that is written to and closed when all containers have been started, or -1. */
int group_supervise_here(struct arena *arena, const struct group_run_request *request, int *started,
                         int *ret_exit_code, struct error *err);

#endif

/* Starting one container of the group file for the supervisor. */
#ifndef RUNTIME_GROUP_STARTER_H
#define RUNTIME_GROUP_STARTER_H

#include <sys/types.h>

#include "runtime/group/group.h"
#include "runtime/group/spec.h"

struct start_request {
    const struct group_request *group;
    const struct group_container *container;
    const char *id; /* of the container; one of this id that has ended is deleted first */
};

/*
 * A process of its own makes the container and ends; the caller, a subreaper, then is the parent of the container's process. *ret_pid: that, to be
 * waited for; *ret_output: what it writes, the caller's. On failure, the words about it come on *ret_output, too, and *ret_pid is -1.
 */
int group_start_member(struct arena *arena, const struct start_request *request, pid_t *ret_pid,
                       int *ret_output, struct error *err);

/*
 * A program in the container, as its child (exec), without output. *ret_pid: of its process, to be waited for; 0: the container is paused; -1: it
 * could not be started.
 */
int group_start_check(struct arena *arena, const struct start_request *request,
                      const struct text_list *command, pid_t *ret_pid, struct error *err);

#endif

/* What the commands that name or make containers share: the program's options become part of their requests. */
#ifndef RUNTIME_CMD_CREATE_H
#define RUNTIME_CMD_CREATE_H

#include "runtime/cmd/command.h"
#include "runtime/container/container.h"

void invocation_name_container(const struct invocation *invocation,
                               struct container_request *container);

/* The same, and the file descriptors that are to be passed on are counted and looked at. */
int invocation_complete_create(const struct invocation *invocation, struct create_request *request,
                               struct error *err);

#endif

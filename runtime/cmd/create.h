/* What the commands that name or make containers share: the program's options become part of their requests. */
#ifndef RUNTIME_CMD_CREATE_H
#define RUNTIME_CMD_CREATE_H

#include "runtime/cmd/command.h"
#include "runtime/container/container.h"
#include "runtime/group/group.h"

/* A create, or one in a group. */
struct create_words {
    struct create_request create;
    struct member_request member; /* group NULL: none */
};

/* Refuses --volume without --group. */
int create_words_check(const struct create_words *words, struct error *err);

void invocation_name_container(const struct invocation *invocation,
                               struct container_request *container);

/* The same, and the file descriptors that are to be passed on are counted and looked at. */
int invocation_complete_create(const struct invocation *invocation, struct create_request *request,
                               struct error *err);

#endif

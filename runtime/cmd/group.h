/* What the subcommands of group share. */
#ifndef RUNTIME_CMD_GROUP_H
#define RUNTIME_CMD_GROUP_H

#include "runtime/cmd/command.h"
#include "runtime/group/group.h"

void invocation_name_group(const struct invocation *invocation, struct group_request *group);

#endif

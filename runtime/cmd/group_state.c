/* corun group state: one group and its members, as JSON. */
#include <stdio.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"

static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct group_request, id),
};

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct group_info info = {0};

    invocation_name_group(invocation, request);
    if (group_state(invocation->arena, request, &info, err) < 0)
        return -1;
    (void) puts(group_write_state(invocation->arena, &info)); /* main.c checks the stream */
    return 0;
}

const struct command command_group_state = {
    .name = "state",
    .parent = "group",
    .summary = "Print the state of a group and its members as JSON",
    OPERANDS(operands),
    .request_size = sizeof(struct group_request),
    .run = run,
};

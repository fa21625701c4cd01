/* corun group wait: until the group has ended. */
#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"

static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct group_request, id),
};

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    int exit_code = 0;

    invocation_name_group(invocation, request);
    return group_wait(request, &exit_code, err) < 0 ? -1 : exit_code;
}

const struct command command_group_wait = {
    .name = "wait",
    .parent = "group",
    .summary = "Wait until a group has ended",
    .description =
        "The exit code is that of the first of its containers that failed, as of 'corun group run'.\n",
    OPERANDS(operands),
    .request_size = sizeof(struct group_request),
    .run = run,
};

/* corun group pause and resume: all members at one instant. */
#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"

static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct group_request, id),
};

static int run_pause(const struct invocation *invocation, void *request, struct error *err)
{
    invocation_name_group(invocation, request);
    return group_pause(invocation->arena, request, err);
}

static int run_resume(const struct invocation *invocation, void *request, struct error *err)
{
    invocation_name_group(invocation, request);
    return group_resume(invocation->arena, request, err);
}

const struct command command_group_pause = {
    .name = "pause",
    .parent = "group",
    .summary = "Stop all processes of a group until they are resumed",
    OPERANDS(operands),
    .request_size = sizeof(struct group_request),
    .run = run_pause,
};

const struct command command_group_resume = {
    .name = "resume",
    .parent = "group",
    .summary = "Let the processes of a paused group go on",
    OPERANDS(operands),
    .request_size = sizeof(struct group_request),
    .run = run_resume,
};

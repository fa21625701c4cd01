/* corun start: lets the program of a created container run. */
#include "runtime/cmd/create.h"

#include "runtime/cmd/commands.h"

static const struct operand start_operands[] = {
    REQUIRED_OPERAND("ID", struct container_request, id),
};

static int start_run(const struct invocation *invocation, void *request, struct error *err)
{
    invocation_name_container(invocation, request);
    return container_start(invocation->arena, request, err);
}

const struct command command_start = {
    .name = "start",
    .summary = "Start the program of a created container",
    OPERANDS(start_operands),
    .request_size = sizeof(struct container_request),
    .run = start_run,
};

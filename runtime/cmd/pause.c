/* corun pause: stops every process of a container where it is. */
#include "runtime/container/control.h"

#include "runtime/cmd/commands.h"
#include "runtime/cmd/create.h"

static const struct operand pause_operands[] = {
    REQUIRED_OPERAND("ID", struct container_request, id),
};

static int pause_run(const struct invocation *invocation, void *request, struct error *err)
{
    invocation_name_container(invocation, request);
    return container_pause(invocation->arena, request, err);
}

const struct command command_pause = {
    .name = "pause",
    .summary = "Stop all processes of a container until they are resumed",
    OPERANDS(pause_operands),
    .request_size = sizeof(struct container_request),
    .run = pause_run,
};

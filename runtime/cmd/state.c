/* corun state: one container as the state document of runtime.md#state. */
#include "runtime/cmd/create.h"

#include <stdio.h>

#include "runtime/cmd/commands.h"

static const struct operand state_operands[] = {
    REQUIRED_OPERAND("ID", struct container_request, id),
};

static int state_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct container_info info = {0};

    invocation_name_container(invocation, request);
    if (container_state(invocation->arena, request, &info, err) < 0)
        return -1;
    if (!info.is_complete)
        return error_set(err, ERROR_STATE,
                         "container \"%s\" has no record: its create is under way, or was killed "
                         "(delete --force removes it)",
                         info.id);
    (void) puts(container_write_state(invocation->arena, &info)); /* main.c checks the stream */
    return 0;
}

const struct command command_state = {
    .name = "state",
    .summary = "Print the state of a container as JSON",
    OPERANDS(state_operands),
    .request_size = sizeof(struct container_request),
    .run = state_run,
};

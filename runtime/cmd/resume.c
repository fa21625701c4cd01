/* corun resume: lets the processes of a paused container go on. */
#include "runtime/container/control.h"

#include "runtime/cmd/commands.h"
#include "runtime/cmd/create.h"

static const struct operand resume_operands[] = {
    REQUIRED_OPERAND("ID", struct container_request, id),
};

static int resume_run(const struct invocation *invocation, void *request, struct error *err)
{
    invocation_name_container(invocation, request);
    return container_resume(invocation->arena, request, err);
}

const struct command command_resume = {
    .name = "resume",
    .summary = "Let a paused container go on",
    OPERANDS(resume_operands),
    .request_size = sizeof(struct container_request),
    .run = resume_run,
};

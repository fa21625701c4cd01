/* corun plan: what a create of this bundle would do on this host, without doing it. */
#include "runtime/cmd/create.h"

#include <stdio.h>

#include "runtime/cmd/commands.h"

static const struct operand plan_operands[] = {
    OPTIONAL_OPERAND("ID", struct create_request, container.id),
};

static int plan_run(const struct invocation *invocation, void *request, struct error *err)
{
    const char *text;

    if (invocation_complete_create(invocation, request, err) < 0 ||
        container_plan(invocation->arena, request, &text, err) < 0)
        return -1;
    (void) fputs(text, stdout);
    return 0;
}

const struct command command_plan = {
    .name = "plan",
    .summary = "Print what create would do, without doing it",
    .description = "One line per action, in order. Takes the options of 'corun create'.\n",
    OPERANDS(plan_operands),
    .extended = &command_create,
    .request_size = sizeof(struct create_request),
    .run = plan_run,
};

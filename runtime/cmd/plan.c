/* corun plan: what a create of this bundle would do on this host, without doing it. */
#include "runtime/cmd/create.h"

#include <stdio.h>

#include "runtime/cmd/commands.h"

static const struct operand plan_operands[] = {
    OPTIONAL_OPERAND("ID", struct create_words, create.container.id),
};

static int plan_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct create_words *words = request;
    const char *text;

    if (words->member.group || words->member.volumes.count > 0)
        return error_set(err, ERROR_UNSUPPORTED,
                         "a plan of a group's member cannot be printed yet");
    if (invocation_complete_create(invocation, &words->create, err) < 0 ||
        container_plan(invocation->arena, &words->create, &text, err) < 0)
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
    .request_size = sizeof(struct create_words),
    .run = plan_run,
};

/* corun help: the same texts as --help. */
#include <stdio.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/options.h"

struct help_request {
    const char *command;
    const char *subcommand;
};

static const struct operand help_operands[] = {
    OPTIONAL_OPERAND("COMMAND", struct help_request, command),
    OPTIONAL_OPERAND("SUBCOMMAND", struct help_request, subcommand),
};

static int help_run(const struct invocation *invocation, void *request, struct error *err)
{
    const struct help_request *wanted = request;
    const struct command *command = &command_program;

    if (wanted->command)
        command = commands_find(wanted->command, err);
    if (command && wanted->subcommand)
        command = commands_find_below(command, wanted->subcommand, err);
    if (!command)
        return -1;
    (void) fputs(options_help(invocation->arena, command), stdout);
    return 0;
}

const struct command command_help = {
    .name = "help",
    .summary = "Print how a command is used",
    OPERANDS(help_operands),
    .request_size = sizeof(struct help_request),
    .run = help_run,
};

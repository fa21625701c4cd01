/* corun group: the commands on groups of containers, in a table of their own. */
#include "runtime/cmd/group.h"

#include <stdio.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/options.h"

struct group_words {
    const char *command;
    struct text_list arguments;
};

static const struct operand group_operands[] = {
    OPTIONAL_OPERAND("COMMAND", struct group_words, command),
    REST_OPERAND("ARGUMENT", struct group_words, arguments),
};

void invocation_name_group(const struct invocation *invocation, struct group_request *group)
{
    group->root = invocation->program->root;
    group->log = invocation->log;
}

static int group_run(const struct invocation *invocation, void *request, struct error *err)
{
    const struct group_words *words = request;
    const struct command *command;

    if (!words->command)
        return error_set(err, ERROR_INVALID,
                         "group: which command? (see '" PROGRAM_NAME " group --help')");
    command = commands_find_below(&command_group, words->command, err);
    return command ? commands_run(invocation, command, &words->arguments, err) : -1;
}

const struct command command_group = {
    .name = "group",
    .summary = "Commands on groups of containers",
    .description =
        "Members of a group share network, IPC and UTS namespaces, /dev/shm, volumes and limits.\n"
        "They are made by 'corun create --group ID' and 'corun run --group ID'.\n",
    OPERANDS(group_operands),
    .subcommands = group_commands,
    .request_size = sizeof(struct group_words),
    .run = group_run,
};

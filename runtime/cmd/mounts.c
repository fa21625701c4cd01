/* corun mounts: mounts for a container that runs, added and taken away. */
#include "runtime/container/control.h"

#include "runtime/cmd/commands.h"
#include "runtime/cmd/create.h"

struct mounts_words {
    const char *command;
    struct text_list arguments;
};

static const struct operand mounts_operands[] = {
    OPTIONAL_OPERAND("COMMAND", struct mounts_words, command),
    REST_OPERAND("ARGUMENT", struct mounts_words, arguments),
};

static const struct operand change_operands[] = {
    REQUIRED_OPERAND("ID", struct mounts_request, container.id),
    REQUIRED_OPERAND("FILE", struct mounts_request, file),
};

static int mounts_run(const struct invocation *invocation, void *request, struct error *err)
{
    const struct mounts_words *words = request;
    const struct command *command;

    if (!words->command)
        return error_set(err, ERROR_INVALID,
                         "mounts: add or remove? (see '" PROGRAM_NAME " mounts --help')");
    command = commands_find_below(&command_mounts, words->command, err);
    return command ? commands_run(invocation, command, &words->arguments, err) : -1;
}

static int add_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct mounts_request *mounts = request;

    invocation_name_container(invocation, &mounts->container);
    return container_change_mounts(invocation->arena, mounts, err);
}

static int remove_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct mounts_request *mounts = request;

    mounts->is_removal = true;
    return add_run(invocation, mounts, err);
}

const struct command command_mounts = {
    .name = "mounts",
    .summary = "Add mounts to a running container, or remove them",
    OPERANDS(mounts_operands),
    .subcommands = mounts_commands,
    .request_size = sizeof(struct mounts_words),
    .run = mounts_run,
};

const struct command command_mounts_add = {
    .name = "add",
    .parent = "mounts",
    .summary = "Add mounts to a running container",
    .description =
        "FILE (-: standard input) is JSON: the \"mounts\" of a config.json, as an array.\n"
        "When one cannot be mounted, none is.\n",
    OPERANDS(change_operands),
    .request_size = sizeof(struct mounts_request),
    .run = add_run,
};

const struct command command_mounts_remove = {
    .name = "remove",
    .parent = "mounts",
    .summary = "Remove mounts from a running container",
    .description =
        "FILE (-: standard input) is JSON as for add; only destinations count. Each must "
        "be a\nmount point, or nothing is removed.\n",
    OPERANDS(change_operands),
    .request_size = sizeof(struct mounts_request),
    .run = remove_run,
};

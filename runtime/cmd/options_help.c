/* The help text of a command, from its rows. What the rows do not say, the help does not say. */
#include "runtime/cmd/options.h"

#include <string.h>

/* "-b, --bundle=DIR" */
static const char *option_form(struct arena *arena, const struct option *option)
{
    const char *letter = option->letter ? arena_format(arena, "-%c, ", option->letter) : "    ";

    return arena_format(arena, "%s--%s%s%s", letter, option->name, option->argument ? "=" : "",
                        option->argument ? option->argument : "");
}

static const char *help_operand(struct arena *arena, const struct operand *operand)
{
    switch (operand->kind) {
    case OPERAND_REQUIRED:
        return operand->name;
    case OPERAND_OPTIONAL:
        return arena_format(arena, "[%s]", operand->name);
    case OPERAND_REST:
        return arena_format(arena, "[%s...]", operand->name);
    }
    return "";
}

static const char *help_usage(struct arena *arena, const struct command *command)
{
    const char *text = "Usage: " PROGRAM_NAME " [OPTION...]";

    if (command->run)
        text = arena_format(arena, "%s %s [OPTION...]", text, command_full_name(arena, command));
    for (size_t i = 0; i < command->operand_count; i++)
        text = arena_format(arena, "%s %s", text, help_operand(arena, &command->operands[i]));
    return text;
}

static const char *help_commands(struct arena *arena, const struct command *const *commands)
{
    const char *text = "\nCommands:\n";
    size_t width = 0;

    for (size_t i = 0; commands[i]; i++)
        if (strlen(commands[i]->name) > width)
            width = strlen(commands[i]->name);
    for (size_t i = 0; commands[i]; i++)
        text = arena_format(arena, "%s  %-*s  %s\n", text, (int) width, commands[i]->name,
                            commands[i]->summary);
    return text;
}

static const char *help_options(struct arena *arena, const struct command *command)
{
    const char *text = "\nOptions:\n";
    const struct option *row;
    size_t width = 0;

    for (size_t i = 0; (row = options_row(command, i)); i++)
        if (strlen(option_form(arena, row)) > width)
            width = strlen(option_form(arena, row));
    for (size_t i = 0; (row = options_row(command, i)); i++)
        text = arena_format(arena, "%s  %-*s  %s\n", text, (int) width, option_form(arena, row),
                            row->help);
    return text;
}

const char *options_help(struct arena *arena, const struct command *command)
{
    return arena_format(arena, "%s\n\n%s.\n%s%s%s%s", help_usage(arena, command), command->summary,
                        command->description ? "\n" : "",
                        command->description ? command->description : "",
                        command->subcommands ? help_commands(arena, command->subcommands) : "",
                        help_options(arena, command));
}

/* bash: a case for each command, which sets flags, valued, values, subcommands and operands (fixed.bash reads them). */
#include "completions/completions.h"

#include <stdio.h>

static const char *const actions[] = {
    [COMPLETED_ANYTHING] = "-",          [COMPLETED_FILE] = "file",
    [COMPLETED_DIRECTORY] = "directory", [COMPLETED_NAME] = "-",
    [COMPLETED_CONTAINER] = "container", [COMPLETED_GROUP] = "group",
    [COMPLETED_SIGNAL] = "signal",
};

static const char *action_of(struct arena *arena, const struct option *option)
{
    return option->names ? option_names(arena, option) : actions[option_completed(option)];
}

void print_bash(struct arena *arena, const struct command *command, const char *path)
{
    const struct option *row;

    (void) printf("    '%s')\n        flags='", path);
    for (size_t i = 0; (row = options_row(command, i)); i++)
        if (!option_takes_argument(row))
            (void) printf("--%s ", row->name);
    (void) printf("'\n        valued='");
    for (size_t i = 0; (row = options_row(command, i)); i++)
        if (option_takes_argument(row))
            (void) printf("--%s ", row->name);
    (void) printf("'\n        values=(");
    for (size_t i = 0; (row = options_row(command, i)); i++) {
        if (!option_takes_argument(row))
            continue;
        (void) printf(" ['--%s']='%s'", row->name, action_of(arena, row));
        if (row->letter)
            (void) printf(" ['-%c']='%s'", row->letter, action_of(arena, row));
    }
    (void) printf(")\n        subcommands='");
    for (size_t i = 0; command->subcommands && command->subcommands[i]; i++)
        (void) printf("%s ", command->subcommands[i]->name);
    (void) printf("'\n        operands=(");
    for (size_t i = 0; i < command->operand_count; i++)
        (void) printf(" %s", actions[operand_completed(command, &command->operands[i])]);
    (void) printf(")\n        ;;\n");
}

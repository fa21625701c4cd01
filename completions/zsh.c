/* zsh: a case for each command, which sets specs and operands (for _arguments) and subcommands (for _describe). */
#include "completions/completions.h"

#include <stdio.h>

static const char *const actions[] = {
    [COMPLETED_ANYTHING] = " ",
    [COMPLETED_FILE] = "_files",
    [COMPLETED_DIRECTORY] = "_directories",
    [COMPLETED_NAME] = " ",
    [COMPLETED_CONTAINER] = "_corun_containers",
    [COMPLETED_GROUP] = "_corun_groups",
    [COMPLETED_SIGNAL] = "_signals",
};

/* Inside of single quotes, and a description of _arguments. */
static const char *described(struct arena *arena, const char *text)
{
    const char *brackets = escaped(arena, text, "[]:\\", "\\");

    return escaped(arena, brackets, "'", "'\\'");
}

static void print_option(struct arena *arena, const struct option *row, const char *form)
{
    const char *repeats = row->kind == OPTION_TEXTS ? "*" : "";

    (void) printf("            '%s%s[%s]", repeats, form, described(arena, row->help));
    if (row->names)
        (void) printf(":%s:(%s)", row->argument, option_names(arena, row));
    else if (row->argument)
        (void) printf(":%s:%s", described(arena, row->argument), actions[option_completed(row)]);
    (void) printf("'\n");
}

void print_zsh(struct arena *arena, const struct command *command, const char *path)
{
    const struct option *row;

    (void) printf("    '%s')\n        specs=(\n", path);
    for (size_t i = 0; (row = options_row(command, i)); i++) {
        const char *end = row->argument ? "=" : "";

        print_option(arena, row, arena_format(arena, "--%s%s", row->name, end));
        if (row->letter)
            print_option(arena, row,
                         arena_format(arena, "-%c%s", row->letter, row->argument ? "+" : ""));
    }
    (void) printf("        )\n        subcommands=(\n");
    for (size_t i = 0; command->subcommands && command->subcommands[i]; i++)
        (void) printf("            '%s:%s'\n", command->subcommands[i]->name,
                      described(arena, command->subcommands[i]->summary));
    (void) printf("        )\n        operands=(\n");
    for (size_t i = 0; i < command->operand_count; i++) {
        const struct operand *operand = &command->operands[i];
        const char *optional = operand->kind == OPERAND_OPTIONAL ? ":" : "";
        const char *place = operand->kind == OPERAND_REST ? "*" : arena_format(arena, "%zu", i + 1);

        (void) printf("            '%s%s:%s:%s'\n", place, optional, operand->name,
                      actions[operand_completed(command, operand)]);
    }
    (void) printf("        )\n        ;;\n");
}

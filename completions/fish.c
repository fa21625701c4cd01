/* fish: one `complete` for each option, subcommand and operand; fixed.fish tells where in the line one is. */
#include "completions/completions.h"

#include <stdio.h>

static const char *const actions[] = {
    [COMPLETED_ANYTHING] = "",
    [COMPLETED_FILE] = " -F",
    [COMPLETED_DIRECTORY] = " -a '(__fish_complete_directories)'",
    [COMPLETED_NAME] = "",
    [COMPLETED_CONTAINER] = " -a '(__corun_ids list)'",
    [COMPLETED_GROUP] = " -a '(__corun_ids group list)'",
    [COMPLETED_SIGNAL] = " -a '(__corun_signals)'",
};

static const char *quoted(struct arena *arena, const char *text)
{
    return arena_format(arena, "'%s'", escaped(arena, text, "'\\", "\\"));
}

static void print_option(struct arena *arena, const struct option *row, const char *path)
{
    (void) printf("complete -c corun -n '__corun_at \"%s\"' -l %s", path, row->name);
    if (row->letter)
        (void) printf(" -s %c", row->letter);
    if (row->argument)
        (void) printf("%s%s", option_completed(row) == COMPLETED_FILE ? " -r" : " -x",
                      actions[option_completed(row)]);
    if (row->names)
        (void) printf(" -a '%s'", option_names(arena, row));
    (void) printf(" -d %s\n", quoted(arena, row->help));
    if (!row->argument)
        return;
    (void) printf("set -ga __corun_valued --%s\n", row->name);
    if (row->letter)
        (void) printf("set -ga __corun_valued -%c\n", row->letter);
}

void print_fish(struct arena *arena, const struct command *command, const char *path)
{
    const struct option *row;

    (void) printf("set -ga __corun_paths '%s'\n", path);
    for (size_t i = 0; (row = options_row(command, i)); i++)
        print_option(arena, row, path);
    for (size_t i = 0; command->subcommands && command->subcommands[i]; i++)
        (void) printf("complete -c corun -n '__corun_at \"%s\"' -a %s -d %s\n", path,
                      command->subcommands[i]->name,
                      quoted(arena, command->subcommands[i]->summary));
    for (size_t i = 0; !command->subcommands && i < command->operand_count; i++)
        (void) printf("complete -c corun -n '__corun_at \"%s\" %zu%s'%s\n", path, i,
                      command->operands[i].kind == OPERAND_REST ? " rest" : "",
                      actions[operand_completed(command, &command->operands[i])]);
}

/* corun-completions bash|zsh|fish: prints the half of that shell's completion that follows from the tables of commands. */
#include "completions/completions.h"

#include <stdio.h>
#include <string.h>

struct shell {
    const char *name;
    const char *before; /* printed first and last */
    const char *after;
    void (*print)(struct arena *arena, const struct command *command, const char *path);
};

static const struct shell shells[] = {
    {"bash",
     "# bash completion for corun; made from its tables of commands\n_corun_table() {\n"
     "    case $1 in\n",                                                                           "    esac\n}\n\n", print_bash},
    {"zsh",
     "#compdef corun\n# made from corun's tables of commands\n_corun_table() {\n    case $1 in\n", "    esac\n}\n\n", print_zsh },
    {"fish",
     "# fish completion for corun; made from its tables of commands\ncomplete -c corun -f\n",      "\n",
     print_fish                                                                                                                 },
};

bool option_takes_argument(const struct option *option)
{
    return option->argument != NULL;
}

enum completed option_completed(const struct option *option)
{
    if (option->names)
        return COMPLETED_NAME;
    if (!option->argument)
        return COMPLETED_ANYTHING;
    if (strcmp(option->name, "group") == 0)
        return COMPLETED_GROUP;
    if (strcmp(option->argument, "DIR") == 0)
        return COMPLETED_DIRECTORY;
    return strcmp(option->argument, "FILE") == 0 || strcmp(option->argument, "PATH") == 0
               ? COMPLETED_FILE
               : COMPLETED_ANYTHING;
}

enum completed operand_completed(const struct command *command, const struct operand *operand)
{
    bool is_group = command->parent && strcmp(command->parent, "group") == 0;

    if (strcmp(operand->name, "ID") == 0)
        return is_group ? COMPLETED_GROUP : COMPLETED_CONTAINER;
    if (strcmp(operand->name, "SIGNAL") == 0)
        return COMPLETED_SIGNAL;
    return strcmp(operand->name, "FILE") == 0 || operand->kind == OPERAND_REST ? COMPLETED_FILE
                                                                               : COMPLETED_ANYTHING;
}

const char *option_names(struct arena *arena, const struct option *option)
{
    const char *text = "";

    for (size_t i = 0; option->names && i < option->names->count; i++)
        text = arena_format(arena, "%s%s%s", text, i > 0 ? " " : "", option->names->items[i].name);
    return text;
}

const char *escaped(struct arena *arena, const char *text, const char *special, const char *before)
{
    const char *result = "";

    for (; *text; text++)
        result = arena_format(arena, "%s%s%c", result, strchr(special, *text) ? before : "", *text);
    return result;
}

/* There are commands, and subcommands of some of them. */
static void print_all(struct arena *arena, const struct shell *shell)
{
    shell->print(arena, &command_program, "");
    for (const struct command *const *command = commands; *command; command++) {
        shell->print(arena, *command, (*command)->name);
        for (size_t i = 0; (*command)->subcommands && (*command)->subcommands[i]; i++)
            shell->print(arena, (*command)->subcommands[i],
                         command_full_name(arena, (*command)->subcommands[i]));
    }
}

int main(int argc, char **argv)
{
    owned_arena arena = {0};

    for (size_t i = 0; argc == 2 && i < sizeof(shells) / sizeof(shells[0]); i++) {
        if (strcmp(shells[i].name, argv[1]) != 0)
            continue;
        (void) fputs(shells[i].before, stdout);
        print_all(&arena, &shells[i]);
        (void) fputs(shells[i].after, stdout);
        return fflush(stdout) == 0 ? 0 : 1;
    }
    (void) fputs("usage: corun-completions bash|zsh|fish\n", stderr);
    return 2;
}

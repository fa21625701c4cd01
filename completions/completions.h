/*
 * The tables of runtime/cmd/ as completions: each shell's half that follows from the rows. The other half, which finds out where in the
 * line one is, is a file of that shell (fixed.*), and the build puts the two together.
 */
#ifndef COMPLETIONS_COMPLETIONS_H
#define COMPLETIONS_COMPLETIONS_H

#include "runtime/cmd/commands.h"
#include "runtime/cmd/options.h"

/* What an argument or an operand is, as far as completing it goes. */
enum completed {
    COMPLETED_ANYTHING,
    COMPLETED_FILE,
    COMPLETED_DIRECTORY,
    COMPLETED_NAME, /* one of option->names */
    COMPLETED_CONTAINER,
    COMPLETED_GROUP,
    COMPLETED_SIGNAL,
};

enum completed option_completed(const struct option *option);
enum completed operand_completed(const struct command *command, const struct operand *operand);
bool option_takes_argument(const struct option *option);

/* The names that an option takes, with spaces between them. */
const char *option_names(struct arena *arena, const struct option *option);

/* Text with each byte of special preceded by before. */
const char *escaped(struct arena *arena, const char *text, const char *special, const char *before);

/* One command's part, on standard output. path: "" for the program, "group create". */
void print_bash(struct arena *arena, const struct command *command, const char *path);
void print_zsh(struct arena *arena, const struct command *command, const char *path);
void print_fish(struct arena *arena, const struct command *command, const char *path);

#endif

/*
 * The option engine: argv by rows. Short options, clustered short flags, "-bDIR" and "-b DIR", "--name=value" and
 * "--name value", "--" as the end of options, options after operands. Pure: it prints nothing.
 */
#ifndef RUNTIME_CMD_OPTIONS_H
#define RUNTIME_CMD_OPTIONS_H

#include "runtime/cmd/command.h"

#define OPTIONS_HELP_WANTED 1

/*
 * Reads words (NULL-terminated, without the command's name; NULL: none) into the request, which holds the defaults. 0, -1 with a
 * one-line text that names the word and where help is, or OPTIONS_HELP_WANTED: the rest was not read. Strings are borrowed
 * from words.
 */
int options_parse(struct arena *arena, const struct command *command, const char *const *words,
                  void *request, struct error *err);

/* "group create", as it is typed after the program's name. */
const char *command_full_name(struct arena *arena, const struct command *command);

/* The rows of a command one after the other: its own, those of the command it extends, --help; then NULL. */
const struct option *options_row(const struct command *command, size_t index);

/* Usage, what the command does, and a table of its options; ends with '\n'. In the arena. */
const char *options_help(struct arena *arena, const struct command *command);

#endif

/* All subcommands, in alphabetical order, one row each. */
#ifndef RUNTIME_CMD_COMMANDS_H
#define RUNTIME_CMD_COMMANDS_H

#include "runtime/cmd/command.h"

extern const struct command command_checkpoint;
extern const struct command command_create;
extern const struct command command_delete;
extern const struct command command_events;
extern const struct command command_exec;
extern const struct command command_features;
extern const struct command command_group;
extern const struct command command_help;
extern const struct command command_kill;
extern const struct command command_list;
extern const struct command command_mounts;
extern const struct command command_pause;
extern const struct command command_plan;
extern const struct command command_ps;
extern const struct command command_restore;
extern const struct command command_resume;
extern const struct command command_run;
extern const struct command command_spec;
extern const struct command command_start;
extern const struct command command_state;
extern const struct command command_update;

/* Sorted by name, ended by NULL. */
extern const struct command *const commands[];

/* corun group ... */
extern const struct command command_group_create;
extern const struct command command_group_delete;
extern const struct command command_group_events;
extern const struct command command_group_exec;
extern const struct command command_group_kill;
extern const struct command command_group_list;
extern const struct command command_group_pause;
extern const struct command command_group_resume;
extern const struct command command_group_run;
extern const struct command command_group_start;
extern const struct command command_group_state;
extern const struct command command_group_stats;
extern const struct command command_group_stop;
extern const struct command command_group_update;
extern const struct command command_group_usage;
extern const struct command command_group_wait;
extern const struct command *const group_commands[];

/* corun mounts ... */
extern const struct command command_mounts_add;
extern const struct command command_mounts_remove;
extern const struct command *const mounts_commands[];

/* The program itself, as the option engine sees it: the options before the command. */
extern const struct command command_program;

/* ERROR_INVALID with the nearest name when there is none. */
const struct command *commands_find(const char *name, struct error *err);
/* The same among the subcommands of a command. */
const struct command *commands_find_below(const struct command *command, const char *name,
                                          struct error *err);

/* Reads the words by the command's rows, and runs it or prints its help. The exit code, or -1. */
int commands_run(const struct invocation *invocation, const struct command *command,
                 const struct text_list *words, struct error *err);

#endif

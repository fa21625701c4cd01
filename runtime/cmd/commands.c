/* The tables of subcommands. To add one: a file named after it, a row here, a name in sources.mk, a section in the manual. */
#include "runtime/cmd/commands.h"

#include <stdio.h>
#include <string.h>

#include "runtime/cmd/options.h"
#include "runtime/cmd/suggest.h"

const struct command *const commands[] = {
    &command_checkpoint, &command_create,
    &command_delete,     &command_events,
    &command_exec,       &command_features,
    &command_group,      &command_help,
    &command_kill,       &command_list,
    &command_mounts,     &command_pause,
    &command_plan,       &command_ps,
    &command_restore,    &command_resume,
    &command_run,        &command_spec,
    &command_start,      &command_state,
    &command_update,     NULL,
};

const struct command *const group_commands[] = {
    &command_group_create,
    &command_group_delete,
    &command_group_events,
    &command_group_exec,
    &command_group_kill,
    &command_group_list,
    &command_group_pause,
    &command_group_resume,
    &command_group_run,
    &command_group_start,
    &command_group_state,
    &command_group_stats,
    &command_group_stop,
    &command_group_update,
    &command_group_usage,
    &command_group_wait,
    NULL,
};

const struct command *const mounts_commands[] = {
    &command_mounts_add,
    &command_mounts_remove,
    NULL,
};

/* Of the program, or of one of its commands. */
static const struct command *find_in(const struct command *const *table, const char *parent,
                                     const char *name, struct error *err)
{
    struct suggestion suggestion = suggestion_for(name);
    const char *space = *parent ? " " : "";

    for (size_t i = 0; table[i]; i++) {
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
        suggestion_offer(&suggestion, table[i]->name);
    }
    if (suggestion.best)
        (void) error_set(err, ERROR_INVALID,
                         "unknown command '%s%s%s', did you mean '%s%s%s'? (see '" PROGRAM_NAME
                         "%s%s --help')",
                         parent, space, name, parent, space, suggestion.best, space, parent);
    else
        (void) error_set(err, ERROR_INVALID,
                         "unknown command '%s%s%s' (see '" PROGRAM_NAME "%s%s --help')", parent,
                         space, name, space, parent);
    return NULL;
}

const struct command *commands_find(const char *name, struct error *err)
{
    return find_in(commands, "", name, err);
}

const struct command *commands_find_below(const struct command *command, const char *name,
                                          struct error *err)
{
    if (command->subcommands)
        return find_in(command->subcommands, command->name, name, err);
    (void) error_set(err, ERROR_INVALID, "%s: has no subcommands", command->name);
    return NULL;
}

int commands_run(const struct invocation *invocation, const struct command *command,
                 const struct text_list *words, struct error *err)
{
    void *request = arena_alloc(invocation->arena, command->request_size);
    int result = options_parse(invocation->arena, command, words->items, request, err);

    if (result == OPTIONS_HELP_WANTED) {
        (void) fputs(options_help(invocation->arena, command), stdout);
        return 0;
    }
    return result < 0 ? -1 : command->run(invocation, request, err);
}

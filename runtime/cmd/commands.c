/* The table of subcommands. To add one: a file named after it, a row here, a name in sources.mk, a section in the manual. */
#include "runtime/cmd/commands.h"

#include <string.h>

#include "runtime/cmd/suggest.h"

const struct command *const commands[] = {
    &command_create, &command_delete,
    &command_exec,   &command_features,
    &command_help,   &command_kill,
    &command_list,   &command_plan,
    &command_ps,     &command_run,
    &command_spec,   &command_start,
    &command_state,  NULL,
};

const struct command *commands_find(const char *name, struct error *err)
{
    struct suggestion suggestion = suggestion_for(name);

    for (size_t i = 0; commands[i]; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
        suggestion_offer(&suggestion, commands[i]->name);
    }
    if (suggestion.best)
        (void) error_set(err, ERROR_INVALID,
                         "unknown command '%s', did you mean '%s'? (see '" PROGRAM_NAME " --help')",
                         name, suggestion.best);
    else
        (void) error_set(err, ERROR_INVALID, "unknown command '%s' (see '" PROGRAM_NAME " --help')",
                         name);
    return NULL;
}

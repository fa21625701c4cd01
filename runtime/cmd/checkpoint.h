/* The options that checkpoint and restore share; their requests begin with struct criu_options. */
#ifndef RUNTIME_CMD_CHECKPOINT_H
#define RUNTIME_CMD_CHECKPOINT_H

#include "runtime/cmd/command.h"
#include "runtime/container/checkpoint.h"

struct criu_words {
    struct criu_options options;
    int64_t cgroups_mode; /* either changes nothing */
};

/* Only to be extended: it is no command. */
extern const struct command criu_options_command;

#endif

/*
 * What a subcommand is: rows. Read this first, then commands.c, then any of the files named after a verb.
 *
 *   static const struct option list_rows[] = {
 *       FLAG_OPTION('q', "quiet", struct list_request, is_quiet, "print only the ids"),
 *   };
 *   const struct command command_list = {.name = "list", OPTIONS(list_rows), ..., .run = list_run};
 *
 * The one option engine (options.h) turns argv into the request, a zeroed struct of the command's own, and the rows into
 * the help text. A command translates the request, makes one call into container/, and prints one result.
 */
#ifndef RUNTIME_CMD_COMMAND_H
#define RUNTIME_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/names.h"
#include "base/slice.h"

#define PROGRAM_NAME "corun"

/* How an option is read, and the type of its place in the request. */
enum option_kind {
    OPTION_FLAG,    /* bool; "--flag=false" takes it back */
    OPTION_TEXT,    /* const char *, never empty; the last one counts */
    OPTION_TEXTS,   /* struct text_list: given any number of times */
    OPTION_UINT32,  /* uint32_t, decimal */
    OPTION_TIME,    /* uint64_t in nanoseconds, not 0: as quantity_parse_duration() reads it */
    OPTION_NAME,    /* int64_t: the value of a row of names */
    OPTION_IGNORED, /* a flag without a place: engines pass it, it changes nothing here */
    OPTION_HELP,    /* --help, which every command has */
};

struct option {
    const char *name;     /* without "--" */
    const char *argument; /* "DIR"; NULL for flags */
    const char *help;
    const struct names *names; /* OPTION_NAME */
    size_t offset;             /* in the request */
    enum option_kind kind;
    char letter; /* 0: long form only */
};

enum operand_kind {
    OPERAND_REQUIRED, /* const char * */
    OPERAND_OPTIONAL, /* const char * */
    OPERAND_REST,     /* struct text_list: all further words; options end at the first operand */
};

struct operand {
    const char *name; /* "ID" */
    enum operand_kind kind;
    size_t offset; /* in the request */
};

/* The place of a member in the request; does not compile when the member has not the type that will be written. */
#define PLACE_OF(structure, member, type)                                                         \
    offsetof(structure, member) +                                                                 \
        0 * sizeof(                                                                               \
                char[__builtin_types_compatible_p(__typeof__(((structure *) NULL)->member), type) \
                         ? 1                                                                      \
                         : -1])

/* Rows. letter 0: no short form. */
#define FLAG_OPTION(letter, name, structure, member, help)                                   \
    {                                                                                        \
        (name), NULL, (help), NULL, PLACE_OF(structure, member, bool), OPTION_FLAG, (letter) \
    }
#define TEXT_OPTION(letter, name, argument, structure, member, help)                              \
    {                                                                                             \
        (name), (argument), (help), NULL, PLACE_OF(structure, member, const char *), OPTION_TEXT, \
            (letter)                                                                              \
    }
#define TEXTS_OPTION(letter, name, argument, structure, member, help)                    \
    {                                                                                    \
        (name), (argument), (help), NULL, PLACE_OF(structure, member, struct text_list), \
            OPTION_TEXTS, (letter)                                                       \
    }
#define UINT32_OPTION(letter, name, argument, structure, member, help)                          \
    {                                                                                           \
        (name), (argument), (help), NULL, PLACE_OF(structure, member, uint32_t), OPTION_UINT32, \
            (letter)                                                                            \
    }
#define TIME_OPTION(letter, name, argument, structure, member, help)                          \
    {                                                                                         \
        (name), (argument), (help), NULL, PLACE_OF(structure, member, uint64_t), OPTION_TIME, \
            (letter)                                                                          \
    }
#define NAME_OPTION(letter, name, argument, structure, member, table, help)                      \
    {                                                                                            \
        (name), (argument), (help), &(table), PLACE_OF(structure, member, int64_t), OPTION_NAME, \
            (letter)                                                                             \
    }
#define IGNORED_OPTION(letter, name, help)                      \
    {                                                           \
        (name), NULL, (help), NULL, 0, OPTION_IGNORED, (letter) \
    }

#define REQUIRED_OPERAND(name, structure, member)                           \
    {                                                                       \
        (name), OPERAND_REQUIRED, PLACE_OF(structure, member, const char *) \
    }
#define OPTIONAL_OPERAND(name, structure, member)                           \
    {                                                                       \
        (name), OPERAND_OPTIONAL, PLACE_OF(structure, member, const char *) \
    }
#define REST_OPERAND(name, structure, member)                               \
    {                                                                       \
        (name), OPERAND_REST, PLACE_OF(structure, member, struct text_list) \
    }

/* The program's own options, given before the command. */
struct program_options {
    const char *root; /* NULL: the default of container.h */
    const char *log;  /* file; NULL: none */
    int64_t log_format;
    int64_t log_level;
    bool is_debug;
    bool is_systemd_cgroup;
    int64_t cgroup_manager; /* enum cgroup_manager */
    int64_t rootless;       /* accepted; what the caller may do is probed */
    bool wants_version;
    const char *command; /* NULL: none given */
    struct text_list arguments;
};

enum cgroup_manager {
    CGROUP_MANAGER_CGROUPFS,
    CGROUP_MANAGER_SYSTEMD,
    CGROUP_MANAGER_DISABLED,
};

/* What a command is run with, besides its request. */
struct invocation {
    struct arena *arena;
    const struct program_options *program;
    const struct log *log;
};

struct command {
    const char *name;
    const char *parent;      /* the command whose subcommand it is, or NULL */
    const char *summary;     /* one line: what it does */
    const char *description; /* more of it, lines ended by '\n'; or NULL */
    const struct option *options;
    size_t option_count;
    const struct operand *operands;
    size_t operand_count;
    const struct command
        *extended; /* its options are taken, too: our request begins with its request */
    const struct command *const
        *subcommands; /* of the program or a command, ended by NULL; or NULL */
    size_t request_size;
    /* Returns the exit code, or -1 with err set. NULL: this is the program itself. */
    int (*run)(const struct invocation *invocation, void *request, struct error *err);
};

#define OPTIONS(rows)  .options = (rows), .option_count = sizeof(rows) / sizeof((rows)[0])
#define OPERANDS(rows) .operands = (rows), .operand_count = sizeof(rows) / sizeof((rows)[0])

#endif

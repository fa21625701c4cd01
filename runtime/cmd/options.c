/*
 * argv into a request, by the rows of a command. Nothing is read that no row asks for, no value is guessed: numbers are
 * strict, empty values are refused, an unknown word is answered with the nearest known one.
 */
#include "runtime/cmd/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "runtime/cmd/quantity.h"
#include "runtime/cmd/suggest.h"

struct reader {
    struct arena *arena;
    const struct command *command;
    const char *const *next;
    char *request;
    size_t operands_read;
    bool has_ended; /* only operands from here on */
};

static const struct option help_row = {
    .letter = 'h', .name = "help", .help = "print this text", .kind = OPTION_HELP};

const char *command_full_name(struct arena *arena, const struct command *command)
{
    return command->parent ? arena_format(arena, "%s %s", command->parent, command->name)
                           : command->name;
}

const struct option *options_row(const struct command *command, size_t index)
{
    while (index >= command->option_count) {
        index -= command->option_count;
        if (!command->extended)
            return index == 0 ? &help_row : NULL;
        command = command->extended;
    }
    return &command->options[index];
}

static const struct option *find_long(const struct command *command, const char *name)
{
    const struct option *row;

    for (size_t i = 0; (row = options_row(command, i)); i++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static const struct option *find_short(const struct command *command, char letter)
{
    const struct option *row;

    for (size_t i = 0; (row = options_row(command, i)); i++)
        if (row->letter == letter)
            return row;
    return NULL;
}

/* Every refusal of the command line ends in the same hint, so that it is one line. */
__attribute__((format(printf, 3, 4))) static int refuse(const struct reader *reader,
                                                        struct error *err, const char *format, ...)
{
    const struct command *command = reader->command;
    const char *name;
    char text[1024];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(text, sizeof(text), format, args); /* a cut message is still a message */
    va_end(args);
    if (!command->run)
        return error_set(err, ERROR_INVALID, "%s (see '" PROGRAM_NAME " --help')", text);
    name = command_full_name(reader->arena, command);
    return error_set(err, ERROR_INVALID, "%s: %s (see '" PROGRAM_NAME " %s --help')", name, text,
                     name);
}

static int refuse_unknown_long(const struct reader *reader, const char *name, struct error *err)
{
    struct suggestion suggestion = suggestion_for(name);
    const struct option *row;

    for (size_t i = 0; (row = options_row(reader->command, i)); i++)
        suggestion_offer(&suggestion, row->name);
    if (suggestion.best)
        return refuse(reader, err, "unknown option --%s, did you mean --%s?", name,
                      suggestion.best);
    return refuse(reader, err, "unknown option --%s", name);
}

static bool takes_value(const struct option *option)
{
    return option->argument != NULL;
}

static int store_flag(const struct reader *reader, const struct option *option, const char *value,
                      struct error *err)
{
    bool is_set = !value || strcmp(value, "true") == 0;

    if (option->kind == OPTION_HELP && !value)
        return OPTIONS_HELP_WANTED;
    if (option->kind == OPTION_HELP)
        return refuse(reader, err, "--help takes no value");
    if (!is_set && strcmp(value, "false") != 0)
        return refuse(reader, err, "--%s: expected nothing, true or false, got '%s'", option->name,
                      value);
    if (option->kind == OPTION_FLAG)
        *(bool *) (reader->request + option->offset) = is_set;
    return 0;
}

static int store_name(const struct reader *reader, const struct option *option, const char *value,
                      struct error *err)
{
    const struct name *name = names_find(option->names, value);
    char expected[256];

    if (!name)
        return refuse(reader, err, "--%s: expected one of %s, got '%s'", option->name,
                      names_join(option->names, expected, sizeof(expected)), value);
    *(int64_t *) (void *) (reader->request + option->offset) = name->value;
    return 0;
}

static int store_number(const struct reader *reader, const struct option *option, const char *value,
                        struct error *err)
{
    if (!text_parse_uint32(value, (uint32_t *) (void *) (reader->request + option->offset)))
        return refuse(reader, err, "--%s: expected a number from 0 to %u, got '%s'", option->name,
                      UINT32_MAX, value);
    return 0;
}

static int store_time(const struct reader *reader, const struct option *option, const char *value,
                      struct error *err)
{
    uint64_t nanoseconds;

    if (!quantity_parse_duration(value, &nanoseconds) || nanoseconds == 0)
        return refuse(reader, err, "--%s: expected a time such as 5s or 500ms, got '%s'",
                      option->name, value);
    *(uint64_t *) (void *) (reader->request + option->offset) = nanoseconds;
    return 0;
}

/* value: never NULL for options that take one. */
static int store(const struct reader *reader, const struct option *option, const char *value,
                 struct error *err)
{
    void *place = reader->request + option->offset;

    if (!takes_value(option))
        return store_flag(reader, option, value, err);
    if (*value == '\0')
        return refuse(reader, err, "--%s: the value (%s) is empty", option->name, option->argument);
    if (option->kind == OPTION_NAME)
        return store_name(reader, option, value, err);
    if (option->kind == OPTION_UINT32)
        return store_number(reader, option, value, err);
    if (option->kind == OPTION_TIME)
        return store_time(reader, option, value, err);
    if (option->kind == OPTION_TEXTS)
        text_list_push(reader->arena, place, value);
    else
        *(const char **) place = value;
    return 0;
}

/* The value is in the next word when it was not in the option's own. */
static int read_value(struct reader *reader, const struct option *option, const char *value,
                      struct error *err)
{
    if (takes_value(option) && !value) {
        value = *reader->next;
        if (!value)
            return refuse(reader, err, "--%s: the value (%s) is missing", option->name,
                          option->argument);
        reader->next++;
    }
    return store(reader, option, value, err);
}

static int read_long(struct reader *reader, const char *word, struct error *err)
{
    const char *equals = strchr(word, '=');
    size_t length = equals ? (size_t) (equals - word) : strlen(word);
    const char *name = arena_copy_bytes(reader->arena, word, length);
    const struct option *option = find_long(reader->command, name);

    if (!option)
        return refuse_unknown_long(reader, name, err);
    return read_value(reader, option, equals ? equals + 1 : NULL, err);
}

/* "-aq", "-bDIR", "-b=DIR" (which Go's flag package reads, and so scripts for runc may write), "-b" "DIR". */
static int read_short(struct reader *reader, const char *letters, struct error *err)
{
    for (; *letters; letters++) {
        const struct option *option = find_short(reader->command, *letters);
        const char *value = NULL;
        bool has_value;
        int result;

        if (!option)
            return refuse(reader, err, "unknown option -%c", *letters);
        has_value = letters[1] == '=' || (takes_value(option) && letters[1]);
        if (has_value)
            value = letters[1] == '=' ? letters + 2 : letters + 1;
        result = read_value(reader, option, value, err);
        if (result != 0 || has_value)
            return result;
    }
    return 0;
}

static bool has_rest(const struct command *command)
{
    return command->operand_count > 0 &&
           command->operands[command->operand_count - 1].kind == OPERAND_REST;
}

static int read_operand(struct reader *reader, const char *word, struct error *err)
{
    const struct command *command = reader->command;
    const struct operand *operand = &command->operands[reader->operands_read];
    void *place;

    if (reader->operands_read == command->operand_count)
        return refuse(reader, err, "unexpected argument '%s'", word);
    reader->has_ended = reader->has_ended || has_rest(command);
    place = reader->request + operand->offset;
    if (operand->kind == OPERAND_REST) {
        text_list_push(reader->arena, place, word);
        return 0;
    }
    if (*word == '\0')
        return refuse(reader, err, "the argument %s is empty", operand->name);
    *(const char **) place = word;
    reader->operands_read++;
    return 0;
}

static int read_word(struct reader *reader, const char *word, struct error *err)
{
    if (reader->has_ended || word[0] != '-' || word[1] == '\0')
        return read_operand(reader, word, err);
    if (strcmp(word, "--") == 0) {
        reader->has_ended = true;
        return 0;
    }
    return word[1] == '-' ? read_long(reader, word + 2, err) : read_short(reader, word + 1, err);
}

int options_parse(struct arena *arena, const struct command *command, const char *const *words,
                  void *request, struct error *err)
{
    struct reader reader = {.arena = arena, .command = command, .next = words, .request = request};

    while (reader.next && *reader.next) {
        const char *word = *reader.next++;
        int result = read_word(&reader, word, err);

        if (result != 0)
            return result;
    }
    if (reader.operands_read < command->operand_count) {
        const struct operand *operand = &command->operands[reader.operands_read];

        if (operand->kind == OPERAND_REQUIRED)
            return refuse(&reader, err, "the argument %s is missing", operand->name);
    }
    return 0;
}

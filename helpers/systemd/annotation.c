/*
 * org.systemd.property.*: names and values. Of GVariant's text form (GLib's documentation, "GVariant Text Format") it takes what properties of
 * units are made of: booleans, 32 and 64 bit integers, strings, lists of strings.
 */
#include <string.h>

#include "base/text.h"
#include "helpers/systemd/property.h"

#define USEC_PER_SEC 1000000U

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct integer_type {
    const char *word;
    enum property_type type;
    int64_t min;
    uint64_t max;
};

static const struct integer_type integer_types[] = {
    {"int32 ",  PROPERTY_INT32,  INT32_MIN, INT32_MAX }, /* first: what a bare number is */
    {"uint32 ", PROPERTY_UINT32, 0,         UINT32_MAX},
    {"int64 ",  PROPERTY_INT64,  INT64_MIN, INT64_MAX },
    {"uint64 ", PROPERTY_UINT64, 0,         UINT64_MAX},
};

static bool parse_integer(const char *text, struct property *property)
{
    const struct integer_type *type = &integer_types[0];
    int64_t negative = 0;

    for (size_t i = 0; i < sizeof(integer_types) / sizeof(integer_types[0]); i++)
        if (text_has_prefix(text, integer_types[i].word)) {
            type = &integer_types[i];
            text += strlen(type->word);
            break;
        }
    property->type = type->type;
    if (text[0] == '-') {
        if (!text_parse_int64(text, &negative) || negative < type->min)
            return false;
        property->number = (uint64_t) negative;
        return true;
    }
    return text_parse_uint64(text, &property->number) && property->number <= type->max;
}

/* A quoted string at *at, in the arena; *at moves behind it. NULL when there is none. */
static const char *take_string(struct arena *arena, const char **at)
{
    const char quote = **at;
    char *text;
    size_t used = 0;

    if (quote != '\'' && quote != '"')
        return NULL;
    text = arena_alloc(arena, strlen(*at));
    for (const char *next = *at + 1; *next; next++) {
        if (*next == quote) {
            *at = next + 1;
            return text;
        }
        if (*next == '\\' && next[1])
            next++;
        text[used++] = *next;
    }
    return NULL;
}

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " \t");
}

/* "['a', 'b']", "[]" and "@as []" */
static bool parse_strings(struct arena *arena, const char *at, struct property *property)
{
    property->type = PROPERTY_STRINGS;
    if (text_has_prefix(at, "@as "))
        at += strlen("@as ");
    if (*at++ != '[')
        return false;
    skip_blanks(&at);
    while (*at != ']') {
        const char *text = take_string(arena, &at);

        if (!text)
            return false;
        text_list_push(arena, &property->strings, text);
        skip_blanks(&at);
        if (*at == ',')
            at++;
        else if (*at != ']')
            return false;
        skip_blanks(&at);
    }
    return at[1] == '\0';
}

static bool parse_value(struct arena *arena, const char *value, struct property *property)
{
    const char *at = value;

    if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0) {
        property->type = PROPERTY_BOOLEAN;
        property->number = value[0] == 't';
        return true;
    }
    if (value[0] == '[' || value[0] == '@')
        return parse_strings(arena, value, property);
    if (value[0] != '\'' && value[0] != '"')
        return parse_integer(value, property);
    property->type = PROPERTY_STRING;
    property->string = take_string(arena, &at);
    return property->string && *at == '\0';
}

/* TimeoutStopSec is what unit files know; on the bus it is TimeoutStopUSec, in microseconds. */
static bool convert_seconds(struct arena *arena, struct property *property)
{
    size_t length = strlen(property->name);

    if (length < strlen("Sec") || strcmp(property->name + length - 3, "Sec") != 0 ||
        (length >= 4 && property->name[length - 4] == 'U'))
        return true;
    if (property->type == PROPERTY_STRING || property->type == PROPERTY_STRINGS ||
        property->type == PROPERTY_BOOLEAN || property->number > UINT64_MAX / USEC_PER_SEC)
        return false;
    property->name = arena_format(arena, "%.*sUSec", (int) length - 3, property->name);
    property->type = PROPERTY_UINT64;
    property->number *= USEC_PER_SEC;
    return true;
}

int property_parse_annotation(struct arena *arena, const char *name, const char *value,
                              struct property *ret_property, struct error *err)
{
    struct property property = {.name = name};

    if (strlen(name) < 3 || name[strspn(name, letters)] != '\0')
        return error_set(err, ERROR_INVALID,
                         "org.systemd.property.%s: is not the name of a property", name);
    if (!parse_value(arena, value, &property) || !convert_seconds(arena, &property))
        return error_set(err, ERROR_INVALID,
                         "org.systemd.property.%s: \"%s\" is not a value like true, 5, uint64 5, "
                         "'text' or ['a', 'b']",
                         name, value);
    *ret_property = property;
    return 0;
}

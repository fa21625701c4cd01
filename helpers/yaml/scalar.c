/* The regular expressions of the core schema, by hand: strspn is enough for them. */
#include "helpers/yaml/scalar.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"

static bool is_one_of(const char *text, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

static bool has_only(const char *text, const char *characters)
{
    return text[0] != '\0' && text[strspn(text, characters)] == '\0';
}

static const char *skip_sign(const char *text)
{
    return text[0] == '+' || text[0] == '-' ? text + 1 : text;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_decimal(const char *text)
{
    size_t whole = strspn(text = skip_sign(text), DIGITS);
    size_t fraction = 0;

    text += whole;
    if (text[0] == '.') {
        fraction = strspn(++text, DIGITS);
        text += fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (text[0] != 'e' && text[0] != 'E')
        return text[0] == '\0';
    return has_only(skip_sign(text + 1), DIGITS);
}

enum scalar_kind scalar_find_kind(const char *text)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const bools[] = {"true", "True", "TRUE", "false", "False", "FALSE", NULL};
    static const char *const endless[] = {".inf", ".Inf", ".INF", NULL};
    static const char *const none[] = {".nan", ".NaN", ".NAN", NULL};

    if (is_one_of(text, nulls))
        return SCALAR_NULL;
    if (is_one_of(text, bools))
        return SCALAR_BOOL;
    if (has_only(skip_sign(text), DIGITS) ||
        (strncmp(text, "0o", 2) == 0 && has_only(text + 2, "01234567")) ||
        (strncmp(text, "0x", 2) == 0 && has_only(text + 2, DIGITS "abcdefABCDEF")))
        return SCALAR_INTEGER;
    if (is_decimal(text) || is_one_of(skip_sign(text), endless) || is_one_of(text, none))
        return SCALAR_FLOAT;
    return SCALAR_TEXT;
}

/* JSON's numbers have no plus sign, no leading zeros, and digits on both sides of the point. */
static const char *format_decimal(struct arena *arena, const char *text)
{
    const char *sign = text[0] == '-' ? "-" : "";
    const char *whole = skip_sign(text) + strspn(skip_sign(text), "0");
    size_t whole_length = strspn(whole, DIGITS);
    const char *rest = whole + whole_length;
    size_t fraction_length = rest[0] == '.' ? strspn(rest + 1, DIGITS) : 0;
    const char *exponent = rest + (rest[0] == '.' ? 1 + fraction_length : 0);

    return arena_format(arena, "%s%.*s%s%.*s%s", sign, whole_length ? (int) whole_length : 1,
                        whole_length ? whole : "0", fraction_length ? "." : "",
                        (int) fraction_length, rest + (rest[0] == '.'), exponent);
}

const char *scalar_format(struct arena *arena, enum scalar_kind kind, const char *text)
{
    unsigned long long number;

    if (kind == SCALAR_NULL)
        return "null";
    if (kind == SCALAR_BOOL)
        return text[0] == 't' || text[0] == 'T' ? "true" : "false";
    if (text[0] == '0' && (text[1] == 'o' || text[1] == 'x')) {
        errno = 0;
        number = strtoull(text + 2, NULL, text[1] == 'o' ? 8 : 16);
        return errno ? NULL : arena_format(arena, "%llu", number);
    }
    return is_decimal(text) ? format_decimal(arena, text) : NULL;
}

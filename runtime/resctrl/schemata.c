/* Comparing a schema of config.json with what the kernel says. */
#include <string.h>

#include "runtime/resctrl/resctrl.h"

/* "L3:", "MB:": up to and including the colon. 0: the line has none. */
static size_t resource_length(const char *line)
{
    size_t length = strcspn(line, ":\n");

    return line[length] == ':' ? length + 1 : 0;
}

static const char *next_line(const char *line)
{
    line += strcspn(line, "\n");
    return *line ? line + 1 : line;
}

static const char *skip_padding(const char *text)
{
    return text + strspn(text, " ");
}

/* The line of the same resource in the kernel's text, after the colon; NULL: there is none. */
static const char *find_resource(const char *schemata, const char *resource, size_t length)
{
    for (const char *line = schemata; *line; line = next_line(line)) {
        const char *name = skip_padding(line);

        if (strncmp(name, resource, length) == 0)
            return name + length;
    }
    return NULL;
}

/* The digits of a number without what pads it, so that equal numbers are equal texts. */
static const char *number_digits(const char *text, size_t *ret_length)
{
    text += strspn(text, " ");
    while (text[0] == '0' && strchr("0123456789abcdefABCDEF", text[1]) && text[1])
        text++;
    *ret_length = strcspn(text, "; \n=");
    return text;
}

static bool is_same_number(const char *one, const char *other)
{
    size_t one_length;
    size_t other_length;

    one = number_digits(one, &one_length);
    other = number_digits(other, &other_length);
    if (one_length != other_length)
        return false;
    for (size_t i = 0; i < one_length; i++)
        if ((one[i] | 0x20) != (other[i] | 0x20)) /* hexadecimal digits in either case */
            return false;
    return true;
}

/* The next "domain=value" of the line after this one; NULL: it was the last. */
static const char *next_pair(const char *pair)
{
    pair += strcspn(pair, ";\n");
    return *pair == ';' ? pair + 1 : NULL;
}

static bool has_pair(const char *pairs, const char *wanted)
{
    const char *value = wanted + strcspn(wanted, "=;\n");

    for (const char *pair = pairs; pair; pair = next_pair(pair)) {
        const char *present = pair + strcspn(pair, "=;\n");

        if (*value == '=' && *present == '=' && is_same_number(pair, wanted))
            return is_same_number(present + 1, value + 1);
    }
    return false;
}

bool resctrl_schema_holds(const char *schema, const char *schemata)
{
    for (const char *line = schema; *line; line = next_line(line)) {
        size_t length = resource_length(line);
        const char *present = length ? find_resource(schemata, line, length) : NULL;

        if (*line == '\n')
            continue;
        if (!present)
            return false;
        for (const char *pair = line + length; pair; pair = next_pair(pair))
            if (!has_pair(present, pair))
                return false;
    }
    return true;
}

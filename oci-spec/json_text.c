/* Pure functions on JSON text. Offsets are in bytes from the start of the document. */
#include "oci-spec/json_text.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

struct json_position json_text_position(const char *bytes, size_t offset)
{
    struct json_position position = {1, 1};

    for (size_t i = 0; i < offset; i++) {
        position.column++;
        if (bytes[i] == '\n') {
            position.line++;
            position.column = 1;
        }
    }
    return position;
}

/* A quote is escaped when an odd number of backslashes precedes it. */
static bool is_escaped(const char *bytes, size_t at)
{
    size_t backslashes = 0;

    while (backslashes < at && bytes[at - backslashes - 1] == '\\')
        backslashes++;
    return backslashes % 2 == 1;
}

size_t json_text_token_start(const char *bytes, size_t end)
{
    size_t at;

    if (end == 0)
        return 0;
    at = end - 1;
    if (bytes[at] == '"') {
        while (at > 0 && (bytes[at - 1] != '"' || is_escaped(bytes, at - 1)))
            at--;
        return at > 0 ? at - 1 : 0;
    }
    while (at > 0 && (isalnum((unsigned char) bytes[at]) || strchr("+-.", bytes[at])) &&
           (isalnum((unsigned char) bytes[at - 1]) || strchr("+-.", bytes[at - 1])))
        at--;
    return at;
}

bool json_text_is_blank(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\n' && bytes[i] != '\r')
            return false;
    return true;
}

/* The value of \uXXXX at bytes, or -1 when it is not one. */
static int parse_unicode_escape(const char *bytes, size_t size)
{
    int value = 0;

    if (size < 6 || bytes[0] != '\\' || bytes[1] != 'u')
        return -1;
    for (size_t i = 2; i < 6; i++) {
        int digit = tolower((unsigned char) bytes[i]);

        if (!isxdigit(digit))
            return -1;
        value = value * 16 + (digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return value;
}

static bool is_surrogate(int value)
{
    return value >= 0xd800 && value <= 0xdfff;
}

/* The parser would replace a lone surrogate silently, so that we would act on another text than was written. */
static size_t find_lone_surrogate(const char *bytes, size_t size)
{
    size_t at = 0;

    while (at < size) {
        const char *backslash = memchr(bytes + at, '\\', size - at);
        int value;

        if (!backslash)
            return size;
        at = (size_t) (backslash - bytes);
        value = parse_unicode_escape(backslash, size - at);
        if (!is_surrogate(value)) {
            at += 2;
            continue;
        }
        if (value >= 0xdc00 || parse_unicode_escape(backslash + 6, size - at - 6) < 0xdc00 ||
            !is_surrogate(parse_unicode_escape(backslash + 6, size - at - 6)))
            return at;
        at += 12;
    }
    return size;
}

size_t json_text_find_invalid(const char *bytes, size_t size)
{
    return find_lone_surrogate(bytes, utf8_valid_size(bytes, size));
}

enum json_integer json_text_parse_integer(const char *text, size_t size, bool *ret_is_negative,
                                          unsigned long long *ret_magnitude)
{
    bool is_negative = size > 0 && text[0] == '-';
    unsigned long long magnitude = 0;

    for (size_t i = is_negative ? 1 : 0; i < size; i++)
        if (text[i] < '0' || text[i] > '9')
            return JSON_INTEGER_NOT;
    for (size_t i = is_negative ? 1 : 0; i < size; i++)
        if (__builtin_mul_overflow(magnitude, 10, &magnitude) ||
            __builtin_add_overflow(magnitude, (unsigned) (text[i] - '0'), &magnitude))
            return JSON_INTEGER_TOO_LARGE;
    *ret_is_negative = is_negative;
    *ret_magnitude = magnitude;
    return JSON_INTEGER_OK;
}

bool json_text_parse_millionths(const char *text, size_t size, int64_t *ret_millionths)
{
    const char *point = memchr(text, '.', size);
    size_t whole = point ? (size_t) (point - text) : size;
    size_t digits = point ? size - whole - 1 : 0;
    char shifted[24] = {0}; /* without the point, six digits after where it was */
    unsigned long long magnitude;
    bool is_negative;

    if (digits > 6 || whole > sizeof(shifted) - 7)
        return false;
    memcpy(shifted, text, whole);
    memset(shifted + whole, '0', 6);
    if (point)
        memcpy(shifted + whole, point + 1, digits);
    if (json_text_parse_integer(shifted, whole + 6, &is_negative, &magnitude) != JSON_INTEGER_OK ||
        magnitude > INT64_MAX)
        return false;
    *ret_millionths = is_negative ? -(int64_t) magnitude : (int64_t) magnitude;
    return true;
}

/* Units are tables; a quantity is a number times the unit, a duration a sum of them. */
#include "runtime/cmd/quantity.h"

#include <stddef.h>
#include <string.h>

struct unit {
    const char *name;
    uint64_t factor;
};

/* Longer names first: "ms" is not "m". */
static const struct unit duration_units[] = {
    {"ns",        1                          },
    {"us",        1000                       },
    {"\xc2\xb5s", 1000                       },
    {"ms",        1000000                    },
    {"s",         UINT64_C(1000000000)       },
    {"m",         60 * UINT64_C(1000000000)  },
    {"h",         3600 * UINT64_C(1000000000)},
};

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* *text moves on behind the digits. False without any, or when it is above INT64_MAX. */
static bool read_digits(const char **text, uint64_t *ret_number)
{
    uint64_t number = 0;

    if (!is_digit(**text))
        return false;
    for (; is_digit(**text); (*text)++) {
        if (number > (INT64_MAX - 9) / 10)
            return false;
        number = number * 10 + (uint64_t) (**text - '0');
    }
    *ret_number = number;
    return true;
}

static char lower(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        letter = (char) (letter - 'A' + 'a');
    return letter;
}

/* 0 when it is none. "", "b", "k", "kb", "kib" and so on, in any case; strcasecmp would cost 14 KB. */
static uint64_t size_factor(const char *unit)
{
    static const char letters[] = "kmgtp";
    char first = lower(unit[0]);
    const char *found = first ? strchr(letters, first) : NULL;
    uint64_t factor = 1;

    if (found) {
        for (const char *step = letters; step <= found; step++)
            factor *= 1024;
        unit++;
        if (lower(unit[0]) == 'i' && unit[1])
            unit++;
    }
    if (lower(unit[0]) == 'b')
        unit++;
    return unit[0] == '\0' ? factor : 0;
}

bool quantity_parse_size(const char *text, int64_t *ret_bytes)
{
    uint64_t number;
    uint64_t factor;

    if (strcmp(text, "-1") == 0) {
        *ret_bytes = -1;
        return true;
    }
    if (!read_digits(&text, &number))
        return false;
    factor = size_factor(text);
    if (factor == 0 || number > INT64_MAX / factor)
        return false;
    *ret_bytes = (int64_t) (number * factor);
    return true;
}

static const struct unit *read_duration_unit(const char **text)
{
    for (size_t i = 0; i < sizeof(duration_units) / sizeof(duration_units[0]); i++) {
        size_t length = strlen(duration_units[i].name);

        if (strncmp(*text, duration_units[i].name, length) == 0) {
            *text += length;
            return &duration_units[i];
        }
    }
    return NULL;
}

/* What follows the point, as a part of the unit. Digits below a nanosecond have no effect. */
static bool read_fraction(const char **text, const char **ret_digits, size_t *ret_count)
{
    *ret_digits = *text;
    *ret_count = 0;
    if (**text != '.')
        return true;
    *ret_digits = ++*text;
    *ret_count = strspn(*text, "0123456789");
    *text += *ret_count;
    return *ret_count > 0;
}

static bool read_part(const char **text, uint64_t *total)
{
    const char *digits;
    size_t count;
    const struct unit *unit;
    uint64_t number;
    uint64_t place;

    if (!read_digits(text, &number) || !read_fraction(text, &digits, &count))
        return false;
    unit = read_duration_unit(text);
    if (!unit || number > INT64_MAX / unit->factor)
        return false;
    number *= unit->factor;
    place = unit->factor;
    for (size_t i = 0; i < count; i++) {
        place /= 10;
        number += place * (uint64_t) (digits[i] - '0');
    }
    *total += number;
    return *total <= INT64_MAX;
}

bool quantity_parse_duration(const char *text, uint64_t *ret_nanoseconds)
{
    uint64_t total = 0;

    if (strcmp(text, "0") == 0) {
        *ret_nanoseconds = 0;
        return true;
    }
    do
        if (!read_part(&text, &total))
            return false;
    while (*text);
    *ret_nanoseconds = total;
    return true;
}

bool quantity_parse_cpus(const char *text, int64_t *ret_millionths)
{
    uint64_t whole;
    uint64_t scale = 1000000;

    if (!read_digits(&text, &whole) || whole > UINT32_MAX)
        return false;
    *ret_millionths = (int64_t) (whole * scale);
    if (*text == '.')
        for (text++; is_digit(*text) && scale > 1; text++) {
            scale /= 10;
            *ret_millionths += (int64_t) scale * (*text - '0');
        }
    return *text == '\0' && *ret_millionths > 0;
}

/*
 * Names of closed sets: one table per set, read by the decoder (name to value), the writer (value to
 * name), the messages ("expected one of ...") and the features document. Sorted by name, unique.
 */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct name {
    const char *name;
    int64_t value;
};

struct names {
    const char *what; /* "namespace type": for messages */
    const struct name *items;
    size_t count;
};

/* The row called name, or NULL. Binary search. */
const struct name *names_find(const struct names *names, const char *name);

/* The first row with this value, or NULL. */
const char *names_text(const struct names *names, int64_t value);

/* "a, b, c" into text, cut to size with "..." at the end when it does not fit. Returns text. */
const char *names_join(const struct names *names, char *text, size_t size);

#define NAMES(what, rows)                                \
    {                                                    \
        (what), (rows), sizeof(rows) / sizeof((rows)[0]) \
    }

#endif

/* Look-ups in name tables. */
#include "base/names.h"

#include <stdio.h>
#include <string.h>

const struct name *names_find(const struct names *names, const char *name)
{
    size_t low = 0;
    size_t high = names->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, names->items[middle].name);

        if (order == 0)
            return &names->items[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *names_text(const struct names *names, int64_t value)
{
    for (size_t i = 0; i < names->count; i++)
        if (names->items[i].value == value)
            return names->items[i].name;
    return NULL;
}

const char *names_join(const struct names *names, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < names->count; i++) {
        size_t needed = strlen(names->items[i].name) + (i > 0 ? 2 : 0);

        if (used + needed + sizeof(", ...") > size) {
            (void) snprintf(text + used, size - used, ", ...");
            break;
        }
        used += (size_t) snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "",
                                  names->items[i].name);
    }
    return text;
}

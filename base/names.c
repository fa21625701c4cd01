/* Look-ups in name tables. */
#include "base/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *name, const void *item)
{
    return strcmp(name, ((const struct name *) item)->name);
}

const struct name *names_find(const struct names *names, const char *name)
{
    return bsearch(name, names->items, names->count, sizeof(struct name), compare);
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

/* Slices that grow in the arena. */
#include "base/slice.h"

#include <stdbool.h>
#include <string.h>

static const size_t first_capacity = 4;

static bool slice_is_full(size_t count)
{
    return count == 0 || (count >= first_capacity && (count & (count - 1)) == 0);
}

void *slice_push(struct arena *arena, struct slice *slice, size_t item_size)
{
    if (slice_is_full(slice->count)) {
        size_t capacity = slice->count == 0 ? first_capacity : slice->count * 2;
        void *items = arena_array(arena, capacity, item_size);

        if (slice->count > 0)
            memcpy(items, slice->items, slice->count * item_size);
        slice->items = items;
    }
    return (char *) slice->items + slice->count++ * item_size;
}

void text_list_push(struct arena *arena, struct text_list *list, const char *text)
{
    /* One more slot than items, for the closing NULL. */
    const char **items = list->items;

    if (!items || (list->count >= 3 && ((list->count + 1) & list->count) == 0)) {
        size_t capacity = list->count < 3 ? first_capacity : (list->count + 1) * 2;

        items = ARENA_ARRAY(arena, const char *, capacity);
        if (list->items)
            memcpy(items, list->items, list->count * sizeof(*items));
        list->items = items;
    }
    items[list->count++] = text;
    items[list->count] = NULL;
}

const char *text_map_find(const struct text_map *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->items[i].key, key) == 0)
            return map->items[i].value;
    return NULL;
}

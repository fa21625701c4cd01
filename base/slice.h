/*
 * Typed slices: a pointer and a count, in the arena. Empty is {NULL, 0}; absent and empty are the same
 * unless a field says otherwise. Every slice has the layout of struct slice, so tables can fill it.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stddef.h>

#include "base/arena.h"

/* may_alias: slice_push() writes any typed slice through this one. */
struct __attribute__((may_alias)) slice {
    void *items;
    size_t count;
};

/* NOLINTBEGIN(bugprone-macro-parentheses): a type cannot stand in parentheses */
#define SLICE_OF(type) \
    struct {           \
        type *items;   \
        size_t count;  \
    }

/* A named slice type, where the same list occurs more than once: SLICE_TYPE(spec_hook_list, struct spec_hook); */
#define SLICE_TYPE(name, type) \
    struct name {              \
        type *items;           \
        size_t count;          \
    }

/* SLICE_FOR_EACH (struct spec_mount, mount, spec->mounts) { ... } */
#define SLICE_FOR_EACH(type, item, slice) \
    for (type *item = (slice).items; item && item < (slice).items + (slice).count; item++)
/* NOLINTEND(bugprone-macro-parentheses) */

/* Strings; items[count] is always NULL when items is not NULL, so it serves as argv. */
struct text_list {
    const char **items;
    size_t count;
};

struct text_pair {
    const char *key;
    const char *value;
};

/* In the order of the document; a key occurs once. */
struct text_map {
    struct text_pair *items;
    size_t count;
};

/*
 * Growing in the arena by doubling: SLICE_PUSH returns a pointer to a new zeroed item at the end of the
 * slice. capacity is implied: the count rounded up to a power of two (at least 4), so no field is needed.
 */
void *slice_push(struct arena *arena, struct slice *slice, size_t item_size);
#define SLICE_PUSH(arena, into, type) \
    ((type *) slice_push((arena), (struct slice *) (void *) (into), sizeof(type)))

/* Keeps items[count] NULL. */
void text_list_push(struct arena *arena, struct text_list *list, const char *text);

/* The value of key, or NULL. */
const char *text_map_find(const struct text_map *map, const char *key);

#endif

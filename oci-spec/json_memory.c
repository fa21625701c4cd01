/* Arena memory in the shape of malloc, realloc and free; each piece remembers its size. */
#include "oci-spec/json_memory.h"

#include <string.h>

#include "base/arena.h"

struct piece {
    size_t size;
    max_align_t data[];
};

void *json_memory_alloc(void *arena, size_t size)
{
    struct piece *piece = arena_alloc(arena, sizeof(*piece) + size);

    piece->size = size;
    return piece->data;
}

void *json_memory_resize(void *arena, void *memory, size_t size)
{
    const struct piece *old = NULL;
    void *result;

    if (!memory)
        return json_memory_alloc(arena, size);
    old = (const struct piece *) ((const char *) memory - offsetof(struct piece, data));
    if (size <= old->size)
        return memory;
    result = json_memory_alloc(arena, size);
    memcpy(result, memory, old->size);
    return result;
}

void json_memory_free(void *arena, void *memory)
{
    (void) arena; /* the arena's owner frees everything at once */
    (void) memory;
}

/* yajl's memory, taken from the arena: nothing to free on any path. The context is the struct arena. */
#ifndef OCI_SPEC_JSON_MEMORY_H
#define OCI_SPEC_JSON_MEMORY_H

#include <stddef.h>

void *json_memory_alloc(void *arena, size_t size);
void *json_memory_resize(void *arena, void *memory, size_t size);
void json_memory_free(void *arena, void *memory);

#endif

/* Id mappings of user namespaces and idmapped mounts: checked as the kernel will, and as the text it takes. */
#include <stdio.h>
#include <string.h>

#include "runtime/plan/parts.h"

/* man 7 user_namespaces: "the limit is 340 lines" since Linux 4.15. */
#define IDMAP_MAX_COUNT 340

/* "4294967295 4294967295 4294967295\n" */
#define IDMAP_LINE_SIZE 34

static bool ranges_overlap(uint32_t first, uint32_t second, const struct spec_id_mapping *a,
                           const struct spec_id_mapping *b)
{
    return (uint64_t) first < (uint64_t) second + b->size &&
           (uint64_t) second < (uint64_t) first + a->size;
}

static int idmap_check_one(const struct spec_id_mapping_list *mappings, size_t index,
                           const char *pointer, struct error *err)
{
    const struct spec_id_mapping *mapping = &mappings->items[index];

    if (mapping->size == 0)
        return error_set(err, ERROR_INVALID, "%s/%zu/size: must not be 0", pointer, index);
    if ((uint64_t) mapping->container_id + mapping->size > UINT32_MAX ||
        (uint64_t) mapping->host_id + mapping->size > UINT32_MAX)
        return error_set(err, ERROR_INVALID, "%s/%zu: the range goes beyond the largest id",
                         pointer, index);
    for (size_t i = 0; i < index; i++) {
        const struct spec_id_mapping *other = &mappings->items[i];

        if (ranges_overlap(mapping->container_id, other->container_id, mapping, other) ||
            ranges_overlap(mapping->host_id, other->host_id, mapping, other))
            return error_set(err, ERROR_INVALID, "%s/%zu: overlaps with entry %zu", pointer, index,
                             i);
    }
    return 0;
}

int plan_idmap_check(const struct spec_id_mapping_list *mappings, const char *pointer,
                     struct error *err)
{
    if (mappings->count > IDMAP_MAX_COUNT)
        return error_set(err, ERROR_INVALID, "%s: %zu entries, the kernel takes at most %d",
                         pointer, mappings->count, IDMAP_MAX_COUNT);
    for (size_t i = 0; i < mappings->count; i++)
        if (idmap_check_one(mappings, i, pointer, err) < 0)
            return -1;
    return 0;
}

const char *plan_idmap_format(struct arena *arena, const struct spec_id_mapping_list *mappings)
{
    size_t size = mappings->count * IDMAP_LINE_SIZE + 1;
    char *text = arena_alloc(arena, size);
    size_t used = 0;

    SLICE_FOR_EACH(const struct spec_id_mapping, mapping, *mappings)
        used += (size_t) snprintf(text + used, size - used, "%u %u %u\n", mapping->container_id,
                                  mapping->host_id, mapping->size);
    return text;
}

bool plan_idmap_find_host(const struct spec_id_mapping_list *mappings, uint32_t container_id,
                          uint32_t *ret_host_id)
{
    SLICE_FOR_EACH(const struct spec_id_mapping, mapping, *mappings) {
        if (container_id < mapping->container_id ||
            container_id - mapping->container_id >= mapping->size)
            continue;
        if (ret_host_id)
            *ret_host_id = mapping->host_id + (container_id - mapping->container_id);
        return true;
    }
    return false;
}

bool plan_idmap_has_host(const struct spec_id_mapping_list *mappings, uint32_t host_id)
{
    SLICE_FOR_EACH(const struct spec_id_mapping, mapping, *mappings)
        if (host_id >= mapping->host_id && host_id - mapping->host_id < mapping->size)
            return true;
    return false;
}

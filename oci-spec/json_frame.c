/* What is known of an open object or array. No parser here. */
#include "oci-spec/json_frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t append_component(char *text, size_t size, size_t used, const char *key)
{
    if (used + 1 < size)
        text[used++] = '/';
    for (; *key && used + 2 < size; key++) {
        if (*key == '~' || *key == '/') {
            text[used++] = '~';
            text[used++] = *key == '~' ? '0' : '1';
        } else {
            text[used++] = *key;
        }
    }
    text[used] = '\0';
    return used;
}

void json_frames_format_pointer(const struct json_frame *frames, size_t depth, char *text,
                                size_t size)
{
    char index[24];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < depth; i++) {
        if (frames[i].key) {
            used = append_component(text, size, used, frames[i].key);
        } else if (frames[i].count > 0) {
            (void) snprintf(index, sizeof(index), "%zu", frames[i].count - 1); /* 20 digits fit */
            used = append_component(text, size, used, index);
        }
    }
}

const struct json_field *json_frame_find_field(struct json_frame *frame, const char *key,
                                               size_t size)
{
    const struct json_type *type = frame->type;

    for (size_t i = 0; i < type->field_count; i++) {
        size_t at = (frame->next_field + i) % type->field_count;
        const struct json_field *field = &type->fields[at];

        if (strncmp(field->name, key, size) == 0 && field->name[size] == '\0') {
            frame->next_field = at + 1;
            return field;
        }
    }
    return NULL;
}

bool json_frame_mark_seen(struct json_frame *frame)
{
    uint64_t bit = UINT64_C(1) << (frame->field - frame->type->fields);
    bool is_first = (frame->seen & bit) == 0;

    frame->seen |= bit;
    return is_first;
}

const struct json_field *json_frame_find_missing(const struct json_frame *frame)
{
    const struct json_type *type = frame->type;

    for (size_t i = 0; i < type->field_count; i++)
        if ((type->fields[i].flags & JSON_REQUIRED) != 0 && (frame->seen >> i & 1) == 0)
            return &type->fields[i];
    return NULL;
}

static int compare_keys(const void *left, const void *right)
{
    return strcmp(*(const char *const *) left, *(const char *const *) right);
}

const char *json_frame_find_duplicate(const struct json_frame *frame, struct arena *arena)
{
    const struct slice *map = frame->target;
    bool is_keyed = frame->type->kind == JSON_KEYED;
    size_t offset = is_keyed ? frame->type->key_offset : offsetof(struct text_pair, key);
    size_t size = is_keyed ? frame->type->item->size : sizeof(struct text_pair);
    const char **keys;

    if (map->count < 2)
        return NULL;
    keys = ARENA_ARRAY(arena, const char *, map->count);
    for (size_t i = 0; i < map->count; i++)
        memcpy(&keys[i], (const char *) map->items + i * size + offset, sizeof(keys[i]));
    qsort(keys, map->count, sizeof(*keys), compare_keys);
    for (size_t i = 1; i < map->count; i++)
        if (strcmp(keys[i - 1], keys[i]) == 0)
            return keys[i];
    return NULL;
}

/* The encoder: walks a struct by its rows and hands the values to yajl's generator, whose memory is the arena's. */
#include "oci-spec/json.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yajl/yajl_gen.h>

#include "oci-spec/json_memory.h"

/*
 * The generator refuses what the rows cannot produce (keys that are not strings, NaN, depth above 128), so
 * its results need no check.
 */
static void write_text(yajl_gen generator, const char *text)
{
    (void) yajl_gen_string(generator, (const unsigned char *) text, strlen(text));
}

static uint64_t load_integer(const struct json_type *type, const void *where)
{
    switch (type->size) {
    case 1:
        return *(const uint8_t *) where;
    case 2:
        return *(const uint16_t *) where;
    case 4:
        return type->kind == JSON_SIGNED ? (uint64_t) * (const int32_t *) where
                                         : *(const uint32_t *) where;
    default:
        return *(const uint64_t *) where;
    }
}

static void write_integer(yajl_gen generator, const struct json_type *type, const void *where)
{
    uint64_t value = load_integer(type, where);
    char text[24];
    int length;

    if (type->kind == JSON_SIGNED)
        length = snprintf(text, sizeof(text), "%" PRId64, (int64_t) value);
    else
        length = snprintf(text, sizeof(text), "%" PRIu64, value);
    (void) yajl_gen_number(generator, text, (size_t) length);
}

static void write_millionths(yajl_gen generator, int64_t value)
{
    uint64_t magnitude = value < 0 ? -(uint64_t) value : (uint64_t) value;
    char text[32];
    int length = snprintf(text, sizeof(text), "%s%" PRIu64 ".%06" PRIu64, value < 0 ? "-" : "",
                          magnitude / 1000000, magnitude % 1000000);

    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    (void) yajl_gen_number(generator, text, (size_t) length);
}

static void write_name(yajl_gen generator, const struct json_type *type, const void *where)
{
    const struct names *names = type->write_names ? type->write_names : type->names;
    const char *text = names_text(names, *(const int64_t *) where);

    write_text(generator, text ? text : "");
}

static const void *load_pointer(const void *where)
{
    const void *pointer;

    memcpy(&pointer, where, sizeof(pointer));
    return pointer;
}

static bool is_absent(const struct json_type *type, const void *where)
{
    switch (type->kind) {
    case JSON_BOOL:
        return !*(const bool *) where;
    case JSON_UNSIGNED:
    case JSON_SIGNED:
    case JSON_MILLIONTHS:
        return load_integer(type, where) == 0;
    case JSON_STRING:
    case JSON_POINTER:
    case JSON_RAW:
        return !load_pointer(where);
    case JSON_LIST:
    case JSON_TEXTS:
    case JSON_TEXT_MAP:
    case JSON_KEYED:
        return ((const struct slice *) where)->count == 0;
    case JSON_NAME: /* a value without a name is none */
        return names_text(type->names, *(const int64_t *) where) == NULL;
    case JSON_OBJECT:
        return false;
    }
    return false;
}

/* As deep as the rows are nested, and those are finite. NOLINTBEGIN(misc-no-recursion) */

static void write_value(yajl_gen generator, const struct json_type *type, const void *where);

static void write_object(yajl_gen generator, const struct json_type *type, const void *object)
{
    (void) yajl_gen_map_open(generator);
    for (size_t i = 0; i < type->field_count; i++) {
        const struct json_field *field = &type->fields[i];
        const void *where = (const char *) object + field->offset;

        if (field->flags & JSON_SECRET)
            continue;
        if (field->flags == JSON_OPTIONAL && is_absent(field->type, where))
            continue;
        write_text(generator, field->name);
        write_value(generator, field->type, where);
    }
    (void) yajl_gen_map_close(generator);
}

static void write_list(yajl_gen generator, const struct json_type *type, const void *where)
{
    const struct slice *list = where;

    (void) yajl_gen_array_open(generator);
    for (size_t i = 0; i < list->count; i++)
        write_value(generator, type->item, (const char *) list->items + i * type->item->size);
    (void) yajl_gen_array_close(generator);
}

static void write_map(yajl_gen generator, const struct text_map *map)
{
    (void) yajl_gen_map_open(generator);
    for (size_t i = 0; i < map->count; i++) {
        write_text(generator, map->items[i].key);
        write_text(generator, map->items[i].value);
    }
    (void) yajl_gen_map_close(generator);
}

static void write_keyed(yajl_gen generator, const struct json_type *type, const void *where)
{
    const struct slice *list = where;

    (void) yajl_gen_map_open(generator);
    for (size_t i = 0; i < list->count; i++) {
        const char *item = (const char *) list->items + i * type->item->size;

        write_text(generator, load_pointer(item + type->key_offset));
        write_value(generator, type->item, item);
    }
    (void) yajl_gen_map_close(generator);
}

static void write_value(yajl_gen generator, const struct json_type *type, const void *where)
{
    switch (type->kind) {
    case JSON_BOOL:
        (void) yajl_gen_bool(generator, *(const bool *) where);
        break;
    case JSON_STRING:
        write_text(generator, load_pointer(where) ? load_pointer(where) : "");
        break;
    case JSON_UNSIGNED:
    case JSON_SIGNED:
        write_integer(generator, type, where);
        break;
    case JSON_MILLIONTHS:
        write_millionths(generator, *(const int64_t *) where);
        break;
    case JSON_NAME:
        write_name(generator, type, where);
        break;
    case JSON_OBJECT:
        write_object(generator, type, where);
        break;
    case JSON_LIST:
    case JSON_TEXTS:
        write_list(generator, type, where);
        break;
    case JSON_TEXT_MAP:
        write_map(generator, where);
        break;
    case JSON_KEYED:
        write_keyed(generator, type, where);
        break;
    case JSON_POINTER:
        if (load_pointer(where))
            write_value(generator, type->item, load_pointer(where));
        else
            (void) yajl_gen_null(generator);
        break;
    case JSON_RAW:
        /* yajl writes a number's text as it stands, which is how an object's text gets through. */
        (void) yajl_gen_number(generator, load_pointer(where), strlen(load_pointer(where)));
        break;
    }
}

/* NOLINTEND(misc-no-recursion) */

const char *json_write(struct arena *arena, const struct json_type *type, const void *object,
                       enum json_style style)
{
    yajl_alloc_funcs memory = {json_memory_alloc, json_memory_resize, json_memory_free, arena};
    yajl_gen generator = yajl_gen_alloc(&memory);
    const unsigned char *text;
    size_t size;

    (void) yajl_gen_config(generator, yajl_gen_beautify, style == JSON_INDENTED);
    (void) yajl_gen_config(generator, yajl_gen_indent_string, "  ");
    write_value(generator, type, object);
    (void) yajl_gen_get_buf(generator, &text, &size);
    while (size > 0 && text[size - 1] == '\n')
        size--;
    return arena_copy_bytes(arena, text, size);
}

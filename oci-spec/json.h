/*
 * JSON by table: a document's objects are described once, as rows, and the same rows decode and encode it.
 *
 *   static const struct json_field hook_fields[] = {
 *       {"path",    &json_absolute_path, AT(struct spec_hook, path),    JSON_REQUIRED},
 *       {"timeout", &json_int64_pointer, AT(struct spec_hook, timeout), 0            },
 *   };
 *   static const struct json_type hook = {JSON_OBJECT_OF("hook", struct spec_hook, hook_fields)};
 *
 * The order of the rows is the order in which the document is written. A type that occurs in one place only is a
 * static constant beside the rows; the general ones are declared below.
 */
#ifndef OCI_SPEC_JSON_H
#define OCI_SPEC_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/names.h"
#include "base/slice.h"

/* What a document may cost. Exceeding a bound is an error of its own, with the place. */
#define JSON_MAX_SIZE_BYTES ((size_t) 16 * 1024 * 1024)
#define JSON_MAX_DEPTH      32

enum json_kind {
    JSON_BOOL,     /* bool */
    JSON_STRING,   /* const char * */
    JSON_UNSIGNED, /* uint8_t, uint16_t, uint32_t or uint64_t, by size */
    JSON_SIGNED,   /* int32_t or int64_t, by size */
    JSON_MILLIONTHS, /* int64_t: 1.5 in the document, 1500000 in memory; min and max are millionths, too */
    JSON_NAME,     /* int64_t: a string in the document, the value of its row in memory */
    JSON_OBJECT,   /* a struct */
    JSON_LIST,     /* a slice of items */
    JSON_TEXTS,    /* struct text_list */
    JSON_TEXT_MAP, /* struct text_map */
    JSON_KEYED,    /* an object in the document, in memory a slice of structs that keep their key */
    JSON_POINTER,  /* a pointer to an item, NULL when absent */
    JSON_RAW,      /* const char *: an object kept as the text it was */
};

struct json_field;

struct json_type {
    const char *name; /* of objects, for messages */
    enum json_kind kind;
    size_t size;                     /* of the value in memory */
    const struct json_type *item;    /* of lists, keyed objects and pointers */
    const struct json_field *fields; /* of objects */
    size_t field_count;              /* at most JSON_MAX_FIELDS */
    size_t key_offset;               /* of the const char * in a keyed object's item */
    size_t min_items;                /* of lists */
    int64_t min;                     /* of numbers */
    uint64_t max;                    /* of numbers */
    const struct names
        *names; /* JSON_NAME: the set; JSON_STRING: if not NULL, the only texts allowed */
    const struct names
        *write_names; /* JSON_NAME: if not NULL, the names to write, one for each value */
    /*
     * Says in words what is wrong with a value ("must be an absolute path"), or NULL. It gets the text itself for
     * strings, and the address of the value for everything else.
     */
    const char *(*check)(const void *value);
};

enum json_field_flag {
    JSON_OPTIONAL = 0,
    JSON_REQUIRED = 1, /* absent or null is an error; always written */
    JSON_ALWAYS = 2,   /* written even when it is empty, 0 or false */
    JSON_SECRET = 4,   /* optional, and never written */
};

/*
 * An optional property that is null counts as absent. So does an optional string that is empty: engines
 * cannot tell the two apart and write either.
 */
struct json_field {
    const char *name;
    const struct json_type *type;
    size_t offset;
    size_t size; /* of the struct's member; a unit test compares it with type->size */
    unsigned flags;
};

#define JSON_MAX_FIELDS 64 /* one bit each in the reader's mask of properties seen */

/* Two members of a struct json_field: where the property is stored, and how large that is. */
#define AT(structure, member) \
    offsetof(structure, member), sizeof(typeof(((structure *) NULL)->member))

/* The number of rows; does not compile when there are too many. */
#define JSON_FIELD_COUNT(rows)          \
    (sizeof(rows) / sizeof((rows)[0]) * \
     sizeof(char[sizeof(rows) / sizeof((rows)[0]) <= JSON_MAX_FIELDS ? 1 : -1]))

#define JSON_OBJECT_OF(object_name, structure, rows)                                         \
    .name = (object_name), .kind = JSON_OBJECT, .size = sizeof(structure), .fields = (rows), \
    .field_count = JSON_FIELD_COUNT(rows)
#define JSON_LIST_OF(item_type) \
    .kind = JSON_LIST, .size = sizeof(struct slice), .item = &(item_type)
#define JSON_POINTER_TO(item_type) \
    .kind = JSON_POINTER, .size = sizeof(void *), .item = &(item_type)
#define JSON_MILLIONTHS_TO(most) \
    .kind = JSON_MILLIONTHS, .size = sizeof(int64_t), .min = 0, .max = (most) *1000000ULL
#define JSON_NAME_IN(table) .kind = JSON_NAME, .size = sizeof(int64_t), .names = &(table)
#define JSON_TEXT_IN(table) .kind = JSON_STRING, .size = sizeof(char *), .names = &(table)
#define JSON_TEXTS_OF(item_type) \
    .kind = JSON_TEXTS, .size = sizeof(struct text_list), .item = &(item_type)
#define JSON_KEYED_BY(item_type, structure, member)                         \
    .kind = JSON_KEYED, .size = sizeof(struct slice), .item = &(item_type), \
    .key_offset = offsetof(structure, member)

/* Types that need no table of their own. */
extern const struct json_type json_bool;
extern const struct json_type json_bool_pointer;
extern const struct json_type json_string;
extern const struct json_type json_text; /* a string that is not empty */
extern const struct json_type json_absolute_path;
extern const struct json_type json_uint32;
extern const struct json_type json_uint64;
extern const struct json_type json_int64;
extern const struct json_type json_uint8_pointer;
extern const struct json_type json_uint16_pointer;
extern const struct json_type json_uint32_pointer;
extern const struct json_type json_uint64_pointer;
extern const struct json_type json_int32_pointer;
extern const struct json_type json_int64_pointer;
extern const struct json_type json_file_mode_pointer; /* uint32_t; S_IFMT bits are let pass */
extern const struct json_type json_strings;
extern const struct json_type json_absolute_paths;
extern const struct json_type json_uint32_list;
extern const struct json_type json_text_map; /* keys are not empty */
extern const struct json_type json_raw_object;

/*
 * Decodes bytes into the zeroed object of the given type. Unknown properties are skipped (config.md#extensibility);
 * wrong types, out-of-range numbers, duplicate keys, missing required ones, NUL in strings and invalid UTF-8 are
 * errors with "line:column: /json/pointer: reason". Lines and columns (in bytes) count from 1. bytes is not kept.
 */
int json_read(struct arena *arena, const struct json_type *type, const char *bytes, size_t size,
              void *object, struct error *err);

enum json_style { JSON_COMPACT, JSON_INDENTED };

/* Encodes object; the text is in the arena, NUL-terminated, without a final newline. Slashes are not escaped. */
const char *json_write(struct arena *arena, const struct json_type *type, const void *object,
                       enum json_style style);

#endif

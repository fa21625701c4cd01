/*
 * JSON by table: a document's objects are described once, as rows, and the same rows decode and encode it.
 *
 *   static const struct json_field hook_fields[] = {
 *       {"path",    &json_absolute_path, AT(struct spec_hook, path),    JSON_REQUIRED},
 *       {"timeout", &json_int64_pointer, AT(struct spec_hook, timeout), 0            },
 *   };
 *   const struct json_type json_hook = JSON_OBJECT("hook", struct spec_hook, hook_fields);
 *
 * The oci-spec/ developer owns the details of struct json_type; users need json_read() and json_write().
 */
#ifndef OCI_SPEC_JSON_H
#define OCI_SPEC_JSON_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct json_type;

/* What a document may cost. Exceeding a bound is an error of its own, with the place. */
#define JSON_MAX_SIZE_BYTES (16 * 1024 * 1024)
#define JSON_MAX_DEPTH      32

/*
 * Decodes bytes into the zeroed object of the given type. Unknown properties are skipped (config.md#extensibility);
 * wrong types, out-of-range numbers, duplicate keys, missing required ones, NUL in strings and invalid UTF-8 are errors
 * with "line:column: /json/pointer: reason".
 */
int json_read(struct arena *arena, const struct json_type *type, const char *bytes, size_t size, void *object,
              struct error *err);

enum json_style { JSON_COMPACT, JSON_INDENTED };

/* Encodes object; the text is in the arena, NUL-terminated, without a final newline. Slashes are not escaped. */
const char *json_write(struct arena *arena, const struct json_type *type, const void *object, enum json_style style);

#endif

/* The general types of JSON rows: scalars, pointers to them, lists and maps of strings. */
#include "oci-spec/json.h"

#include <stdbool.h>

static const char *check_text(const void *value)
{
    const char *text = value;

    return text[0] == '\0' ? "must not be empty" : NULL;
}

static const char *check_absolute_path(const void *value)
{
    const char *path = value;

    return path[0] != '/' ? "must be an absolute path" : NULL;
}

const struct json_type json_bool = {.kind = JSON_BOOL, .size = sizeof(bool)};
const struct json_type json_string = {.kind = JSON_STRING, .size = sizeof(char *)};
const struct json_type json_text = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_text};
const struct json_type json_absolute_path = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_absolute_path};

static const struct json_type json_uint8 = {.kind = JSON_UNSIGNED, .size = 1, .max = UINT8_MAX};
static const struct json_type json_uint16 = {.kind = JSON_UNSIGNED, .size = 2, .max = UINT16_MAX};
const struct json_type json_uint32 = {.kind = JSON_UNSIGNED, .size = 4, .max = UINT32_MAX};
const struct json_type json_uint64 = {.kind = JSON_UNSIGNED, .size = 8, .max = UINT64_MAX};
static const struct json_type json_int32 = {
    .kind = JSON_SIGNED, .size = 4, .min = INT32_MIN, .max = INT32_MAX};
const struct json_type json_int64 = {
    .kind = JSON_SIGNED, .size = 8, .min = INT64_MIN, .max = INT64_MAX};
/* The schema wants permissions only (0777), the text a uint32: setuid bits and a whole st_mode are let pass. */
static const struct json_type json_file_mode = {.kind = JSON_UNSIGNED, .size = 4, .max = 0177777};

const struct json_type json_bool_pointer = {JSON_POINTER_TO(json_bool)};
const struct json_type json_uint8_pointer = {JSON_POINTER_TO(json_uint8)};
const struct json_type json_uint16_pointer = {JSON_POINTER_TO(json_uint16)};
const struct json_type json_uint32_pointer = {JSON_POINTER_TO(json_uint32)};
const struct json_type json_uint64_pointer = {JSON_POINTER_TO(json_uint64)};
const struct json_type json_int32_pointer = {JSON_POINTER_TO(json_int32)};
const struct json_type json_int64_pointer = {JSON_POINTER_TO(json_int64)};
const struct json_type json_file_mode_pointer = {JSON_POINTER_TO(json_file_mode)};

const struct json_type json_strings = {JSON_TEXTS_OF(json_string)};
const struct json_type json_absolute_paths = {JSON_TEXTS_OF(json_absolute_path)};
const struct json_type json_uint32_list = {JSON_LIST_OF(json_uint32)};
const struct json_type json_text_map = {
    .kind = JSON_TEXT_MAP, .size = sizeof(struct text_map), .item = &json_string};
const struct json_type json_raw_object = {.kind = JSON_RAW, .size = sizeof(char *)};

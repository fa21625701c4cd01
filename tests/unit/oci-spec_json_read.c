/* The decoder on a table of its own: every kind of value, every kind of fault, and where it is reported. */
#include "tests/unit/oci-spec_support.h"

struct part {
    const char *key;
    const char *name;
    int64_t color;
};

struct sample {
    bool flag;
    const bool *maybe;
    const char *text;
    const char *path;
    uint32_t u32;
    uint64_t u64;
    int64_t i64;
    const uint8_t *u8p;
    const uint16_t *u16p;
    const int32_t *i32p;
    const int64_t *color;
    struct part inner;
    struct part *part;
    SLICE_OF(struct part) parts;
    SLICE_OF(struct part) keyed;
    SLICE_OF(uint32_t) numbers;
    SLICE_OF(int64_t) colors;
    struct text_list texts;
    struct text_list paths;
    struct text_map map;
    const char *raw;
};

static const struct name color_rows[] = {
    {"blue",  3},
    {"green", 2},
    {"red",   1}
};
static const struct names colors = NAMES("color", color_rows);
static const struct json_type color = {JSON_NAME_IN(colors)};
static const struct json_type color_pointer = {JSON_POINTER_TO(color)};
static const struct json_type color_list = {JSON_LIST_OF(color)};

static const struct json_field part_fields[] = {
    {"name",  &json_string, AT(struct part, name),  JSON_REQUIRED},
    {"color", &color,       AT(struct part, color), JSON_OPTIONAL},
};
static const struct json_type part = {JSON_OBJECT_OF("part", struct part, part_fields)};
static const struct json_type part_pointer = {JSON_POINTER_TO(part)};
static const struct json_type part_list = {JSON_LIST_OF(part), .min_items = 1};
static const struct json_type part_map = {JSON_KEYED_BY(part, struct part, key)};

static const struct json_field sample_fields[] = {
    {"flag",    &json_bool,           AT(struct sample, flag),    0},
    {"maybe",   &json_bool_pointer,   AT(struct sample, maybe),   0},
    {"text",    &json_string,         AT(struct sample, text),    0},
    {"path",    &json_absolute_path,  AT(struct sample, path),    0},
    {"u32",     &json_uint32,         AT(struct sample, u32),     0},
    {"u64",     &json_uint64,         AT(struct sample, u64),     0},
    {"i64",     &json_int64,          AT(struct sample, i64),     0},
    {"u8p",     &json_uint8_pointer,  AT(struct sample, u8p),     0},
    {"u16p",    &json_uint16_pointer, AT(struct sample, u16p),    0},
    {"i32p",    &json_int32_pointer,  AT(struct sample, i32p),    0},
    {"color",   &color_pointer,       AT(struct sample, color),   0},
    {"inner",   &part,                AT(struct sample, inner),   0},
    {"part",    &part_pointer,        AT(struct sample, part),    0},
    {"parts",   &part_list,           AT(struct sample, parts),   0},
    {"keyed",   &part_map,            AT(struct sample, keyed),   0},
    {"numbers", &json_uint32_list,    AT(struct sample, numbers), 0},
    {"colors",  &color_list,          AT(struct sample, colors),  0},
    {"texts",   &json_strings,        AT(struct sample, texts),   0},
    {"paths",   &json_absolute_paths, AT(struct sample, paths),   0},
    {"map",     &json_text_map,       AT(struct sample, map),     0},
    {"raw",     &json_raw_object,     AT(struct sample, raw),     0},
};
static const struct json_type sample = {JSON_OBJECT_OF("sample", struct sample, sample_fields)};

static struct sample *good(struct arena *arena, const char *text)
{
    struct sample *result = ARENA_NEW(arena, struct sample);

    read_good(arena, &sample, text, result);
    return result;
}

static void test_scalars(void **state)
{
    owned_arena arena = {0};
    struct sample *s = good(&arena, "{\"flag\": true, \"maybe\": false, \"text\": \"a\\u00e9\\n\","
                                    " \"path\": \"/x\", \"u32\": 4294967295,"
                                    " \"u64\": 18446744073709551615, \"i64\": -9223372036854775808,"
                                    " \"u8p\": 255, \"u16p\": 65535, \"i32p\": -2147483648,"
                                    " \"color\": \"green\"}");

    (void) state;
    assert_true(s->flag);
    assert_non_null(s->maybe);
    assert_false(*s->maybe);
    assert_string_equal(s->text, "a\xc3\xa9\n");
    assert_string_equal(s->path, "/x");
    assert_true(s->u32 == UINT32_MAX);
    assert_true(s->u64 == UINT64_MAX);
    assert_true(s->i64 == INT64_MIN);
    assert_int_equal(*s->u8p, 255);
    assert_int_equal(*s->u16p, 65535);
    assert_int_equal(*s->i32p, INT32_MIN);
    assert_int_equal(*s->color, 2);
}

static void test_aggregates(void **state)
{
    owned_arena arena = {0};
    struct sample *s = good(
        &arena, "{\"inner\": {\"name\": \"i\"}, \"part\": {\"name\": \"p\", \"color\": \"red\"},"
                " \"parts\": [{\"name\": \"1\"}, {\"name\": \"2\"}, {\"name\": \"3\"},"
                " {\"name\": \"4\"}, {\"name\": \"5\"}], \"keyed\": {\"a\": {\"name\": \"x\"},"
                " \"b/~\": {\"name\": \"y\"}}, \"numbers\": [1, 2, 3], \"colors\": [\"red\","
                " \"blue\"], \"texts\": [\"\", \"b\"], \"map\": {\"k\": \"v\", \"empty\": \"\"},"
                " \"raw\": { \"any\": [1.5, null] }}");

    (void) state;
    assert_string_equal(s->inner.name, "i");
    assert_int_equal(s->part->color, 1);
    assert_int_equal(s->parts.count, 5);
    assert_string_equal(s->parts.items[4].name, "5");
    assert_int_equal(s->keyed.count, 2);
    assert_string_equal(s->keyed.items[1].key, "b/~");
    assert_string_equal(s->keyed.items[1].name, "y");
    assert_int_equal(s->numbers.items[2], 3);
    assert_int_equal(s->colors.items[1], 3);
    assert_int_equal(s->texts.count, 2);
    assert_string_equal(s->texts.items[0], "");
    assert_null(s->texts.items[2]);
    assert_string_equal(text_map_find(&s->map, "k"), "v");
    assert_string_equal(text_map_find(&s->map, "empty"), "");
    assert_string_equal(s->raw, "{ \"any\": [1.5, null] }");
}

static void test_absent_in_every_spelling(void **state)
{
    owned_arena arena = {0};
    struct sample *s =
        good(&arena, "{\"maybe\": null, \"text\": \"\", \"path\": \"\", \"u8p\": null,"
                     " \"color\": \"\", \"part\": null, \"parts\": null,"
                     " \"texts\": [], \"map\": {}, \"raw\": null}");

    (void) state;
    assert_null(s->maybe);
    assert_null(s->text);
    assert_null(s->path);
    assert_null(s->u8p);
    assert_null(s->color);
    assert_null(s->part);
    assert_int_equal(s->parts.count + s->texts.count + s->map.count, 0);
    assert_null(s->raw);
}

static void test_unknown_properties_are_skipped(void **state)
{
    owned_arena arena = {0};
    struct sample *s = good(&arena, "{\"x\": {\"flag\": true, \"y\": [[1, {\"z\": null}], 1e5]},"
                                    " \"w\": 1.5, \"v\": null, \"u\": \"t\", \"s\": false,"
                                    " \"u32\": 7, \"x\": 1}");

    (void) state;
    assert_int_equal(s->u32, 7);
    assert_false(s->flag);
}

static void test_wrong_types(void **state)
{
    (void) state;
    read_bad(&sample, "{\"flag\": 1}", "1:10: /flag: must be a boolean, not a number");
    read_bad(&sample, "{\"flag\": \"true\"}", "1:10: /flag: must be a boolean, not a string");
    read_bad(&sample, "{\"maybe\": []}", "1:11: /maybe: must be a boolean, not an array");
    read_bad(&sample, "{\"text\": 1}", "1:10: /text: must be a string, not a number");
    read_bad(&sample, "{\"text\": {}}", "1:10: /text: must be a string, not an object");
    read_bad(&sample, "{\"u32\": true}", "1:9: /u32: must be an integer, not a boolean");
    read_bad(&sample, "{\"i32p\": \"1\"}", "1:10: /i32p: must be an integer, not a string");
    read_bad(&sample, "{\"color\": 1}", "1:11: /color: must be a string, not a number");
    read_bad(&sample, "{\"part\": []}", "1:10: /part: must be an object, not an array");
    read_bad(&sample, "{\"parts\": {}}", "1:11: /parts: must be an array, not an object");
    read_bad(&sample, "{\"keyed\": []}", "1:11: /keyed: must be an object, not an array");
    read_bad(&sample, "{\"map\": \"\"}", "1:9: /map: must be an object, not a string");
    read_bad(&sample, "{\"map\": {\"k\": null}}", "1:15: /map/k: must be a string, not null");
    read_bad(&sample, "{\"texts\": [\"a\", 2]}", "1:17: /texts/1: must be a string, not a number");
    read_bad(&sample, "{\"texts\": [null]}", "1:12: /texts/0: must be a string, not null");
    read_bad(&sample, "{\"raw\": []}", "1:9: /raw: must be an object, not an array");
    read_bad(&sample, "[]", "1:1: must be an object, not an array");
    read_bad(&sample, "null", "1:1: must be an object, not null");
    read_bad(&sample, "3", "1:1: must be an object, not a number");
}

static void test_numbers_out_of_range(void **state)
{
    (void) state;
    read_bad(&sample, "{\"u32\": 4294967296}", "1:9: /u32: must be between 0 and 4294967295");
    read_bad(&sample, "{\"u32\": -1}", "1:9: /u32: must be between 0 and 4294967295");
    read_bad(&sample, "{\"u8p\": 256}", "1:9: /u8p: must be between 0 and 255");
    read_bad(&sample, "{\"u16p\": 65536}", "1:10: /u16p: must be between 0 and 65535");
    read_bad(&sample, "{\"i32p\": 2147483648}",
             "1:10: /i32p: must be between -2147483648 and 2147483647");
    read_bad(&sample, "{\"i64\": 9223372036854775808}",
             "1:9: /i64: must be between -9223372036854775808 and 9223372036854775807");
    read_bad(&sample, "{\"i64\": -9223372036854775809}",
             "1:9: /i64: must be between -9223372036854775808 and 9223372036854775807");
    read_bad(&sample, "{\"u64\": 18446744073709551616}",
             "1:9: /u64: must be between 0 and 18446744073709551615");
    read_bad(&sample, "{\"u32\": 1.0}",
             "1:9: /u32: must be an integer without fraction or exponent");
    read_bad(&sample, "{\"u32\": 1e3}",
             "1:9: /u32: must be an integer without fraction or exponent");
}

static void test_bad_texts(void **state)
{
    (void) state;
    read_bad(&sample, "{\"path\": \"x\"}", "1:10: /path: must be an absolute path");
    read_bad(&sample, "{\"paths\": [\"/a\", \"\"]}", "1:18: /paths/1: must be an absolute path");
    read_bad(&sample, "{\"text\": \"a\\u0000b\"}", "1:10: /text: must not contain a NUL character");
    read_bad(&sample, "{\"map\": {\"a\\u0000\": \"\"}}",
             "1:10: /map: must not contain a NUL character");
    read_bad(&sample, "{\"map\": {\"\": \"\"}}", "1:10: /map/: has an empty key");
    read_bad(&sample, "{\"text\": \"ab\xff\"}", "1:13: /text: is not valid UTF-8");
    read_bad(&sample, "{\"text\": \"\xed\xa0\x80\"}", "1:11: /text: is not valid UTF-8");
    read_bad(&sample, "{\"text\": \"x\\ud800\"}", "1:12: /text: is not valid UTF-8");
    read_bad(&sample, "{\"x\": [\"\xc0\x80\"]}", "1:9: /x: is not valid UTF-8");
    read_bad(&sample, "{\"color\": \"pink\"}",
             "1:11: /color: unknown color \"pink\", expected one of: blue, green, red");
    read_bad(&sample, "{\"colors\": [\"red\", \"\"]}",
             "1:20: /colors/1: unknown color \"\", expected one of: blue, green, red");
}

static void test_surrogate_pairs_are_text(void **state)
{
    owned_arena arena = {0};

    (void) state;
    assert_string_equal(good(&arena, "{\"text\": \"\\ud83d\\ude00\"}")->text, "\xf0\x9f\x98\x80");
}

static void test_structure(void **state)
{
    (void) state;
    read_bad(&sample, "{\"u32\": 1,\n \"u32\": 2}", "2:2: /u32: occurs twice");
    read_bad(&sample, "{\"u8p\": null,\n \"u8p\": null}", "2:2: /u8p: occurs twice");
    read_bad(&sample, "{\"map\": {\"b\": \"\", \"a\": \"\", \"b\": \"\"}}",
             "1:9: /map/b: occurs twice");
    read_bad(&sample, "{\"keyed\": {\"a\": {\"name\": \"\"}, \"a\": {\"name\": \"\"}}}",
             "1:11: /keyed/a: occurs twice");
    read_bad(&sample, "{\"part\": {\"color\": \"red\"}}",
             "1:10: /part: part lacks the required property \"name\"");
    read_bad(&sample, "{\"part\": {\"name\": null}}",
             "1:19: /part/name: must be a string, not null");
    read_bad(&sample, "{\"parts\": [{\"name\": \"\"},\n  {}]}",
             "2:3: /parts/1: part lacks the required property \"name\"");
    read_bad(&sample, "{\"keyed\": {\"a/b~c\": {}}}",
             "1:21: /keyed/a~1b~0c: part lacks the required property \"name\"");
    read_bad(&sample, "{\"parts\": []}", "1:11: /parts: must have at least 1 item");
}

static void test_syntax(void **state)
{
    (void) state;
    read_bad(&sample, "", "is empty");
    read_bad(&sample, " \n\t", "is empty");
    read_bad(&sample, "{} x", "1:4: parse error: trailing garbage");
    read_bad(&sample, "{} {}", "1:4: parse error: trailing garbage");
    read_bad(&sample, "{\"u32\": 1", "1:10: /u32: parse error: premature EOF");
    read_bad(&sample, "{\"u32\" 1}",
             "1:8: /u32: parse error: object key and value must be "
             "separated by a colon (':')");
    read_bad(&sample, "{\"u32\": 1,}",
             "1:11: /u32: parse error: invalid object key (must be a string)");
    read_bad(&sample, "{/* no */}",
             "1:1: lexical error: probable comment found in input text, "
             "comments are not enabled.");
}

/* 32 levels are allowed, whether decoded or skipped. */
static void test_depth(void **state)
{
    char text[128] = "{\"x\": ";
    size_t start = strlen(text);
    owned_arena arena = {0};

    (void) state;
    memset(text + start, '[', 32);
    read_bad(&sample, text, "1:38: /x: is nested deeper than 32 levels");
    memset(text + start + 31, ']', 31);
    text[start + 62] = '}';
    (void) good(&arena, text);
}

static void test_size(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    size_t size = JSON_MAX_SIZE_BYTES + 1;
    char *text = arena_alloc(&arena, size);
    struct sample result = {0};

    (void) state;
    memset(text, ' ', size);
    assert_int_equal(json_read(&arena, &sample, text, size, &result, &err), -1);
    assert_string_equal(err.text, "is larger than 16777216 bytes");
}

/* A NUL byte in the middle of the document is not its end. */
static void test_nul_byte(void **state)
{
    static const char text[] = "{}\0{}";
    owned_arena arena = {0};
    struct error err = {0};
    struct sample result = {0};

    (void) state;
    assert_int_equal(json_read(&arena, &sample, text, sizeof(text) - 1, &result, &err), -1);
    assert_string_equal(err.text, "1:3: parse error: trailing garbage");
}

static void test_long_pointer_is_cut(void **state)
{
    owned_arena arena = {0};
    char *key = arena_alloc(&arena, 5001);
    struct error err = {0};
    struct sample result = {0};
    const char *text;

    (void) state;
    memset(key, '~', 5000);
    text = arena_format(&arena, "{\"map\": {\"%s\": 1}}", key);
    assert_int_equal(json_read(&arena, &sample, text, strlen(text), &result, &err), -1);
    assert_non_null(strstr(err.text, "/map/~0~0"));
    assert_non_null(strstr(err.text, ": must be a string, not a number"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scalars),
        cmocka_unit_test(test_aggregates),
        cmocka_unit_test(test_absent_in_every_spelling),
        cmocka_unit_test(test_unknown_properties_are_skipped),
        cmocka_unit_test(test_wrong_types),
        cmocka_unit_test(test_numbers_out_of_range),
        cmocka_unit_test(test_bad_texts),
        cmocka_unit_test(test_surrogate_pairs_are_text),
        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_syntax),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_nul_byte),
        cmocka_unit_test(test_long_pointer_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

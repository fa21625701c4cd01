/* helpers/yaml: what becomes of a document, by table, with lines kept; what is refused, with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/yaml/convert.h"

struct sample {
    const char *yaml;
    const char *expected; /* JSON, or the error */
};

static const struct sample documents[] = {
    {"a: 1",                                   "{\"a\":1}"                                        },
    {"a:\n  - x\n  - y: ~\n",                  "{\"a\":[\n    \"x\",{\n    \"y\": null}]}"        },
    {"# c\n---\na: b\n...\n",                  "{\n\n\"a\":\"b\"}"                                },
    {"[yes, No, on, 1_0, 12:30, 1e3, .5]",     "[\"yes\",\"No\",\"on\",\"1_0\",\"12:30\",1e3,0.5]"},
    {"[0o17, 0x1F, 007, +5, -0]",              "[15,31,7,5,-0]"                                   },
    {"[1., -.5e+2, True, NULL, '', \"1\"]",    "[1,-0.5e+2,true,null,\"\",\"1\"]"                 },
    {"[!!str 5, !!int 5, ! \"5\", !!float 5]", "[\"5\",5,\"5\",5]"                                },
    {"80: x",                                  "{\"80\":\"x\"}"                                   },
    {"\"q\\\"\\t\\\\\": |\n  two\n  lines\n",  "{\"q\\\"\\u0009\\\\\":\"two\\u000alines\\u000a\"}"},
    {"a: &x {k: 1}\nb: *x",                    "{\"a\":{\"k\": 1},\n\"b\":{\"k\": 1}}"            },
    {"&k a: 1\nb: {*k : 2}",                   "{\"a\":1,\n\"b\":{\"a\":2}}"                      },
    {"a: &x\n  - 1\n  - 2\nb: *x",             "{\"a\":[\n    1,\n    2],\n\"b\":[     1,     2]}"},
};

static const struct sample refused[] = {
    {"",                       "1:1: there is nothing in it"     },
    {"a: [1, 2",               "2:1: "                           },
    {"a: 1\n b: 2",            "2:3: "                           },
    {"a: 1\n---\nb: 2",        "2:1: there is a second document" },
    {"a: *x",                  "1:4: an alias without its anchor"},
    {"a: &x [*x]",             "1:8: a node that contains itself"},
    {"a: .inf",                "1:4: a number that JSON"         },
    {"a: 0x1ffffffffffffffff", "1:4: a number that JSON"         },
    {"a: !!int x",             "1:4: the tag does not fit"       },
    {"a: !mine x",             "1:4: the tag does not fit"       },
    {"a: !!map [1]",           "1:4: the tag does not fit"       },
    {"b:\n  <<: {a: 1}",       "2:3: YAML 1.2 has no merge keys" },
    {"? [a]\n: b",             "1:3: a key must be a text"       },
    {"&l [a]: b",              "1:"                              },
    {"a: \"\xff\"",            "1:"                              },
    {"\t- a",                  "1:"                              },
};

static int convert(struct arena *arena, const char *yaml, struct yaml_text *ret_json,
                   struct error *err)
{
    return yaml_convert(arena, &(struct yaml_text){yaml, strlen(yaml)}, ret_json, err);
}

/* Blanks and newlines stand where the YAML has them; the table leaves out the blanks that only keep columns. */
static void strip_padding(const char *json, size_t size, char *ret_text)
{
    size_t used = 0;

    for (size_t i = 0; i < size; i++)
        if (json[i] != ' ' || (i > 0 && strchr("\n [{:,", json[i - 1]) == NULL))
            ret_text[used++] = json[i];
    ret_text[used] = '\0';
}

static void converts_what_the_core_schema_has(void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        owned_arena arena = {0};
        struct error err = {0};
        char expected[512];
        char got[512];
        struct yaml_text json = {0};

        if (convert(&arena, documents[i].yaml, &json, &err) < 0)
            fail_msg("%s: %s", documents[i].yaml, err.text);
        strip_padding(json.bytes, json.size, got);
        strip_padding(documents[i].expected, strlen(documents[i].expected), expected);
        assert_string_equal(got, expected);
    }
}

static void keeps_lines(void **state)
{
    static const char yaml[] = "first: 1\n\n# comment\nsecond:\n    third: x\n";
    owned_arena arena = {0};
    struct error err = {0};
    struct yaml_text json = {0};

    (void) state;
    assert_int_equal(convert(&arena, yaml, &json, &err), 0);
    assert_int_equal(json.size, strlen("{\"first\":1,\n\n\n\"second\":{\n    \"third\":\"x\"}}"));
    assert_memory_equal(json.bytes, "{\"first\":1,\n\n\n\"second\":{\n    \"third\":\"x\"}}",
                        json.size);
}

static void refuses_with_the_place(void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        owned_arena arena = {0};
        struct error err = {0};
        struct yaml_text json = {0};

        if (convert(&arena, refused[i].yaml, &json, &err) == 0)
            fail_msg("not refused: %s", refused[i].yaml);
        if (strncmp(err.text, refused[i].expected, strlen(refused[i].expected)) != 0)
            fail_msg("%s: expected %s, got %s", refused[i].yaml, refused[i].expected, err.text);
    }
}

/* Each line repeats the one before ten times: 10^12 words, if nothing stopped it. */
static void bounds_what_aliases_make(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    const char *yaml = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
    struct yaml_text json = {0};

    (void) state;
    for (int i = 1; i < 12; i++)
        yaml = arena_format(&arena,
                            "%sa%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, "
                            "*a%d]\n",
                            yaml, i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1,
                            i - 1, i - 1);
    assert_int_equal(convert(&arena, yaml, &json, &err), -1);
    assert_non_null(strstr(err.text, "it becomes larger than"));
}

static void bounds_depth_and_anchors(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    const char *many = "";
    struct yaml_text json = {0};
    char deep[2 * YAML_MAX_DEPTH + 3] = {0};

    (void) state;
    memset(deep, '[', YAML_MAX_DEPTH + 1);
    memset(deep + YAML_MAX_DEPTH + 1, ']', YAML_MAX_DEPTH + 1);
    assert_int_equal(convert(&arena, deep, &json, &err), -1);
    assert_non_null(strstr(err.text, "too deep"));
    deep[strlen(deep) - 1] = '\0';
    assert_int_equal(convert(&arena, deep + 1, &json, &err), 0);
    for (int i = 0; i <= YAML_MAX_ANCHORS; i++)
        many = arena_format(&arena, "%s- &a%d x\n", many, i);
    assert_int_equal(convert(&arena, many, &json, &err), -1);
    assert_non_null(strstr(err.text, "too many anchors"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converts_what_the_core_schema_has),
        cmocka_unit_test(keeps_lines),
        cmocka_unit_test(refuses_with_the_place),
        cmocka_unit_test(bounds_what_aliases_make),
        cmocka_unit_test(bounds_depth_and_anchors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

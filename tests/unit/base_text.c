/* base/text, base/slice, base/names, base/error: pure functions, by table. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/names.h"
#include "base/slice.h"
#include "base/text.h"

static void parses_unsigned_numbers_strictly(void **state)
{
    static const char *const refused[] = {
        "", " 1", "1 ", "+1", "-1", "0x1", "1a", "18446744073709551616", "1.0"};
    uint64_t value;

    (void) state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_false(text_parse_uint64(refused[i], &value));
    assert_true(text_parse_uint64("18446744073709551615", &value));
    assert_true(value == UINT64_MAX);
    assert_true(text_parse_uint64("007", &value));
    assert_true(value == 7);
}

static void parses_signed_numbers_to_both_ends(void **state)
{
    int64_t value;

    (void) state;
    assert_true(text_parse_int64("-9223372036854775808", &value));
    assert_true(value == INT64_MIN);
    assert_true(text_parse_int64("9223372036854775807", &value));
    assert_true(value == INT64_MAX);
    assert_false(text_parse_int64("9223372036854775808", &value));
    assert_false(text_parse_int64("-9223372036854775809", &value));
    assert_false(text_parse_int64("--1", &value));
    assert_false(text_parse_int64("-", &value));
}

static void refuses_ids_beyond_32_bits(void **state)
{
    uint32_t value;

    (void) state;
    assert_true(text_parse_uint32("4294967295", &value));
    assert_false(text_parse_uint32("4294967296", &value));
}

static void finds_both_ends_of_a_text(void **state)
{
    (void) state;
    assert_true(text_has_prefix("a.slice", "a."));
    assert_true(text_has_prefix("a", "a"));
    assert_false(text_has_prefix("a", "a."));
    assert_false(text_has_prefix("ba", "a"));
    assert_true(text_has_suffix("a.slice", ".slice"));
    assert_true(text_has_suffix(".slice", ".slice"));
    assert_true(text_has_suffix("a", ""));
    assert_false(text_has_suffix("slice", ".slice"));
    assert_false(text_has_suffix("a.slice.scope", ".slice"));
}

static void cleans_paths(void **state)
{
    static const char *const cases[][2] = {
        {"/",             ""      },
        {"",              ""      },
        {"/a//b/../c/",   "a/c"   },
        {"a/./b",         "a/b"   },
        {"/../../etc",    "etc"   },
        {"/a/b/../../..", ""      },
        {"/..a/.b",       "..a/.b"},
        {"/a/..b",        "a/..b" },
        {"/aa/bb/..",     "aa"    },
    };
    owned_arena arena = {0};

    (void) state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(text_path_clean(&arena, cases[i][0]), cases[i][1]);
}

static void finds_dotdot_components_only(void **state)
{
    (void) state;
    assert_true(text_path_has_dotdot("a/../b"));
    assert_true(text_path_has_dotdot(".."));
    assert_true(text_path_has_dotdot("/a/.."));
    assert_false(text_path_has_dotdot("a/..b/c.."));
    assert_false(text_path_has_dotdot("..."));
}

static void compares_paths_by_components(void **state)
{
    (void) state;
    assert_true(text_path_is_below("/a/b/c", "/a/b"));
    assert_false(text_path_is_below("/a/bc", "/a/b"));
    assert_false(text_path_is_below("/a", "/a/b"));
    assert_false(text_path_is_below("/a/b", "/a/b"));
    assert_true(text_path_is_at_or_below("/a/b", "/a/b"));
    assert_true(text_path_is_at_or_below("a/b", "a"));
    assert_false(text_path_is_at_or_below("ab", "a"));
}

static void parses_cpu_lists(void **state)
{
    static const char *const refused[] = {
        "", "1-", "-1", "3-1", "64", "0,", ",0", "0-1-2", "a", "0 1", "99999999999999999999"};
    uint64_t mask[1];

    (void) state;
    assert_true(text_parse_list("0-3,7", mask, 64));
    assert_true(mask[0] == 0x8f);
    assert_true(text_parse_list("63", mask, 64));
    assert_true(mask[0] == (uint64_t) 1 << 63);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_false(text_parse_list(refused[i], mask, 64));
}

static void slices_grow_and_stay_in_order(void **state)
{
    SLICE_OF(uint32_t) numbers = {0};
    struct text_list texts = {0};
    owned_arena arena = {0};

    (void) state;
    for (uint32_t i = 0; i < 1000; i++) {
        *SLICE_PUSH(&arena, &numbers, uint32_t) = i;
        text_list_push(&arena, &texts, arena_format(&arena, "%u", i));
        assert_null(texts.items[texts.count]);
    }
    assert_int_equal(numbers.count, 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        char expected[12];

        assert_int_equal(numbers.items[i], i);
        (void) snprintf(expected, sizeof(expected), "%u", i);
        assert_string_equal(texts.items[i], expected);
    }
}

static void names_are_found_and_joined(void **state)
{
    static const struct name rows[] = {
        {"a",  1},
        {"bb", 2},
        {"c",  2}
    };
    static const struct names names = NAMES("letter", rows);
    char text[64];
    char small[12];

    (void) state;
    assert_int_equal(names_find(&names, "bb")->value, 2);
    assert_null(names_find(&names, "b"));
    assert_null(names_find(&names, ""));
    assert_string_equal(names_text(&names, 2), "bb");
    assert_null(names_text(&names, 3));
    assert_string_equal(names_join(&names, text, sizeof(text)), "a, bb, c");
    assert_true(strlen(names_join(&names, small, sizeof(small))) < sizeof(small));
}

static void errors_are_one_line_with_their_places(void **state)
{
    struct error err = {0};
    char longer[5000];

    (void) state;
    assert_int_equal(error_os(&err, ENOENT, "open %s", "/a\nb"), -1);
    assert_string_equal(err.text, "open /a?b: No such file or directory");
    assert_int_equal(error_within(&err, "create %s", "web1"), -1);
    assert_string_equal(err.text, "create web1: open /a?b: No such file or directory");
    assert_int_equal(err.kind, ERROR_OS);
    assert_int_equal(err.os_error, ENOENT);
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    (void) error_os(&err, EPERM, "read %s", longer);
    assert_non_null(strstr(err.text, "Operation not permitted")); /* the reason is never cut */
}

static void the_arena_gives_zeroed_aligned_memory(void **state)
{
    owned_arena arena = {0};

    (void) state;
    for (size_t size = 0; size < 100000; size = size * 3 + 1) {
        unsigned char *bytes = arena_alloc(&arena, size);

        assert_int_equal((uintptr_t) bytes % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(bytes[i], 0);
        memset(bytes, 0xff, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_unsigned_numbers_strictly),
        cmocka_unit_test(parses_signed_numbers_to_both_ends),
        cmocka_unit_test(refuses_ids_beyond_32_bits),
        cmocka_unit_test(finds_both_ends_of_a_text),
        cmocka_unit_test(cleans_paths),
        cmocka_unit_test(finds_dotdot_components_only),
        cmocka_unit_test(compares_paths_by_components),
        cmocka_unit_test(parses_cpu_lists),
        cmocka_unit_test(slices_grow_and_stay_in_order),
        cmocka_unit_test(names_are_found_and_joined),
        cmocka_unit_test(errors_are_one_line_with_their_places),
        cmocka_unit_test(the_arena_gives_zeroed_aligned_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

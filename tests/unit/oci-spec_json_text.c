/* Below the grammar of JSON: UTF-8, escapes, positions, integers. */
#include "tests/unit/oci-spec_support.h"

#include "base/utf8.h"
#include "oci-spec/json_text.h"

static void test_utf8(void **state)
{
    static const char *const good[] = {"",
                                       "ascii and more than eight bytes",
                                       "\xc2\x80",
                                       "\xdf\xbf",
                                       "\xe0\xa0\x80",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf",
                                       "12345678\xc3\xa9"};
    /* Each is wrong from its third byte on. */
    static const char *const bad[] = {
        "ab\x80",         "ab\xc0\x80",         "ab\xc1\xbf",         "ab\xc2",
        "ab\xe0\x9f\xbf", "ab\xed\xa0\x80",     "ab\xf0\x8f\xbf\xbf", "ab\xff",
        "ab\xe2\x82",     "ab\xf4\x90\x80\x80", "ab\xf5\x80\x80\x80", "ab\xe2\x82\x41"};

    (void) state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_int_equal(utf8_valid_size(good[i], strlen(good[i])), strlen(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(utf8_valid_size(bad[i], strlen(bad[i])), 2);
}

static size_t find_invalid(const char *text)
{
    return json_text_find_invalid(text, strlen(text));
}

static void test_surrogates(void **state)
{
    (void) state;
    assert_int_equal(find_invalid("\"\\ud83d\\ude00\""), 14);
    assert_int_equal(find_invalid("\"a\\ud83d\""), 2);
    assert_int_equal(find_invalid("\"a\\ude00\""), 2);
    assert_int_equal(find_invalid("\"a\\ud83d\\u0041\""), 2);
    assert_int_equal(find_invalid("\"a\\uD83D\\uD83D\""), 2);
    assert_int_equal(find_invalid("\"\\\\ud83d\""), 9);
    assert_int_equal(find_invalid("\"\\ud83d"), 1);
    assert_int_equal(find_invalid("\\"), 1);
}

static void test_positions(void **state)
{
    static const char text[] = "{\n  \"a\": 1\n}";
    struct json_position position = json_text_position(text, 0);

    (void) state;
    assert_int_equal(position.line, 1);
    assert_int_equal(position.column, 1);
    position = json_text_position(text, 9);
    assert_int_equal(position.line, 2);
    assert_int_equal(position.column, 8);
}

static void test_token_starts(void **state)
{
    static const char text[] = "[-1.5e+3,true,\"a\\\"b\\\\\",{";

    (void) state;
    assert_int_equal(json_text_token_start(text, 8), 1);
    assert_int_equal(json_text_token_start(text, 13), 9);
    assert_int_equal(json_text_token_start(text, 22), 14);
    assert_int_equal(json_text_token_start(text, 24), 23);
    assert_int_equal(json_text_token_start(text, 0), 0);
    assert_int_equal(json_text_token_start("\"", 1), 0);
}

static void test_integers(void **state)
{
    unsigned long long magnitude;
    bool is_negative;

    (void) state;
    assert_int_equal(json_text_parse_integer("-12", 3, &is_negative, &magnitude), JSON_INTEGER_OK);
    assert_true(is_negative && magnitude == 12);
    assert_int_equal(json_text_parse_integer("18446744073709551615", 20, &is_negative, &magnitude),
                     JSON_INTEGER_OK);
    assert_true(!is_negative && magnitude == UINT64_MAX);
    assert_int_equal(json_text_parse_integer("18446744073709551616", 20, &is_negative, &magnitude),
                     JSON_INTEGER_TOO_LARGE);
    assert_int_equal(
        json_text_parse_integer("99999999999999999999.5", 22, &is_negative, &magnitude),
        JSON_INTEGER_NOT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8),      cmocka_unit_test(test_surrogates),
        cmocka_unit_test(test_positions), cmocka_unit_test(test_token_starts),
        cmocka_unit_test(test_integers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

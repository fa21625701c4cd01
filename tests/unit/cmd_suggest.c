/* The nearest word: what counts as a slip, and when nothing is near enough. */
#include "runtime/cmd/suggest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_distance(void **state)
{
    char longest[SUGGEST_MAX_LENGTH + 2];
    (void) state;

    assert_int_equal(suggest_distance("", ""), 0);
    assert_int_equal(suggest_distance("", "abc"), 3);
    assert_int_equal(suggest_distance("abc", ""), 3);
    assert_int_equal(suggest_distance("create", "create"), 0);
    assert_int_equal(suggest_distance("klil", "kill"), 1);
    assert_int_equal(suggest_distance("crete", "create"), 1);
    assert_int_equal(suggest_distance("createx", "create"), 1);
    assert_int_equal(suggest_distance("kreate", "create"), 1);
    assert_int_equal(suggest_distance("delete", "create"), 4);
    memset(longest, 'a', sizeof(longest));
    longest[SUGGEST_MAX_LENGTH + 1] = '\0';
    assert_int_equal(suggest_distance(longest, "a"), SIZE_MAX);
    assert_int_equal(suggest_distance("a", longest), SIZE_MAX);
    longest[SUGGEST_MAX_LENGTH] = '\0';
    assert_int_equal(suggest_distance(longest, longest), 0);
}

static const char *best_for(const char *word)
{
    static const char *const candidates[] = {"create", "delete", "kill", "run", "start", "state"};
    struct suggestion suggestion = suggestion_for(word);

    for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++)
        suggestion_offer(&suggestion, candidates[i]);
    return suggestion.best;
}

static void test_best(void **state)
{
    (void) state;
    assert_string_equal(best_for("klil"), "kill");
    assert_string_equal(best_for("statr"), "start");
    assert_string_equal(best_for("status"), "state");
    assert_string_equal(best_for("rum"), "run");
    assert_null(best_for("ru")); /* too short to guess from */
    assert_null(best_for("explode"));
    assert_null(best_for(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_best),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The option engine: every form in which an option may come, and every way in which it may be wrong. */
#include "runtime/cmd/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum colour { COLOUR_BLUE, COLOUR_RED };

static const struct name colours[] = {
    {"blue", COLOUR_BLUE},
    {"red",  COLOUR_RED },
};
static const struct names colour_names = NAMES("colour", colours);

struct base_request {
    const char *directory;
    bool is_old;
};

struct request {
    struct base_request base;
    bool is_all;
    bool is_quiet;
    uint32_t count;
    uint64_t pause_ns;
    int64_t colour;
    struct text_list words;
    const char *id;
    const char *second;
    struct text_list rest;
};

static const struct option base_rows[] = {
    TEXT_OPTION('d', "directory", "DIR", struct base_request, directory, "a directory"),
    FLAG_OPTION(0, "old", struct base_request, is_old, "an old flag"),
};

static const struct option rows[] = {
    FLAG_OPTION('a', "all", struct request, is_all, "all of it"),
    NAME_OPTION('c', "colour", "NAME", struct request, colour, colour_names, "blue or red"),
    TEXTS_OPTION('e', "env", "WORD", struct request, words, "a word"),
    IGNORED_OPTION(0, "legacy", "nothing"),
    UINT32_OPTION('n', "number", "N", struct request, count, "how many"),
    TIME_OPTION('p', "pause", "TIME", struct request, pause_ns, "how long"),
    FLAG_OPTION('q', "quiet", struct request, is_quiet, "say less"),
};

static const struct operand two_operands[] = {
    REQUIRED_OPERAND("ID", struct request, id),
    OPTIONAL_OPERAND("SECOND", struct request, second),
};

static const struct operand rest_operands[] = {
    REQUIRED_OPERAND("ID", struct request, id),
    REST_OPERAND("WORD", struct request, rest),
};

static int never_run(const struct invocation *invocation, void *request, struct error *err)
{
    (void) invocation;
    (void) request;
    (void) err;
    return 0;
}

static const struct command base_command = {
    .name = "base", .summary = "Base", OPTIONS(base_rows), .run = never_run};

static const struct command plain_command = {
    .name = "plain",
    .summary = "Do plainly",
    OPTIONS(rows),
    OPERANDS(two_operands),
    .extended = &base_command,
    .request_size = sizeof(struct request),
    .run = never_run,
};

static const struct command rest_command = {
    .name = "rest",
    .summary = "Take the rest",
    OPTIONS(rows),
    OPERANDS(rest_operands),
    .request_size = sizeof(struct request),
    .run = never_run,
};

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct request accepted(struct arena *arena, const struct command *command,
                               const char *const *words)
{
    struct request request = {0};
    struct error err = {0};

    if (options_parse(arena, command, words, &request, &err) != 0)
        fail_msg("refused: %s", err.text);
    return request;
}

static void assert_refused(const struct command *command, const char *const *words,
                           const char *text)
{
    owned_arena arena = {0};
    struct request request = {0};
    struct error err = {0};

    assert_int_equal(options_parse(&arena, command, words, &request, &err), -1);
    assert_int_equal(err.kind, ERROR_INVALID);
    assert_string_equal(err.text, text);
}

static void test_forms_of_a_value(void **state)
{
    static const char *const forms[][4] = {
        {"id",    "--directory=/x", NULL, NULL},
        {"id",    "--directory",    "/x", NULL},
        {"-d",    "/x",             "id", NULL},
        {"-d/x",  "id",             NULL, NULL},
        {"-d=/x", "id",             NULL, NULL},
        {"-ad/x", "id",             NULL, NULL},
        {"-ad",   "/x",             "id", NULL},
        {"-d/y",  "-d/x",           "id", NULL},
    };
    (void) state;

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        owned_arena arena = {0};
        struct request request = accepted(&arena, &plain_command, forms[i]);

        assert_string_equal(request.base.directory, "/x");
        assert_string_equal(request.id, "id");
    }
}

static void test_value_may_look_like_an_option(void **state)
{
    owned_arena arena = {0};
    struct request request;
    (void) state;

    request = accepted(&arena, &plain_command, WORDS("--directory", "--all", "id"));
    assert_string_equal(request.base.directory, "--all");
    assert_false(request.is_all);
    request = accepted(&arena, &plain_command, WORDS("--directory=a=b", "-"));
    assert_string_equal(request.base.directory, "a=b");
    assert_string_equal(request.id, "-");
}

static void test_flags(void **state)
{
    owned_arena arena = {0};
    struct request request = accepted(&arena, &plain_command, WORDS("-aq", "--legacy", "id"));
    (void) state;

    assert_true(request.is_all);
    assert_true(request.is_quiet);
    request = accepted(&arena, &plain_command, WORDS("--all=true", "-q=true", "id"));
    assert_true(request.is_all && request.is_quiet);
    request = accepted(&arena, &plain_command, WORDS("--all", "--all=false", "id"));
    assert_false(request.is_all);
    assert_refused(&plain_command, WORDS("--all=yes", "id"),
                   "plain: --all: expected nothing, true or false, got 'yes' (see 'corun plain "
                   "--help')");
    assert_refused(&plain_command, WORDS("--legacy=", "id"),
                   "plain: --legacy: expected nothing, true or false, got '' (see 'corun plain "
                   "--help')");
}

static void test_operands(void **state)
{
    owned_arena arena = {0};
    struct request request = accepted(&arena, &plain_command, WORDS("one", "-a", "two", "-q"));
    (void) state;

    assert_string_equal(request.id, "one");
    assert_string_equal(request.second, "two");
    assert_true(request.is_all && request.is_quiet);
    request = accepted(&arena, &plain_command, WORDS("--", "-a", "--"));
    assert_string_equal(request.id, "-a");
    assert_string_equal(request.second, "--");
    assert_false(request.is_all);
    assert_refused(&plain_command, WORDS("-a"),
                   "plain: the argument ID is missing (see 'corun plain --help')");
    assert_refused(&plain_command, WORDS(""),
                   "plain: the argument ID is empty (see 'corun plain --help')");
    assert_refused(&plain_command, WORDS("a", "b", "c"),
                   "plain: unexpected argument 'c' (see 'corun plain --help')");
}

static void test_rest_ends_options(void **state)
{
    owned_arena arena = {0};
    struct request request = accepted(&arena, &rest_command, WORDS("-a", "id", "ls", "-q", ""));
    (void) state;

    assert_true(request.is_all);
    assert_false(request.is_quiet);
    assert_int_equal(request.rest.count, 3);
    assert_string_equal(request.rest.items[1], "-q");
    assert_null(request.rest.items[3]);
}

static void test_numbers(void **state)
{
    owned_arena arena = {0};
    static const char *const wrong[] = {"-1", "+1", "4294967296", "1x", "0x10", " 1", "1.0"};
    (void) state;

    assert_int_equal(accepted(&arena, &plain_command, WORDS("-n0", "i")).count, 0);
    assert_int_equal(accepted(&arena, &plain_command, WORDS("--number=4294967295", "i")).count,
                     UINT32_MAX);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const char *text = arena_format(&arena,
                                        "plain: --number: expected a number from 0 to 4294967295, "
                                        "got '%s' (see 'corun plain --help')",
                                        wrong[i]);

        assert_refused(&plain_command, WORDS("--number", wrong[i], "i"), text);
        assert_refused(&plain_command, WORDS("-n", wrong[i], "i"), text);
    }
}

static void test_times(void **state)
{
    owned_arena arena = {0};
    static const char *const wrong[] = {"0", "0s", "-1s", "5", "1d", "x"};
    (void) state;

    assert_true(accepted(&arena, &plain_command, WORDS("i")).pause_ns == 0);
    assert_true(accepted(&arena, &plain_command, WORDS("-p1.5s", "i")).pause_ns == 1500000000);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_refused(&plain_command, WORDS("--pause", wrong[i], "i"),
                       arena_format(&arena,
                                    "plain: --pause: expected a time such as 5s or 500ms, got '%s' "
                                    "(see 'corun plain --help')",
                                    wrong[i]));
}

static void test_missing_and_empty_values(void **state)
{
    (void) state;
    assert_refused(&plain_command, WORDS("i", "--directory"),
                   "plain: --directory: the value (DIR) is missing (see 'corun plain --help')");
    assert_refused(&plain_command, WORDS("i", "-d"),
                   "plain: --directory: the value (DIR) is missing (see 'corun plain --help')");
    assert_refused(&plain_command, WORDS("i", "--directory="),
                   "plain: --directory: the value (DIR) is empty (see 'corun plain --help')");
    assert_refused(&plain_command, WORDS("i", "-n", ""),
                   "plain: --number: the value (N) is empty (see 'corun plain --help')");
    assert_refused(&plain_command, WORDS("i", "-d="),
                   "plain: --directory: the value (DIR) is empty (see 'corun plain --help')");
}

static void test_names_and_lists(void **state)
{
    owned_arena arena = {0};
    struct request request =
        accepted(&arena, &plain_command, WORDS("--colour=red", "-ea=1", "--env", "b=2", "i"));
    (void) state;

    assert_int_equal(request.colour, COLOUR_RED);
    assert_int_equal(request.words.count, 2);
    assert_string_equal(request.words.items[0], "a=1");
    assert_string_equal(request.words.items[1], "b=2");
    assert_refused(&plain_command, WORDS("--colour=RED", "i"),
                   "plain: --colour: expected one of blue, red, got 'RED' (see 'corun plain "
                   "--help')");
}

static void test_unknown(void **state)
{
    (void) state;
    assert_refused(&plain_command, WORDS("--direktory=x", "i"),
                   "plain: unknown option --direktory, did you mean --directory? (see 'corun plain "
                   "--help')");
    assert_refused(&plain_command, WORDS("--xyzzy"),
                   "plain: unknown option --xyzzy (see 'corun plain --help')");
    assert_refused(&plain_command, WORDS("-az"),
                   "plain: unknown option -z (see 'corun plain --help')");
    assert_refused(&plain_command, WORDS("--all\nx"),
                   "plain: unknown option --all?x (see 'corun plain --help')");
    /* A prefix is not enough: it would change its meaning when an option is added. */
    assert_refused(&plain_command, WORDS("--direct=x", "i"),
                   "plain: unknown option --direct (see 'corun plain --help')");
}

static void test_help(void **state)
{
    owned_arena arena = {0};
    struct request request = {0};
    struct error err = {0};
    (void) state;

    assert_int_equal(options_parse(&arena, &plain_command, WORDS("--help"), &request, &err),
                     OPTIONS_HELP_WANTED);
    assert_int_equal(options_parse(&arena, &plain_command, WORDS("a", "-ah"), &request, &err),
                     OPTIONS_HELP_WANTED);
    assert_refused(&plain_command, WORDS("--help=x"),
                   "plain: --help takes no value (see 'corun plain --help')");
    assert_string_equal(options_help(&arena, &plain_command),
                        "Usage: corun [OPTION...] plain [OPTION...] ID [SECOND]\n"
                        "\n"
                        "Do plainly.\n"
                        "\n"
                        "Options:\n"
                        "  -a, --all            all of it\n"
                        "  -c, --colour=NAME    blue or red\n"
                        "  -e, --env=WORD       a word\n"
                        "      --legacy         nothing\n"
                        "  -n, --number=N       how many\n"
                        "  -p, --pause=TIME     how long\n"
                        "  -q, --quiet          say less\n"
                        "  -d, --directory=DIR  a directory\n"
                        "      --old            an old flag\n"
                        "  -h, --help           print this text\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_of_a_value),
        cmocka_unit_test(test_value_may_look_like_an_option),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_operands),
        cmocka_unit_test(test_rest_ends_options),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_missing_and_empty_values),
        cmocka_unit_test(test_names_and_lists),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_help),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

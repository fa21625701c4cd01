/* The subcommands of group: their table, their manual, and what is said to words that do not fit. */
#include "runtime/cmd/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/cmd/options.h"

static int call(struct arena *arena, const char *const *words, size_t count, struct error *err)
{
    const struct program_options program = {0};
    const struct invocation invocation = {.arena = arena, .program = &program};
    struct text_list list = {0};

    for (size_t i = 0; i < count; i++)
        text_list_push(arena, &list, words[i]);
    return commands_run(&invocation, &command_group, &list, err);
}

static void assert_refused(const char *const *words, size_t count, const char *text)
{
    owned_arena arena = {0};
    struct error err = {0};

    assert_int_equal(call(&arena, words, count, &err), -1);
    assert_string_equal(err.text, text);
}

#define WORDS(...) \
    (const char *const[]){__VA_ARGS__}, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)

static void test_refusals(void **state)
{
    (void) state;
    assert_refused(NULL, 0, "group: which command? (see 'corun group --help')");
    assert_refused(WORDS("creat", "x"), "unknown command 'group creat', did you mean 'group "
                                        "create'? (see 'corun group --help')");
    assert_refused(WORDS("zzz"), "unknown command 'group zzz' (see 'corun group --help')");
    assert_refused(WORDS("state"), "group state: the argument ID is missing (see 'corun group "
                                   "state --help')");
    assert_refused(WORDS("delete", "--forse", "x"),
                   "group delete: unknown option --forse, did you mean --force? (see 'corun group "
                   "delete --help')");
    assert_refused(WORDS("kill", "x", "NOSUCH"), "unknown signal 'NOSUCH'");
    assert_refused(WORDS("--nothing"),
                   "group: unknown option --nothing (see 'corun group --help')");
}

static void test_help(void **state)
{
    owned_arena arena = {0};
    (void) state;

    assert_non_null(strstr(options_help(&arena, &command_group_create),
                           "Usage: corun [OPTION...] group create [OPTION...] ID\n"));
    assert_non_null(strstr(options_help(&arena, &command_group),
                           "Usage: corun [OPTION...] group [OPTION...] [COMMAND] [ARGUMENT...]\n"));
    assert_non_null(strstr(options_help(&arena, &command_group), "\n  create  Create a group\n"));
}

static void test_table_and_manual(void **state)
{
    owned_arena arena = {0};
    const char *top = getenv("top_srcdir");
    const char *path = arena_format(&arena, "%s/docs/corun-group.8", top ? top : ".");
    char *manual = arena_alloc(&arena, 65536);
    FILE *file = fopen(path, "re");
    (void) state;

    assert_non_null(file);
    assert_in_range(fread(manual, 1, 65535, file), 1, 65534);
    assert_int_equal(fclose(file), 0);
    for (size_t i = 0; group_commands[i]; i++) {
        const struct command *command = group_commands[i];

        assert_string_equal(command->parent, "group");
        assert_non_null(command->run);
        assert_true(i == 0 || strcmp(group_commands[i - 1]->name, command->name) < 0);
        if (!strstr(manual, arena_format(&arena, ".It Cm %s", command->name)))
            fail_msg("docs/corun-group.8 says nothing of %s", command->name);
        for (size_t row = 0; row < command->option_count; row++)
            if (!strstr(manual, arena_format(&arena, "Fl -%s", command->options[row].name)))
                fail_msg("docs/corun-group.8 says nothing of --%s", command->options[row].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_table_and_manual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

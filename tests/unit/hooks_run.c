/* hooks/run.c and base/program.c: what a hook gets, and what its misbehaviour does to us. The container places need root: tests/system. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/owned.h"
#include "base/text.h"
#include "hooks/hooks.h"

struct fixture {
    struct arena arena;
    char directory[64];
    struct spec_hook_list hooks;
    struct hook_run run;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    (void) snprintf(fixture->directory, sizeof(fixture->directory), "/tmp/corun-unit-XXXXXX");
    *state = fixture;
    if (!mkdtemp(fixture->directory))
        return -1;
    fixture->run = (struct hook_run){
        .kind = "createRuntime",
        .hooks = &fixture->hooks,
        .place = HOOK_PLACE_RUNTIME,
        .container_pidfd = -1,
        .state_json = "{\"id\":\"x\"}",
        .bundle = fixture->directory,
    };
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char command[96];

    (void) snprintf(command, sizeof(command), "rm -rf %s", fixture->directory);
    (void) !system(command);
    arena_release(&fixture->arena);
    free(fixture);
    return 0;
}

static struct spec_hook *add_hook(struct fixture *fixture, const char *path)
{
    struct spec_hook *hook = SLICE_PUSH(&fixture->arena, &fixture->hooks, struct spec_hook);

    hook->path = path;
    return hook;
}

/* "sh -c script" as a hook. */
static struct spec_hook *add_script(struct fixture *fixture, const char *script)
{
    struct spec_hook *hook = add_hook(fixture, "/bin/sh");

    text_list_push(&fixture->arena, &hook->args, "sh");
    text_list_push(&fixture->arena, &hook->args, "-c");
    text_list_push(&fixture->arena, &hook->args, script);
    return hook;
}

/* What the hooks wrote into the file "out" of the bundle. */
static const char *output_of(struct fixture *fixture)
{
    char path[96];
    char *text = arena_alloc(&fixture->arena, 8192);
    owned_fd file = -1;

    (void) snprintf(path, sizeof(path), "%s/out", fixture->directory);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0)
        (void) !read(file, text, 8191);
    return text;
}

static int run(struct fixture *fixture, struct error *err)
{
    return hooks_run(&fixture->arena, &fixture->run, err);
}

static void gives_the_state_and_the_bundle(void **state)
{
    struct fixture *fixture = *state;
    struct error err;

    add_script(fixture, "cat > out; cat /dev/stdin >> out; pwd >> out");
    assert_int_equal(run(fixture, &err), 0);
    assert_string_equal(
        output_of(fixture),
        arena_format(&fixture->arena, "{\"id\":\"x\"}{\"id\":\"x\"}%s\n", fixture->directory));
}

static void gives_nothing_else(void **state)
{
    struct fixture *fixture = *state;
    owned_fd leak = fcntl(STDERR_FILENO, F_DUPFD, 3); /* on purpose not close-on-exec */
    struct error err;
    sigset_t blocked;

    assert_true(leak >= 3);
    (void) sigemptyset(&blocked);
    (void) sigaddset(&blocked, SIGUSR1);
    assert_int_equal(setenv("LD_PRELOAD", "/nowhere.so", 1), 0);
    add_hook(fixture, "/usr/bin/env");
    add_script(fixture, "/usr/bin/env > out; ls /proc/self/fd >> out; "
                        "grep SigBlk /proc/self/status >> out");
    assert_int_equal(sigprocmask(SIG_BLOCK, &blocked, NULL), 0);
    assert_int_equal(run(fixture, &err), 0);
    assert_int_equal(unsetenv("LD_PRELOAD"), 0);
    /* PWD is the shell's own; 3 is ls reading the directory. */
    assert_null(strstr(output_of(fixture), "LD_PRELOAD"));
    assert_non_null(strstr(output_of(fixture), "0\n1\n2\n3\nSigBlk:\t0000000000000000\n"));
}

static void gives_exactly_its_environment(void **state)
{
    struct fixture *fixture = *state;
    struct spec_hook *hook = add_hook(fixture, "/usr/bin/env");
    struct error err;

    text_list_push(&fixture->arena, &hook->env, "A=b");
    add_script(fixture, "exit 3");
    fixture->hooks.items[1].env = hook->env;
    fixture->hooks.items[1].args.items[2] = "test \"$A\" = b && exit 4";
    assert_int_equal(run(fixture, &err), -1);
    assert_non_null(strstr(err.text, "status 4"));
}

static void tells_which_hook_failed_and_what_it_said(void **state)
{
    struct fixture *fixture = *state;
    struct error err;

    add_script(fixture, "echo first >> out");
    add_script(fixture, "echo 'no such'; echo thing >&2; exit 3");
    add_script(fixture, "echo third >> out");
    assert_int_equal(run(fixture, &err), -1);
    assert_string_equal(err.text,
                        "createRuntime hook 1 (/bin/sh): exited with status 3: no such thing");
    assert_string_equal(output_of(fixture), "first\n");
}

static void tells_signals_and_missing_files(void **state)
{
    struct fixture *fixture = *state;
    struct error err;

    add_script(fixture, "kill -9 $$");
    assert_int_equal(run(fixture, &err), -1);
    assert_string_equal(err.text, "createRuntime hook 0 (/bin/sh): killed by signal 9");
    fixture->hooks.count = 0;
    add_hook(fixture, "/no/such/hook");
    assert_int_equal(run(fixture, &err), -1);
    assert_string_equal(err.text, "createRuntime hook 0 (/no/such/hook): execute it: "
                                  "No such file or directory");
    fixture->hooks.count = 0;
    add_hook(fixture, "bin/sh");
    assert_int_equal(run(fixture, &err), -1);
    assert_non_null(strstr(err.text, "must be absolute"));
}

static void ends_a_hook_that_takes_too_long(void **state)
{
    static const int64_t one_second = 1;
    struct fixture *fixture = *state;
    struct error err;
    time_t start = time(NULL);

    add_script(fixture, "sleep 50 & echo waiting; wait")->timeout = &one_second;
    assert_int_equal(run(fixture, &err), -1);
    assert_string_equal(err.text,
                        "createRuntime hook 0 (/bin/sh): timed out and was killed: waiting");
    assert_in_range(time(NULL) - start, 0, 10);
}

static void is_not_held_up_by_what_a_hook_leaves_behind(void **state)
{
    struct fixture *fixture = *state;
    struct error err;
    time_t start = time(NULL);

    add_script(fixture, "sleep 5 & exit 0"); /* it holds our end of the output open */
    assert_int_equal(run(fixture, &err), 0);
    assert_in_range(time(NULL) - start, 0, 3);
}

static void is_not_blocked_by_a_hook_that_does_not_read(void **state)
{
    struct fixture *fixture = *state;
    char *large = arena_alloc(&fixture->arena, 4 << 20);
    struct error err;

    memset(large, 'x', (4 << 20) - 1);
    fixture->run.state_json = large;
    add_script(fixture, "exit 0");
    (void) alarm(20);
    assert_int_equal(run(fixture, &err), 0);
    (void) alarm(0);
}

static void keeps_the_end_of_long_output(void **state)
{
    struct fixture *fixture = *state;
    struct error err;

    add_script(fixture, "head -c 1000000 /dev/zero | tr '\\0' y; echo; echo the end; exit 1");
    (void) alarm(20);
    assert_int_equal(run(fixture, &err), -1);
    (void) alarm(0);
    assert_true(strlen(err.text) < 1200);
    assert_string_equal(err.text + strlen(err.text) - strlen("yy the end"), "yy the end");
}

static void runs_all_when_failures_are_only_warnings(void **state)
{
    struct fixture *fixture = *state;

    fixture->run.kind = "poststop";
    add_script(fixture, "exit 1");
    add_script(fixture, "echo second >> out");
    hooks_run_all(&fixture->arena, &fixture->run, NULL);
    assert_string_equal(output_of(fixture), "second\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(gives_the_state_and_the_bundle),
        CASE(gives_nothing_else),
        CASE(gives_exactly_its_environment),
        CASE(tells_which_hook_failed_and_what_it_said),
        CASE(tells_signals_and_missing_files),
        CASE(ends_a_hook_that_takes_too_long),
        CASE(is_not_held_up_by_what_a_hook_leaves_behind),
        CASE(is_not_blocked_by_a_hook_that_does_not_read),
        CASE(keeps_the_end_of_long_output),
        CASE(runs_all_when_failures_are_only_warnings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

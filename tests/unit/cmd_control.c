/*
 * The commands on living containers, as engines call them: each line of words becomes one call of a verb with the right request. The
 * verbs are fakes that keep what they were asked, as in cmd_commands.c.
 */
#include "runtime/container/control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/options.h"

/* What the last verb was asked; tests run one after the other. */
static struct {
    const char *verb;
    struct container_request container;
    struct update_request update;
    struct spec_memory memory; /* of the update */
    struct spec_cpu cpu;
    struct events_request events;
} asked;

int container_pause(struct arena *arena, const struct container_request *request, struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "pause";
    asked.container = *request;
    return 0;
}

int container_resume(struct arena *arena, const struct container_request *request,
                     struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "resume";
    asked.container = *request;
    return 0;
}

int container_update(struct arena *arena, const struct update_request *request, struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "update";
    asked.update = *request;
    if (request->resources.memory)
        asked.memory = *request->resources.memory;
    if (request->resources.cpu)
        asked.cpu = *request->resources.cpu;
    return 0;
}

int container_events(struct arena *arena, const struct events_request *request, struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "events";
    asked.events = *request;
    return 0;
}

/* What main.c does, without opening a log. */
static int call(struct arena *arena, const char *const *words, struct error *err)
{
    struct program_options program = {0};
    const struct invocation invocation = {.arena = arena, .program = &program};
    const struct command *command;
    void *request;

    memset(&asked, 0, sizeof(asked));
    assert_int_equal(options_parse(arena, &command_program, words, &program, err), 0);
    command = commands_find(program.command, err);
    assert_non_null(command);
    request = arena_alloc(arena, command->request_size);
    if (options_parse(arena, command, program.arguments.items, request, err) != 0)
        return -1;
    return command->run(&invocation, request, err);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_pause_and_resume(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    (void) state;

    assert_int_equal(call(&arena, WORDS("--root", "/r", "pause", "id1"), &err), 0);
    assert_string_equal(asked.verb, "pause");
    assert_string_equal(asked.container.root, "/r");
    assert_int_equal(call(&arena, WORDS("resume", "id1"), &err), 0);
    assert_string_equal(asked.verb, "resume");
    assert_string_equal(asked.container.id, "id1");
}

static void test_update(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    (void) state;

    /* containerd's call */
    assert_int_equal(call(&arena, WORDS("update", "--resources=-", "id1"), &err), 0);
    assert_string_equal(asked.update.file, "-");
    assert_string_equal(asked.update.container.id, "id1");
    assert_int_equal(call(&arena,
                          WORDS("update", "--memory", "64m", "--memory-swap=-1", "--cpu-quota",
                                "-1", "--cpu-share", "512", "--cpuset-cpus=0-1", "id1"),
                          &err),
                     0);
    assert_null(asked.update.file);
    assert_null(asked.update.resources.pids);
    assert_int_equal(*asked.memory.limit, 64 << 20);
    assert_int_equal(*asked.memory.swap, -1);
    assert_null(asked.memory.reservation);
    assert_int_equal(*asked.cpu.quota, -1);
    assert_int_equal(*asked.cpu.shares, 512);
    assert_string_equal(asked.cpu.cpus, "0-1");
    assert_null(asked.cpu.period);
    assert_int_equal(call(&arena, WORDS("update", "--pids-limit", "7", "id1"), &err), 0);
    assert_int_equal(*asked.update.resources.pids->limit, 7);
    assert_int_equal(call(&arena, WORDS("update", "--blkio-weight", "300", "id1"), &err), 0);
    assert_int_equal(*asked.update.resources.block_io->weight, 300);
}

static void test_update_refused(void **state)
{
    static const char *const bad[][2] = {
        {"--memory",             "64x"                },
        {"--memory",             "-2"                 },
        {"--memory",             "9e3"                },
        {"--memory",             "8388608t"           },
        {"--memory",             " 1m"                },
        {"--memory-swap",        "-1m"                },
        {"--memory-reservation", "1.5g"               },
        {"--cpu-share",          "-1"                 },
        {"--cpu-period",         "1k"                 },
        {"--cpu-quota",          "0x10"               },
        {"--cpu-quota",          "9999999999999999999"},
        {"--pids-limit",         "many"               },
        {"--blkio-weight",       "65536"              },
        {"--cpu-idle",           "yes"                },
        {"--kernel-memory",      "lots"               },
        {"--l3-cache-schema",    "MB:0=f"             },
        {"--mem-bw-schema",      "MB:0=1\nL3:0=f"     },
        {"--memory",             ""                   },
        {"--cpu-burst",          "+1"                 },
    };
    owned_arena arena = {0};
    (void) state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct error err = {0};

        if (call(&arena, WORDS("update", bad[i][0], bad[i][1], "id1"), &err) != -1)
            fail_msg("%s '%s' is not refused", bad[i][0], bad[i][1]);
        assert_null(asked.verb);
        assert_non_null(strstr(err.text, bad[i][0]));
    }
}

static void test_events(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    (void) state;

    assert_int_equal(call(&arena, WORDS("events", "id1"), &err), 0);
    assert_int_equal(asked.events.interval_ns, 5000000000);
    assert_false(asked.events.is_once);
    assert_int_equal(call(&arena, WORDS("events", "--interval", "500ms", "id1"), &err), 0);
    assert_int_equal(asked.events.interval_ns, 500000000);
    assert_int_equal(call(&arena, WORDS("events", "--stats", "id1"), &err), 0);
    assert_true(asked.events.is_once);
    assert_int_equal(call(&arena, WORDS("events", "--interval", "0s", "id1"), &err), -1);
    assert_int_equal(call(&arena, WORDS("events", "--interval", "5", "id1"), &err), -1);
    assert_null(asked.verb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pause_and_resume),
        cmocka_unit_test(test_update),
        cmocka_unit_test(test_update_refused),
        cmocka_unit_test(test_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

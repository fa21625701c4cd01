/*
 * The plan of a further process: what it takes from the container, what options add, and above all what it must never get: another
 * user than the one that was written, capabilities that survive for files, a terminal or a namespace of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/capability.h>
#include <string.h>

#include "runtime/plan/plan.h"

#define BIT(capability) ((uint64_t) 1 << (capability))
#define LIST(...)                                                        \
    (struct text_list)                                                   \
    {                                                                    \
        (const char *[]){__VA_ARGS__, NULL},                             \
            sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *) \
    }

static const char config[] =
    "{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"rootfs\"}, \"hostname\": \"h\","
    " \"mounts\": [{\"destination\": \"/proc\", \"type\": \"proc\"}],"
    " \"process\": {\"terminal\": true, \"cwd\": \"/home\", \"args\": [\"init\"],"
    "  \"env\": [\"PATH=/bin\", \"A=1\"], \"noNewPrivileges\": true, \"oomScoreAdj\": 100,"
    "  \"user\": {\"uid\": 5, \"gid\": 6, \"umask\": 7, \"additionalGids\": [8]},"
    "  \"execCPUAffinity\": {\"initial\": \"0\", \"final\": \"1-2,70\"},"
    "  \"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"soft\": 10, \"hard\": 20}],"
    "  \"capabilities\": {\"bounding\": [\"CAP_KILL\"], \"permitted\": [\"CAP_KILL\"],"
    "   \"effective\": [\"CAP_KILL\"]}},"
    " \"linux\": {\"namespaces\": [{\"type\": \"pid\"}, {\"type\": \"mount\"}, {\"type\": \"uts\"},"
    "   {\"type\": \"network\", \"path\": \"/run/netns/x\"}]}}";

struct fixture {
    struct arena arena;
    struct spec *spec;
    struct host host;
    struct plan_exec_request request;
    struct plan *plan;
    struct error err;
};

static void fixture_open(struct fixture *fixture)
{
    *fixture = (struct fixture){
        .host = {.kernel_release = "6.1.0",
                 .kernel_major = 6,
                 .kernel_minor = 1,
                 .is_privileged = true,
                 .last_capability = 40,
                 .capabilities = ~(uint64_t) 0},
        .request = {.id = "id1",     .bundle = "/b"},
    };
    assert_int_equal(
        spec_read(&fixture->arena, config, sizeof(config) - 1, &fixture->spec, &fixture->err), 0);
}

static int build(struct fixture *fixture)
{
    return plan_build_exec(&fixture->arena, fixture->spec, &fixture->host, &fixture->request,
                           &fixture->plan, &fixture->err);
}

static bool has_env(const struct plan *plan, const char *entry)
{
    for (char **at = plan->process.envp; *at; at++)
        if (strcmp(*at, entry) == 0)
            return true;
    return false;
}

static void test_container_process(void **state)
{
    struct fixture fixture;
    const struct plan_process *process;
    (void) state;

    fixture_open(&fixture);
    fixture.request.args = LIST("ls", "-l");
    assert_int_equal(build(&fixture), 0);
    process = &fixture.plan->process;
    assert_string_equal(process->argv[0], "ls");
    assert_string_equal(process->candidates[0], "/bin/ls");
    assert_string_equal(process->cwd, "/home");
    assert_int_equal(process->uid, 5);
    assert_int_equal(process->gid, 6);
    assert_int_equal(process->umask, 7);
    assert_int_equal(process->groups.count, 1);
    assert_true(process->no_new_privileges);
    assert_string_equal(process->oom_score_adj, "100");
    assert_int_equal(process->rlimits.count, 1);
    assert_int_equal(process->capabilities.bounding, BIT(CAP_KILL));
    assert_int_equal(process->initial_cpus[0], 1);
    assert_int_equal(process->final_cpus[0], 6);
    assert_int_equal(process->final_cpus[1], 1U << 6);
    assert_false(fixture.plan->terminal.is_wanted);
    arena_release(&fixture.arena);
}

static void test_makes_nothing(void **state)
{
    struct fixture fixture;
    const struct plan_namespaces *namespaces;
    (void) state;

    fixture_open(&fixture);
    fixture.request.args = LIST("ls");
    fixture.request.has_terminal = true;
    assert_int_equal(build(&fixture), 0);
    namespaces = &fixture.plan->namespaces;
    assert_int_equal(namespaces->clone_flags | namespaces->unshare_flags, 0);
    for (size_t kind = 0; kind < NAMESPACE_COUNT; kind++) {
        assert_int_not_equal(namespaces->of[kind].how, PLAN_NAMESPACE_NEW);
        assert_null(namespaces->of[kind].path); /* the container's, whatever is at the path now */
    }
    assert_false(fixture.plan->exec.enters_root);
    assert_null(fixture.plan->root.path);
    assert_int_equal(fixture.plan->mounts.count + fixture.plan->devices.count, 0);
    assert_null(fixture.plan->hostname);
    assert_false(fixture.plan->has_cgroup);
    assert_true(fixture.plan->seals_binary);
    assert_true(fixture.plan->terminal.is_wanted && !fixture.plan->terminal.binds_console);
    arena_release(&fixture.arena);
}

/* CVE-2026-30892: "-u 1" is 1, and what is not a number is nobody. */
static void test_user(void **state)
{
    static const struct {
        const char *text;
        int64_t uid; /* -1: refused */
        int64_t gid;
    } cases[] = {
        {"1",             1,          6         },
        {"1:2",           1,          2         },
        {"0",             0,          6         },
        {"0:0",           0,          0         },
        {"4294967294:10", 4294967294, 10        },
        {"1:4294967294",  1,          4294967294},
        {":3",            -1,         0         },
        {"1:",            -1,         0         },
        {":",             -1,         0         },
        {"",              -1,         0         },
        {"1:2:3",         -1,         0         },
        {"4294967295",    -1,         0         },
        {"1:4294967295",  -1,         0         },
        {"4294967296",    -1,         0         },
        {"-1",            -1,         0         },
        {"+1",            -1,         0         },
        {"0x1",           -1,         0         },
        {" 1",            -1,         0         },
        {"1 ",            -1,         0         },
        {"1:-2",          -1,         0         },
        {"root",          -1,         0         },
        {"1:root",        -1,         0         },
    };
    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;

        fixture_open(&fixture);
        fixture.request.args = LIST("id");
        fixture.request.user = cases[i].text;
        assert_int_equal(build(&fixture), cases[i].uid < 0 ? -1 : 0);
        if (cases[i].uid < 0) {
            assert_non_null(strstr(fixture.err.text, "--user: expected UID or UID:GID"));
        } else {
            assert_int_equal(fixture.plan->process.uid, cases[i].uid);
            assert_int_equal(fixture.plan->process.gid, cases[i].gid);
        }
        arena_release(&fixture.arena);
    }
}

/* CVE-2022-29162. */
static void test_capabilities(void **state)
{
    struct fixture fixture;
    const struct plan_capabilities *sets;
    const uint64_t expected = BIT(CAP_KILL) | BIT(CAP_NET_RAW) | BIT(CAP_SYS_TIME);
    (void) state;

    fixture_open(&fixture);
    fixture.request.args = LIST("id");
    fixture.request.capabilities = LIST("CAP_NET_RAW", "sys_time");
    assert_int_equal(build(&fixture), 0);
    sets = &fixture.plan->process.capabilities;
    assert_int_equal(sets->bounding, expected);
    assert_int_equal(sets->permitted, expected);
    assert_int_equal(sets->effective, expected);
    assert_int_equal(sets->inheritable | sets->ambient, 0);
    fixture.request.capabilities = LIST("CAP_NONSENSE");
    assert_int_equal(build(&fixture), -1);
    assert_string_equal(fixture.err.text, "--cap: CAP_NONSENSE is not a capability");
    arena_release(&fixture.arena);
}

/* What the document says counts, root included; what it leaves out is the container's. */
static void test_document(void **state)
{
    static const char document[] = "{\"cwd\": \"/\", \"args\": [\"/bin/id\"], \"terminal\": true}";
    struct fixture fixture;
    struct spec_process *process;
    (void) state;

    fixture_open(&fixture);
    assert_int_equal(
        spec_process_read(&fixture.arena, document, sizeof(document) - 1, &process, &fixture.err),
        0);
    fixture.request.process = process;
    fixture.request.env = LIST("A=2");
    assert_int_equal(build(&fixture), 0);
    assert_true(fixture.plan->terminal.is_wanted);
    assert_int_equal(fixture.plan->process.uid, 0);
    assert_true(has_env(fixture.plan, "A=2"));
    assert_false(has_env(fixture.plan, "PATH=/bin"));
    assert_int_equal(fixture.plan->process.capabilities.effective, BIT(CAP_KILL));
    assert_int_equal(fixture.plan->process.rlimits.count, 1);
    fixture.request.args = LIST("ls");
    assert_int_equal(build(&fixture), -1);
    arena_release(&fixture.arena);
}

static void test_refused(void **state)
{
    struct fixture fixture;
    (void) state;

    fixture_open(&fixture);
    assert_int_equal(build(&fixture), -1);
    assert_string_equal(fixture.err.text, "nothing to execute: give a command or --process FILE");
    fixture.request.args = LIST("ls");
    fixture.request.cwd = "tmp";
    assert_int_equal(build(&fixture), -1);
    fixture.request.cwd = "/proc/self/fd/7"; /* CVE-2024-21626 */
    assert_int_equal(build(&fixture), -1);
    fixture.request.cwd = NULL;
    fixture.request.env = LIST("NAME");
    assert_int_equal(build(&fixture), -1);
    fixture.request.env = (struct text_list){0};
    fixture.request.additional_gids = LIST("7", "x");
    assert_int_equal(build(&fixture), -1);
    fixture.request.additional_gids = LIST("7");
    assert_int_equal(build(&fixture), 0);
    assert_int_equal(fixture.plan->process.groups.count, 2);
    arena_release(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_container_process),
        cmocka_unit_test(test_makes_nothing),
        cmocka_unit_test(test_user),
        cmocka_unit_test(test_capabilities),
        cmocka_unit_test(test_document),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

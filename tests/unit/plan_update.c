/*
 * The plan of an update as lines "file=value", for made-up hosts and made-up values of the living cgroup: what is left out, what is
 * filled in from there, the order of pairs, what is refused.
 */
#include "runtime/plan/update.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/plan/parts.h"

#define NUMBER(value) (&(const int64_t){(value)})

static const char default_list[] =
    "c *:* m\nb *:* m\nc 1:3 rwm\nc 1:5 rwm\nc 1:7 rwm\nc 1:8 rwm\nc 1:9 rwm\nc 5:0 rwm\n"
    "c 5:1 rwm\nc 5:2 rwm\nc 136:* rwm";

/* The writes, each with a blank after it, or the error's text. With a device program: "program " at the end. */
static const char *update(struct arena *arena, enum cgroup_mode mode,
                          const struct cgroup_live *live, const char *document)
{
    const struct host host = {
        .kernel_major = 6, .kernel_minor = 1, .is_privileged = true, .cgroup_mode = mode};
    struct spec_resources *resources = NULL;
    struct plan_update result = {0};
    struct error err = {0};
    const char *text = "";

    if (spec_resources_read(arena, document, strlen(document), &resources, &err) < 0)
        fail_msg("%s", err.text);
    if (plan_build_update(arena, &(struct plan_update_request){resources, &host, live}, &result,
                          &err) < 0)
        return arena_copy(arena, err.text);
    SLICE_FOR_EACH(const struct cgroup_write, write, result.settings.writes)
        text = arena_format(arena, "%s%s=%s ", text, write->file, write->value);
    return arena_format(arena, "%s%s", text, result.settings.device_program ? "program " : "");
}

#define ASSERT_V1(live, document, expected) \
    assert_string_equal(update(&arena, CGROUP_MODE_V1, live, document), expected)
#define ASSERT_V2(live, document, expected) \
    assert_string_equal(update(&arena, CGROUP_MODE_V2, live, document), expected)

static void test_nothing(void **state)
{
    static const struct cgroup_live live = {0};
    owned_arena arena = {0};
    (void) state;

    ASSERT_V1(&live, "{}", "");
    ASSERT_V2(&live, "{}", "");
    ASSERT_V1(&live, "{\"memory\":{},\"cpu\":{},\"pids\":{},\"devices\":[]}", "");
    ASSERT_V2(&live, "{\"memory\":{\"limit\":0},\"cpu\":{\"quota\":0,\"period\":0}}", "");
    ASSERT_V2(&live, "{\"pids\":{\"limit\":7}}", "pids.max=7 ");
}

static void test_memory_v1(void **state)
{
    const struct cgroup_live live = {.memory_limit = NUMBER(1000),
                                     .memory_and_swap_limit = NUMBER(2000)};
    const struct cgroup_live open = {.memory_limit = NUMBER(-1),
                                     .memory_and_swap_limit = NUMBER(-1)};
    owned_arena arena = {0};
    (void) state;

    /* up: the sum first; down: memory first */
    ASSERT_V1(&live, "{\"memory\":{\"limit\":3000,\"swap\":4000}}",
              "memory.memsw.limit_in_bytes=4000 memory.limit_in_bytes=3000 ");
    ASSERT_V1(&live, "{\"memory\":{\"limit\":500,\"swap\":600}}",
              "memory.limit_in_bytes=500 memory.memsw.limit_in_bytes=600 ");
    ASSERT_V1(&live, "{\"memory\":{\"limit\":2000,\"swap\":2000}}",
              "memory.limit_in_bytes=2000 memory.memsw.limit_in_bytes=2000 ");
    ASSERT_V1(&live, "{\"memory\":{\"limit\":-1}}",
              "memory.memsw.limit_in_bytes=-1 memory.limit_in_bytes=-1 ");
    ASSERT_V1(&open, "{\"memory\":{\"limit\":500,\"swap\":600}}",
              "memory.limit_in_bytes=500 memory.memsw.limit_in_bytes=600 ");
    /* one of them */
    ASSERT_V1(&live, "{\"memory\":{\"limit\":1500}}", "memory.limit_in_bytes=1500 ");
    ASSERT_V1(&live, "{\"memory\":{\"swap\":5000}}", "memory.memsw.limit_in_bytes=5000 ");
    ASSERT_V1(&live, "{\"memory\":{\"limit\":2500}}",
              "/linux/resources/memory/limit: is more than memory and swap together may be (2000), "
              "give memory/swap, too");
    ASSERT_V1(&live, "{\"memory\":{\"swap\":999}}",
              "/linux/resources/memory/swap: is less than the memory limit, it is memory and swap "
              "together");
    ASSERT_V1(&open, "{\"memory\":{\"swap\":999}}",
              "/linux/resources/memory/swap: needs a memory limit, it is memory and swap together");
    ASSERT_V1(&live, "{\"memory\":{\"disableOOMKiller\":false,\"reservation\":9}}",
              "memory.soft_limit_in_bytes=9 memory.oom_control=0 ");
}

static void test_memory_v2(void **state)
{
    const struct cgroup_live live = {.memory_limit = NUMBER(1000)};
    const struct cgroup_live open = {.memory_limit = NUMBER(-1)};
    owned_arena arena = {0};
    (void) state;

    ASSERT_V2(&live, "{\"memory\":{\"limit\":3000,\"swap\":4000}}",
              "memory.swap.max=1000 memory.max=3000 ");
    ASSERT_V2(&live, "{\"memory\":{\"swap\":1500}}", "memory.swap.max=500 ");
    ASSERT_V2(&live, "{\"memory\":{\"limit\":500}}", "memory.max=500 ");
    ASSERT_V2(&live, "{\"memory\":{\"limit\":-1}}", "memory.swap.max=max memory.max=max ");
    ASSERT_V2(&open, "{\"memory\":{\"swap\":1500}}",
              "/linux/resources/memory/swap: needs a memory limit, it is memory and swap together");
    ASSERT_V2(&live, "{\"memory\":{\"swappiness\":5}}",
              "/linux/resources/memory/swappiness: cgroup v2 has no such thing");
}

static void test_check_before_update(void **state)
{
    const struct cgroup_live live = {.memory_usage = NUMBER(800)};
    owned_arena arena = {0};
    (void) state;

    ASSERT_V2(&live, "{\"memory\":{\"limit\":799,\"checkBeforeUpdate\":true}}",
              "/linux/resources/memory/limit: 799 is less than the 800 bytes in use");
    ASSERT_V2(&live, "{\"memory\":{\"limit\":800,\"checkBeforeUpdate\":true}}", "memory.max=800 ");
    ASSERT_V2(&live, "{\"memory\":{\"limit\":799,\"checkBeforeUpdate\":false}}", "memory.max=799 ");
    ASSERT_V2(&live, "{\"memory\":{\"limit\":-1,\"checkBeforeUpdate\":true}}",
              "memory.swap.max=max memory.max=max ");
}

static void test_cpu_v1(void **state)
{
    const struct cgroup_live live = {
        .cpu_quota = NUMBER(50000), .cpu_period = NUMBER(100000), .cpu_burst = NUMBER(20000)};
    owned_arena arena = {0};
    (void) state;

    ASSERT_V1(&live, "{\"cpu\":{\"quota\":60000,\"period\":200000}}",
              "cpu.cfs_period_us=200000 cpu.cfs_quota_us=60000 ");
    ASSERT_V1(&live, "{\"cpu\":{\"quota\":25000,\"period\":50000}}",
              "cpu.cfs_quota_us=25000 cpu.cfs_period_us=50000 ");
    ASSERT_V1(&live, "{\"cpu\":{\"quota\":10000,\"burst\":5000}}",
              "cpu.cfs_burst_us=5000 cpu.cfs_quota_us=10000 ");
    ASSERT_V1(&live, "{\"cpu\":{\"quota\":90000,\"burst\":80000}}",
              "cpu.cfs_quota_us=90000 cpu.cfs_burst_us=80000 ");
    ASSERT_V1(&live, "{\"cpu\":{\"quota\":10000,\"burst\":0}}",
              "cpu.cfs_burst_us=0 cpu.cfs_quota_us=10000 ");
    ASSERT_V1(&live, "{\"cpu\":{\"quota\":10000}}",
              "/linux/resources/cpu/quota: is less than the burst (20000), give cpu/burst, too");
    ASSERT_V1(&live, "{\"cpu\":{\"quota\":-1}}", "cpu.cfs_quota_us=-1 ");
    ASSERT_V1(&live, "{\"cpu\":{\"shares\":512,\"idle\":0}}", "cpu.idle=0 cpu.shares=512 ");
}

static void test_cpu_v2(void **state)
{
    const struct cgroup_live live = {
        .cpu_quota = NUMBER(50000), .cpu_period = NUMBER(200000), .cpu_burst = NUMBER(20000)};
    const struct cgroup_live open = {.cpu_quota = NUMBER(-1), .cpu_period = NUMBER(100000)};
    const struct cgroup_live none = {0};
    owned_arena arena = {0};
    (void) state;

    ASSERT_V2(&live, "{\"cpu\":{\"quota\":60000}}", "cpu.max=60000 200000 ");
    ASSERT_V2(&live, "{\"cpu\":{\"period\":100000}}", "cpu.max=50000 100000 ");
    ASSERT_V2(&open, "{\"cpu\":{\"period\":50000}}", "cpu.max=max 50000 ");
    ASSERT_V2(&none, "{\"cpu\":{\"quota\":60000}}", "cpu.max=60000 100000 ");
    ASSERT_V2(&live, "{\"cpu\":{\"quota\":-1}}", "cpu.max=max 200000 ");
    ASSERT_V2(&live, "{\"cpu\":{\"quota\":10000,\"burst\":1000}}",
              "cpu.max.burst=1000 cpu.max=10000 200000 ");
    ASSERT_V2(&live, "{\"cpu\":{\"shares\":1024,\"idle\":0}}", "cpu.idle=0 cpu.weight=39 ");
    ASSERT_V2(&live, "{\"cpu\":{\"shares\":1024,\"idle\":1}}", "cpu.idle=1 ");
    ASSERT_V2(&live, "{\"cpu\":{\"cpus\":\"x\"}}",
              "/linux/resources/cpu/cpus: \"x\" is not a list like \"0-3,7\"");
}

static void test_devices(void **state)
{
    const struct cgroup_live live = {.devices = default_list};
    const struct cgroup_live other = {.devices = "c 1:3 rwm"};
    const struct cgroup_live open = {.devices = "a *:* rwm"};
    const struct cgroup_live more = {.devices = "c 9:9 w"};
    const char *deny_all = "{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]}";
    owned_arena arena = {0};
    (void) state;

    ASSERT_V2(&live, deny_all, "program ");
    /* the same as there is: nothing is written */
    ASSERT_V1(&live, deny_all, "");
    ASSERT_V1(&live,
              "{\"devices\":[{\"allow\":true,\"type\":\"c\",\"major\":9,\"minor\":9},"
              "{\"allow\":false,\"type\":\"c\",\"major\":9,\"minor\":9}]}",
              "");
    /* only what differs, first what is added */
    assert_non_null(
        strstr(update(&arena, CGROUP_MODE_V1, &other, deny_all), "devices.allow=c *:* m "));
    assert_null(strstr(update(&arena, CGROUP_MODE_V1, &other, deny_all), "c 1:3"));
    assert_non_null(
        strstr(update(&arena, CGROUP_MODE_V1, &more, deny_all), "devices.deny=c 9:9 w "));
    assert_null(strstr(update(&arena, CGROUP_MODE_V1, &more, deny_all), "devices.deny=a"));
    ASSERT_V1(&live,
              "{\"devices\":[{\"allow\":true,\"type\":\"c\",\"major\":10,\"minor\":229,"
              "\"access\":\"rw\"}],\"pids\":{\"limit\":3}}",
              "pids.max=3 devices.allow=c 10:229 rw ");
    /* from a list of what is denied, all of it */
    assert_non_null(strstr(update(&arena, CGROUP_MODE_V1, &open, deny_all), "devices.deny=a "));
    ASSERT_V1(&live, "{\"devices\":[{\"allow\":true,\"type\":\"c\",\"major\":-2}]}",
              "/linux/resources/devices/0/major: not a device number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),   cmocka_unit_test(test_memory_v1),
        cmocka_unit_test(test_memory_v2), cmocka_unit_test(test_check_before_update),
        cmocka_unit_test(test_cpu_v1),    cmocka_unit_test(test_cpu_v2),
        cmocka_unit_test(test_devices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

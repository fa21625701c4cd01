/* The documents of `events`, letter by letter: readers decode them by these names. */
#include "oci-spec/events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_memory_ran_out(void **state)
{
    const struct event_document event = {.type = "oom", .id = "web1"};
    owned_arena arena = {0};
    (void) state;

    assert_string_equal(event_document_write(&arena, &event), "{\"type\":\"oom\",\"id\":\"web1\"}");
}

static void test_nothing_used(void **state)
{
    const struct event_stats stats = {0};
    const struct event_document event = {"stats", "web1", &stats};
    owned_arena arena = {0};
    (void) state;

    assert_string_equal(event_document_write(&arena, &event),
                        "{\"type\":\"stats\",\"id\":\"web1\",\"data\":{"
                        "\"cpu\":{\"usage\":{\"kernel\":0,\"user\":0},\"throttling\":{}},"
                        "\"cpuset\":{\"cpu_exclusive\":0,\"mem_hardwall\":0,"
                        "\"mem_exclusive\":0,\"memory_migrate\":0,\"memory_spread_page\":0,"
                        "\"memory_spread_slab\":0,\"memory_pressure\":0,"
                        "\"sched_load_balance\":0,\"sched_relax_domain_level\":0},"
                        "\"memory\":{\"usage\":{\"limit\":0,\"failcnt\":0},"
                        "\"swap\":{\"limit\":0,\"failcnt\":0},"
                        "\"kernel\":{\"limit\":0,\"failcnt\":0},"
                        "\"kernelTCP\":{\"limit\":0,\"failcnt\":0}},"
                        "\"pids\":{},\"blkio\":{},\"hugetlb\":{}}}");
}

static void test_all(void **state)
{
    static uint64_t percpu[] = {1, 2};
    static struct event_block_io io[] = {
        {8, 16, "Read", 4096}
    };
    static struct event_hugetlb pages[] = {
        {"2MB", 5, 6, 7}
    };
    static struct event_pressure pressure = {
        .some = {16480000, 1000000, 0, 21}
    };
    const struct event_stats stats = {
        .cpu = {.usage = {.total = 3,
                          .percpu = {percpu, 2},
                          .kernel = 4,
                          .user = 5,
                          .percpu_user = {percpu, 1}},
                .throttling = {6, 7, 8},
                .pressure = &pressure},
        .cpuset = {.cpus = {percpu, 1},                                                     .sched_relax_domain_level = -1             },
        .memory = {9,                                                     {10, 11, 12, 13},                   {UINT64_MAX, 15, 16, 17}, {0}, {0}, "{\"anon\":18}", NULL},
        .pids = {19,                             20},
        .blkio = {.service_bytes = {io, 1},                                      .queued = {io, 1}            },
        .hugetlb = {pages,                                                    1},
    };
    const struct event_document event = {"stats", "web1", &stats};
    owned_arena arena = {0};
    (void) state;

    assert_string_equal(
        event_document_write(&arena, &event),
        "{\"type\":\"stats\",\"id\":\"web1\",\"data\":{"
        "\"cpu\":{\"usage\":{\"total\":3,\"percpu\":[1,2],\"percpu_user\":[1],\"kernel\":4,\"user\":5},"
        "\"throttling\":{\"periods\":6,\"throttledPeriods\":7,\"throttledTime\":8},"
        "\"psi\":{\"some\":{\"avg10\":16.48,\"avg60\":1,\"avg300\":0,\"total\":21},"
        "\"full\":{\"avg10\":0,\"avg60\":0,\"avg300\":0,\"total\":0}}},"
        "\"cpuset\":{\"cpus\":[1],\"cpu_exclusive\":0,\"mem_hardwall\":0,\"mem_exclusive\":0,"
        "\"memory_migrate\":0,\"memory_spread_page\":0,\"memory_spread_slab\":0,"
        "\"memory_pressure\":0,\"sched_load_balance\":0,\"sched_relax_domain_level\":-1},"
        "\"memory\":{\"cache\":9,\"usage\":{\"limit\":10,\"usage\":11,\"max\":12,\"failcnt\":13},"
        "\"swap\":{\"limit\":18446744073709551615,\"usage\":15,\"max\":16,\"failcnt\":17},"
        "\"kernel\":{\"limit\":0,\"failcnt\":0},\"kernelTCP\":{\"limit\":0,\"failcnt\":0},"
        "\"raw\":{\"anon\":18}},"
        "\"pids\":{\"current\":19,\"limit\":20},"
        "\"blkio\":{\"ioServiceBytesRecursive\":[{\"major\":8,\"minor\":16,\"op\":\"Read\","
        "\"value\":4096}],\"ioQueueRecursive\":[{\"major\":8,\"minor\":16,\"op\":\"Read\","
        "\"value\":4096}]},"
        "\"hugetlb\":{\"2MB\":{\"usage\":5,\"max\":6,\"failcnt\":7}}}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_ran_out),
        cmocka_unit_test(test_nothing_used),
        cmocka_unit_test(test_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

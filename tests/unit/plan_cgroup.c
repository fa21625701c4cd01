/* Conversions from the v1 numbers of the spec to v2's: the ends of the ranges, beyond them, and the middle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/plan/parts.h"

static void test_shares(void **state)
{
    (void) state;
    assert_int_equal(plan_cgroup_weight_from_shares(0), 1);
    assert_int_equal(plan_cgroup_weight_from_shares(1), 1);
    assert_int_equal(plan_cgroup_weight_from_shares(2), 1);
    assert_int_equal(plan_cgroup_weight_from_shares(512), 20);
    assert_int_equal(plan_cgroup_weight_from_shares(1024), 39);
    assert_int_equal(plan_cgroup_weight_from_shares(262143), 9999);
    assert_int_equal(plan_cgroup_weight_from_shares(262144), 10000);
    assert_int_equal(plan_cgroup_weight_from_shares(262145), 10000);
    assert_int_equal(plan_cgroup_weight_from_shares(UINT64_MAX), 10000);
}

static void test_block_io(void **state)
{
    (void) state;
    assert_int_equal(plan_cgroup_weight_from_block_io(1), 1);
    assert_int_equal(plan_cgroup_weight_from_block_io(10), 1);
    assert_int_equal(plan_cgroup_weight_from_block_io(100), 910);
    assert_int_equal(plan_cgroup_weight_from_block_io(500), 4950);
    assert_int_equal(plan_cgroup_weight_from_block_io(1000), 10000);
}

/* Never outside of what cpu.weight and io.weight take, never falling. */
static void test_monotonic(void **state)
{
    uint64_t last = 0;

    (void) state;
    for (uint64_t shares = 0; shares < 300000; shares++) {
        uint64_t weight = plan_cgroup_weight_from_shares(shares);

        assert_in_range(weight, 1, 10000);
        assert_true(weight >= last);
        last = weight;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_block_io),
        cmocka_unit_test(test_monotonic),
    };

    return cmocka_run_group_tests_name("cgroup conversions", tests, NULL, NULL);
}

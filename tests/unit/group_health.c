/* group/health: when checks are due, and when a verdict changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/group/health.h"

static void has_the_defaults(void **state)
{
    const struct group_probe probe = {0};
    struct health health;

    (void) state;
    health_reset(&health, &probe, true, 1000);
    assert_int_equal(health.due_ms, 1000);
    health_begin(&health, 7, 1000);
    assert_int_equal(health.due_ms, 2000); /* its timeout */
    assert_false(health_take(&health, false, 1500));
    assert_int_equal(health.pid, 0);
    assert_int_equal(health.due_ms, 11000); /* the next period, from where this one began */
    assert_false(health_take(&health, false, 11500));
    assert_true(health_take(&health, false, 21500));
    assert_false(health.is_good);
}

static void waits_for_the_initial_delay(void **state)
{
    const struct group_probe probe = {.initial_delay_seconds = 5, .period_seconds = 1};
    struct health health;

    (void) state;
    health_reset(&health, &probe, false, 1000);
    assert_int_equal(health.due_ms, 6000);
    health_begin(&health, 7, 6000);
    assert_true(health_take(&health, true, 8000)); /* it took longer than a period */
    assert_true(health.is_good);
    assert_int_equal(health.due_ms, 8000);
}

static void never_checks_without_a_probe(void **state)
{
    struct health health;

    (void) state;
    health_reset(&health, NULL, true, 1000);
    assert_true(health.is_good);
    assert_true(health.due_ms == INT64_MAX);
}

static void counts_in_a_row_only(void **state)
{
    const struct group_probe probe = {.failure_threshold = 2, .success_threshold = 3};
    static const struct {
        bool has_passed;
        bool changes;
        bool is_good;
    } steps[] = {
        {false, false, true },
        {true,  false, true },
        {false, false, true },
        {false, true,  false},
        {false, false, false},
        {true,  false, false},
        {true,  false, false},
        {false, false, false},
        {true,  false, false},
        {true,  false, false},
        {true,  true,  true },
        {true,  false, true },
        {false, false, true },
        {false, true,  false},
    };
    struct health health;

    (void) state;
    health_reset(&health, &probe, true, 0);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        assert_int_equal(health_take(&health, steps[i].has_passed, 0), steps[i].changes);
        assert_int_equal(health.is_good, steps[i].is_good);
    }
}

static void skips_without_a_verdict(void **state)
{
    const struct group_probe probe = {.failure_threshold = 1, .period_seconds = 2};
    struct health health;

    (void) state;
    health_reset(&health, &probe, true, 0);
    health_begin(&health, 0, 1000);
    health_skip(&health, 1000);
    assert_true(health.is_good);
    assert_int_equal(health.due_ms, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_defaults),
        cmocka_unit_test(waits_for_the_initial_delay),
        cmocka_unit_test(never_checks_without_a_probe),
        cmocka_unit_test(counts_in_a_row_only),
        cmocka_unit_test(skips_without_a_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

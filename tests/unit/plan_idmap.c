/* Id mappings: lookups both ways, the kernel's text, and what the kernel would refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/plan/parts.h"

static struct spec_id_mapping two_ranges[] = {
    {0, 1000,   1    },
    {1, 100000, 65536}
};
static const struct spec_id_mapping_list two = {two_ranges, 2};

static void test_lookup(void **state)
{
    uint32_t host = 0;

    (void) state;
    assert_true(plan_idmap_find_host(&two, 0, &host));
    assert_int_equal(host, 1000);
    assert_true(plan_idmap_find_host(&two, 1, &host));
    assert_int_equal(host, 100000);
    assert_true(plan_idmap_find_host(&two, 65536, &host));
    assert_int_equal(host, 165535);
    assert_false(plan_idmap_find_host(&two, 65537, &host));
    assert_false(plan_idmap_find_host(&two, UINT32_MAX, NULL));
    assert_true(plan_idmap_has_host(&two, 165535));
    assert_false(plan_idmap_has_host(&two, 165536));
    assert_false(plan_idmap_has_host(&two, 0));
}

static void test_format(void **state)
{
    struct spec_id_mapping widest[] = {
        {UINT32_MAX, UINT32_MAX, UINT32_MAX}
    };
    struct spec_id_mapping_list list = {widest, 1};
    owned_arena arena = {0};

    (void) state;
    assert_string_equal(plan_idmap_format(&arena, &two), "0 1000 1\n1 100000 65536\n");
    assert_string_equal(plan_idmap_format(&arena, &list), "4294967295 4294967295 4294967295\n");
    list.count = 0;
    assert_string_equal(plan_idmap_format(&arena, &list), "");
}

static void check(struct spec_id_mapping first, struct spec_id_mapping second, const char *text)
{
    struct spec_id_mapping items[] = {first, second};
    struct spec_id_mapping_list list = {items, 2};
    struct error err = {0};
    int result = plan_idmap_check(&list, "/m", &err);

    assert_string_equal(err.text, text);
    assert_int_equal(result, text[0] == '\0' ? 0 : -1);
}

static void test_check(void **state)
{
    struct spec_id_mapping base = {10, 1000, 10};

    (void) state;
    check(base, (struct spec_id_mapping){0, 0, 10}, "");
    check(base, (struct spec_id_mapping){20, 1010, 10}, "");
    check(base, (struct spec_id_mapping){19, 2000, 1}, "/m/1: overlaps with entry 0");
    check(base, (struct spec_id_mapping){0, 2000, 11}, "/m/1: overlaps with entry 0");
    check(base, (struct spec_id_mapping){12, 2000, 2}, "/m/1: overlaps with entry 0");
    check(base, (struct spec_id_mapping){0, 2000, 100}, "/m/1: overlaps with entry 0");
    check(base, (struct spec_id_mapping){30, 991, 10}, "/m/1: overlaps with entry 0");
    check(base, (struct spec_id_mapping){30, 990, 10}, "");
    check(base, (struct spec_id_mapping){30, 2000, 0}, "/m/1/size: must not be 0");
    check(base, (struct spec_id_mapping){30, 2000, UINT32_MAX - 2000}, "");
    check(base, (struct spec_id_mapping){30, 2000, UINT32_MAX - 1999},
          "/m/1: the range goes beyond the largest id");
    check(base, (struct spec_id_mapping){UINT32_MAX, 2000, 1},
          "/m/1: the range goes beyond the largest id");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lookup),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_check),
    };

    return cmocka_run_group_tests_name("idmap", tests, NULL, NULL);
}

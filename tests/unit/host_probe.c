/* host/: the kernel's release, the caller, and where cgroup hierarchies are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/host/cgroups.h"
#include "runtime/host/host.h"

static void reads_releases(void **state)
{
    unsigned int major = 0;
    unsigned int minor = 0;

    (void) state;
    assert_true(host_parse_release("6.18.44-cloud", &major, &minor));
    assert_int_equal(major, 6);
    assert_int_equal(minor, 18);
    assert_true(host_parse_release("5.14", &major, &minor));
    assert_false(host_parse_release("5", &major, &minor));
    assert_false(host_parse_release("", &major, &minor));
    assert_false(host_parse_release("v6.1", &major, &minor));
    assert_false(host_parse_release("5.x", &major, &minor));
    assert_false(host_parse_release("99999999999.1", &major, &minor));
}

static void probes_this_host(void **state)
{
    owned_arena arena = {0};
    struct host host;
    struct error err;

    (void) state;
    assert_int_equal(host_probe(&arena, &host, &err), 0);
    assert_int_equal(host.euid, geteuid());
    assert_true(host.kernel_major > 5 || host.kernel_minor >= 14);
    assert_true(host.last_capability >= 40);
    SLICE_FOR_EACH(struct cgroup_hierarchy, hierarchy, host.hierarchies) {
        assert_int_equal(access(hierarchy->mount_point, F_OK), 0);
        assert_int_equal(hierarchy->own_path[0], '/');
        if (hierarchy->is_v2)
            assert_ptr_equal(hierarchy, &host.hierarchies.items[host.hierarchies.count - 1]);
    }
}

static uid_t map_outwards(const char *map, uid_t id)
{
    owned_arena arena = {0};

    return host_find_outer_id(arena_copy(&arena, map), id);
}

static void maps_ids_outwards(void **state)
{
    static const char map[] =
        "         0       1000          1\n         1     100000      65536\n";

    (void) state;
    assert_int_equal(map_outwards(map, 0), 1000);
    assert_int_equal(map_outwards(map, 1), 100000);
    assert_int_equal(map_outwards(map, 65536), 165535);
    assert_int_equal(map_outwards(map, 65537), 65537);
    assert_int_equal(map_outwards("", 5), 5);
    assert_int_equal(map_outwards("rubbish\n", 5), 5);
}

static void leaves_out_what_is_not_mounted_and_what_is_no_line(void **state)
{
    char text[] = "12:nosuch:/a\ngarbage\n3:\n:::\n4:x:relative\n";
    owned_arena arena = {0};
    struct cgroup_hierarchy_list list;

    (void) state;
    (void) host_find_cgroups(&arena, text, &list);
    SLICE_FOR_EACH(struct cgroup_hierarchy, hierarchy, list)
        assert_true(hierarchy->is_v2); /* on a v2 host there is always that one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_releases),
        cmocka_unit_test(probes_this_host),
        cmocka_unit_test(maps_ids_outwards),
        cmocka_unit_test(leaves_out_what_is_not_mounted_and_what_is_no_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What `spec` prints must be what we accept, and what engines' users expect to start from. */
#include "tests/unit/oci-spec_support.h"

#include "oci-spec/spec.h"

static struct spec *read_back(struct arena *arena, const struct spec *spec)
{
    const char *text = spec_write(arena, spec);
    struct spec *result = NULL;
    struct error err = {0};

    if (spec_read(arena, text, strlen(text), &result, &err) < 0)
        fail_msg("%s", err.text);
    assert_string_equal(spec_write(arena, result), text);
    return result;
}

static bool has_namespace(const struct spec *spec, enum namespace_kind kind)
{
    SLICE_FOR_EACH(struct spec_namespace, namespace, spec->linux_->namespaces)
        if (namespace->type == kind)
            return true;
    return false;
}

static void test_default(void **state)
{
    owned_arena arena = {0};
    struct spec *spec = read_back(&arena, spec_default(&arena));

    (void) state;
    assert_string_equal(spec->oci_version, "1.3.0");
    assert_string_equal(spec->process->args.items[0], "sh");
    assert_int_equal(spec->process->env.count, 2);
    assert_string_equal(spec->process->env.items[1], "TERM=xterm");
    assert_int_equal(spec->process->capabilities->bounding.count, 3);
    assert_int_equal(spec->process->rlimits.items[0].hard, 1024);
    assert_true(spec->root->readonly);
    assert_int_equal(spec->mounts.count, 7);
    assert_int_equal(spec->mounts.items[0].options.count, 0);
    assert_int_equal(spec->mounts.items[2].options.count, 6);
    assert_int_equal(spec->linux_->masked_paths.count, 10);
    assert_int_equal(spec->linux_->readonly_paths.count, 5);
    assert_int_equal(spec->linux_->namespaces.count, 6);
    assert_true(has_namespace(spec, NAMESPACE_NETWORK));
    assert_false(has_namespace(spec, NAMESPACE_USER));
    assert_false(spec->linux_->resources->devices.items[0].allow);
}

static void test_rootless(void **state)
{
    owned_arena arena = {0};
    struct spec *spec = read_back(&arena, spec_default_rootless(&arena, 1000, 1001));

    (void) state;
    assert_true(has_namespace(spec, NAMESPACE_USER));
    assert_false(has_namespace(spec, NAMESPACE_NETWORK));
    assert_null(spec->linux_->resources);
    assert_int_equal(spec->linux_->uid_mappings.items[0].host_id, 1000);
    assert_int_equal(spec->linux_->gid_mappings.items[0].host_id, 1001);
    assert_int_equal(spec->linux_->gid_mappings.items[0].size, 1);
    assert_string_equal(spec->mounts.items[5].source, "/sys");
    assert_string_equal(spec->mounts.items[5].options.items[0], "rbind");
    SLICE_FOR_EACH(struct spec_mount, mount, spec->mounts)
        for (size_t i = 0; i < mount->options.count; i++)
            assert_string_not_equal(mount->options.items[i], "gid=5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default),
        cmocka_unit_test(test_rootless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

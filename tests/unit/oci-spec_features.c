/* The features document: it decodes with its own rows, and says what the facts and the tables say. */
#include "tests/unit/oci-spec_support.h"

#include <linux/seccomp.h>

#include "oci-spec/features.h"
#include "oci-spec/names.h"

static struct features *write_and_read(struct arena *arena, const struct features_facts *facts)
{
    struct features *features = ARENA_NEW(arena, struct features);

    read_good(arena, &json_features, features_write(arena, facts), features);
    return features;
}

static bool has_text(const struct text_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

static void test_full(void **state)
{
    owned_arena arena = {0};
    static const char *architectures[] = {"SCMP_ARCH_ARM", "SCMP_ARCH_X86_64"};
    struct features_facts facts = {
        .has_cgroup_v1 = true,
        .seccomp_architectures = {architectures, 2},
        .has_cgroup_v2 = true,
        .has_seccomp = true,
        .has_selinux = true,
        .has_net_devices = true,
        .seccomp_supported_flags = SECCOMP_FILTER_FLAG_LOG,
        .libseccomp_version = "2.5.4",
        .version = "0.1.0"
    };
    struct features *features = write_and_read(&arena, &facts);
    const struct features_linux *section = features->linux_;

    (void) state;
    assert_string_equal(features->oci_version_min, "1.0.0");
    assert_string_equal(features->oci_version_max, "1.3.0");
    assert_int_equal(features->hooks.count, 6);
    assert_string_equal(features->hooks.items[0], "prestart");
    assert_string_equal(features->hooks.items[5], "poststop");
    assert_true(has_text(&features->mount_options, "rro"));
    assert_int_equal(section->namespaces.count, 8);
    assert_int_equal(section->capabilities.count, names_capabilities.count);
    assert_true(*section->cgroup->v1 && *section->cgroup->v2);
    assert_false(*section->cgroup->systemd);
    assert_true(*section->seccomp->enabled);
    assert_int_equal(section->seccomp->actions.count, 9);
    assert_int_equal(section->seccomp->operators.count, 7);
    assert_int_equal(section->seccomp->archs.count, 2);
    assert_int_equal(section->seccomp->known_flags.count, 4);
    assert_int_equal(section->seccomp->supported_flags.count, 1);
    assert_true(*section->selinux->enabled);
    assert_false(*section->apparmor->enabled);
    assert_true(*section->mount_extensions->idmap->enabled);
    assert_true(*section->net_devices->enabled);
    assert_int_equal(section->memory_policy->modes.count, 7);
    assert_int_equal(section->memory_policy->flags.count, 3);
    assert_string_equal(text_map_find(&features->annotations, "org.corun.version"), "0.1.0");
    assert_string_equal(
        text_map_find(&features->annotations, "io.github.seccomp.libseccomp.version"), "2.5.4");
}

/* Without libseccomp the document must not promise what seccomp would need. */
static void test_without_seccomp(void **state)
{
    owned_arena arena = {0};
    struct features_facts facts = {.version = "0.1.0"};
    struct features *features = write_and_read(&arena, &facts);

    (void) state;
    assert_false(*features->linux_->seccomp->enabled);
    assert_int_equal(features->linux_->seccomp->actions.count, 0);
    assert_null(text_map_find(&features->annotations, "io.github.seccomp.libseccomp.version"));
}

static void test_faults(void **state)
{
    (void) state;
    read_bad(&json_features, "{\"ociVersionMin\": \"1.0.0\"}",
             "1:1: features lacks the required property \"ociVersionMax\"");
    read_bad(&json_features,
             "{\"ociVersionMin\": \"1\", \"ociVersionMax\": \"1\","
             " \"linux\": {\"capabilities\": [\"chown\"]}}",
             "1:73: /linux/capabilities/0: must be the name of a capability: CAP_CHOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_without_seccomp),
        cmocka_unit_test(test_faults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

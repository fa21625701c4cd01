/* Which pod the annotations put a container in: as engines write them, and by hand. */
#include "runtime/group/implicit.h"

#include "oci-spec/spec.h"
#include "tests/unit/oci-spec_support.h"

#define OWN "0123abcd"

static struct text_map read_annotations(struct arena *arena, const char *file)
{
    struct vector vector = vector_load(arena, file);
    struct spec *spec = NULL;
    struct error err = {0};

    if (spec_read(arena, vector.bytes, vector.size, &spec, &err) < 0)
        fail_msg("%s", err.text);
    return spec->annotations;
}

static void assert_place(const char *file, const char *id, const struct implicit_place *expected)
{
    owned_arena arena = {0};
    struct text_map annotations = read_annotations(&arena, file);
    struct implicit_place place = implicit_find_place(id, &annotations);

    if (!expected) {
        assert_null(place.group);
        return;
    }
    assert_string_equal(place.group, expected->group);
    assert_string_equal(place.name, expected->name);
    assert_int_equal(place.is_founder, expected->is_founder);
}

static void test_engines(void **state)
{
    static const char cri[] = "23873eb9dda9f13212fe9cc9eaa09e083791e4fa799880add9131449d2265bd9";
    static const char shim[] = "f2ff619cf12f43c0a5a75c91d7e1b8e6d4f710cdd2b056737bd2a6cbc9824c93";
    static const char infra[] = "f9866fd7ba0057da1c13ceba8e8a224c9abcb540335943231713501148a1949e";

    (void) state;
    assert_place("engines/containerd-cri-sandbox.json", cri,
                 &(struct implicit_place){cri, cri, true});
    assert_place("engines/containerd-cri-member.json", OWN,
                 &(struct implicit_place){cri, "c1", false});
    assert_place("engines/containerd-cri-member-pauseless.json", OWN,
                 &(struct implicit_place){shim, "c1", false});
    assert_place("engines/podman-member.json", OWN, &(struct implicit_place){infra, OWN, false});
    assert_place("engines/podman-infra.json", infra, NULL); /* it does not say */
}

static void test_no_place(void **state)
{
    struct text_pair pairs[] = {
        {"io.kubernetes.cri.sandbox-id", "../escape"},
        {"org.corun.group.id",           "mine"     }
    };
    struct text_map annotations = {pairs, 1};

    (void) state;
    assert_null(implicit_find_place(OWN, &annotations).group); /* it would become a path */
    pairs[0].value = "a";
    assert_string_equal(implicit_find_place(OWN, &annotations).group, "a");
    annotations.count = 2; /* a member of an explicit group */
    assert_null(implicit_find_place(OWN, &annotations).group);
    annotations.count = 0;
    assert_null(implicit_find_place(OWN, &annotations).group);
    pairs[0] = (struct text_pair){"org.corun.group.shm-size", "1"}; /* podman's infra container */
    annotations.count = 1;
    assert_string_equal(implicit_find_place(OWN, &annotations).group, OWN);
    assert_true(implicit_find_place(OWN, &annotations).is_founder);
}

static void assert_checked(const char *key, const char *value, const char *message)
{
    struct text_pair pair = {key, value};
    struct text_map annotations = {&pair, 1};
    struct implicit_wishes wishes;
    owned_arena arena = {0};
    struct error err = {0};
    int result = implicit_read(&arena, &annotations, &wishes, &err);

    if (!message)
        assert_int_equal(result, 0);
    else if (result == 0 || !strstr(err.text, message))
        fail_msg("%s: %s: expected %s", key, result < 0 ? err.text : "accepted", message);
}

static void test_keys(void **state)
{
    (void) state;
    assert_checked("org.corun.grouped", "x", NULL);
    assert_checked("com.example", "x", NULL);
    assert_checked("org.corun.group.", "x", "/annotations/org.corun.group.: there is no such key");
    assert_checked("org.corun.group.hook", "x", "org.corun.group.hook: there is no such key");
    assert_checked("org.corun.group.id", "x", "org.corun.group.id: there is no such key");
    assert_checked("org.corun.group.shm-size", "4096", NULL);
    assert_checked("org.corun.group.shm-size", "0", "shm-size: expected a number of bytes");
    assert_checked("org.corun.group.shm-size", "1,huge=always", "expected a number of bytes");
    assert_checked("org.corun.group.shm-size.x", "1", "expected a number of bytes");
    assert_checked("org.corun.group.volume.data", "4096", NULL);
    assert_checked("org.corun.group.volume.", "4096", "volume.: expected a name");
    assert_checked("org.corun.group.volume.../x", "4096", "volume.../x: expected a name");
    assert_checked("org.corun.group.volume.data", "-1", "volume.data: expected");
    assert_checked("org.corun.group.memory", "4096", NULL);
    assert_checked("org.corun.group.memory", "-1", "group.memory: expected a number of bytes");
    assert_checked("org.corun.group.memory", "4g", "group.memory: expected");
    assert_checked("org.corun.group.pids", "0", "group.pids: expected");
    assert_checked("org.corun.group.cpu", "1.5", NULL);
    assert_checked("org.corun.group.cpu", "0", "group.cpu: expected");
    assert_checked("org.corun.group.cpu", "many", "group.cpu: expected");
    assert_checked("org.corun.group.oom", "group", NULL);
    assert_checked("org.corun.group.oom", "member", NULL);
    assert_checked("org.corun.group.oom", "host", "group.oom: expected \"member\" or \"group\"");
    assert_checked("org.corun.group.mount.data", "/a/b", NULL);
    assert_checked("org.corun.group.mount.data", "/a/b:ro", NULL);
    assert_checked("org.corun.group.mount.data", "/a/b:exec", "mount.data: expected a name and");
    assert_checked("org.corun.group.mount.data", "a", "mount.data: expected");
    assert_checked("org.corun.group.mount.data", "/a/../b", "mount.data: expected");
    assert_checked("org.corun.group.mount.data", "//", "mount.data: expected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_engines),
        cmocka_unit_test(test_no_place),
        cmocka_unit_test(test_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

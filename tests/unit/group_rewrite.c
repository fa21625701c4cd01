/* The pure parts of groups: the group file, its sums, and config.json rewritten for a member. */
#include "runtime/group/rewrite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/group/amounts.h"

static struct group_spec *read_group(struct arena *arena, const char *text)
{
    struct group_spec *spec = NULL;
    struct error err = {0};

    if (group_spec_read(arena, text, strlen(text), &spec, &err) < 0)
        fail_msg("%s", err.text);
    return spec;
}

static void assert_refused(const char *text, const char *message)
{
    owned_arena arena = {0};
    struct group_spec *spec = NULL;
    struct error err = {0};

    assert_int_equal(group_spec_read(&arena, text, strlen(text), &spec, &err), -1);
    if (!strstr(err.text, message))
        fail_msg("%s: expected %s", err.text, message);
}

static void test_refusals(void **state)
{
    (void) state;
    assert_refused("{\"volumes\": [{\"name\": \"a b\", \"tmpfs\": {}}]}", "/volumes/0: \"a b\"");
    assert_refused("{\"volumes\": [{\"name\": \"a\"}]}", "\"a\" is none");
    assert_refused("{\"volumes\": [{\"name\": \"a\", \"tmpfs\": {}, \"config\": {\"x\": \"\"}}]}",
                   "\"a\" is several");
    assert_refused("{\"volumes\": [{\"name\": \"a\", \"config\": {\"x\": \"\"}, \"configFiles\": "
                   "{\"x\": \"/y\"}}]}",
                   "there is a \"x\" already");
    assert_refused("{\"containers\": [{\"name\": \"a\"}], \"initContainers\": [{\"name\": \"a\"}]}",
                   "/initContainers/0/name: there is a container \"a\" already");
    assert_refused("{\"initContainers\": [{\"name\": \"a\", \"resources\": {}}]}",
                   "/initContainers/0/resources");
    assert_refused("{\"volumes\": [{\"name\": \"v\", \"tmpfs\": {}}], \"containers\": [{\"name\": "
                   "\"a\", \"volumeMounts\": [{\"name\": \"v\", \"mountPath\": \"/x\"}, {\"name\": "
                   "\"v\", \"mountPath\": \"//x/\"}]}]}",
                   "/containers/0/volumeMounts/1/mountPath: /x is taken");
    assert_refused("{\"volumes\": [{\"name\": \"v\", \"tmpfs\": {}}], \"containers\": [{\"name\": "
                   "\"a\", \"volumeMounts\": [{\"name\": \"v\", \"mountPath\": \"/x\", "
                   "\"subPath\": \"a/../b\"}]}]}",
                   "/containers/0/volumeMounts/0/subPath");
    assert_refused("{\"limits\": {\"memoryInGB\": 1.5}, \"containers\": [{\"name\": \"a\", "
                   "\"resources\": {\"requests\": {\"memoryInGB\": 1.500001}}}]}",
                   "/containers/0/resources/requests/memoryInGB: is above");
    assert_refused("{\"limits\": {\"cpu\": 0.0000001}}", "/limits/cpu: must be from 0 to 65536");
    assert_refused("{\"limits\": {\"pids\": 0}}", "/limits/pids");
    assert_refused("{\"hostUsers\": false}", "/hostUsers: without the host's");
    assert_refused("{\"gidMappings\": [{\"containerID\": 0, \"hostID\": 1, \"size\": 1}]}",
                   "/gidMappings: needs \"hostUsers\": false");
    assert_refused("{\"restartPolicy\": \"always\"}", "unknown restart policy");
    assert_refused("{\"dnsConfig\": {\"options\": [\"a\\nb\"]}}", "/dnsConfig/options/0");
}

static void test_volume_refusals(void **state)
{
    static const struct {
        const char *kind;
        const char *message;
    } rows[] = {
        {"\"image\": {\"path\": \"/x\", \"fsType\": \"xfs\"}",                                     "unknown type of image"    },
        {"\"image\": {\"path\": \"x\", \"fsType\": \"ext4\"}",                                     "/volumes/0/image/path"    },
        {"\"image\": {\"path\": \"/x\", \"fsType\": \"ext4\", \"digest\": \"sha256:0\"}",
         "/volumes/0/image/digest"                                                                                            },
        {"\"image\": {\"path\": \"/x\", \"fsType\": \"ext4\", \"hashPath\": \"/y\"}",
         "/volumes/0/image: rootHash and hashPath"                                                                            },
        {"\"overlay\": {\"lower\": []}",                                                           "/volumes/0/overlay/lower" },
        {"\"overlay\": {\"lower\": [\"/a\"], \"work\": \"/b\"}",                                   "/volumes/0/overlay: upper"},
        {"\"cifs\": {\"server\": \"a\", \"share\": \"b\", \"options\": [\"vers=3\", \"user=x\"]}",
         "/volumes/0/options/1: is not for options"                                                                           },
        {"\"cifs\": {\"server\": \"a,b\", \"share\": \"b\"}",                                      "/volumes/0/server"        },
        {"\"nfs\": {\"server\": \"a\", \"path\": \"b\"}",                                          "/volumes/0/nfs/path"      },
        {"\"nfs\": {\"server\": \"a\", \"path\": \"/b\", \"options\": [\"\"]}",
         "/volumes/0/options/0"                                                                                               },
        {"\"azureFile\": {\"shareName\": \"a\"}",                                                  "storageAccountName"       },
    };
    (void) state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        owned_arena arena = {0};

        assert_refused(arena_format(&arena, "{\"volumes\": [{\"name\": \"v\", %s}]}", rows[i].kind),
                       rows[i].message);
    }
}

static void test_sums(void **state)
{
    owned_arena arena = {0};
    const char *both =
        "{\"containers\": [{\"name\": \"a\", \"resources\": {\"requests\": {\"cpu\": "
        "0.5, \"memoryInGB\": 1}}}, {\"name\": \"b\", \"resources\": {\"requests\": "
        "{\"cpu\": 1.25}}}]}";
    struct group_amounts total = group_spec_total(&arena, read_group(&arena, both));
    (void) state;

    assert_int_equal(*total.cpu, 1750000);
    assert_null(total.memory_in_gb); /* b requests none, so nobody knows */
    assert_null(total.pids);
    assert_int_equal(group_memory_bytes(1500000), 1610612736);
}

static void test_secrets_are_not_written(void **state)
{
    owned_arena arena = {0};
    const char *text =
        "{\"containers\": [{\"name\": \"a\", \"environmentVariables\": [{\"name\": \"K\", "
        "\"secureValue\": \"hush\"}]}], \"volumes\": [{\"name\": \"v\", \"secret\": {\"k\": "
        "\"aHVzaA==\"}}, {\"name\": \"w\", \"azureFile\": {\"shareName\": \"s\", "
        "\"storageAccountName\": \"a\", \"storageAccountKey\": \"hush\"}}]}";
    const struct group_spec *spec = read_group(&arena, text);
    const char *written = json_write(&arena, &group_spec_type, spec, JSON_COMPACT);
    (void) state;

    assert_string_equal(spec->containers.items[0].variables.items[0].secure_value, "hush");
    assert_null(strstr(written, "hush"));
    assert_null(strstr(written, "aHVzaA"));
    assert_non_null(strstr(written, "\"K\""));
}

static const char config[] =
    "{\"ociVersion\": \"1.2.0\", \"root\": {\"path\": \"r\"}, \"hostname\": \"own\", \"process\": "
    "{\"cwd\": \"/\", \"args\": [\"old\"], \"env\": [\"A=1\", \"AB=2\"]}, \"mounts\": "
    "[{\"destination\": \"/dev\", \"type\": \"tmpfs\"}, {\"destination\": \"/dev/shm\", \"type\": "
    "\"tmpfs\"}], \"linux\": {\"namespaces\": [{\"type\": \"mount\"}, {\"type\": \"network\"}]}}";

static struct spec *read_config(struct arena *arena, const char *text)
{
    struct spec *spec = NULL;
    struct error err = {0};

    if (spec_read(arena, text, strlen(text), &spec, &err) < 0)
        fail_msg("%s", err.text);
    return spec;
}

static struct rewrite rewrite_of(struct arena *arena)
{
    struct rewrite rewrite = {.group = "g", .name = "m", .cgroups_path = "/g/m"};

    *SLICE_PUSH(arena, &rewrite.mounts, struct rewrite_mount) =
        (struct rewrite_mount){"volume", "/dev/shm/deep", "volume \"v\"", true, true};
    *SLICE_PUSH(arena, &rewrite.mounts, struct rewrite_mount) =
        (struct rewrite_mount){"shm", "/dev/shm", "shm", false, false};
    *SLICE_PUSH(arena, &rewrite.namespaces, struct rewrite_namespace) =
        (struct rewrite_namespace){NAMESPACE_NETWORK, "/proc/self/fd/7"};
    *SLICE_PUSH(arena, &rewrite.namespaces, struct rewrite_namespace) =
        (struct rewrite_namespace){NAMESPACE_UTS, "/proc/self/fd/8"};
    return rewrite;
}

static void test_rewrite(void **state)
{
    owned_arena arena = {0};
    struct spec *spec = read_config(&arena, config);
    struct rewrite rewrite = rewrite_of(&arena);
    struct error err = {0};
    (void) state;

    rewrite.container =
        read_group(
            &arena,
            "{\"limits\": {\"memoryInGB\": 4}, \"containers\": [{\"name\": \"m\", \"command\": [\"new\", \"x\"], "
            "\"environmentVariables\": [{\"name\": \"A\", \"value\": \"3\"}], "
            "\"resources\": {\"requests\": {\"cpu\": 0.5, \"memoryInGB\": 1}, "
            "\"limits\": {\"memoryInGB\": 2}}}]}")
            ->containers.items;
    assert_int_equal(rewrite_apply(&arena, &rewrite, spec, &err), 0);
    assert_int_equal(spec->linux_->namespaces.count, 3);
    assert_string_equal(spec->linux_->namespaces.items[1].path, "/proc/self/fd/7");
    assert_string_equal(spec->linux_->namespaces.items[2].path, "/proc/self/fd/8");
    assert_null(spec->hostname);
    assert_int_equal(spec->mounts.count,
                     3); /* the bundle's shm is gone, ours go from the outside in */
    assert_ptr_equal(spec->mounts.items[1].source, rewrite.mounts.items[1].source);
    assert_ptr_equal(spec->mounts.items[2].source, rewrite.mounts.items[0].source);
    assert_string_equal(spec->mounts.items[2].options.items[2], "rro");
    assert_string_equal(spec->process->args.items[0], "new");
    assert_string_equal(spec->process->env.items[0], "A=3");
    assert_string_equal(spec->process->env.items[1], "AB=2");
    assert_string_equal(spec->linux_->cgroups_path, "/g/m");
    assert_int_equal(*spec->linux_->resources->memory->limit, 2147483648);
    assert_int_equal(*spec->linux_->resources->cpu->quota, 50000); /* held to its request */
    assert_int_equal(*spec->linux_->resources->cpu->shares, 512);
    assert_string_equal(text_map_find(&spec->annotations, "org.corun.group.id"), "g");
}

static void test_user_namespace(void **state)
{
    owned_arena arena = {0};
    struct spec *spec = read_config(&arena, config);
    struct rewrite rewrite = rewrite_of(&arena);
    const struct text_list *options;
    struct error err = {0};
    (void) state;

    *SLICE_PUSH(&arena, &spec->linux_->namespaces, struct spec_namespace) =
        (struct spec_namespace){.type = NAMESPACE_USER};
    assert_int_equal(rewrite_apply(&arena, &rewrite, spec, &err), 0);
    options = &spec->mounts.items[2].options; /* the volume */
    assert_int_equal(options->count, 4);
    assert_string_equal(options->items[1], "rslave");
    assert_string_equal(options->items[3], "ridmap");
    options = &spec->mounts.items[1].options; /* /dev/shm: not a volume */
    assert_int_equal(options->count, 2);
    assert_string_equal(options->items[1], "rprivate");
}

/* The group's: with its mappings, and the volumes idmapped as for a namespace of the member's own. */
static void test_shared_user_namespace(void **state)
{
    owned_arena arena = {0};
    struct spec *spec = read_config(&arena, config);
    struct rewrite rewrite = rewrite_of(&arena);
    struct spec_id_mapping mapping = {.container_id = 0, .host_id = 1000, .size = 10};
    const struct spec_id_mapping_list mappings = {&mapping, 1};
    struct error err = {0};
    (void) state;

    rewrite.uid_mappings = rewrite.gid_mappings = &mappings;
    *SLICE_PUSH(&arena, &rewrite.namespaces, struct rewrite_namespace) =
        (struct rewrite_namespace){NAMESPACE_USER, "/proc/self/fd/9"};
    assert_int_equal(rewrite_apply(&arena, &rewrite, spec, &err), 0);
    assert_string_equal(spec->linux_->namespaces.items[3].path, "/proc/self/fd/9");
    assert_int_equal(spec->linux_->uid_mappings.items[0].host_id, 1000);
    assert_int_equal(spec->linux_->gid_mappings.items[0].size, 10);
    assert_string_equal(spec->mounts.items[2].options.items[3], "ridmap");

    spec = read_config(&arena, config);
    spec->linux_->gid_mappings = mappings;
    assert_int_equal(rewrite_apply(&arena, &rewrite, spec, &err), -1);
    assert_non_null(strstr(err.text, "/linux/gidMappings: the group's user namespace"));
}

static void assert_rewrite_refused(const char *before, const char *after, const char *message)
{
    owned_arena arena = {0};
    const char *found = strstr(config, before);
    const char *text;
    struct rewrite rewrite = rewrite_of(&arena);
    struct error err = {0};

    assert_non_null(found);
    text = arena_format(&arena, "%.*s%s%s", (int) (found - config), config, after,
                        found + strlen(before));
    assert_int_equal(rewrite_apply(&arena, &rewrite, read_config(&arena, text), &err), -1);
    if (!strstr(err.text, message))
        fail_msg("%s: expected %s", err.text, message);
}

static void test_rewrite_refusals(void **state)
{
    (void) state;
    assert_rewrite_refused("{\"type\": \"network\"}",
                           "{\"type\": \"network\", \"path\": \"/proc/1/ns/net\"}",
                           "/linux/namespaces/1/path: the network namespace is the group's");
    assert_rewrite_refused("{\"type\": \"mount\"}", "{\"type\": \"pid\"}",
                           "a member needs a new \"mount\" namespace");
    assert_rewrite_refused("\"destination\": \"/dev\"", "\"destination\": \"/dev/shm/deep/er\"",
                           "/mounts/0/destination: /dev/shm/deep/er is where the group's volume");
    assert_rewrite_refused("\"hostname\"", "\"annotations\": {\"org.corun.group.x\": \"\"}, \"h\"",
                           "/annotations/org.corun.group.x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_volume_refusals),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_secrets_are_not_written),
        cmocka_unit_test(test_rewrite),
        cmocka_unit_test(test_user_namespace),
        cmocka_unit_test(test_shared_user_namespace),
        cmocka_unit_test(test_rewrite_refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

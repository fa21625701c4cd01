/* The features document as rows, and the one that describes us. */
#include "oci-spec/features.h"

#include <string.h>

#include "oci-spec/mount_options.h"
#include "oci-spec/names.h"

static const struct json_field enabled_fields[] = {
    {"enabled", &json_bool_pointer, AT(struct features_enabled, enabled), 0},
};
static const struct json_type enabled = {
    JSON_OBJECT_OF("feature", struct features_enabled, enabled_fields)};
static const struct json_type enabled_pointer = {JSON_POINTER_TO(enabled)};

static const struct json_field cgroup_fields[] = {
    {"v1",          &json_bool_pointer, AT(struct features_cgroup, v1),           0},
    {"v2",          &json_bool_pointer, AT(struct features_cgroup, v2),           0},
    {"systemd",     &json_bool_pointer, AT(struct features_cgroup, systemd),      0},
    {"systemdUser", &json_bool_pointer, AT(struct features_cgroup, systemd_user), 0},
    {"rdma",        &json_bool_pointer, AT(struct features_cgroup, rdma),         0},
};
static const struct json_type cgroup = {
    JSON_OBJECT_OF("cgroup", struct features_cgroup, cgroup_fields)};
static const struct json_type cgroup_pointer = {JSON_POINTER_TO(cgroup)};

static const struct json_type action = {JSON_TEXT_IN(names_seccomp_actions)};
static const struct json_type action_list = {JSON_TEXTS_OF(action)};
static const struct json_type comparison = {JSON_TEXT_IN(names_seccomp_operators)};
static const struct json_type comparison_list = {JSON_TEXTS_OF(comparison)};
static const struct json_type arch = {JSON_TEXT_IN(names_seccomp_architectures)};
static const struct json_type arch_list = {JSON_TEXTS_OF(arch)};
static const struct json_type flag = {JSON_TEXT_IN(names_seccomp_flags)};
static const struct json_type flag_list = {JSON_TEXTS_OF(flag)};
static const struct json_field seccomp_fields[] = {
    {"enabled",        &json_bool_pointer, AT(struct features_seccomp, enabled),         0},
    {"actions",        &action_list,       AT(struct features_seccomp, actions),         0},
    {"operators",      &comparison_list,   AT(struct features_seccomp, operators),       0},
    {"archs",          &arch_list,         AT(struct features_seccomp, archs),           0},
    {"knownFlags",     &flag_list,         AT(struct features_seccomp, known_flags),     0},
    {"supportedFlags", &flag_list,         AT(struct features_seccomp, supported_flags), 0},
};
static const struct json_type seccomp = {
    JSON_OBJECT_OF("seccomp", struct features_seccomp, seccomp_fields)};
static const struct json_type seccomp_pointer = {JSON_POINTER_TO(seccomp)};

static const struct json_type policy_mode = {JSON_TEXT_IN(names_memory_policy_modes)};
static const struct json_type policy_mode_list = {JSON_TEXTS_OF(policy_mode)};
static const struct json_type policy_flag = {JSON_TEXT_IN(names_memory_policy_flags)};
static const struct json_type policy_flag_list = {JSON_TEXTS_OF(policy_flag)};
static const struct json_field memory_policy_fields[] = {
    {"modes", &policy_mode_list, AT(struct features_memory_policy, modes), 0},
    {"flags", &policy_flag_list, AT(struct features_memory_policy, flags), 0},
};
static const struct json_type memory_policy = {
    JSON_OBJECT_OF("memoryPolicy", struct features_memory_policy, memory_policy_fields)};
static const struct json_type memory_policy_pointer = {JSON_POINTER_TO(memory_policy)};

static const struct json_field intel_rdt_fields[] = {
    {"enabled",    &json_bool_pointer, AT(struct features_intel_rdt, enabled),    0},
    {"schemata",   &json_bool_pointer, AT(struct features_intel_rdt, schemata),   0},
    {"monitoring", &json_bool_pointer, AT(struct features_intel_rdt, monitoring), 0},
};
static const struct json_type intel_rdt = {
    JSON_OBJECT_OF("intelRdt", struct features_intel_rdt, intel_rdt_fields)};
static const struct json_type intel_rdt_pointer = {JSON_POINTER_TO(intel_rdt)};

static const struct json_field mount_extensions_fields[] = {
    {"idmap", &enabled_pointer, AT(struct features_mount_extensions, idmap), 0},
};
static const struct json_type mount_extensions = {
    JSON_OBJECT_OF("mountExtensions", struct features_mount_extensions, mount_extensions_fields)};
static const struct json_type mount_extensions_pointer = {JSON_POINTER_TO(mount_extensions)};

/* The schema's ^CAP_[A-Z_]+$: a runtime may know a capability that our tables do not. */
static const char *check_capability(const void *value)
{
    const char *text = value;
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

    return strncmp(text, "CAP_", 4) == 0 && length > 4 && text[length] == '\0'
               ? NULL
               : "must be the name of a capability: CAP_CHOWN";
}

static const struct json_type capability = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_capability};
static const struct json_type capability_list = {JSON_TEXTS_OF(capability)};
static const struct json_type namespace = {JSON_TEXT_IN(names_namespaces)};
static const struct json_type namespace_list = {JSON_TEXTS_OF(namespace)};
static const struct json_field linux_fields[] = {
    {"namespaces",      &namespace_list,           AT(struct features_linux, namespaces),       0},
    {"capabilities",    &capability_list,          AT(struct features_linux, capabilities),     0},
    {"cgroup",          &cgroup_pointer,           AT(struct features_linux, cgroup),           0},
    {"seccomp",         &seccomp_pointer,          AT(struct features_linux, seccomp),          0},
    {"apparmor",        &enabled_pointer,          AT(struct features_linux, apparmor),         0},
    {"selinux",         &enabled_pointer,          AT(struct features_linux, selinux),          0},
    {"memoryPolicy",    &memory_policy_pointer,    AT(struct features_linux, memory_policy),    0},
    {"intelRdt",        &intel_rdt_pointer,        AT(struct features_linux, intel_rdt),        0},
    {"mountExtensions", &mount_extensions_pointer, AT(struct features_linux, mount_extensions), 0},
    {"netDevices",      &enabled_pointer,          AT(struct features_linux, net_devices),      0},
};
static const struct json_type linux_section = {
    JSON_OBJECT_OF("linux", struct features_linux, linux_fields)};
static const struct json_type linux_pointer = {JSON_POINTER_TO(linux_section)};

static const struct json_field features_fields[] = {
    {"ociVersionMin",                      &json_text,     AT(struct features, oci_version_min),    JSON_REQUIRED},
    {"ociVersionMax",                      &json_text,     AT(struct features, oci_version_max),    JSON_REQUIRED},
    {"hooks",                              &json_strings,  AT(struct features, hooks),              0            },
    {"mountOptions",                       &json_strings,  AT(struct features, mount_options),      0            },
    {"linux",                              &linux_pointer, AT(struct features, linux_),             0            },
    {"annotations",                        &json_text_map, AT(struct features, annotations),        0            },
    {"potentiallyUnsafeConfigAnnotations", &json_strings,  AT(struct features, unsafe_annotations),
     0                                                                                                           },
};
const struct json_type json_features = {
    JSON_OBJECT_OF("features", struct features, features_fields)};

/* Ours. */

static const bool *constant(bool value)
{
    static const bool values[] = {false, true};

    return &values[value];
}

static struct text_list names_list(struct arena *arena, const struct names *names)
{
    struct text_list list = {0};

    for (size_t i = 0; i < names->count; i++)
        text_list_push(arena, &list, names->items[i].name);
    return list;
}

/* In the order in which they run, which is that of their values. */
static struct text_list hook_names(struct arena *arena)
{
    struct text_list list = {0};

    for (size_t i = 0; i < names_hooks.count; i++)
        text_list_push(arena, &list, names_text(&names_hooks, (int64_t) i));
    return list;
}

static const struct features_enabled *build_enabled(struct arena *arena, bool value)
{
    struct features_enabled *result = ARENA_NEW(arena, struct features_enabled);

    result->enabled = constant(value);
    return result;
}

static const struct features_cgroup *build_cgroup(struct arena *arena,
                                                  const struct features_facts *facts)
{
    struct features_cgroup *result = ARENA_NEW(arena, struct features_cgroup);

    result->v1 = constant(facts->has_cgroup_v1);
    result->v2 = constant(facts->has_cgroup_v2);
    result->systemd = constant(facts->has_systemd);
    result->systemd_user = constant(facts->has_systemd_user);
    result->rdma = constant(facts->has_rdma);
    return result;
}

static const struct features_seccomp *build_seccomp(struct arena *arena,
                                                    const struct features_facts *facts)
{
    struct features_seccomp *result = ARENA_NEW(arena, struct features_seccomp);

    result->enabled = constant(facts->has_seccomp);
    if (!facts->has_seccomp)
        return result;
    result->actions = names_list(arena, &names_seccomp_actions);
    result->operators = names_list(arena, &names_seccomp_operators);
    result->archs = facts->seccomp_architectures;
    result->known_flags = names_list(arena, &names_seccomp_flags);
    for (size_t i = 0; i < names_seccomp_flags.count; i++)
        if ((facts->seccomp_supported_flags & (uint64_t) names_seccomp_flags.items[i].value) != 0)
            text_list_push(arena, &result->supported_flags, names_seccomp_flags.items[i].name);
    return result;
}

static const struct features_memory_policy *build_memory_policy(struct arena *arena)
{
    struct features_memory_policy *result = ARENA_NEW(arena, struct features_memory_policy);

    result->modes = names_list(arena, &names_memory_policy_modes);
    result->flags = names_list(arena, &names_memory_policy_flags);
    return result;
}

static const struct features_intel_rdt *build_intel_rdt(struct arena *arena,
                                                        const struct features_facts *facts)
{
    struct features_intel_rdt *result = ARENA_NEW(arena, struct features_intel_rdt);

    result->enabled = constant(facts->has_intel_rdt);
    result->schemata = constant(facts->has_intel_rdt_schemata);
    result->monitoring = constant(facts->has_intel_rdt_monitoring);
    return result;
}

static const struct features_linux *build_linux(struct arena *arena,
                                                const struct features_facts *facts)
{
    struct features_linux *result = ARENA_NEW(arena, struct features_linux);
    struct features_mount_extensions *extensions =
        ARENA_NEW(arena, struct features_mount_extensions);

    extensions->idmap = build_enabled(arena, true);
    result->namespaces = names_list(arena, &names_namespaces);
    result->capabilities = names_list(arena, &names_capabilities);
    result->cgroup = build_cgroup(arena, facts);
    result->seccomp = build_seccomp(arena, facts);
    result->apparmor = build_enabled(arena, facts->has_apparmor);
    result->selinux = build_enabled(arena, facts->has_selinux);
    result->memory_policy = build_memory_policy(arena);
    result->intel_rdt = build_intel_rdt(arena, facts);
    result->mount_extensions = extensions;
    result->net_devices = build_enabled(arena, facts->has_net_devices);
    return result;
}

static void annotate(struct arena *arena, struct text_map *annotations, const char *key,
                     const char *value)
{
    struct text_pair *pair;

    if (!value)
        return;
    pair = SLICE_PUSH(arena, annotations, struct text_pair);
    pair->key = key;
    pair->value = value;
}

const char *features_write(struct arena *arena, const struct features_facts *facts)
{
    struct features features = {.oci_version_min = "1.0.0", .oci_version_max = "1.3.0"};
    struct text_map *annotations = &features.annotations;

    features.hooks = hook_names(arena);
    features.mount_options = mount_options_names(arena);
    features.linux_ = build_linux(arena, facts);
    features.unsafe_annotations = facts->unsafe_annotations;
    annotate(arena, annotations, "io.github.seccomp.libseccomp.version", facts->libseccomp_version);
    annotate(arena, annotations, "org.corun.checkpoint.enabled",
             facts->has_checkpoint ? "true" : "false");
    annotate(arena, annotations, "org.corun.commit", facts->commit);
    annotate(arena, annotations, "org.corun.version", facts->version);
    return json_write(arena, &json_features, &features, JSON_INDENTED);
}

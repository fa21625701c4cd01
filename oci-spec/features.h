/*
 * The features document (features.md, features-linux.md): what this runtime recognizes, by the very tables
 * that the decoder uses. It says nothing of the host; see "determined on the compilation time" there.
 */
#ifndef OCI_SPEC_FEATURES_H
#define OCI_SPEC_FEATURES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "oci-spec/json.h"

/* What the build knows and this layer does not. */
struct features_facts {
    bool has_cgroup_v1;
    bool has_cgroup_v2;
    bool has_systemd;      /* system-wide systemd as cgroup manager */
    bool has_systemd_user; /* user-scoped */
    bool has_rdma;
    bool has_seccomp;
    uint64_t
        seccomp_supported_flags; /* SECCOMP_FILTER_FLAG_... bits that libseccomp and kernel take */
    struct text_list seccomp_architectures; /* that libseccomp can put into a filter here */
    const char *libseccomp_version;         /* "2.5.4"; NULL: not said */
    bool has_apparmor;
    bool has_selinux;
    bool has_intel_rdt;
    bool has_intel_rdt_schemata;
    bool has_intel_rdt_monitoring;
    bool has_net_devices;
    bool has_checkpoint;
    const char *version;                 /* of corun */
    const char *commit;                  /* NULL: not said */
    struct text_list unsafe_annotations; /* potentiallyUnsafeConfigAnnotations */
};

/* The document, indented, in the arena. */
const char *features_write(struct arena *arena, const struct features_facts *facts);

/* As decoded. Absent and false differ here (features.md), so booleans are pointers. */
struct features_enabled {
    const bool *enabled;
};

struct features_cgroup {
    const bool *v1;
    const bool *v2;
    const bool *systemd;
    const bool *systemd_user;
    const bool *rdma;
};

struct features_seccomp {
    const bool *enabled;
    struct text_list actions;
    struct text_list operators;
    struct text_list archs;
    struct text_list known_flags;
    struct text_list supported_flags;
};

struct features_memory_policy {
    struct text_list modes;
    struct text_list flags;
};

struct features_intel_rdt {
    const bool *enabled;
    const bool *schemata;
    const bool *monitoring;
};

struct features_mount_extensions {
    const struct features_enabled *idmap;
};

struct features_linux {
    struct text_list namespaces;
    struct text_list capabilities;
    const struct features_cgroup *cgroup;
    const struct features_seccomp *seccomp;
    const struct features_enabled *apparmor;
    const struct features_enabled *selinux;
    const struct features_memory_policy *memory_policy;
    const struct features_intel_rdt *intel_rdt;
    const struct features_mount_extensions *mount_extensions;
    const struct features_enabled *net_devices;
};

struct features {
    const char *oci_version_min;
    const char *oci_version_max;
    struct text_list hooks;
    struct text_list mount_options;
    const struct features_linux *linux_;
    struct text_map annotations;
    struct text_list unsafe_annotations;
};

extern const struct json_type json_features; /* struct features */

#endif

/* The facts of the features document: what this build does, not what the machine has (features.md: "determined on the compilation time"). */
#include "runtime/host/features.h"

#include <seccomp.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#else
#define PACKAGE_VERSION "unknown" /* compiled by hand, without configure */
#endif

#include "oci-spec/names.h"

/* We pass the flags to seccomp(2) ourselves, so all that the decoder knows are supported. */
static uint64_t all_seccomp_flags(void)
{
    uint64_t flags = 0;

    for (size_t i = 0; i < names_seccomp_flags.count; i++)
        flags |= (uint64_t) names_seccomp_flags.items[i].value;
    return flags;
}

int host_features(struct arena *arena, struct features_facts *ret_facts, struct error *err)
{
    const struct scmp_version *library = seccomp_version();

    if (!library)
        return error_set(err, ERROR_UNSUPPORTED, "libseccomp does not tell its version");
    *ret_facts = (struct features_facts){
        .has_cgroup_v1 = true,
        .has_cgroup_v2 = true,
        .has_rdma = true,
        .has_seccomp = true,
        .seccomp_supported_flags = all_seccomp_flags(),
        .libseccomp_version =
            arena_format(arena, "%u.%u.%u", library->major, library->minor, library->micro),
        .has_apparmor = true,
        .has_selinux = true, /* built in */
        .has_net_devices = true,
        .version = PACKAGE_VERSION,
    };
    return 0;
}

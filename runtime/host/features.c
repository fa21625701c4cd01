/* The facts of the features document: what this build does, not what the machine has (features.md: "determined on the compilation time"). */
#include "runtime/host/features.h"

#include <errno.h>
#include <seccomp.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#else
#define HAVE_SYSTEMD    0
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

/* An older libseccomp refuses what it does not know, and every one refuses to mix byte orders in a filter. */
static struct text_list seccomp_architectures(struct arena *arena)
{
    const struct names *names = &names_seccomp_architectures;
    struct text_list list = {0};

    for (size_t i = 0; i < names->count; i++) {
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
        int error = filter ? seccomp_arch_add(filter, (uint32_t) names->items[i].value) : -ENOMEM;

        if (error == 0 || error == -EEXIST) /* the native one is there from the beginning */
            text_list_push(arena, &list, names->items[i].name);
        seccomp_release(filter);
    }
    return list;
}

int host_features(struct arena *arena, struct features_facts *ret_facts, struct error *err)
{
    const struct scmp_version *library = seccomp_version();

    if (!library)
        return error_set(err, ERROR_UNSUPPORTED, "libseccomp does not tell its version");
    *ret_facts = (struct features_facts){
        .has_cgroup_v1 = true,
        .has_cgroup_v2 = true,
        .has_systemd = HAVE_SYSTEMD,
        .has_systemd_user = HAVE_SYSTEMD,
        .has_checkpoint = true,
        .has_rdma = true,
        .has_seccomp = true,
        .seccomp_supported_flags = all_seccomp_flags(),
        .seccomp_architectures = seccomp_architectures(arena),
        .libseccomp_version =
            arena_format(arena, "%u.%u.%u", library->major, library->minor, library->micro),
        .has_apparmor = true,
        .has_selinux = true, /* built in */
        .has_intel_rdt = true,
        .has_intel_rdt_schemata = true,
        .has_intel_rdt_monitoring = true,
        .has_net_devices = true,
        .version = PACKAGE_VERSION,
    };
    return 0;
}

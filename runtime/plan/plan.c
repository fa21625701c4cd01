/*
 * plan_build(): spec + host + request to a plan, by the parts in parts.h, in order.
 *
 * Pure: nothing is opened, read or asked of the kernel; equal inputs give equal plans. Every error that is
 * the configuration's fault ends here, with the JSON pointer of the offender, before anything exists.
 */
#include "runtime/plan/plan.h"

#include <linux/mount.h>
#include <string.h>
#include <sys/mount.h>

#include "base/text.h"
#include "runtime/plan/parts.h"

/* Later parts use what earlier ones decided: everything the namespaces, the cgroup mounts the cgroup's path. */
static int (*const plan_parts[])(const struct plan_builder *builder, struct error *err) = {
    plan_check_platform, plan_build_namespaces,  plan_check_needs,   plan_build_root,
    plan_build_cgroup,   plan_build_mounts,      plan_build_devices, plan_build_paths,
    plan_build_sysctls,  plan_build_net_devices, plan_build_process, plan_build_scheduling,
    plan_build_security, plan_build_seccomp,     plan_build_resctrl,
};

bool plan_has_own(const struct plan_builder *builder, enum namespace_kind kind)
{
    return builder->plan->namespaces.of[kind].how != PLAN_NAMESPACE_INHERIT;
}

bool plan_is_in_user_namespace(const struct plan_builder *builder)
{
    return builder->host->is_in_user_namespace || plan_has_own(builder, NAMESPACE_USER);
}

const char *plan_pointer_key(struct arena *arena, const char *key)
{
    char *escaped = arena_alloc(arena, strlen(key) * 2 + 1);
    char *end = escaped;

    for (; *key; key++) {
        if (*key == '~' || *key == '/') {
            *end++ = '~';
            *end++ = *key == '~' ? '0' : '1';
        } else {
            *end++ = *key;
        }
    }
    return escaped;
}

int plan_build_root(const struct plan_builder *builder, struct error *err)
{
    const struct spec_linux *section = builder->linux_;
    struct plan_root *root = &builder->plan->root;

    (void) err;
    root->path =
        text_path_join(builder->arena, builder->request->bundle, builder->spec->root->path);
    root->fd = -1;
    root->is_readonly = builder->spec->root->readonly;
    root->propagation =
        section->rootfs_propagation ? (uint64_t) *section->rootfs_propagation : MS_PRIVATE;
    root->has_mount_namespace =
        builder->plan->namespaces.of[NAMESPACE_MOUNT].how == PLAN_NAMESPACE_NEW;
    root->pivots = root->has_mount_namespace && !builder->request->no_pivot;
    return 0;
}

/*
 * A root process that the container's root could become may overwrite our executable through /proc/PID/exe. A user
 * namespace that does not map the host's root protects as well as sealing does. Of a joined one without mappings
 * we do not know.
 */
bool plan_decides_to_seal(const struct plan_builder *builder)
{
    const struct spec_id_mapping_list *mappings = &builder->linux_->uid_mappings;

    if (builder->host->euid != 0 || !builder->host->is_privileged)
        return false;
    if (!plan_has_own(builder, NAMESPACE_USER) || mappings->count == 0)
        return true;
    return plan_idmap_has_host(mappings, 0);
}

static void plan_fill_rest(const struct plan_builder *builder)
{
    const struct spec_hooks *hooks = builder->spec->hooks;
    struct plan *plan = builder->plan;

    plan->hostname = builder->spec->hostname;
    plan->domainname = builder->spec->domainname;
    plan->preserve_fds = builder->request->preserve_fds;
    plan->has_create_hooks =
        hooks &&
        hooks->prestart.count + hooks->create_runtime.count + hooks->create_container.count > 0;
    plan->seals_binary = plan_decides_to_seal(builder);
}

const struct spec_linux *plan_linux_of(const struct spec *spec)
{
    static const struct spec_linux none = {0};

    return spec->linux_ ? spec->linux_ : &none;
}

/* One parameter more than usual: the three inputs of a plan are three things. */
/* NOLINTNEXTLINE(readability-function-size) */
int plan_build(struct arena *arena, const struct spec *spec, const struct host *host,
               const struct plan_request *request, struct plan **ret_plan, struct error *err)
{
    struct plan *plan = ARENA_NEW(arena, struct plan);
    const struct plan_builder builder = {
        .arena = arena,
        .spec = spec,
        .linux_ = plan_linux_of(spec),
        .host = host,
        .request = request,
        .plan = plan,
    };

    plan->id = request->id;
    plan->bundle = request->bundle;
    plan->spec = spec;
    for (size_t i = 0; i < sizeof(plan_parts) / sizeof(plan_parts[0]); i++)
        if (plan_parts[i](&builder, err) < 0)
            return -1;
    plan_fill_rest(&builder);
    plan_choose_mounts_to_copy(&builder);
    *ret_plan = plan;
    return 0;
}

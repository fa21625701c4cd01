/*
 * plan_build_mount_changes(): mounts for a container that runs. The same code decides as at create, over a copy of the container's
 * configuration in which "mounts" is what is asked for.
 *
 * The root is in the hands of a program that runs, so no symlink is followed: an administrator who says /data must not be led to
 * another mount, a masked path for example.
 */
#include <string.h>

#include "base/text.h"
#include "oci-spec/mount_options.h"
#include "runtime/plan/parts.h"

/* A new procfs would lack the masks of the container's own; the mounts of a cgroup are several, and one of them a link. */
static bool is_made_at_create_only(const char *type)
{
    return strcmp(type, "cgroup") == 0 || strcmp(type, "cgroup2") == 0 || strcmp(type, "proc") == 0;
}

static int check_asked(const struct plan_builder *builder, struct error *err)
{
    for (size_t i = 0; i < builder->spec->mounts.count; i++) {
        const struct spec_mount *asked = &builder->spec->mounts.items[i];
        struct mount_options options;

        mount_options_parse(builder->arena, &asked->options, &options);
        if (options.is_remount || (!asked->type && !asked->source && !options.is_bind))
            return error_set(err, ERROR_UNSUPPORTED,
                             "/mounts/%zu: only a new mount can be added, not a change of one", i);
        if (asked->type && !options.is_bind && is_made_at_create_only(asked->type))
            return error_set(err, ERROR_UNSUPPORTED,
                             "/mounts/%zu/type: \"%s\" is mounted at create only", i, asked->type);
    }
    return 0;
}

static int build_additions(const struct plan_builder *builder, struct error *err)
{
    if (check_asked(builder, err) < 0 || plan_build_mounts(builder, err) < 0)
        return -1;
    SLICE_FOR_EACH(struct plan_mount, mount, builder->plan->mounts)
        mount->refuses_symlinks = true;
    return 0;
}

static int build_removals(const struct plan_builder *builder, struct error *err)
{
    for (size_t i = 0; i < builder->spec->mounts.count; i++) {
        const char *destination = builder->spec->mounts.items[i].destination;
        struct plan_mount mount = {
            .kind = PLAN_MOUNT_CHANGE,
            .destination = destination,
            .target = text_path_clean(builder->arena, destination),
            .fd = -1,
        };

        if (mount.target[0] == '\0')
            return error_set(err, ERROR_INVALID,
                             "/mounts/%zu/destination: the root itself cannot be removed", i);
        *SLICE_PUSH(builder->arena, &builder->plan->mounts, struct plan_mount) = mount;
    }
    return 0;
}

/* One parameter more than usual, as plan_build(). */
/* NOLINTNEXTLINE(readability-function-size) */
int plan_build_mount_changes(struct arena *arena, const struct spec *spec, const struct host *host,
                             const struct plan_mounts_request *request, struct plan **ret_plan,
                             struct error *err)
{
    struct spec *with_mounts = ARENA_NEW(arena, struct spec);
    struct plan *plan = ARENA_NEW(arena, struct plan);
    const struct plan_request asked = {.bundle = request->bundle};
    const struct plan_builder builder = {
        .arena = arena,
        .spec = with_mounts,
        .linux_ = plan_linux_of(spec),
        .host = host,
        .request = &asked,
        .plan = plan,
    };

    *with_mounts = *spec;
    with_mounts->mounts = request->mounts;
    plan->bundle = request->bundle;
    plan->spec = with_mounts;
    plan->root.fd = -1;
    if (plan_build_namespaces(&builder, err) < 0)
        return -1;
    if (plan->namespaces.of[NAMESPACE_MOUNT].how == PLAN_NAMESPACE_INHERIT)
        return error_set(err, ERROR_UNSUPPORTED, "the container has no mount namespace of its own");
    *ret_plan = plan;
    return request->is_removal ? build_removals(&builder, err) : build_additions(&builder, err);
}

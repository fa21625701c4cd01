/*
 * A damaged record: the plan is a pure function, so planning the create again tells which cgroup it made, and whatever lives in that
 * can be ended. From the copy of config.json; when that is damaged too, as if it had not named a cgroup.
 */
#include "runtime/container/recovery.h"

#include <string.h>

#include "oci-spec/spec.h"
#include "runtime/host/host.h"
#include "runtime/plan/plan.h"

static const struct spec *read_spec(struct arena *arena, const struct container *container)
{
    struct spec *spec = NULL;
    struct content config = {0};
    struct error ignored; /* the damage has been told */

    if (entry_read(arena, &container->entry, STORE_CONFIG, &config, &ignored) > 0 &&
        spec_read(arena, config.bytes, config.size, &spec, &ignored) == 0)
        return spec;
    return spec_default(arena);
}

void recovery_find_cgroup(struct arena *arena, struct container *container)
{
    struct plan_request request = {.id = container->entry.id, .bundle = "/"};
    const struct spec *spec = read_spec(arena, container);
    struct plan *plan = NULL;
    struct host host;
    struct error failed;

    /* No path of engines has a colon. */
    request.is_systemd_cgroup =
        spec->linux_ && spec->linux_->cgroups_path && strchr(spec->linux_->cgroups_path, ':');
    if (host_probe(arena, &host, &failed) < 0 ||
        plan_build(arena, spec, &host, &request, &plan, &failed) < 0) {
        log_warning(container->log, "find the cgroup of container \"%s\": %s", container->entry.id,
                    failed.text);
        return;
    }
    container->record.uses_systemd = request.is_systemd_cgroup;
    if (plan->has_cgroup)
        cgroup_find(arena, host.cgroup_mode, &host.hierarchies, plan->cgroup.path,
                    &container->cgroup);
}

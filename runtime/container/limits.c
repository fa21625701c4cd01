/*
 * Limits. Those of a cgroup that has no container are planned as a container's are, by giving the planner one that has nothing else; other
 * limits for one that is there, by a plan of their own (plan/update.h) from what is given, what the host can do, and what the cgroup says now.
 */
#include "runtime/container/limits.h"

#include "runtime/host/host.h"
#include "runtime/plan/plan.h"
#include "runtime/plan/update.h"

/* A restriction here would bind the cgroups below, too; each of them has its own. */
static void allow_devices(struct arena *arena, struct spec_resources *resources)
{
    struct spec_device_rule *rule;

    resources->devices.items = NULL;
    resources->devices.count = 0;
    rule = SLICE_PUSH(arena, &resources->devices, struct spec_device_rule);
    rule->allow = true;
    rule->access = "rwm";
}

int limits_plan(struct arena *arena, const struct limits_request *request,
                struct cgroup *ret_cgroup, struct cgroup_settings *ret_settings, struct error *err)
{
    const struct plan_request asked = {.id = request->path, .bundle = "/"};
    struct spec_resources resources = *request->resources;
    struct spec_root root = {.path = "/"};
    struct spec_linux section = {.cgroups_path = request->path, .resources = &resources};
    const struct spec spec = {.oci_version = "1.0.0", .root = &root, .linux_ = &section};
    struct host host;
    struct plan *plan;

    allow_devices(arena, &resources);
    if (host_probe(arena, &host, err) < 0 ||
        plan_build(arena, &spec, &host, &asked, &plan, err) < 0)
        return -1;
    if (!plan->has_cgroup)
        return error_set(err, ERROR_UNSUPPORTED, "no cgroup hierarchy is mounted on this host");
    cgroup_find(arena, host.cgroup_mode, &host.hierarchies, plan->cgroup.path, ret_cgroup);
    cgroup_measure_missing(arena, ret_cgroup);
    *ret_settings = plan->cgroup;
    return 0;
}

int limits_update(struct arena *arena, const struct limits_change *change, struct error *err)
{
    struct host host;
    struct cgroup_live live;
    struct plan_update update;
    const struct plan_update_request request = {change->resources, &host, &live};

    if (host_probe(arena, &host, err) < 0)
        return -1;
    cgroup_read_live(arena, change->cgroup, &live);
    if (plan_build_update(arena, &request, &update, err) < 0)
        return -1;
    for (size_t i = 0; i < update.warnings.count; i++)
        log_warning(change->log, "%s", update.warnings.items[i]);
    update.settings.is_unit = change->is_unit;
    return cgroup_update(arena, change->cgroup, &update.settings, err);
}

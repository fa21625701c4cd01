/* Limits of a cgroup that has no container: planned as a container's are, by giving the planner one that has nothing else. */
#include "runtime/container/limits.h"

#include "runtime/host/host.h"
#include "runtime/plan/plan.h"

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

/* Limits for a cgroup that is no container's own: the parent of several, as a pod has one. */
#ifndef RUNTIME_CONTAINER_LIMITS_H
#define RUNTIME_CONTAINER_LIMITS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "oci-spec/spec.h"
#include "runtime/cgroup/cgroup.h"

struct limits_request {
    const char *path; /* below each hierarchy */
    const struct spec_resources *resources;
};

/*
 * The cgroup of this path on this host, not made yet (cgroup_find(), cgroup_measure_missing()), and what a cgroup_create() of it is to write: as
 * for a container with these resources, but that devices are left to the cgroups below. ERROR_UNSUPPORTED when there is no hierarchy.
 */
int limits_plan(struct arena *arena, const struct limits_request *request,
                struct cgroup *ret_cgroup, struct cgroup_settings *ret_settings, struct error *err);

struct limits_change {
    struct cgroup *cgroup;
    const struct spec_resources *resources; /* what they do not name stays, devices too */
    const struct log *log;                  /* of what has no effect here */
    bool is_unit;                           /* systemd made it, and is to know */
};

/* Other limits for a cgroup that is there: all of them or, on failure, none. */
int limits_update(struct arena *arena, const struct limits_change *change, struct error *err);

#endif

/*
 * Limits of a whole pod, from the annotations of its sandbox: set on the pod's own cgroup, which the engine has made, once the sandbox is in it.
 */
#ifndef RUNTIME_GROUP_POD_LIMITS_H
#define RUNTIME_GROUP_POD_LIMITS_H

#include "oci-spec/spec.h"
#include "runtime/group/group.h"
#include "runtime/group/rewrite.h"

/*
 * request: the pod. uid: what the engine calls it; the cgroup must be called so, too (ERROR_UNSUPPORTED), since others may be in any other.
 * ERROR_INVALID: a limit would be higher than it is.
 */
int pod_apply_limits(struct arena *arena, const struct group_request *request,
                     const struct spec_resources *resources, const char *uid, struct error *err);

#endif

/*
 * What a pod's annotations let its containers share beside the engine's: a /dev/shm of another size, and volumes in memory. The sandbox's mount namespace
 * holds them, so they go with the pod. Who joins gets clones of the mounts, opened in there.
 */
#ifndef RUNTIME_GROUP_POD_VOLUMES_H
#define RUNTIME_GROUP_POD_VOLUMES_H

#include "oci-spec/spec.h"
#include "runtime/group/implicit.h"
#include "runtime/group/rewrite.h"
#include "runtime/group/visit.h"

/* Into the sandbox's config.json. Pure. */
int pod_add_volumes(struct arena *arena, const struct implicit_wishes *wishes, struct spec *spec,
                    struct error *err);

struct pod_volumes {
    const struct implicit_wishes *sandbox; /* what the sandbox was asked for */
    const struct implicit_wishes *member;
    int process;              /* /proc/PID of the sandbox, borrowed; -1: none is known */
    struct visit_list visits; /* owned: pod_volumes_release(); one for each mount */
    struct rewrite rewrite;   /* its mounts */
};

/* Opens what the member is to get, and lists the mounts in rewrite. ERROR_INVALID: a volume that the sandbox does not have. */
int pod_open_volumes(struct arena *arena, struct pod_volumes *volumes, struct error *err);

void pod_volumes_release(struct pod_volumes *volumes);

#endif

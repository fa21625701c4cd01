/*
 * Pods of engines as groups: derived from the containers that are there, each time anew. Nothing is kept of them, so nothing can be left over, in
 * whatever order the engine deletes, and nothing of the engine's changes.
 */
#ifndef RUNTIME_GROUP_POD_H
#define RUNTIME_GROUP_POD_H

#include "oci-spec/spec.h"
#include "runtime/cgroup/meter.h"
#include "runtime/group/lookup.h"

struct pod {
    struct container_info_list members; /* as the group's record lists them */
    /*
     * The group's cgroup is above those of all members, and of no other container that we know; else only the way to
     * the hierarchies.
     */
    bool has_cgroup;
};

SLICE_TYPE(pod_list, struct group);

/* All below the root, sorted by id. They hold no handles and need no release; the request is borrowed. */
int pod_read_list(struct arena *arena, const struct group_request *request,
                  struct pod_list *ret_pods, struct error *err);

/* group_find(), or else the pod whose sandbox has this id, which has no lock. ERROR_NOT_FOUND when there is neither. */
int pod_find_too(struct arena *arena, const struct group_request *request, bool is_locked,
                 struct group *ret_group, struct error *err);

/* 1, or 0 when it has no such member. */
int pod_find_member(const struct pod *pod, const char *id, struct container_info *ret_info);

/* What the whole pod uses: what its cgroup says, or the sum of the members. */
void pod_read_meter(struct arena *arena, const struct group *group, struct cgroup_meter *ret_meter);

/* One member after the other: the engine asks for the state of each, and keeps processes of its own in the pod's cgroup. */
int pod_kill(struct arena *arena, const struct group *group, int signal, struct error *err);
int pod_pause(struct arena *arena, const struct group *group, struct error *err);
int pod_resume(struct arena *arena, const struct group *group, struct error *err);

/* Each container gets its stop signal, and KILL when it is left after the grace; then the sandbox likewise. */
int pod_stop(const struct group_request *request, int64_t grace_seconds, struct error *err);

/*
 * group_update() of a pod. ERROR_UNSUPPORTED: limits of a pod that has no cgroup of its own; ERROR_INVALID: they would be above those of a cgroup
 * that it is in, or below those of a container. On failure the limits are as before.
 */
int pod_update(struct arena *arena, const struct group *group,
               const struct group_update_request *request, struct error *err);

/* A namespace that the members of a pod have in common. */
struct pod_namespace {
    const char *proc; /* below /proc/PID/ns */
    enum namespace_kind kind;
    bool may_differ; /* it may be another member's own: a debugger in the processes of its target */
};

/* network, ipc and uts come first, user last. */
enum { POD_SHARED_COUNT = 3, POD_USER = 4, POD_NAMESPACE_COUNT };
extern const struct pod_namespace pod_namespaces[POD_NAMESPACE_COUNT];

#endif

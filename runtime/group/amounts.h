/* Amounts of a group file as the resources of config.json. */
#ifndef RUNTIME_GROUP_AMOUNTS_H
#define RUNTIME_GROUP_AMOUNTS_H

#include "oci-spec/spec.h"
#include "runtime/group/spec.h"

/* The file of cgroup v2 that makes the kernel end all of a cgroup when it has to end one process for memory. */
#define GROUP_OOM_KEY "memory.oom.group"

int64_t group_memory_bytes(int64_t millionths_of_gib);

/* Sets the limits, and the CPU shares of the requests; either may be NULL. What they do not name is left as it is. */
void group_amounts_apply(struct arena *arena, const struct group_amounts *requests,
                         const struct group_amounts *limits, struct spec_resources *resources);

/* What a member gets: without limits it is held to its requests. */
void group_amounts_apply_member(struct arena *arena, const struct group_resources *asked,
                                struct spec_resources *resources);

/* Refuses limits in resources that are above the total, with the JSON pointer. */
int group_amounts_check(const struct spec_resources *resources, const struct group_amounts *total,
                        struct error *err);

#endif

/*
 * The plan of an update: which files of a living cgroup get which values, in which order. Pure like plan_build(): what is there now
 * comes in as facts.
 */
#ifndef RUNTIME_PLAN_UPDATE_H
#define RUNTIME_PLAN_UPDATE_H

#include "base/arena.h"
#include "base/error.h"
#include "oci-spec/spec.h"
#include "runtime/cgroup/cgroup_settings.h"
#include "runtime/host/host.h"

struct plan_update_request {
    const struct spec_resources *resources; /* absent values stay; devices: an empty list stays */
    const struct host *host;
    const struct cgroup_live *live;
};

struct plan_update {
    struct cgroup_settings settings; /* writes and device_program; no path */
    struct text_list warnings;
};

/* Errors name the JSON pointer in config.json's terms: "/linux/resources/memory/limit: ...". */
int plan_build_update(struct arena *arena, const struct plan_update_request *request,
                      struct plan_update *ret_update, struct error *err);

#endif

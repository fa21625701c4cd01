/* A container's class of service (config-linux.md#intelrdt): what the verbs do about it, over runtime/resctrl/. */
#ifndef RUNTIME_CONTAINER_RDT_H
#define RUNTIME_CONTAINER_RDT_H

#include "oci-spec/spec.h"
#include "runtime/container/lookup.h"

/* Looks for a mounted resctrl, and for the class in it. ERROR_UNSUPPORTED where none is mounted. Strings of settings are borrowed. */
int rdt_find(struct arena *arena, const struct resctrl_settings *settings,
             struct resctrl_group *ret_group, struct error *err);

/* Moves a process into the container's class; 0 also when it has none, or none any more. */
int rdt_join(struct arena *arena, const struct container *container, pid_t pid, struct error *err);

/* Other schemata for the container's class; nothing is asked for: nothing is done. *ret_before is for rdt_restore(). */
int rdt_update(struct arena *arena, const struct container *container,
               const struct spec_intel_rdt *asked, const char **ret_before, struct error *err);

/* Undoes an update. before NULL: there was none. */
void rdt_restore(struct arena *arena, const struct container *container, const char *before);

#endif

/* What this host and this build can do, as the facts of the features document (features.md, features-linux.md). */
#ifndef RUNTIME_HOST_FEATURES_H
#define RUNTIME_HOST_FEATURES_H

#include "base/arena.h"
#include "base/error.h"
#include "oci-spec/features.h"

/* Everything ret_facts points to is static or in the arena. Probes nothing beyond the kernel's version. */
int host_features(struct arena *arena, struct features_facts *ret_facts, struct error *err);

#endif

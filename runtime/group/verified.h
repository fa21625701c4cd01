/* What groups use is on the operator's list, or it is refused (operator.h); corun-verify looks (hooks/programs/verify.c). */
#ifndef RUNTIME_GROUP_VERIFIED_H
#define RUNTIME_GROUP_VERIFIED_H

#include "oci-spec/spec.h"
#include "runtime/group/operator.h"
#include "runtime/group/spec.h"

/* The images of all volumes, before any is mounted. */
int group_verify_images(struct arena *arena, const struct operator_hooks *hooks,
                        const struct group_spec *spec, struct error *err);

/* Has a member's rootfs looked at by a hook of its own, before those of its bundle and before its program. Pure. */
void group_verify_rootfs(struct arena *arena, const struct operator_hooks *hooks,
                         struct spec *config);

#endif

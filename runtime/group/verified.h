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

/*
 * The same of a container that is in no group: if it is in an engine's pod, or the operator has said so of every container. Only of those that root runs:
 * anyone else could take another program than corun. 1: it is to be verified;
 * 0: it is not.
 */
int group_verify_other(struct arena *arena, bool is_in_pod, struct spec *config, struct error *err);

#endif

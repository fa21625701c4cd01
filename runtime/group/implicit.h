/*
 * What annotations say of the pod that an engine puts a container in: containerd's CRI, CRI-O and podman name the sandbox, and corun's own, below
 * "org.corun.group.", ask for more. Annotations may come from an image or from whoever writes a pod, so each key is on a list. Pure.
 */
#ifndef RUNTIME_GROUP_IMPLICIT_H
#define RUNTIME_GROUP_IMPLICIT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "oci-spec/spec.h"

struct implicit_place {
    const char *group; /* the id of the sandbox; NULL: no pod has it */
    const char *name;  /* what the engine calls it in the pod, or its id */
    bool is_founder;   /* it is the sandbox itself */
};

/* In memory, held by the sandbox. */
struct implicit_volume {
    const char *name;
    const char *size; /* bytes, in digits */
};

struct implicit_mount {
    const char *name; /* of a volume */
    const char *destination;
    bool is_readonly;
};

struct implicit_wishes {
    const char *shm_size; /* bytes, in digits; NULL: the engine's */
    SLICE_OF(struct implicit_volume) volumes;
    SLICE_OF(struct implicit_mount) mounts;
    struct spec_resources limits; /* of the whole pod */
    bool has_limits;
    const char *uid; /* the engine's name of the pod, or NULL */
};

/*
 * id: of the container. One without an engine's annotation, but with ours, is the founder of a pod (podman's infra container has none). A member of an
 * explicit group is in no pod.
 */
struct implicit_place implicit_find_place(const char *id, const struct text_map *annotations);

/* How the engine of a pod removes it, for a message. sandbox: its annotations; NULL: the engine has none. */
const char *implicit_find_removal(const struct text_map *sandbox);

/* ERROR_INVALID: a key below "org.corun.group." that is not on the list, or its value; the error names the key. */
int implicit_read(struct arena *arena, const struct text_map *annotations,
                  struct implicit_wishes *ret_wishes, struct error *err);

#endif

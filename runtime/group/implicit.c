/* Keys of engines, and our own. The first key that is there decides. */
#include "runtime/group/implicit.h"

#include <string.h>

#include "base/text.h"
#include "runtime/container/id.h"
#include "runtime/group/rewrite.h"

static const char *const sandbox_keys[] = {
    "io.kubernetes.cri.sandbox-id",  /* containerd */
    "io.kubernetes.cri-o.SandboxID", /* CRI-O, podman */
};
static const char *const name_keys[] = {
    "io.kubernetes.cri.container-name",
    "io.kubernetes.cri-o.ContainerName",
};

static const char *find_first(const struct text_map *annotations, const char *const keys[2])
{
    const char *value = text_map_find(annotations, keys[0]);

    return value ? value : text_map_find(annotations, keys[1]);
}

struct implicit_place implicit_find_place(const char *id, const struct text_map *annotations)
{
    const char *sandbox = find_first(annotations, sandbox_keys);
    const char *name = find_first(annotations, name_keys);

    if (!sandbox || !id_is_valid(sandbox) || text_map_find(annotations, GROUP_ANNOTATION_ID))
        return (struct implicit_place){0};
    return (struct implicit_place){
        .group = sandbox, .name = name ? name : id, .is_founder = strcmp(sandbox, id) == 0};
}

int implicit_check(const struct text_map *annotations, struct error *err)
{
    SLICE_FOR_EACH(const struct text_pair, annotation, *annotations)
        if (text_has_prefix(annotation->key, GROUP_ANNOTATIONS))
            return error_set(err, ERROR_INVALID, "/annotations/%s: there is no such key",
                             annotation->key);
    return 0;
}

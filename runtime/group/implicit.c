/* Keys of engines, and our own. The first key that is there decides. */
#include "runtime/group/implicit.h"

#include <string.h>

#include "base/text.h"
#include "runtime/container/id.h"
#include "runtime/group/amounts.h"
#include "runtime/group/rewrite.h"

static const char *const sandbox_keys[] = {
    "io.kubernetes.cri.sandbox-id",  /* containerd */
    "io.kubernetes.cri-o.SandboxID", /* CRI-O, podman */
};
#define UID_KEY "io.kubernetes.cri.sandbox-uid"
static const char *const name_keys[] = {
    "io.kubernetes.cri.container-name",
    "io.kubernetes.cri-o.ContainerName",
};

static const char *find_first(const struct text_map *annotations, const char *const keys[2])
{
    const char *value = text_map_find(annotations, keys[0]);

    return value ? value : text_map_find(annotations, keys[1]);
}

static bool has_own_key(const struct text_map *annotations)
{
    SLICE_FOR_EACH(const struct text_pair, annotation, *annotations)
        if (text_has_prefix(annotation->key, GROUP_ANNOTATIONS))
            return true;
    return false;
}

struct implicit_place implicit_find_place(const char *id, const struct text_map *annotations)
{
    const char *sandbox = find_first(annotations, sandbox_keys);
    const char *name = find_first(annotations, name_keys);

    if (!sandbox && has_own_key(annotations))
        sandbox = id;
    if (!sandbox || !id_is_valid(sandbox) || text_map_find(annotations, GROUP_ANNOTATION_ID))
        return (struct implicit_place){0};
    return (struct implicit_place){
        .group = sandbox, .name = name ? name : id, .is_founder = strcmp(sandbox, id) == 0};
}

/* podman's infra container is the sandbox that does not say so. */
const char *implicit_find_removal(const struct text_map *sandbox)
{
    return sandbox && !find_first(sandbox, sandbox_keys) ? "podman pod rm" : "crictl rmp";
}

static bool is_size(const char *value)
{
    int64_t size;

    return text_parse_int64(value, &size) && size > 0;
}

static bool read_shm_size(struct arena *arena, const char *rest, const char *value,
                          struct implicit_wishes *wishes)
{
    (void) arena;
    wishes->shm_size = value;
    return rest[0] == '\0' && is_size(value);
}

static bool read_volume(struct arena *arena, const char *rest, const char *value,
                        struct implicit_wishes *wishes)
{
    *SLICE_PUSH(arena, &wishes->volumes, struct implicit_volume) =
        (struct implicit_volume){rest, value};
    return id_is_valid(rest) && is_size(value);
}

static bool read_mount(struct arena *arena, const char *rest, const char *value,
                       struct implicit_wishes *wishes)
{
    char *destination = arena_copy(arena, value);
    char *colon = strchr(destination, ':');

    if (colon)
        *colon = '\0';
    *SLICE_PUSH(arena, &wishes->mounts, struct implicit_mount) =
        (struct implicit_mount){rest, destination, colon != NULL};
    return id_is_valid(rest) && destination[0] == '/' && !text_path_has_dotdot(destination) &&
           text_path_clean(arena, destination)[0] != '\0' &&
           (!colon || strcmp(colon + 1, "ro") == 0);
}

static const int64_t *read_positive(struct arena *arena, const char *text)
{
    int64_t *number = ARENA_NEW(arena, int64_t);

    return text_parse_int64(text, number) && *number > 0 ? number : NULL;
}

static bool read_memory(struct arena *arena, const char *rest, const char *value,
                        struct implicit_wishes *wishes)
{
    wishes->has_limits = true;
    wishes->limits.memory = ARENA_NEW(arena, struct spec_memory);
    wishes->limits.memory->limit = read_positive(arena, value);
    return rest[0] == '\0' && wishes->limits.memory->limit;
}

static bool read_pids(struct arena *arena, const char *rest, const char *value,
                      struct implicit_wishes *wishes)
{
    wishes->has_limits = true;
    wishes->limits.pids = ARENA_NEW(arena, struct spec_pids);
    wishes->limits.pids->limit = read_positive(arena, value);
    return rest[0] == '\0' && wishes->limits.pids->limit;
}

static bool read_cpu(struct arena *arena, const char *rest, const char *value,
                     struct implicit_wishes *wishes)
{
    static const struct json_type type = {JSON_MILLIONTHS_TO(65536)};
    struct group_amounts limits = {0};
    int64_t amount = 0;
    struct error ignored;

    wishes->has_limits = true;
    limits.cpu = &amount;
    if (rest[0] != '\0' || json_read(arena, &type, value, strlen(value), &amount, &ignored) < 0)
        return false;
    group_amounts_apply(arena, NULL, &limits, &wishes->limits);
    return amount > 0;
}

/* Only cgroup v2 can kill all of a cgroup; elsewhere the limits are refused. */
static bool read_oom(struct arena *arena, const char *rest, const char *value,
                     struct implicit_wishes *wishes)
{
    bool is_group = strcmp(value, "group") == 0;

    wishes->has_limits = wishes->has_limits || is_group;
    if (is_group)
        *SLICE_PUSH(arena, &wishes->limits.unified, struct text_pair) =
            (struct text_pair){"memory.oom.group", "1"};
    return rest[0] == '\0' && (is_group || strcmp(value, "member") == 0);
}

/* All that annotations can ask for. Nothing in here may name what is executed, or widen what a container is allowed. */
static const struct {
    const char *key;
    const char *expected;
    bool (*read)(struct arena *arena, const char *rest, const char *value,
                 struct implicit_wishes *wishes);
} keys[] = {
    {"shm-size", "a number of bytes",                  read_shm_size},
    {"volume.",  "a name and a number of bytes",       read_volume  },
    {"memory",   "a number of bytes",                  read_memory  },
    {"pids",     "a number above 0",                   read_pids    },
    {"cpu",      "a number of CPUs",                   read_cpu     },
    {"oom",      "\"member\" or \"group\"",            read_oom     },
    {"mount.",   "a name and a path, perhaps \":ro\"", read_mount   },
};

static int read_key(struct arena *arena, const struct text_pair *annotation,
                    struct implicit_wishes *wishes, struct error *err)
{
    const char *key = annotation->key + strlen(GROUP_ANNOTATIONS);

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (text_has_prefix(key, keys[i].key)) {
            if (keys[i].read(arena, key + strlen(keys[i].key), annotation->value, wishes))
                return 0;
            return error_set(err, ERROR_INVALID, "/annotations/%s: expected %s", annotation->key,
                             keys[i].expected);
        }
    return error_set(err, ERROR_INVALID, "/annotations/%s: there is no such key", annotation->key);
}

int implicit_read(struct arena *arena, const struct text_map *annotations,
                  struct implicit_wishes *ret_wishes, struct error *err)
{
    struct implicit_wishes wishes = {.uid = text_map_find(annotations, UID_KEY)};

    SLICE_FOR_EACH(const struct text_pair, annotation, *annotations)
        if (text_has_prefix(annotation->key, GROUP_ANNOTATIONS) &&
            read_key(arena, annotation, &wishes, err) < 0)
            return -1;
    *ret_wishes = wishes;
    return 0;
}

/* What a group file says: what it has by a name, what its members share, how much it is altogether. Pure. */
#include <string.h>

#include "runtime/group/spec.h"

const struct group_volume *group_spec_find_volume(const struct group_spec *spec, const char *name)
{
    SLICE_FOR_EACH(const struct group_volume, volume, spec->volumes)
        if (strcmp(volume->name, name) == 0)
            return volume;
    return NULL;
}

static const struct group_container *find_in(const struct group_container_list *list,
                                             const char *name)
{
    SLICE_FOR_EACH(const struct group_container, container, *list)
        if (strcmp(container->name, name) == 0)
            return container;
    return NULL;
}

const struct group_container *group_spec_find_container(const struct group_spec *spec,
                                                        const char *name)
{
    const struct group_container *found = find_in(&spec->containers, name);

    return found ? found : find_in(&spec->init_containers, name);
}

bool group_spec_shares(const struct group_spec *spec, const char *namespace)
{
    if (strcmp(namespace, "pid") == 0)
        return spec->shares_processes;
    if (strcmp(namespace, "user") == 0)
        return spec->host_users && !*spec->host_users;
    for (size_t i = 0; i < spec->namespaces.count; i++)
        if (strcmp(spec->namespaces.items[i], namespace) == 0)
            return true;
    return spec->namespaces.count == 0;
}

/* NULL unless every container requests some of it. */
static const int64_t *sum_requests(struct arena *arena, const struct group_spec *spec,
                                   size_t offset)
{
    int64_t *sum = ARENA_NEW(arena, int64_t);

    SLICE_FOR_EACH(const struct group_container, container, spec->containers) {
        const struct group_amounts *requests =
            container->resources ? container->resources->requests : NULL;
        const int64_t *amount =
            requests ? *(const int64_t *const *) (const void *) ((const char *) requests + offset)
                     : NULL;

        if (!amount)
            return NULL;
        *sum += *amount;
    }
    return spec->containers.count > 0 ? sum : NULL;
}

struct group_amounts group_spec_total(struct arena *arena, const struct group_spec *spec)
{
    struct group_amounts total = {0};

    if (spec->limits)
        total = *spec->limits;
    if (!total.cpu)
        total.cpu = sum_requests(arena, spec, offsetof(struct group_amounts, cpu));
    if (!total.memory_in_gb)
        total.memory_in_gb =
            sum_requests(arena, spec, offsetof(struct group_amounts, memory_in_gb));
    return total;
}

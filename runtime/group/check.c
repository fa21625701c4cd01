/* The rules of a group file across its fields: names that must exist or must not be there twice, limits that must fit. Pure. */
#include <string.h>

#include "base/text.h"
#include "runtime/container/id.h"
#include "runtime/group/spec.h"

#define GROUP_NAME_MAX 63 /* of members, volumes and hosts: a label of a host name (RFC 1123) */

static bool is_file_name(const char *name)
{
    return name[0] != '\0' && strlen(name) <= 255 && !strchr(name, '/') && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

static int check_name(const char *pointer, const char *name, struct error *err)
{
    if (!id_is_valid(name) || strlen(name) > GROUP_NAME_MAX)
        return error_set(err, ERROR_INVALID,
                         "%s: \"%s\": at most %d letters, digits, '_', '+', '-' and, not as the "
                         "first, '.' are allowed",
                         pointer, name, GROUP_NAME_MAX);
    return 0;
}

/* --- volumes --- */

static unsigned int count_kinds(const struct group_volume *volume)
{
    return (volume->empty_dir != NULL) + (volume->tmpfs != NULL) + (volume->directory != NULL) +
           (volume->bind != NULL) + (volume->image != NULL) + (volume->overlay != NULL) +
           (volume->cifs != NULL) + (volume->azure_file != NULL) + (volume->nfs != NULL) +
           (volume->secret.count + volume->secret_files.count > 0) +
           (volume->config.count + volume->config_files.count > 0);
}

static int check_file_names(const char *pointer, const struct text_map *map,
                            const struct text_map *other, struct error *err)
{
    SLICE_FOR_EACH(const struct text_pair, file, *map) {
        if (!is_file_name(file->key))
            return error_set(err, ERROR_INVALID, "%s: \"%s\" is not the name of a file", pointer,
                             file->key);
        if (other && text_map_find(other, file->key))
            return error_set(err, ERROR_INVALID, "%s: there is a \"%s\" already", pointer,
                             file->key);
    }
    return 0;
}

static int check_volume(const struct group_spec *spec, size_t index, const char *pointer,
                        struct error *err)
{
    const struct group_volume *volume = &spec->volumes.items[index];

    if (check_name(pointer, volume->name, err) < 0)
        return -1;
    if (group_spec_find_volume(spec, volume->name) != volume)
        return error_set(err, ERROR_INVALID, "%s: there is a volume \"%s\" already", pointer,
                         volume->name);
    if (count_kinds(volume) != 1)
        return error_set(err, ERROR_INVALID,
                         "%s: a volume is one of emptyDir, tmpfs, directory, bind, image, overlay, "
                         "cifs, azureFile, nfs, secret and config, \"%s\" is %s",
                         pointer, volume->name, count_kinds(volume) ? "several" : "none");
    if (check_file_names(pointer, &volume->secret, &volume->secret_files, err) < 0 ||
        check_file_names(pointer, &volume->secret_files, NULL, err) < 0 ||
        check_file_names(pointer, &volume->config, &volume->config_files, err) < 0)
        return -1;
    if (check_file_names(pointer, &volume->config_files, NULL, err) < 0)
        return -1;
    return group_volume_check(volume, pointer, err);
}

/* --- containers --- */

static int check_mount(struct arena *arena, const struct group_spec *spec,
                       const struct group_volume_mount *mount, const char *pointer,
                       struct error *err)
{
    if (!group_spec_find_volume(spec, mount->name))
        return error_set(err, ERROR_INVALID, "%s/name: there is no volume \"%s\"", pointer,
                         mount->name);
    if (text_path_clean(arena, mount->mount_path)[0] == '\0' ||
        text_path_has_dotdot(mount->mount_path))
        return error_set(err, ERROR_INVALID, "%s/mountPath: nothing can be mounted at %s", pointer,
                         mount->mount_path);
    if (mount->sub_path && (mount->sub_path[0] == '/' || text_path_has_dotdot(mount->sub_path)))
        return error_set(err, ERROR_INVALID, "%s/subPath: must be a relative path without \"..\"",
                         pointer);
    return 0;
}

static int check_mounts(struct arena *arena, const struct group_spec *spec,
                        const struct group_container *container, const char *pointer,
                        struct error *err)
{
    const struct group_volume_mount_list *mounts = &container->volume_mounts;

    for (size_t i = 0; i < mounts->count; i++) {
        const char *place = arena_format(arena, "%s/volumeMounts/%zu", pointer, i);
        const char *path = text_path_clean(arena, mounts->items[i].mount_path);

        if (check_mount(arena, spec, &mounts->items[i], place, err) < 0)
            return -1;
        for (size_t j = 0; j < i; j++)
            if (strcmp(text_path_clean(arena, mounts->items[j].mount_path), path) == 0)
                return error_set(err, ERROR_INVALID, "%s/mountPath: /%s is taken already", place,
                                 path);
    }
    return 0;
}

static int check_amount(const char *pointer, const int64_t *amount, const int64_t *total,
                        struct error *err)
{
    if (amount && total && *amount > *total)
        return error_set(err, ERROR_INVALID, "%s: is above the limit of the whole group", pointer);
    return 0;
}

static int check_amounts(struct arena *arena, const char *pointer,
                         const struct group_amounts *amounts, const struct group_amounts *total,
                         struct error *err)
{
    if (!amounts)
        return 0;
    if (check_amount(arena_format(arena, "%s/cpu", pointer), amounts->cpu, total->cpu, err) < 0 ||
        check_amount(arena_format(arena, "%s/memoryInGB", pointer), amounts->memory_in_gb,
                     total->memory_in_gb, err) < 0)
        return -1;
    return check_amount(arena_format(arena, "%s/pids", pointer), amounts->pids, total->pids, err);
}

static int check_variables(const struct group_container *container, const char *pointer,
                           struct error *err)
{
    for (size_t i = 0; i < container->variables.count; i++) {
        const struct group_variable *variable = &container->variables.items[i];

        if (strchr(variable->name, '='))
            return error_set(err, ERROR_INVALID,
                             "%s/environmentVariables/%zu/name: must not contain '='", pointer, i);
        if (variable->value && variable->secure_value)
            return error_set(err, ERROR_INVALID,
                             "%s/environmentVariables/%zu: has both value and secureValue", pointer,
                             i);
    }
    return 0;
}

/* Containers of one network namespace cannot listen at the same port. */
static int check_port(const struct group_spec *spec, const struct group_container *container,
                      size_t index, const char *pointer, struct error *err)
{
    const struct group_port *port = &container->ports.items[index];

    SLICE_FOR_EACH(const struct group_container, other, spec->containers) {
        SLICE_FOR_EACH(const struct group_port, taken, other->ports) {
            if (taken == port)
                return 0;
            if (taken->port == port->port && taken->protocol == port->protocol &&
                (other == container || group_spec_shares(spec, "network")))
                return error_set(err, ERROR_INVALID,
                                 "%s/ports/%zu: port %d is container \"%s\"'s already", pointer,
                                 index, (int) port->port, other->name);
        }
    }
    return 0;
}

static int check_probe(const struct group_probe *probe, bool is_liveness, const char *pointer,
                       struct error *err)
{
    const char *name = is_liveness ? "livenessProbe" : "readinessProbe";

    if (probe && probe->exec.command.count == 0)
        return error_set(err, ERROR_INVALID, "%s/%s/exec/command: is empty", pointer, name);
    if (probe && is_liveness && probe->success_threshold > 1)
        return error_set(err, ERROR_INVALID,
                         "%s/%s/successThreshold: must be 1: what is alive need not be alive twice",
                         pointer, name);
    return 0;
}

static int check_health(const struct group_spec *spec, const struct group_container *container,
                        const char *pointer, struct error *err)
{
    for (size_t i = 0; i < container->ports.count; i++)
        if (check_port(spec, container, i, pointer, err) < 0)
            return -1;
    if (check_probe(container->liveness, true, pointer, err) < 0)
        return -1;
    return check_probe(container->readiness, false, pointer, err);
}

static int check_container(struct arena *arena, const struct group_spec *spec,
                           const struct group_container *container, const char *pointer,
                           struct error *err)
{
    const struct group_amounts total = group_spec_total(arena, spec);
    const struct group_resources *resources = container->resources;

    if (check_name(arena_format(arena, "%s/name", pointer), container->name, err) < 0)
        return -1;
    if (group_spec_find_container(spec, container->name) != container)
        return error_set(err, ERROR_INVALID, "%s/name: there is a container \"%s\" already",
                         pointer, container->name);
    if (check_variables(container, pointer, err) < 0 ||
        check_mounts(arena, spec, container, pointer, err) < 0 ||
        check_health(spec, container, pointer, err) < 0)
        return -1;
    if (!resources)
        return 0;
    if (check_amounts(arena, arena_format(arena, "%s/resources/requests", pointer),
                      resources->requests, &total, err) < 0)
        return -1;
    return check_amounts(arena, arena_format(arena, "%s/resources/limits", pointer),
                         resources->limits, &total, err);
}

static int check_containers(struct arena *arena, const struct group_spec *spec, bool is_init,
                            struct error *err)
{
    const struct group_container_list *list = is_init ? &spec->init_containers : &spec->containers;

    for (size_t i = 0; i < list->count; i++) {
        const char *pointer =
            arena_format(arena, "/%s/%zu", is_init ? "initContainers" : "containers", i);

        if (is_init && list->items[i].resources)
            return error_set(err, ERROR_INVALID,
                             "%s/resources: an init container has all that the group has", pointer);
        if (is_init &&
            (list->items[i].ports.count > 0 || list->items[i].liveness || list->items[i].readiness))
            return error_set(err, ERROR_INVALID, "%s: an init container has no ports and no probes",
                             pointer);
        if (check_container(arena, spec, &list->items[i], pointer, err) < 0)
            return -1;
    }
    return 0;
}

/* --- the group --- */

static int check_host_name(const struct group_spec *spec, struct error *err)
{
    const char *domain = spec->domain_name;

    if (spec->hostname && check_name("/hostname", spec->hostname, err) < 0)
        return -1;
    if (domain && (!id_is_valid(domain) || strlen(domain) > GROUP_NAME_MAX))
        return error_set(err, ERROR_INVALID, "/domainName: \"%s\" is not a domain's name", domain);
    return 0;
}

static int check_words(const char *pointer, const struct text_list *words, struct error *err)
{
    for (size_t i = 0; i < words->count; i++)
        if (strpbrk(words->items[i], " \t\r\n"))
            return error_set(err, ERROR_INVALID, "%s/%zu: must be one word", pointer, i);
    return 0;
}

static int check_dns(const struct group_dns *dns, struct error *err)
{
    if (!dns)
        return 0;
    if (check_words("/dnsConfig/nameServers", &dns->name_servers, err) < 0 ||
        check_words("/dnsConfig/searchDomains", &dns->search_domains, err) < 0)
        return -1;
    return check_words("/dnsConfig/options", &dns->options, err);
}

static int check_mappings(const struct group_spec *spec, struct error *err)
{
    if (group_spec_shares(spec, "user")) {
        if (spec->uid_mappings.count == 0 || spec->gid_mappings.count == 0)
            return error_set(err, ERROR_INVALID,
                             "/hostUsers: without the host's, uidMappings and gidMappings are "
                             "needed");
        return 0;
    }
    if (spec->uid_mappings.count + spec->gid_mappings.count > 0)
        return error_set(err, ERROR_INVALID, "/%s: needs \"hostUsers\": false",
                         spec->uid_mappings.count > 0 ? "uidMappings" : "gidMappings");
    return 0;
}

int group_spec_check(struct arena *arena, const struct group_spec *spec, struct error *err)
{
    if (check_host_name(spec, err) < 0 || check_dns(spec->dns, err) < 0 ||
        check_mappings(spec, err) < 0)
        return -1;
    if (spec->cgroups_path && (text_path_has_dotdot(spec->cgroups_path) ||
                               text_path_clean(arena, spec->cgroups_path)[0] == '\0'))
        return error_set(err, ERROR_INVALID, "/cgroupsPath: %s cannot be a group's cgroup",
                         spec->cgroups_path);
    for (size_t i = 0; i < spec->volumes.count; i++)
        if (check_volume(spec, i, arena_format(arena, "/volumes/%zu", i), err) < 0)
            return -1;
    if (check_containers(arena, spec, true, err) < 0)
        return -1;
    return check_containers(arena, spec, false, err);
}

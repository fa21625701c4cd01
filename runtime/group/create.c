/*
 * group create: from a file to a group without members. creation_steps[] is the order; whatever fails, undo() walks back. The record is on
 * disk before the first thing that outlives a killed create, so that delete --force finds it.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/owned.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "runtime/container/limits.h"
#include "runtime/group/amounts.h"
#include "runtime/group/document.h"
#include "runtime/group/found.h"
#include "runtime/group/furnish.h"
#include "runtime/group/lookup.h"
#include "runtime/group/verified.h"
#include "runtime/launch/self_image.h"

enum { UNDO_TIMEOUT_MS = 5000 };

struct group_creation {
    struct arena *arena;
    const struct group_create_request *request;
    struct group_spec *spec;
    struct cgroup_settings settings;
    struct founding founding;
    struct group group;
    struct cgroup reaper; /* the cgroup of the pid namespace's first process; no leaves: none */
    bool has_cgroup;
    bool has_namespace;
};

static void make_absolute(struct arena *arena, const char *directory,
                          struct group_container_list *list)
{
    SLICE_FOR_EACH(struct group_container, container, *list)
        if (container->bundle)
            container->bundle = text_path_join(arena, directory, container->bundle);
}

/* Relative paths of bundles begin where the group file is; when it came through a pipe, it is nowhere, and they begin where we are. */
static int find_bundles(struct group_creation *creation, const char *file, struct error *err)
{
    char directory[PATH_MAX];

    if (strcmp(file, "-") != 0 && realpath(file, directory))
        *strrchr(directory, '/') = '\0';
    else if (!realpath(".", directory))
        return error_os(err, errno, "find the current directory");
    make_absolute(creation->arena, directory, &creation->spec->containers);
    make_absolute(creation->arena, directory, &creation->spec->init_containers);
    return 0;
}

static int read_file(struct group_creation *creation, struct error *err)
{
    const char *file = creation->request->file;
    const char *name;

    if (!file)
        return group_spec_read(creation->arena, "{}", 2, &creation->spec, err);
    if (group_document_read(creation->arena, file, &creation->spec, &name, err) < 0)
        return -1;
    return find_bundles(creation, file, err);
}

static int ask_operator(struct group_creation *creation, struct error *err)
{
    struct operator_hooks hooks;

    if (operator_hooks_read(creation->arena, &hooks, err) < 0)
        return -1;
    return group_verify_images(creation->arena, &hooks, creation->spec, err);
}

static int reserve_id(struct group_creation *creation, struct error *err)
{
    const struct group_request *request = &creation->request->group;
    struct group *group = &creation->group;

    group->request = request;
    if (geteuid() != 0)
        return error_set(err, ERROR_UNSUPPORTED, "groups need root");
    if (group_home_open(creation->arena, request->root, true, &group->home, err) < 0)
        return -1;
    return store_reserve(&group->home, request->id, &group->entry, err);
}

static int plan_limits(struct group_creation *creation, struct error *err)
{
    const struct group_amounts total = group_spec_total(creation->arena, creation->spec);
    struct spec_resources resources = {0};
    const struct limits_request request = {
        .path = creation->spec->cgroups_path
                    ? creation->spec->cgroups_path
                    : group_default_cgroup(creation->arena, creation->request->group.id),
        .resources = &resources,
    };

    group_amounts_apply(creation->arena, NULL, &total, &resources);
    if (limits_plan(creation->arena, &request, &creation->group.cgroup, &creation->settings, err) <
        0)
        return -1;
    if (creation->spec->oom_policy != GROUP_OOM_GROUP ||
        creation->group.cgroup.mode != CGROUP_MODE_V2)
        return 0;
    *SLICE_PUSH(creation->arena, &resources.unified, struct text_pair) =
        (struct text_pair){GROUP_OOM_KEY, "1"};
    return limits_plan(creation->arena, &request, &creation->group.cgroup, &creation->settings,
                       err);
}

static const char *format_map(struct arena *arena, const struct spec_id_mapping_list *mappings)
{
    const char *text = "";

    SLICE_FOR_EACH(const struct spec_id_mapping, mapping, *mappings)
        text = arena_format(arena, "%s%u %u %u\n", text, mapping->container_id, mapping->host_id,
                            mapping->size);
    return text;
}

static int furnish(struct group_creation *creation, struct error *err)
{
    const struct group_spec *spec = creation->spec;
    struct founding *founding = &creation->founding;

    founding->hostname = spec->hostname ? spec->hostname : creation->request->group.id;
    founding->domain_name = spec->domain_name;
    founding->uid_map = format_map(creation->arena, &spec->uid_mappings);
    founding->gid_map = format_map(creation->arena, &spec->gid_mappings);
    founding->place = arena_format(creation->arena, "%s/%s", creation->group.home.path,
                                   creation->request->group.id);
    if (strlen(founding->hostname) > 64)
        return error_set(err, ERROR_INVALID,
                         "/hostname: the id is longer than a host name can be (64 bytes)");
    for (int kind = 0; kind < GROUP_KIND_COUNT; kind++)
        founding->shares[kind] = group_spec_shares(spec, group_kinds[kind].name);
    return group_furnish(creation->arena, founding->hostname, spec, founding, err);
}

static int write_record(struct group_creation *creation, struct error *err)
{
    struct group *group = &creation->group;

    group_record_set_cgroup(creation->arena, &group->record, &group->cgroup);
    return group_record_write(creation->arena, &group->entry, &group->record, err);
}

static int write_intention(struct group_creation *creation, struct error *err)
{
    struct group_record *record = &creation->group.record;

    *record = (struct group_record){
        .id = creation->request->group.id,
        .created = timestamp_now(),
        .hostname = creation->founding.hostname,
        .spec = *creation->spec,
    };
    return write_record(creation, err);
}

static int make_cgroup(struct group_creation *creation, struct error *err)
{
    if (cgroup_create(creation->arena, &creation->group.cgroup, &creation->settings, err) < 0)
        return -1;
    creation->has_cgroup = true;
    return 0;
}

/* Members could reach the executable of a process that they see (CVE-2019-5736). */
static int prepare_reaper(struct group_creation *creation, struct error *err)
{
    const struct spec_resources resources = {0};
    const struct limits_request request = {
        .path = group_reaper_cgroup(creation->arena, creation->group.cgroup.path),
        .resources = &resources,
    };
    struct cgroup_settings settings;

    if (!creation->spec->shares_processes)
        return 0;
    if (self_image_seal(NULL, NULL, err) < 0 ||
        limits_plan(creation->arena, &request, &creation->reaper, &settings, err) < 0)
        return -1;
    creation->founding.cgroup = &creation->reaper;
    return cgroup_create(creation->arena, &creation->reaper, &settings, err);
}

static int make_namespaces(struct group_creation *creation, struct error *err)
{
    if (group_found(&creation->group.entry, &creation->founding, err) < 0)
        return -1;
    creation->has_namespace = true;
    return 0;
}

static int complete_record(struct group_creation *creation, struct error *err)
{
    struct group_record *record = &creation->group.record;

    for (int kind = 0; kind < GROUP_KIND_COUNT; kind++)
        if (creation->founding.shares[kind])
            *SLICE_PUSH(creation->arena, &record->namespaces, struct group_namespace) =
                (struct group_namespace){group_kinds[kind].name,
                                         creation->founding.ret_inodes[kind]};
    record->is_complete = true;
    return write_record(creation, err);
}

static const struct {
    const char *name;
    int (*run)(struct group_creation *creation, struct error *err);
} creation_steps[] = {
    {"read the group file", read_file      }, /* every error of the file ends here */
    {"ask the operator",    ask_operator   },
    {"reserve the id",      reserve_id     },
    {"plan the limits",     plan_limits    },
    {"make the volumes",    furnish        }, /* detached: they go when we go */
    {"write the intention", write_intention}, /* from here on there is something to clean up */
    {"make the cgroup",     make_cgroup    },
    {"prepare the reaper",  prepare_reaper }, /* its cgroup goes with the group's */
    {"make the namespaces", make_namespaces},
    {"complete the record", complete_record}, /* last: now it can be joined */
};

static void undo(struct group_creation *creation)
{
    struct group *group = &creation->group;
    struct error failed;

    if (!group->entry.id) /* not even the id is ours */
        return;
    if (creation->has_namespace && group_unpin(&group->entry, &failed) < 0)
        log_warning(group->request->log, "%s", failed.text);
    if (creation->has_cgroup && cgroup_destroy(&group->cgroup, UNDO_TIMEOUT_MS, &failed) < 0)
        log_warning(group->request->log, "%s", failed.text);
    if (entry_remove(&group->entry, &failed) < 0)
        log_warning(group->request->log, "%s", failed.text);
    entry_release(&group->entry);
    group->entry = (struct entry){0};
    group_home_tidy(creation->arena, &group->home);
}

static int carry_out(struct group_creation *creation, struct error *err)
{
    for (size_t i = 0; i < sizeof(creation_steps) / sizeof(creation_steps[0]); i++)
        if (creation_steps[i].run(creation, err) < 0 ||
            fault_point(err, creation_steps[i].name) < 0) {
            undo(creation);
            return error_within(err, "create group \"%s\"", creation->request->group.id);
        }
    return 0;
}

int group_create(struct arena *arena, const struct group_create_request *request, struct error *err)
{
    struct group_creation creation = {.arena = arena, .request = request, .founding = {.root = -1}};
    int result = carry_out(&creation, err);

    founding_release(&creation.founding);
    cgroup_release(&creation.reaper);
    group_release(&creation.group);
    return result;
}

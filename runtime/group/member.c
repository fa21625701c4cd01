/*
 * Joining: what the group has is opened by one visit to its namespace, config.json is rewritten to use it, and the rest is an ordinary create.
 *
 * The name is on the group's list before the container exists, so that delete finds what a killed create leaves. The list is
 * cleared of what is gone whenever it is written.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"
#include "runtime/container/id.h"
#include "runtime/group/found.h"
#include "runtime/group/furnish.h"
#include "runtime/group/pod.h"
#include "runtime/group/rewrite.h"
#include "runtime/group/status.h"
#include "runtime/group/verified.h"
#include "runtime/group/visit.h"

#define HOSTS_MAX_BYTES ((size_t) 1024 * 1024)

struct joining {
    struct arena *arena;
    struct group_request request;
    const char *name;
    const char *id;     /* of the container */
    pid_t pid;          /* of its process, once it is created */
    struct group group; /* locked */
    struct group_volume_mount_list volume_mounts;
    struct small_mounts mounts; /* the group's own */
    struct visit_list visits;   /* the namespaces, from first_mount on the mounts, and a file: */
    size_t first_mount;
    size_t file; /* the group's, if it has a part of this member's; else its hosts, to add to */
    struct rewrite rewrite;
    struct operator_hooks operator;
    struct create_changes changes;
};

static void joining_release(struct joining *joining)
{
    visit_list_release(&joining->visits);
    replace_fd(&joining->mounts.namespace, -1);
    group_release(&joining->group);
}

#define owned_joining __attribute__((cleanup(joining_release))) struct joining

/* --- volumes --- */

/* "NAME:DESTINATION[:ro|rw][:SUBPATH]" */
static int parse_volume(struct arena *arena, const char *text, struct group_volume_mount *ret_mount,
                        struct error *err)
{
    char *words[4] = {0};
    char *rest = arena_copy(arena, text);
    size_t count = 0;

    while (rest && count < 4)
        words[count++] = strsep(&rest, ":");
    if (count < 2 || rest || words[0][0] == '\0' || words[1][0] != '/' ||
        (words[2] && strcmp(words[2], "ro") != 0 && strcmp(words[2], "rw") != 0) ||
        text_path_has_dotdot(words[1]) || text_path_clean(arena, words[1])[0] == '\0')
        return error_set(err, ERROR_INVALID,
                         "--volume: expected NAME:DESTINATION[:ro|rw][:SUBPATH], got '%s'", text);
    if (words[3] && (words[3][0] == '/' || words[3][0] == '\0' || text_path_has_dotdot(words[3])))
        return error_set(err, ERROR_INVALID,
                         "--volume: '%s' must be a relative path without \"..\"", words[3]);
    *ret_mount = (struct group_volume_mount){
        .name = words[0],
        .mount_path = words[1],
        .sub_path = words[3],
        .is_readonly = words[2] && strcmp(words[2], "ro") == 0,
    };
    return 0;
}

static bool is_taken(struct arena *arena, const struct joining *joining, const char *path)
{
    SLICE_FOR_EACH(const struct group_volume_mount, mount, joining->volume_mounts)
        if (strcmp(text_path_clean(arena, mount->mount_path), text_path_clean(arena, path)) == 0)
            return true;
    return false;
}

/* Those of the group file, and those of the command line. */
static int collect_volumes(struct joining *joining, const struct text_list *asked,
                           struct error *err)
{
    const struct group_container *container = joining->rewrite.container;
    struct arena *arena = joining->arena;

    if (container)
        SLICE_FOR_EACH(const struct group_volume_mount, mount, container->volume_mounts)
            *SLICE_PUSH(arena, &joining->volume_mounts, struct group_volume_mount) = *mount;
    for (size_t i = 0; i < asked->count; i++) {
        struct group_volume_mount mount = {0};

        if (parse_volume(arena, asked->items[i], &mount, err) < 0)
            return -1;
        if (!group_spec_find_volume(&joining->group.record.spec, mount.name))
            return error_set(err, ERROR_INVALID, "--volume: group \"%s\" has no volume \"%s\"",
                             joining->group.entry.id, mount.name);
        if (is_taken(arena, joining, mount.mount_path))
            return error_set(err, ERROR_INVALID, "--volume: %s is taken by another volume",
                             mount.mount_path);
        *SLICE_PUSH(arena, &joining->volume_mounts, struct group_volume_mount) = mount;
    }
    return 0;
}

/* --- what is to be opened --- */

static void visit(struct joining *joining, enum visit_how how, const char *path,
                  const char *sub_path)
{
    *SLICE_PUSH(joining->arena, &joining->visits, struct visit_item) =
        (struct visit_item){.path = path, .sub_path = sub_path, .how = how, .fd = -1};
}

static void list_mount(struct joining *joining, const char *path, const char *sub_path,
                       const struct rewrite_mount *mount)
{
    visit(joining, VISIT_CLONE, path, sub_path);
    *SLICE_PUSH(joining->arena, &joining->rewrite.mounts, struct rewrite_mount) = *mount;
}

static void list_shared_files(struct joining *joining)
{
    static const struct {
        const char *path;
        struct rewrite_mount mount;
    } rows[] = {
        {"/" GROUP_SHM,      {"the group's shm", "/dev/shm", "shm", false, false}              },
        {"/" GROUP_HOSTS,    {"the group's hosts", "/etc/hosts", "hosts", true, false}         },
        {"/etc/hostname",    {"the group's hostname", "/etc/hostname", "hostname", true, false}},
        {"/etc/resolv.conf",
         {"the group's resolv.conf", "/etc/resolv.conf", "resolv.conf", true, false}           },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!is_taken(joining->arena, joining, rows[i].mount.destination))
            list_mount(joining, rows[i].path, NULL, &rows[i].mount);
}

static bool shares_network(const struct joining *joining)
{
    return group_spec_shares(&joining->group.record.spec, "network");
}

static void list_visits(struct joining *joining)
{
    struct arena *arena = joining->arena;

    SLICE_FOR_EACH(const struct group_namespace, namespace, joining->group.record.namespaces)
        visit(joining, VISIT_OPEN, arena_format(arena, "/ns/%s", namespace->type), NULL);
    joining->first_mount = joining->visits.count;
    list_shared_files(joining);
    SLICE_FOR_EACH(const struct group_volume_mount, volume, joining->volume_mounts) {
        const struct rewrite_mount mount = {
            .source = arena_format(arena, "the group's volume %s", volume->name),
            .destination = volume->mount_path,
            .what = arena_format(arena, "volume \"%s\"", volume->name),
            .is_readonly = volume->is_readonly,
            .is_shared = true,
        };

        list_mount(joining, arena_format(arena, "/" GROUP_VOLUMES "/%s", volume->name),
                   volume->sub_path, &mount);
    }
    joining->file = joining->visits.count;
    if (joining->rewrite.container)
        visit(joining, VISIT_OPEN, "/" GROUP_FILE, NULL);
    else if (shares_network(joining))
        visit(joining, VISIT_APPEND, "/" GROUP_HOSTS, NULL);
}

/* --- what was opened --- */

/* The record has no secrets; the file that the group itself keeps has them. */
static int take_file(struct joining *joining, struct error *err)
{
    struct content content = {0};
    struct group_container *found;
    struct group_spec *spec = NULL;
    int error;

    if (!joining->rewrite.container)
        return 0;
    error = content_read(joining->arena, joining->visits.items[joining->file].fd,
                         GROUP_FILE_MAX_BYTES, &content);
    if (error < 0)
        return error_os(err, -error, "read the group's file");
    if (group_spec_read(joining->arena, content.bytes, content.size, &spec, err) < 0)
        return error_within(err, "the group's file");
    found = ARENA_NEW(joining->arena, struct group_container);
    *found = *group_spec_find_container(spec, joining->name);
    found->resources = joining->rewrite.container->resources; /* as they are after an update */
    joining->rewrite.container = found;
    return 0;
}

static int take_namespace(struct joining *joining, size_t index, struct error *err)
{
    const struct group_namespace *known = &joining->group.record.namespaces.items[index];
    int fd = joining->visits.items[index].fd;
    struct rewrite_namespace *joined =
        SLICE_PUSH(joining->arena, &joining->rewrite.namespaces, struct rewrite_namespace);
    struct stat info;

    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine the group's %s namespace", known->type);
    if (info.st_ino != known->inode)
        return error_set(err, ERROR_STATE, "the %s namespace is not the one that the group made",
                         known->type);
    joined->kind = (enum namespace_kind) names_find(&names_namespaces, known->type)->value;
    joined->path = arena_format(joining->arena, "/proc/self/fd/%d", fd);
    return 0;
}

/* Names of the group file are there from the start; that of a member which is made again, from the first time. */
static int add_host(struct joining *joining, struct error *err)
{
    const char *line = arena_format(joining->arena, "\n127.0.0.1 %s\n", joining->name) + 1;
    struct content hosts = {0};
    int error;
    int fd;

    if (joining->rewrite.container || !shares_network(joining))
        return 0;
    fd = joining->visits.items[joining->file].fd;
    error = content_read(joining->arena, fd, HOSTS_MAX_BYTES, &hosts);
    if (error == 0 && !strstr(hosts.bytes, line - 1))
        error = sys_write_all(fd, line, strlen(line));
    return error < 0 ? error_os(err, -error, "add the member to the group's hosts") : 0;
}

static int open_all(struct joining *joining, struct error *err)
{
    joining->mounts.namespace = group_open_namespace(&joining->group.entry, err);
    if (joining->mounts.namespace < 0)
        return -1;
    list_visits(joining);
    if (group_visit(joining->mounts.namespace, &joining->visits, err) < 0)
        return -1;
    if (take_file(joining, err) < 0)
        return -1;
    for (size_t i = 0; i < joining->group.record.namespaces.count; i++)
        if (take_namespace(joining, i, err) < 0)
            return -1;
    for (size_t i = 0; i < joining->rewrite.mounts.count; i++)
        *SLICE_PUSH(joining->arena, &joining->changes.trees, struct open_source) =
            (struct open_source){joining->rewrite.mounts.items[i].source,
                                 joining->visits.items[joining->first_mount + i].fd};
    joining->changes.small_mounts = &joining->mounts;
    return add_host(joining, err);
}

/* --- the list of members --- */

/* Keeps the members that are there, but the one of our name. */
static int keep_members(struct joining *joining, struct error *err)
{
    struct group_record *record = &joining->group.record;
    size_t kept = 0;

    SLICE_FOR_EACH(const struct group_member, member, record->members) {
        struct container_info info = {0};
        int found = group_examine_member(joining->arena, &joining->group, member, &info, err);

        if (found < 0)
            return -1;
        if (found > 0 && strcmp(member->name, joining->name) == 0)
            return error_set(err, ERROR_EXISTS, "group \"%s\" has a member \"%s\" already",
                             joining->group.entry.id, joining->name);
        if (found > 0)
            record->members.items[kept++] = *member;
    }
    record->members.count = kept;
    return 0;
}

static int register_member(struct joining *joining, struct error *err)
{
    struct group *group = &joining->group;

    *SLICE_PUSH(joining->arena, &group->record.members, struct group_member) =
        (struct group_member){joining->name, joining->id};
    return group_record_write(joining->arena, &group->entry, &group->record, err);
}

int group_find_member(struct arena *arena, const struct group_request *request, const char *name,
                      const char **ret_id, struct error *err)
{
    owned_group group = {0};

    if (pod_find_too(arena, request, false, &group, err) < 0)
        return -1;
    SLICE_FOR_EACH(const struct group_member, member, group.record.members) {
        struct container_info info = {0};
        int found = 0;

        if (strcmp(member->name, name) == 0)
            found = group_examine_member(arena, &group, member, &info, err);
        if (found < 0)
            return -1;
        if (found > 0) {
            *ret_id = member->id;
            return 0;
        }
    }
    return error_set(err, ERROR_NOT_FOUND, "group \"%s\" has no member \"%s\"", request->id, name);
}

/* --- all of it --- */

static int edit(struct arena *arena, struct spec *spec, void *context, struct error *err)
{
    const struct joining *joining = context;

    if (rewrite_apply(arena, &joining->rewrite, spec, err) < 0)
        return -1;
    group_verify_rootfs(arena, &joining->operator, spec);
    return 0;
}

/* The group may be used by others again; what was opened stays ours. */
static void unlock(void *context, pid_t pid)
{
    struct joining *joining = context;

    joining->pid = pid;
    entry_unlock(&joining->group.entry);
}

static int check_request(const struct create_request *request, struct error *err)
{
    if (id_check(request->container.id, err) < 0)
        return -1;
    if (request->is_systemd_cgroup)
        return error_set(err, ERROR_UNSUPPORTED,
                         "members of a group need the cgroupfs driver of cgroups");
    return 0;
}

/* v1 has no such thing, and who is not looked after by a supervisor would end alone. */
static int check_oom_policy(const struct group *group, struct error *err)
{
    if (group->record.spec.oom_policy != GROUP_OOM_GROUP ||
        group->record.cgroup_mode == CGROUP_MODE_V2 || group_is_supervised(&group->entry))
        return 0;
    return error_set(err, ERROR_UNSUPPORTED,
                     "/oomPolicy: with the memory controller on cgroup v1, \"Group\" is for the "
                     "containers that group run and start");
}

/* Without its first process nothing can be started in a pid namespace: the kernel says ENOMEM. */
static int check_reaper(struct joining *joining, struct error *err)
{
    const struct group *group = &joining->group;
    struct cgroup cgroup = {0};
    pid_t *pids;
    size_t count = 0;

    if (!group->record.spec.shares_processes)
        return 0;
    group_find_cgroup(joining->arena, group,
                      group_reaper_cgroup(joining->arena, group->record.cgroup_path), &cgroup);
    if (cgroup_list_processes(joining->arena, &cgroup, &pids, &count, err) < 0)
        return -1;
    return count > 0 ? 0
                     : error_set(err, ERROR_STATE,
                                 "the first process of its pid namespace is gone: the group can "
                                 "only be deleted");
}

static int prepare(struct joining *joining, const struct member_request *member, struct error *err)
{
    struct group *group = &joining->group;

    if (group_find(joining->arena, &joining->request, true, group, err) < 0 ||
        group_check_complete(group, err) < 0 || check_oom_policy(group, err) < 0 ||
        check_reaper(joining, err) < 0 ||
        operator_hooks_read(joining->arena, &joining->operator, err) < 0)
        return -1;
    joining->rewrite = (struct rewrite){
        .group = joining->request.id,
        .name = joining->name,
        .cgroups_path =
            arena_format(joining->arena, "%s/%s", group->record.cgroup_path, joining->name),
        .container = group_spec_find_container(&group->record.spec, joining->name),
        .total = group_spec_total(joining->arena, &group->record.spec),
        .ends_as_one = group->record.spec.oom_policy == GROUP_OOM_GROUP &&
                       group->record.cgroup_mode == CGROUP_MODE_V2,
        .uid_mappings = &group->record.spec.uid_mappings,
        .gid_mappings = &group->record.spec.gid_mappings,
    };
    joining->changes = (struct create_changes){.edit = edit, .created = unlock, .context = joining};
    if (collect_volumes(joining, &member->volumes, err) < 0 || keep_members(joining, err) < 0 ||
        open_all(joining, err) < 0)
        return -1;
    return register_member(joining, err);
}

static struct joining begin(struct arena *arena)
{
    return (struct joining){
        .arena = arena, .mounts = {-1, "/" GROUP_NULL}
    };
}

static int join(struct joining *joining, const struct member_request *member,
                const struct create_request *request, struct error *err)
{
    joining->id = request->container.id;
    joining->name = member->name ? member->name : joining->id;
    joining->request = (struct group_request){
        .root = request->container.root, .log = request->container.log, .id = member->group};
    if (check_request(request, err) < 0 || prepare(joining, member, err) < 0)
        return error_within(err, "join group \"%s\"", member->group);
    return 0;
}

/* The create has failed and left nothing: the next who writes the list leaves out the name, this one only tries. */
static void withdraw(struct joining *joining)
{
    struct group *group = &joining->group;
    struct error ignored;

    if (!group->entry.is_locked)
        return; /* it was created, and what failed came later */
    group->record.members.count--;
    (void) group_record_write(joining->arena, &group->entry, &group->record, &ignored);
}

int group_create_member(struct arena *arena, const struct member_request *member,
                        const struct create_request *request, struct error *err)
{
    owned_joining joining = begin(arena);
    struct create_request changed = *request;

    if (join(&joining, member, request, err) < 0)
        return -1;
    changed.changes = &joining.changes;
    if (container_create(arena, &changed, err) == 0)
        return 0;
    withdraw(&joining);
    return -1;
}

int group_run_member(struct arena *arena, const struct member_request *member,
                     const struct run_request *request, int *ret_exit_code, struct error *err)
{
    owned_joining joining = begin(arena);
    struct run_request changed = *request;

    if (join(&joining, member, &request->create, err) < 0)
        return -1;
    changed.create.changes = &joining.changes;
    if (container_run(arena, &changed, ret_exit_code, err) == 0) {
        if (member->ret_pid)
            *member->ret_pid = joining.pid;
        return 0;
    }
    withdraw(&joining);
    return -1;
}

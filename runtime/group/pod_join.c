/*
 * A create in an engine's pod. The engine's config.json decides all of it, as ever; but a namespace that it names has to be the pod's own: the path goes by a
 * process id, and that may have become somebody else's. So what was compared is what is joined: an open namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/namespaces.h"
#include "base/text.h"
#include "oci-spec/spec.h"
#include "runtime/container/lookup.h"
#include "runtime/group/implicit.h"
#include "runtime/group/pod.h"
#include "runtime/group/pod_limits.h"
#include "runtime/group/pod_volumes.h"
#include "runtime/group/verified.h"

struct pod_joining {
    struct group_request request; /* of the pod */
    const char *id;               /* of the container */
    int fds[POD_NAMESPACE_COUNT]; /* -1: not opened */
    int sandbox; /* /proc/PID of its process, whatever becomes of the number; -1: none is known */
    struct container_info_list siblings;
    struct implicit_wishes asked;  /* of the sandbox */
    struct implicit_wishes wishes; /* of the container */
    bool is_run;                   /* what comes after the create cannot be undone */
    bool has_pod_limits;           /* it is the sandbox, and asks for some */
    struct pod_volumes volumes;
    struct create_changes changes;
};

static void pod_joining_release(struct pod_joining *joining)
{
    for (size_t i = 0; i < POD_NAMESPACE_COUNT; i++)
        replace_fd(&joining->fds[i], -1);
    replace_fd(&joining->sandbox, -1);
    pod_volumes_release(&joining->volumes);
}

#define owned_pod_joining __attribute__((cleanup(pod_joining_release))) struct pod_joining

/* The sandbox is asked for by its id; all containers are read only where that is not enough. */
static int find_sandbox(struct arena *arena, struct pod_joining *joining, struct error *err)
{
    const struct container_request request = {
        .root = joining->request.root, .log = joining->request.log, .id = joining->request.id};
    owned_container sandbox = {0};
    struct error failed;

    if (container_find(arena, &request, false, &sandbox, &failed) < 0)
        return failed.kind == ERROR_NOT_FOUND ? 0 : error_set(err, failed.kind, "%s", failed.text);
    joining->sandbox = sandbox.pidfd < 0 ? -1 : sys_process_open(sandbox.pidfd);
    if (joining->sandbox < 0)
        return error_set(err, ERROR_STATE, "the sandbox of pod \"%s\" is not running",
                         joining->request.id);
    if (implicit_read(arena, &sandbox.record.annotations, &joining->asked, err) < 0)
        return error_within(err, "the sandbox of pod \"%s\"", joining->request.id);
    return 0;
}

static int find_siblings(struct arena *arena, struct pod_joining *joining, struct error *err)
{
    struct pod_list pods = {0};

    if (joining->siblings.count > 0)
        return 0;
    if (pod_read_list(arena, &joining->request, &pods, err) < 0)
        return -1;
    SLICE_FOR_EACH(const struct group, pod, pods)
        if (strcmp(pod->entry.id, joining->request.id) == 0)
            joining->siblings = pod->pod->members;
    return 0;
}

static bool is_of(struct arena *arena, int process, const char *proc, const struct stat *asked)
{
    struct stat info;

    return process >= 0 && fstatat(process, arena_format(arena, "ns/%s", proc), &info, 0) == 0 &&
           info.st_ino == asked->st_ino && info.st_dev == asked->st_dev;
}

static bool is_of_path(struct arena *arena, const char *process, const char *proc,
                       const struct stat *asked)
{
    owned_fd directory = sys_open(process, O_PATH | O_DIRECTORY);

    return is_of(arena, directory, proc, asked);
}

static bool is_ours(struct arena *arena, const char *proc, const struct stat *asked)
{
    return is_of_path(arena, "/proc/self", proc, asked);
}

/*
 * Where no sandbox is known (CRI-O without infra containers), the first member's are the pod's, as long as they are not the host's. In a pod of podman's that
 * does not share them all, a member has some of its own, which podman names by a file, not by a process id.
 */
static bool is_the_pods(struct arena *arena, const struct pod_joining *joining,
                        const struct pod_namespace *row, const char *path, const struct stat *asked)
{
    bool is_first = joining->sandbox < 0;

    if (is_of(arena, joining->sandbox, row->proc, asked))
        return true;
    if (joining->sandbox >= 0 && !row->may_differ)
        return !text_has_prefix(path, "/proc/") && !is_ours(arena, row->proc, asked);
    SLICE_FOR_EACH(const struct container_info, sibling, joining->siblings) {
        if (sibling->pid > 0 &&
            is_of_path(arena, arena_format(arena, "/proc/%d", (int) sibling->pid), row->proc,
                       asked))
            return true;
        is_first = is_first && sibling->pid <= 0;
    }
    return is_first && !is_ours(arena, row->proc, asked);
}

static int check_namespace(struct arena *arena, struct pod_joining *joining, size_t index,
                           struct spec_namespace *asked, struct error *err)
{
    const struct pod_namespace *row = &pod_namespaces[index];
    owned_fd fd = sys_open(asked->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct stat info;

    if (fd < 0)
        return 0; /* the create says so, in its words */
    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine %s", asked->path);
    if (!is_of(arena, joining->sandbox, row->proc, &info) &&
        (joining->sandbox < 0 || row->may_differ) && find_siblings(arena, joining, err) < 0)
        return -1;
    if (!is_the_pods(arena, joining, row, asked->path, &info))
        return error_set(err, ERROR_INVALID, "%s is not the %s namespace of pod \"%s\"%s",
                         asked->path, names_text(&names_namespaces, row->kind), joining->request.id,
                         is_ours(arena, row->proc, &info) ? ", but the host's" : "");
    asked->path = arena_format(arena, "/proc/self/fd/%d", fd);
    joining->fds[index] = take_fd(&fd);
    return 0;
}

static int check_namespaces(struct arena *arena, struct pod_joining *joining, struct spec *spec,
                            struct error *err)
{
    SLICE_FOR_EACH(struct spec_namespace, asked, spec->linux_->namespaces)
        for (size_t i = 0; i < POD_NAMESPACE_COUNT; i++)
            if (asked->path && asked->type == (int64_t) pod_namespaces[i].kind &&
                joining->fds[i] < 0 && check_namespace(arena, joining, i, asked, err) < 0)
                return error_within(err, "/linux/namespaces/%zu/path",
                                    (size_t) (asked - spec->linux_->namespaces.items));
    return 0;
}

static bool shares_users(struct arena *arena, const struct pod_joining *joining)
{
    struct stat own;

    return fstat(joining->fds[POD_USER], &own) == 0 && is_of(arena, joining->sandbox, "user", &own);
}

static int share_volumes(struct arena *arena, struct pod_joining *joining, struct spec *spec,
                         struct error *err)
{
    struct pod_volumes *volumes = &joining->volumes;

    volumes->sandbox = &joining->asked;
    volumes->member = &joining->wishes;
    volumes->process = joining->sandbox;
    if (pod_open_volumes(arena, volumes, err) < 0)
        return -1;
    /* Whoever only says that it is of the pod gets nothing of it. */
    if (volumes->visits.count > 0 && joining->fds[0] < 0 && joining->fds[1] < 0)
        return error_set(err, ERROR_INVALID,
                         "/linux/namespaces: names neither the network nor the ipc namespace of "
                         "pod \"%s\", whose volumes it is to get",
                         joining->request.id);
    volumes->rewrite.shares_users = shares_users(arena, joining);
    for (size_t i = 0; i < volumes->visits.count; i++)
        *SLICE_PUSH(arena, &joining->changes.trees, struct open_source) = (struct open_source){
            volumes->rewrite.mounts.items[i].source, volumes->visits.items[i].fd};
    return rewrite_mounts(arena, &volumes->rewrite, spec, err);
}

static int join(struct arena *arena, struct pod_joining *joining, struct spec *spec,
                struct error *err)
{
    if (find_sandbox(arena, joining, err) < 0 || check_namespaces(arena, joining, spec, err) < 0)
        return -1;
    return share_volumes(arena, joining, spec, err);
}

static int enter(struct arena *arena, struct pod_joining *joining,
                 const struct implicit_place *place, struct spec *spec, struct error *err)
{
    joining->request.id = place->group;
    if (!spec->linux_)
        spec->linux_ = ARENA_NEW(arena, struct spec_linux);
    if (implicit_read(arena, &spec->annotations, &joining->wishes, err) < 0)
        return -1;
    if (!place->is_founder)
        return join(arena, joining, spec, err);
    joining->has_pod_limits = joining->wishes.has_limits;
    if (joining->has_pod_limits && joining->is_run)
        return error_set(
            err, ERROR_UNSUPPORTED,
            "/annotations: the sandbox of a pod with limits has to be created, not run");
    return pod_add_volumes(arena, &joining->wishes, spec, err);
}

static int edit(struct arena *arena, struct spec *spec, void *context, struct error *err)
{
    struct pod_joining *joining = context;
    struct implicit_place place = implicit_find_place(joining->id, &spec->annotations);

    if (place.group && enter(arena, joining, &place, spec, err) < 0)
        return -1;
    return group_verify_other(arena, place.group != NULL, spec, err) < 0 ? -1 : 0;
}

static struct pod_joining begin(const struct container_request *container)
{
    struct pod_joining joining = {
        .request = {.root = container->root, .log = container->log},
        .id = container->id,
        .sandbox = -1,
    };

    for (size_t i = 0; i < POD_NAMESPACE_COUNT; i++)
        joining.fds[i] = -1;
    return joining;
}

/* The pod's cgroup is there, and this container in it. When that fails, nothing is left. */
static int limit_pod(struct arena *arena, const struct pod_joining *joining,
                     const struct create_request *created, struct error *err)
{
    const struct delete_request undo = {.container = created->container, .is_forced = true};
    const struct implicit_wishes *wishes = &joining->wishes;
    struct error failed;

    if (!joining->has_pod_limits ||
        pod_apply_limits(arena, &joining->request, &wishes->limits, wishes->uid, err) == 0)
        return 0;
    if (container_delete(arena, &undo, &failed) < 0)
        log_warning(undo.container.log, "%s", failed.text);
    if (created->pid_file)
        (void) unlink(created->pid_file); /* it has no meaning any more */
    return -1;
}

int group_create_any(struct arena *arena, const struct create_request *request, struct error *err)
{
    owned_pod_joining joining = begin(&request->container);
    struct create_request changed = *request;

    joining.changes = (struct create_changes){.edit = edit, .context = &joining};
    changed.changes = &joining.changes;
    if (container_create(arena, &changed, err) < 0)
        return -1;
    return limit_pod(arena, &joining, request, err);
}

int group_run_any(struct arena *arena, const struct run_request *request, int *ret_exit_code,
                  struct error *err)
{
    owned_pod_joining joining = begin(&request->create.container);
    struct run_request changed = *request;

    joining.is_run = true;
    joining.changes = (struct create_changes){.edit = edit, .context = &joining};
    changed.create.changes = &joining.changes;
    return container_run(arena, &changed, ret_exit_code, err);
}

static int refuse_unverified(struct arena *arena, struct spec *spec, void *context,
                             struct error *err)
{
    const struct restore_request *request = context;
    struct implicit_place place =
        implicit_find_place(request->create.container.id, &spec->annotations);
    int result = group_verify_other(arena, place.group != NULL, spec, err);

    return result <= 0
               ? result
               : error_set(err, ERROR_UNSUPPORTED,
                           "not supported: to restore what " OPERATOR_FILE " wants verified");
}

int group_restore_any(struct arena *arena, const struct restore_request *request,
                      int *ret_exit_code, struct error *err)
{
    struct restore_request changed = *request;
    const struct create_changes changes = {.edit = refuse_unverified, .context = &changed};

    changed.create.changes = &changes;
    return container_restore(arena, &changed, ret_exit_code, err);
}

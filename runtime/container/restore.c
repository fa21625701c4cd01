/*
 * restore: a create whose process is made by criu from images instead of being launched.
 *
 * criu runs inside the container's new cgroup and, if there is to be one, cgroup namespace, so that what it restores is there from its first moment. It
 * has a mount namespace of its own, in which the root is a mount point, as criu wants it: nothing is mounted on the host. The container's process
 * becomes our child (--restore-sibling): so it is known for sure, and can be waited for.
 */
#include "runtime/container/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/process.h"
#include "base/text.h"
#include "runtime/container/creation.h"
#include "runtime/container/criu.h"
#include "runtime/container/criu_service.h"
#include "runtime/terminal/terminal.h"

#define PID_FILE "restored.pid" /* in the container's directory */

enum { STREAM_COUNT = 3, INHERITED_NETWORK = STREAM_COUNT, INHERITED_COUNT, FIRST_INHERITED = 10 };

/* What criu inherits; each -1 when there is none. */
struct inherited {
    int fds[INHERITED_COUNT];
};

static void inherited_release(struct inherited *inherited)
{
    for (size_t i = 0; i < INHERITED_COUNT; i++)
        replace_fd(&inherited->fds[i], -1);
}

struct criu_place {
    const struct cgroup *cgroup; /* NULL: none */
    const char *root;
    bool has_cgroup_namespace;
    const struct criu *criu;
};

static int fail(const char *what, const char **ret_what)
{
    *ret_what = what;
    return -errno;
}

/* In criu's process, before it is executed. */
static int enter_place(const void *context, const char **ret_what)
{
    const struct criu_place *place = context;
    int namespaces = CLONE_NEWNS | (place->has_cgroup_namespace ? CLONE_NEWCGROUP : 0);
    int error = place->cgroup ? sys_write_file_at(place->cgroup->v2_fd, "cgroup.procs", "0") : 0;

    if (error < 0) {
        *ret_what = "enter the cgroup";
        return error;
    }
    if (unshare(namespaces) < 0)
        return fail("make namespaces for it", ret_what);
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0 ||
        mount(place->root, place->root, NULL, MS_BIND | MS_REC, NULL) < 0)
        return fail("mount the root", ret_what);
    return criu_pass_fds(place->criu, ret_what);
}

static int check(struct creation *creation, struct error *err)
{
    if (creation->plan->has_create_hooks)
        return error_set(err, ERROR_UNSUPPORTED,
                         "not supported: a container with hooks for its creation");
    return criu_check(creation->plan, &creation->host, err);
}

static int read_descriptors(struct arena *arena, const struct criu *criu,
                            struct text_list *ret_names, struct error *err)
{
    const char *path = arena_format(arena, "%s/%s", criu->images, CRIU_DESCRIPTORS);
    struct content content = {0};

    if (content_read_file(arena, path, &content, err) < 0)
        return -1;
    if (json_read(arena, &json_strings, content.bytes, content.size, ret_names, err) < 0)
        return error_within(err, "%s", path);
    return 0;
}

static int inherit(struct arena *arena, struct criu *criu, int fd, const char *key)
{
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_INHERITED);

    if (moved >= 0)
        criu_add(arena, criu, "--inherit-fd", arena_format(arena, "fd[%d]:%s", moved, key));
    criu_pass_fd(criu, moved);
    return moved < 0 ? -errno : moved;
}

/* Ours in place of those at the checkpoint; /dev/null stays /dev/null, since several streams may have been that one file. */
static int inherit_streams(struct creation *creation, struct criu *criu,
                           struct inherited *inherited, struct error *err)
{
    struct text_list names = {0};
    const char *null = "/dev/null:";

    if (read_descriptors(creation->arena, criu, &names, err) < 0)
        return -1;
    for (int i = 0; i < STREAM_COUNT && i < (int) names.count; i++) {
        const char *name = names.items[i];
        bool is_null = text_has_prefix(name, null);
        owned_fd opened = is_null ? sys_open("/dev/null", O_RDWR) : -1;

        if (name[0] == '\0' || strcmp(name, "/dev/null") == 0)
            continue;
        inherited->fds[i] = inherit(creation->arena, criu, is_null ? opened : i,
                                    is_null ? name + strlen(null) : name);
        if (inherited->fds[i] < 0)
            return error_os(err, -inherited->fds[i], "pass file descriptor %d", i);
    }
    return 0;
}

static int inherit_network(struct creation *creation, struct criu *criu,
                           struct inherited *inherited, struct error *err)
{
    const struct plan_namespace *network = &creation->plan->namespaces.of[NAMESPACE_NETWORK];
    owned_fd fd = -1;
    int moved;

    if (network->how != PLAN_NAMESPACE_JOIN)
        return 0;
    fd = sys_open(network->path, O_RDONLY);
    moved = fd < 0 ? fd : inherit(creation->arena, criu, fd, CRIU_NETWORK);
    if (moved < 0)
        return error_os(err, -moved, "open the network namespace %s", network->path);
    inherited->fds[INHERITED_NETWORK] = moved;
    return 0;
}

/* The network's was external to the checkpoint. What was in these is in the images, and left there. */
static void join_others(struct arena *arena, struct criu *criu, const struct plan *plan)
{
    const struct plan_namespace *ipc = &plan->namespaces.of[NAMESPACE_IPC];
    const struct plan_namespace *uts = &plan->namespaces.of[NAMESPACE_UTS];

    if (ipc->how == PLAN_NAMESPACE_JOIN)
        criu_add(arena, criu, "--join-ns", arena_format(arena, "ipc:%s", ipc->path));
    if (uts->how == PLAN_NAMESPACE_JOIN)
        criu_add(arena, criu, "--join-ns", arena_format(arena, "uts:%s", uts->path));
}

/* The process that criu made is our child, so its number is its own until we have waited for it. */
static int take_process(struct creation *creation, struct error *err)
{
    struct launched *launched = &creation->launched;
    char text[16] = "";
    uint32_t pid = 0;
    int directory = creation->container.entry.fd;

    if (sys_read_file_at(directory, PID_FILE, text, sizeof(text)) <= 0 ||
        !text_parse_uint32(text, &pid) || pid < 2)
        return error_set(err, ERROR_STATE, "criu does not tell which process it restored");
    (void) unlinkat(directory, PID_FILE, 0);
    *launched = (struct launched){(pid_t) pid, sys_pidfd_open((pid_t) pid), -1, -1};
    if (launched->pidfd < 0)
        return error_os(err, -launched->pidfd, "find the restored process %d", (int) pid);
    creation->has_launched = true;
    return creation->has_cgroup ? cgroup_check_member(creation->arena, &creation->container.cgroup,
                                                      launched->pid, err)
                                : 0;
}

static int hand_over_terminal(struct creation *creation, struct criu_service *service,
                              struct error *err)
{
    const char *path = creation->request->console_socket;

    if (service->terminal < 0)
        return error_set(err, ERROR_STATE, "criu has restored no terminal");
    if (path)
        return terminal_send_master(path, service->terminal, err);
    creation->launched.terminal_fd = take_fd(&service->terminal);
    return 0;
}

/* In a new user namespace criu is its root when it opens the images, which must be allowed to look for them. */
static int let_root_search(const struct creation *creation, const struct criu *criu,
                           struct error *err)
{
    const struct spec_linux *section = creation->plan->spec->linux_;
    struct stat info;

    if (creation->plan->namespaces.of[NAMESPACE_USER].how != PLAN_NAMESPACE_NEW)
        return 0;
    SLICE_FOR_EACH(const struct spec_id_mapping, mapping, section->gid_mappings) {
        if (mapping->container_id == 0 &&
            (stat(criu->images, &info) < 0 ||
             chown(criu->images, (uid_t) -1, mapping->host_id) < 0 ||
             chmod(criu->images, (info.st_mode & ALLPERMS) | S_IXGRP) < 0))
            return error_os(err, errno, "let the container's root search %s", criu->images);
    }
    return 0;
}

static int restore(struct creation *creation, struct error *err)
{
    const struct restore_request *request = creation->source->context;
    const struct plan *plan = creation->plan;
    struct arena *arena = creation->arena;
    __attribute__((cleanup(inherited_release))) struct inherited inherited = {
        {-1, -1, -1, -1}
    };
    owned_criu_service service = CRIU_SERVICE_NONE;
    struct criu criu = {0};
    const struct criu_place place = {
        .cgroup = creation->has_cgroup ? &creation->container.cgroup : NULL,
        .root = plan->root.path,
        .has_cgroup_namespace = plan->namespaces.of[NAMESPACE_CGROUP].how == PLAN_NAMESPACE_NEW,
        .criu = &criu,
    };
    struct program program = {.prepare = enter_place, .context = &place};
    owned_fd root = sys_open(plan->root.path, O_PATH | O_DIRECTORY);

    if (root < 0)
        return error_os(err, -root, "open the root filesystem %s", plan->root.path);
    if (criu_prepare(arena, "restore", &request->options, &criu, err) < 0 ||
        inherit_streams(creation, &criu, &inherited, err) < 0 ||
        inherit_network(creation, &criu, &inherited, err) < 0)
        return -1;
    criu_add(arena, &criu, "--root", plan->root.path);
    criu_add(arena, &criu, "--restore-detached", NULL);
    criu_add(arena, &criu, "--restore-sibling", NULL);
    criu_add(arena, &criu, "--pidfile",
             arena_format(arena, "/proc/%d/fd/%d/" PID_FILE, (int) getpid(),
                          creation->container.entry.fd));
    join_others(arena, &criu, plan);
    criu_add_mounts(arena, &criu, plan, root);
    if (let_root_search(creation, &criu, err) < 0)
        return -1;
    if (plan->terminal.is_wanted && criu_service_open(arena, &criu, &program, &service, err) < 0)
        return -1;
    if (criu_run(arena, &criu, &program, err) < 0 || take_process(creation, err) < 0)
        return -1;
    return plan->terminal.is_wanted ? hand_over_terminal(creation, &service, err) : 0;
}

static int run_poststart_hooks(struct creation *creation, struct error *err)
{
    struct container *container = &creation->container;
    int result;

    if (!container->record.has_poststart_hooks)
        return 0;
    container->pidfd = creation->launched.pidfd; /* borrowed */
    result = container_run_hooks(creation->arena, container, "poststart", CONTAINER_RUNNING, err);
    container->pidfd = -1;
    return result;
}

int container_restore(struct arena *arena, const struct restore_request *request,
                      int *ret_exit_code, struct error *err)
{
    const struct creation_source source = {check, restore, request};
    owned_creation creation = {
        .arena = arena,
        .request = &request->create,
        .is_foreground = !request->is_detached,
        .source = &source,
    };

    if (criu_check_caller(err) < 0 || creation_carry_out(&creation, err) < 0)
        return -1;
    if (run_poststart_hooks(&creation, err) < 0) {
        creation_fail(&creation);
        return error_within(err, "restore container \"%s\"", request->create.container.id);
    }
    *ret_exit_code = 0;
    return request->is_detached ? 0 : creation_attend(&creation, false, ret_exit_code, err);
}

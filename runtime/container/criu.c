/*
 * Running criu(8): its options, the mounts that it must be told of, and what its log says when it fails.
 *
 * criu is found by fixed paths, since it runs as root. A mount that is not the container's own (a bind mount, the mask of a file, a cgroup) has its
 * destination as its key, as with other runtimes; what is mounted there at a restore comes from the plan.
 */
#include "runtime/container/criu.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"

enum { LOG_READ_BYTES = 32 * 1024 };

static const char *const places[] = {
    "/usr/sbin/criu",      "/usr/bin/criu", "/usr/local/sbin/criu",
    "/usr/local/bin/criu", "/sbin/criu",    "/run/wrappers/bin/criu",
};

/* --- what is supported --- */

static int check_namespaces(const struct plan *plan, struct error *err)
{
    for (int i = 0; i < NAMESPACE_COUNT; i++)
        if (plan->namespaces.of[i].how == PLAN_NAMESPACE_JOIN && i != NAMESPACE_NETWORK &&
            i != NAMESPACE_IPC && i != NAMESPACE_UTS)
            return error_set(err, ERROR_UNSUPPORTED,
                             "a container that joins other namespaces than net, ipc and uts");
    if (plan->namespaces.of[NAMESPACE_TIME].how != PLAN_NAMESPACE_INHERIT)
        return error_set(err, ERROR_UNSUPPORTED, "a container with a time namespace");
    if (!plan->root.has_mount_namespace)
        return error_set(err, ERROR_UNSUPPORTED, "a container without a mount namespace");
    if (plan->namespaces.of[NAMESPACE_PID].how != PLAN_NAMESPACE_NEW)
        return error_set(err, ERROR_UNSUPPORTED, "a container without a pid namespace");
    return 0;
}

int criu_check_caller(struct error *err)
{
    return geteuid() == 0 ? 0 : error_set(err, ERROR_UNSUPPORTED, "criu needs root");
}

int criu_check(const struct plan *plan, const struct host *host, struct error *err)
{
    if (!host->is_privileged)
        return error_set(err, ERROR_UNSUPPORTED, "criu needs root in the initial user namespace");
    if (host->cgroup_mode != CGROUP_MODE_V2)
        return error_set(err, ERROR_UNSUPPORTED, "this host has not cgroup v2 alone");
    if (check_namespaces(plan, err) < 0)
        return error_within(err, "not supported");
    if (!plan->has_process)
        return error_set(err, ERROR_UNSUPPORTED, "not supported: a container without a process");
    if (plan->seccomp && plan->seccomp->has_listener)
        return error_set(err, ERROR_UNSUPPORTED,
                         "not supported: a container with a seccomp listener");
    return 0;
}

/* --- options --- */

enum row_kind { ROW_FLAG, ROW_TEXT };

struct row {
    size_t offset; /* in struct criu_options */
    const char *option;
    enum row_kind kind;
};

#define ROW(member, option, kind)                               \
    {                                                           \
        offsetof(struct criu_options, member), (option), (kind) \
    }
static const struct row rows[] = {
    ROW(auto_dedup, "--auto-dedup", ROW_FLAG),
    ROW(ext_unix_sk, "--ext-unix-sk", ROW_FLAG),
    ROW(file_locks, "--file-locks", ROW_FLAG),
    ROW(lazy_pages, "--lazy-pages", ROW_FLAG),
    ROW(leave_running, "--leave-running", ROW_FLAG),
    ROW(link_remap, "--link-remap", ROW_FLAG),
    ROW(lsm_mount_context, "--lsm-mount-context", ROW_TEXT),
    ROW(lsm_profile, "--lsm-profile", ROW_TEXT),
    ROW(parent_path, "--prev-images-dir", ROW_TEXT),
    ROW(pre_dump, "--track-mem", ROW_FLAG),
    ROW(shell_job, "--shell-job", ROW_FLAG),
    ROW(status_fd, "--status-fd", ROW_TEXT),
    ROW(tcp_established, "--tcp-established", ROW_FLAG),
};

void criu_add(struct arena *arena, struct criu *criu, const char *name, const char *value)
{
    text_list_push(arena, &criu->argv, name);
    if (value)
        text_list_push(arena, &criu->argv, value);
}

static void add_row(struct arena *arena, struct criu *criu, const struct row *row,
                    const void *place)
{
    const char *text = row->kind == ROW_TEXT ? *(const char *const *) place : NULL;

    if (row->kind == ROW_TEXT ? text != NULL : *(const bool *) place)
        criu_add(arena, criu, row->option, text);
}

/* Where the memory goes instead of into the images; with lazy pages, where it is fetched. */
static int add_page_server(struct arena *arena, struct criu *criu,
                           const struct criu_options *options, struct error *err)
{
    const char *asked = options->page_server;
    const char *colon = asked ? strrchr(asked, ':') : NULL;

    if (!asked)
        return 0;
    if (!colon || colon == asked || !colon[1])
        return error_set(err, ERROR_INVALID, "--page-server %s: must be ADDRESS:PORT", asked);
    if (!options->lazy_pages)
        criu_add(arena, criu, "--page-server", NULL);
    criu_add(arena, criu, "--address", arena_copy_bytes(arena, asked, (size_t) (colon - asked)));
    criu_add(arena, criu, "--port", colon + 1);
    return 0;
}

void criu_pass_fd(struct criu *criu, int fd)
{
    if (fd >= 0 && criu->passed_count < CRIU_PASSED_MAX)
        criu->passed[criu->passed_count++] = fd;
}

int criu_pass_fds(const void *context, const char **ret_what)
{
    const struct criu *criu = context;

    *ret_what = "pass file descriptors";
    for (size_t i = 0; i < criu->passed_count; i++)
        if (fcntl(criu->passed[i], F_SETFD, 0) < 0)
            return -errno;
    return 0;
}

static int add_status_fd(struct criu *criu, const struct criu_options *options, struct error *err)
{
    uint32_t fd = 0;

    if (!options->status_fd)
        return 0;
    if (!text_parse_uint32(options->status_fd, &fd) || fd > INT_MAX || fcntl((int) fd, F_GETFD) < 0)
        return error_set(err, ERROR_INVALID, "--status-fd %s: not an open file descriptor",
                         options->status_fd);
    criu_pass_fd(criu, (int) fd);
    return 0;
}

static int add_options(struct arena *arena, struct criu *criu, const struct criu_options *options,
                       struct error *err)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        add_row(arena, criu, &rows[i], (const char *) options + rows[i].offset);
    if (add_page_server(arena, criu, options, err) < 0 || add_status_fd(criu, options, err) < 0)
        return -1;
    if (options->empty_ns && strcmp(options->empty_ns, "network") != 0)
        return error_set(err, ERROR_UNSUPPORTED, "--empty-ns: only \"network\" is supported");
    if (options->empty_ns)
        criu_add(arena, criu, "--empty-ns", "net");
    if (options->parent_path && !options->pre_dump) /* what has changed since, not all of it */
        criu_add(arena, criu, "--track-mem", NULL);
    return 0;
}

static const char *absolute(struct arena *arena, const char *path)
{
    char current[PATH_MAX];

    return path[0] != '/' && getcwd(current, sizeof(current)) ? text_path_join(arena, current, path)
                                                              : path;
}

static int make_directory(const char *path, struct error *err)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return error_os(err, errno, "make the directory %s", path);
    return 0;
}

int criu_prepare(struct arena *arena, const char *action, const struct criu_options *options,
                 struct criu *ret_criu, struct error *err)
{
    const char *images = options->image_path ? options->image_path : "checkpoint";
    struct criu criu = {.action = action};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && criu.argv.count == 0; i++)
        if (access(places[i], X_OK) == 0)
            text_list_push(arena, &criu.argv, places[i]);
    if (criu.argv.count == 0)
        return error_set(err, ERROR_UNSUPPORTED, "there is no criu on this host");
    criu.images = absolute(arena, images);
    criu.work = options->work_path ? absolute(arena, options->work_path) : criu.images;
    criu_add(arena, &criu, "--images-dir", criu.images);
    criu_add(arena, &criu, "--work-dir", criu.work);
    criu_add(arena, &criu, "--log-file", arena_format(arena, "%s.log", action));
    criu_add(arena, &criu, "-v4", NULL);
    criu_add(arena, &criu, "--manage-cgroups=ignore", NULL); /* cgroups are made by us */
    if (add_options(arena, &criu, options, err) < 0)
        return -1;
    if (strcmp(action, "restore") != 0 && make_directory(criu.images, err) < 0)
        return -1;
    if (make_directory(criu.work, err) < 0)
        return -1;
    *ret_criu = criu;
    return 0;
}

/* --- mounts --- */

/* Where target really is below root, as mountinfo has it; a symlink may be on the way. As it is written when it is not there yet. */
static const char *resolve(struct arena *arena, int root, const char *target)
{
    owned_fd fd = sys_open_in_root(root, target, O_PATH);
    char path[SYS_FD_PATH_SIZE];
    char *found = arena_alloc(arena, PATH_MAX);
    char base[PATH_MAX];
    ssize_t length = fd < 0 ? -1 : readlink(sys_fd_path(fd, path), found, PATH_MAX - 1);
    ssize_t base_length = readlink(sys_fd_path(root, path), base, sizeof(base) - 1);

    if (length <= 0 || base_length <= 0)
        return arena_format(arena, "/%s", target);
    found[length] = '\0';
    base[base_length] = '\0';
    if (base_length > 1 && text_has_prefix(found, base))
        found += base_length;
    return found;
}

static void add_mount(struct arena *arena, struct criu *criu, const char *place, const char *source)
{
    criu_add(arena, criu, "--external",
             arena_format(arena, "mnt[%s]:%s", place,
                          strcmp(criu->action, "restore") == 0 ? source : place));
}

void criu_add_mounts(struct arena *arena, struct criu *criu, const struct plan *plan, int root)
{
    bool is_restore = strcmp(criu->action, "restore") == 0;
    struct stat info;

    SLICE_FOR_EACH(const struct plan_mount, mount, plan->mounts) {
        bool is_cgroup =
            mount->kind == PLAN_MOUNT_FILESYSTEM && strcmp(mount->type, "cgroup2") == 0;

        if (is_cgroup) /* criu knows it by its place in the whole tree, which may be another at a restore */
            add_mount(arena, criu, resolve(arena, root, mount->target),
                      arena_format(arena, "/sys/fs/cgroup%s", plan->cgroup.path));
        else if (mount->kind == PLAN_MOUNT_BIND)
            add_mount(arena, criu, resolve(arena, root, mount->target), mount->source);
    }
    SLICE_FOR_EACH(const struct plan_device, device, plan->devices) {
        if (device->by_bind)
            add_mount(arena, criu, resolve(arena, root, device->target), device->path);
    }
    SLICE_FOR_EACH(const char *const, masked, plan->masked_paths) {
        owned_fd fd = is_restore ? -1 : sys_open_in_root(root, *masked, O_PATH);

        /* The mask of a directory is a tmpfs of the container's own. */
        if (is_restore || (fd >= 0 && fstat(fd, &info) == 0 && S_ISCHR(info.st_mode)))
            add_mount(arena, criu, arena_format(arena, "/%s", *masked), "/dev/null");
    }
}

/* --- the run --- */

/* The first line "(00.123456) Error (file.c:1): what" in the end of the log: the others follow from it. NULL: none. */
static const char *find_error(struct arena *arena, const char *path)
{
    owned_fd fd = sys_open(path, O_RDONLY);
    char *text = arena_alloc(arena, LOG_READ_BYTES + 1);
    char *found;
    ssize_t length;

    if (fd < 0)
        return NULL;
    (void) lseek(fd, -LOG_READ_BYTES, SEEK_END); /* a shorter one is read from its beginning */
    length = sys_read_all(fd, text, LOG_READ_BYTES);
    text[length < 0 ? 0 : length] = '\0';
    found = strstr(text, "Error (");
    if (found)
        found[strcspn(found, "\n")] = '\0';
    return found;
}

int criu_run(struct arena *arena, struct criu *criu, struct program *program, struct error *err)
{
    /* criu runs tar, ip and iptables */
    static const char *const environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    const char *log = arena_format(arena, "%s/%s.log", criu->work, criu->action);
    struct program_result result = {0};
    const char *told;

    (void) unlink(log); /* of an earlier run */
    if (!criu->is_service)
        criu_add(arena, criu, criu->action, NULL);
    program->path = criu->argv.items[0];
    program->argv = criu->argv.items;
    program->envp = environment;
    if (program_run(arena, program, &result, err) < 0)
        return error_within(err, "%s", program->path);
    if (result.status == 0)
        return 0;
    told = find_error(arena, log);
    if (told)
        return error_set(err, ERROR_STATE, "criu %s: %s (see %s)", criu->action, told, log);
    (void) program_check(&result, err);
    return error_within(err, "criu %s", criu->action);
}

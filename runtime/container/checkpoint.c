/*
 * checkpoint: the plan of the container is made again, since it tells which mounts come from outside; criu does the rest.
 *
 * The standard streams were opened outside of the container, so criu is told that they will be given to it at the restore. What they were is
 * kept beside the images, in the form that runc gave it: ["/dev/null:KEY", "pipe:[123]", "pipe:[124]"].
 */
#include "runtime/container/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"
#include "runtime/container/criu.h"
#include "runtime/container/criu_service.h"
#include "runtime/container/lookup.h"

enum { FIRST_PTS_MAJOR = 136, LAST_PTS_MAJOR = 143 }; /* Documentation/admin-guide/devices.txt */

struct checkpoint {
    struct arena *arena;
    const struct checkpoint_request *request;
    struct container container;
    struct plan *plan;
    struct host host;
    struct criu criu;
    int proc; /* /proc/PID */
};

static void checkpoint_release(struct checkpoint *checkpoint)
{
    replace_fd(&checkpoint->proc, -1);
    container_release(&checkpoint->container);
}

static int make_plan(struct checkpoint *checkpoint, struct error *err)
{
    const struct container *container = &checkpoint->container;
    const struct plan_request asked = {
        .id = container->entry.id,
        .bundle = container->record.bundle,
        .is_systemd_cgroup = container->record.uses_systemd,
    };
    struct spec *spec = NULL;

    if (container->status != CONTAINER_RUNNING && container->status != CONTAINER_PAUSED)
        return error_set(err, ERROR_STATE, "container not running: %s",
                         names_text(&names_statuses, container->status));
    if (container_read_spec(checkpoint->arena, container, &spec, err) < 0 ||
        host_probe(checkpoint->arena, &checkpoint->host, err) < 0 ||
        plan_build(checkpoint->arena, spec, &checkpoint->host, &asked, &checkpoint->plan, err) < 0)
        return -1;
    return criu_check(checkpoint->plan, &checkpoint->host, err);
}

/* mnt_id of /proc/PID/fdinfo/N; 0 when it is not told. */
static uint32_t mount_of(const struct checkpoint *checkpoint, int stream)
{
    char text[512] = "";
    char name[SYS_FD_PATH_SIZE];
    const char *line;
    uint32_t id = 0;
    ssize_t length = sys_read_file_at(checkpoint->proc, sys_number_path("fdinfo/", stream, name),
                                      text, sizeof(text));

    line = length > 0 ? strstr(text, "mnt_id:\t") : NULL;
    if (line) {
        line += strlen("mnt_id:\t");
        (void) text_parse_uint32(arena_copy_bytes(checkpoint->arena, line, strcspn(line, "\n")),
                                 &id);
    }
    return id;
}

/* The container's own terminal is restored with it. */
static bool is_own_terminal(const struct checkpoint *checkpoint, const struct stat *info)
{
    return checkpoint->plan->terminal.is_wanted && S_ISCHR(info->st_mode) &&
           major(info->st_rdev) >= FIRST_PTS_MAJOR && major(info->st_rdev) <= LAST_PTS_MAJOR;
}

/* What criu calls the stream, and is told of it; "": it is closed, or a thing that criu must deal with. */
static const char *add_stream(struct checkpoint *checkpoint, int stream)
{
    struct arena *arena = checkpoint->arena;
    char path[SYS_FD_PATH_SIZE];
    char link[64] = "";
    struct stat info;
    const char *key;

    (void) sys_number_path("fd/", stream, path);
    if (fstatat(checkpoint->proc, path, &info, 0) < 0)
        return "";
    if (S_ISFIFO(info.st_mode)) {
        if (readlinkat(checkpoint->proc, path, link, sizeof(link) - 1) < 0)
            return "";
        if (text_has_prefix(link, "pipe:["))
            return arena_copy(arena, link);
    }
    if (S_ISSOCK(info.st_mode) || is_own_terminal(checkpoint, &info))
        return "";
    if (S_ISCHR(info.st_mode) && major(info.st_rdev) != 1)
        key = arena_format(arena, "tty[%lx:%lx]", (unsigned long) info.st_rdev,
                           (unsigned long) info.st_dev);
    else
        key = arena_format(arena, "file[%x:%lx]", mount_of(checkpoint, stream),
                           (unsigned long) info.st_ino);
    criu_add(arena, &checkpoint->criu, "--external", key);
    if (S_ISCHR(info.st_mode) && info.st_rdev == makedev(1, 3))
        return arena_format(arena, "/dev/null:%s", key);
    return key;
}

static int add_streams(struct checkpoint *checkpoint, struct error *err)
{
    struct text_list names = {0};
    struct content content;
    owned_fd images = sys_open(checkpoint->criu.images, O_PATH | O_DIRECTORY);
    int error = images;

    for (int stream = 0; stream < 3; stream++)
        text_list_push(checkpoint->arena, &names, add_stream(checkpoint, stream));
    content.bytes = json_write(checkpoint->arena, &json_strings, &names, JSON_COMPACT);
    content.size = strlen(content.bytes);
    if (images >= 0)
        error = content_write_at(images, CRIU_DESCRIPTORS, &content, 0600);
    return error < 0
               ? error_os(err, -error, "write %s in %s", CRIU_DESCRIPTORS, checkpoint->criu.images)
               : 0;
}

static int dump(struct checkpoint *checkpoint, struct error *err)
{
    const struct criu_options *options = &checkpoint->request->options;
    struct container *container = &checkpoint->container;
    struct arena *arena = checkpoint->arena;
    struct criu *criu = &checkpoint->criu;
    struct program program = {.prepare = criu_pass_fds, .context = criu};
    struct stat info;
    owned_criu_service service = CRIU_SERVICE_NONE;
    owned_fd root = -1;

    if (criu_prepare(arena, options->pre_dump ? "pre-dump" : "dump", options, criu, err) < 0)
        return -1;
    checkpoint->proc = sys_open(arena_format(arena, "/proc/%d", (int) container->record.pid),
                                O_PATH | O_DIRECTORY);
    root = checkpoint->proc < 0 ? checkpoint->proc
                                : sys_open_at(checkpoint->proc, "root", O_PATH | O_DIRECTORY);
    if (root < 0)
        return error_os(err, -root, "look into the container");
    criu->pid = (pid_t) container->record.pid;
    criu_add(arena, criu, "--tree", arena_format(arena, "%d", (int) container->record.pid));
    if (container->cgroup.leaves.count > 0)
        criu_add(arena, criu, "--freeze-cgroup", container->cgroup.leaves.items[0].directory);
    if (checkpoint->plan->namespaces.of[NAMESPACE_NETWORK].how == PLAN_NAMESPACE_JOIN &&
        fstatat(checkpoint->proc, "ns/net", &info, 0) == 0)
        criu_add(arena, criu, "--external",
                 arena_format(arena, "net[%lu]:" CRIU_NETWORK, (unsigned long) info.st_ino));
    criu_add_mounts(arena, criu, checkpoint->plan, root);
    if (add_streams(checkpoint, err) < 0)
        return -1;
    /* A pre-dump does not look at terminals; and as a service, criu would wait for another after it. */
    if (checkpoint->plan->terminal.is_wanted && !options->pre_dump &&
        criu_service_open(arena, criu, &program, &service, err) < 0)
        return -1;
    return criu_run(arena, criu, &program, err);
}

static int carry_out(struct checkpoint *checkpoint, struct error *err)
{
    const struct criu_options *options = &checkpoint->request->options;

    if (make_plan(checkpoint, err) < 0 || dump(checkpoint, err) < 0)
        return -1;
    if (options->leave_running || options->pre_dump)
        return 0;
    if (container_stop(&checkpoint->container, err) < 0) /* criu has killed it */
        return -1;
    return container_destroy(checkpoint->arena, &checkpoint->container, err);
}

int container_checkpoint(struct arena *arena, const struct checkpoint_request *request,
                         struct error *err)
{
    __attribute__((cleanup(checkpoint_release))) struct checkpoint checkpoint = {
        .arena = arena, .request = request, .proc = -1};

    if (criu_check_caller(err) < 0 ||
        container_find(arena, &request->container, true, &checkpoint.container, err) < 0)
        return -1;
    if (carry_out(&checkpoint, err) < 0)
        return error_within(err, "checkpoint container \"%s\"", checkpoint.container.entry.id);
    return 0;
}

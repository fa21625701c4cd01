/* Requests to corun-systemd (helpers/systemd/request.h), and the holder. */
#include "runtime/cgroup/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/helper.h"
#include "base/sys/file.h"
#include "base/sys/process.h"
#include "base/text.h"
#include "runtime/cgroup/leaf.h"

enum { HELPER_TIMEOUT_MS = 60000 };

static bool is_user_unit(const char *path)
{
    return strstr(path, ".service/") != NULL; /* slices are above the system's units only */
}

/* The user's bus is told by the environment, and only asked for by who is that user. */
static const char *const *make_environment(struct arena *arena, const char *path)
{
    static const char *const names[] = {"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"};
    struct text_list environment = {0};

    for (size_t i = 0; is_user_unit(path) && i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);

        if (value)
            text_list_push(arena, &environment, arena_format(arena, "%s=%s", names[i], value));
    }
    return environment.items;
}

static int ask(struct arena *arena, const struct cgroup *cgroup, const char *request,
               struct error *err)
{
    const struct program program = {
        .path = cgroup->unit_helper ? cgroup->unit_helper : helper_find(arena, "corun-systemd"),
        .envp = make_environment(arena, cgroup->path),
        .input = request,
        .timeout_ms = HELPER_TIMEOUT_MS,
    };

    if (access(program.path, X_OK) < 0)
        return error_os(err, errno,
                        "the systemd cgroup driver needs the program %s, which is built and "
                        "packaged with corun where libsystemd is",
                        program.path);
    if (helper_run(arena, &program, ERROR_STATE, err) < 0)
        return error_within(err, "systemd");
    return 0;
}

/* --- the request --- */

static const char *add_line(struct arena *arena, const char *request, const char *word,
                            const char *name, const char *value)
{
    return arena_format(arena, "%s%s %s=%s\n", request, word, name, value);
}

static const char *add_writes(struct arena *arena, const char *request,
                              const struct cgroup_write_list *writes)
{
    SLICE_FOR_EACH(const struct cgroup_write, write, *writes)
        request = add_line(arena, request, "write", write->file, write->value);
    return request;
}

/*
 * man 7 cgroups, "Cgroups delegation: containment": who has no rights above both may not move or clone from one cgroup into the other. Below
 * the user's systemd they do have them. "" where the caller is there already, or need not be.
 */
static const char *caller_line(struct arena *arena, const char *path)
{
    char own[PATH_MAX] = "";
    const char *end = strstr(path, ".service/");
    size_t length = end ? (size_t) (end - path) + strlen(".service/") : 0;
    const char *place;

    (void) sys_read_file_at(AT_FDCWD, "/proc/self/cgroup", own, sizeof(own)); /* unknown: outside */
    place = strstr(own, "0::/");
    if (length == 0 || (place && strncmp(place + strlen("0::"), path, length) == 0))
        return "";
    return arena_format(arena, "caller %d\n", (int) getpid());
}

/* --- the holder --- */

static void hold(pid_t parent)
{
    /* What it has open would keep others waiting for the end of a file. */
    (void) sys_close_range(0, ~0U);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
        while (getppid() == parent)
            (void) pause();
    _exit(0);
}

static int start_holder(struct unit_holder *holder, struct error *err)
{
    pid_t parent = getpid();

    holder->pid = sys_clone(0, -1, NULL);
    if (holder->pid == 0)
        hold(parent);
    if (holder->pid > 0)
        return 0;
    return error_os(err, -holder->pid, "start a process for the scope");
}

void unit_let_go(struct unit_holder *holder)
{
    int status;

    if (holder->pid <= 0)
        return;
    (void) kill(holder->pid, SIGKILL); /* ours, and not reaped yet, so it is that one */
    (void) sys_wait(holder->pid, &status);
    holder->pid = 0;
}

/* --- what is asked --- */

int unit_start(struct arena *arena, struct cgroup *cgroup, const struct cgroup_settings *settings,
               struct unit_holder *ret_holder, struct error *err)
{
    const char *request;

    /* Kept: when the container is launched, our executable is hidden (launch/self_image.c). */
    cgroup->unit_helper = helper_find(arena, "corun-systemd");
    if (start_holder(ret_holder, err) < 0)
        return -1;
    request = arena_format(arena, "start %s\ndescription corun container %s\nholder %d\n%s",
                           cgroup->path, strrchr(cgroup->path, '/') + 1, (int) ret_holder->pid,
                           caller_line(arena, cgroup->path));
    request = add_writes(arena, request, &settings->writes);
    SLICE_FOR_EACH(const struct text_pair, property, settings->unit_properties)
        request = add_line(arena, request, "property", property->key, property->value);
    return ask(arena, cgroup, request, err);
}

static int write_pids_limit(const struct cgroup *cgroup, const struct cgroup_settings *settings,
                            const char *instead, struct error *err)
{
    SLICE_FOR_EACH(const struct cgroup_write, write, settings->writes) {
        struct cgroup_write changed = *write;
        const struct cgroup_write_list one = {&changed, 1};

        if (strcmp(write->file, "pids.max") != 0)
            continue;
        if (instead)
            changed.value = instead;
        if (cgroup_apply(cgroup, &one, settings->is_optional, err) < 0)
            return -1;
    }
    return 0;
}

int unit_lift_pids_limit(const struct cgroup *cgroup, const struct cgroup_settings *settings,
                         struct error *err)
{
    return write_pids_limit(cgroup, settings, "max", err);
}

int unit_set_pids_limit(const struct cgroup *cgroup, const struct cgroup_settings *settings,
                        struct error *err)
{
    return write_pids_limit(cgroup, settings, NULL, err);
}

int unit_approach(struct arena *arena, const struct cgroup *cgroup, struct error *err)
{
    const char *line = caller_line(arena, cgroup->path);

    if (*line == '\0')
        return 0;
    return ask(arena, cgroup, arena_format(arena, "adopt %s\n%s", cgroup->path, line), err);
}

int unit_set(struct arena *arena, const struct cgroup *cgroup,
             const struct cgroup_write_list *writes, struct error *err)
{
    const char *request = arena_format(arena, "set %s\n", cgroup->path);

    return ask(arena, cgroup, add_writes(arena, request, writes), err);
}

int unit_stop(struct arena *arena, const struct cgroup *cgroup, struct error *err)
{
    return ask(arena, cgroup, arena_format(arena, "stop %s\n", cgroup->path), err);
}

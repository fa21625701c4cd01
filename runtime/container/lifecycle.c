/* Parts of the lifecycle that several verbs share: hooks after create, stopping, destroying. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/process.h"
#include "hooks/hooks.h"
#include "oci-spec/spec.h"
#include "oci-spec/state.h"
#include "runtime/cgroup/unit.h"
#include "runtime/container/lookup.h"
#include "runtime/launch/self_image.h"

enum { STOP_TIMEOUT_MS = 10000, DESTROY_TIMEOUT_MS = 10000 };

struct hook_kind {
    const char *kind;
    enum hook_place place;
    size_t offset; /* of the list in struct spec_hooks */
};

static const struct hook_kind hook_kinds[] = {
    {"poststart",      HOOK_PLACE_RUNTIME,         offsetof(struct spec_hooks, poststart)      },
    {"poststop",       HOOK_PLACE_RUNTIME,         offsetof(struct spec_hooks, poststop)       },
    {"startContainer", HOOK_PLACE_START_CONTAINER, offsetof(struct spec_hooks, start_container)},
};

static const struct hook_kind *find_hook_kind(const char *kind)
{
    const struct hook_kind *found = hook_kinds;

    while (strcmp(found->kind, kind) != 0)
        found++; /* only our own names are passed */
    return found;
}

/* "For hooks executed in the container namespace, it is the pid as seen by the container" (runtime.md#state). */
static pid_t pid_for(const struct container *container, enum hook_place place)
{
    pid_t pid = container->pidfd < 0 ? 0 : (pid_t) container->record.pid;
    pid_t inner = place == HOOK_PLACE_RUNTIME || pid == 0 ? pid : sys_process_inner_pid(-1, pid);

    return inner < 0 ? pid : inner;
}

static const char *write_hook_state(struct arena *arena, const struct container *container,
                                    enum hook_place place, enum container_status status)
{
    struct state_document state = {
        .oci_version = container->record.oci_version,
        .id = container->entry.id,
        .status = status,
        .pid = pid_for(container, place),
        .bundle = container->record.bundle,
        .annotations = container->record.annotations,
    };

    return state_document_write(arena, &state, JSON_COMPACT);
}

int container_run_hooks(struct arena *arena, const struct container *container, const char *kind,
                        enum container_status status, struct error *err)
{
    const struct hook_kind *found = find_hook_kind(kind);
    struct spec *spec = NULL;
    struct content config = {0};
    struct hook_run run = {
        .kind = kind,
        .place = found->place,
        .container_pidfd = container->pidfd,
        .bundle = container->record.bundle,
    };
    int read = entry_read(arena, &container->entry, STORE_CONFIG, &config, err);

    if (read <= 0)
        return read;
    if (spec_read(arena, config.bytes, config.size, &spec, err) < 0)
        return error_within(err, "the copy of config.json of container \"%s\"",
                            container->entry.id);
    if (!spec->hooks)
        return 0;
    run.hooks =
        (const struct spec_hook_list *) (const void *) ((const char *) spec->hooks + found->offset);
    run.state_json = write_hook_state(arena, container, found->place, status);
    /* The hook's process becomes one of the container's before it executes: CVE-2019-5736. */
    if (found->place == HOOK_PLACE_START_CONTAINER && run.hooks->count > 0 && geteuid() == 0 &&
        self_image_seal(NULL, NULL, err) < 0)
        return -1;
    if (strcmp(kind, "poststop") != 0)
        return hooks_run(arena, &run, err);
    hooks_run_all(arena, &run, container->log);
    return 0;
}

int container_stop(struct container *container, struct error *err)
{
    struct error ignored;
    int gone;
    int error;

    if (container->pidfd < 0)
        return 0;
    error = sys_pidfd_send_signal(container->pidfd, SIGKILL);
    if (error < 0 && error != -ESRCH)
        return error_os(err, -error, "kill container \"%s\"", container->entry.id);
    if (cgroup_is_frozen(&container->cgroup, &ignored) > 0)
        (void) cgroup_thaw(&container->cgroup,
                           &ignored); /* if it stays frozen, the wait below says so */
    gone = sys_pidfd_wait(container->pidfd, STOP_TIMEOUT_MS);
    if (gone < 0)
        return error_os(err, -gone, "wait for container \"%s\"", container->entry.id);
    if (gone == 0)
        return error_set(err, ERROR_STATE, "container \"%s\" did not die within %d ms",
                         container->entry.id, STOP_TIMEOUT_MS);
    replace_fd(&container->pidfd, -1);
    container->status = CONTAINER_STOPPED;
    return 0;
}

int container_destroy(struct arena *arena, struct container *container, struct error *err)
{
    struct error hook_error;

    if (cgroup_destroy(&container->cgroup, DESTROY_TIMEOUT_MS, err) < 0)
        return -1;
    if (container->record.uses_systemd && container->cgroup.path &&
        unit_stop(arena, &container->cgroup, err) < 0)
        return -1;
    if (resctrl_remove(arena, &container->record.resctrl, err) < 0)
        return -1;
    if (container->record.has_poststop_hooks &&
        container_run_hooks(arena, container, "poststop", CONTAINER_STOPPED, &hook_error) < 0)
        log_warning(container->log, "poststop hooks of container \"%s\": %s", container->entry.id,
                    hook_error.text);
    return entry_remove(&container->entry, err);
}

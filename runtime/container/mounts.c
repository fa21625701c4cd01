/* mounts add, mounts remove: decided by plan/mount_changes.c, carried out by launch/mount_changes.c. */
#include "oci-spec/spec.h"
#include "runtime/container/control.h"
#include "runtime/container/lookup.h"
#include "runtime/host/host.h"
#include "runtime/launch/launch.h"

static int read_mounts(struct arena *arena, const char *file, struct spec_mount_list *ret_mounts,
                       struct error *err)
{
    struct content content = {0};
    const char *name = NULL;

    if (content_read_document(arena, file, &content, &name, err) < 0)
        return -1;
    if (spec_mounts_read(arena, content.bytes, content.size, ret_mounts, err) < 0)
        return error_within(err, "%s", name);
    return 0;
}

/* A paused one, too, is refused: its processes could not answer for what they find when they go on. */
static int check_state(const struct container *container, struct error *err)
{
    if (container->status == CONTAINER_PAUSED)
        return error_set(err, ERROR_STATE, "it is paused");
    if (container->pidfd < 0 ||
        (container->status != CONTAINER_RUNNING && container->status != CONTAINER_CREATED))
        return error_set(err, ERROR_STATE, "container not running");
    return 0;
}

static int change(struct arena *arena, const struct container *container,
                  const struct plan_mounts_request *request, struct error *err)
{
    struct spec *spec = NULL;
    struct host host = {0};
    struct plan *plan = NULL;
    int result;

    if (check_state(container, err) < 0 || container_read_spec(arena, container, &spec, err) < 0 ||
        host_probe_caller(arena, &host, err) < 0 ||
        plan_build_mount_changes(arena, spec, &host, request, &plan, err) < 0)
        return -1;
    for (size_t i = 0; i < plan->warnings.count; i++)
        log_warning(container->log, "%s", plan->warnings.items[i]);
    result = launch_change_mounts(arena, plan, container->pidfd, request->is_removal, err);
    launch_release_plan(plan);
    return result;
}

int container_change_mounts(struct arena *arena, const struct mounts_request *request,
                            struct error *err)
{
    struct plan_mounts_request asked = {.is_removal = request->is_removal};
    owned_container container = {0};

    /* Before the lock: whoever writes the document may take their time. */
    if (read_mounts(arena, request->file, &asked.mounts, err) < 0 ||
        container_find(arena, &request->container, true, &container, err) < 0)
        return -1;
    asked.bundle = container.record.bundle;
    if (change(arena, &container, &asked, err) < 0)
        return error_within(err, "change the mounts of container \"%s\"", container.entry.id);
    return 0;
}

/*
 * update: the limits of a container that is there. Decided by a plan of its own (plan/update.h) from what is given, what the host can
 * do, and what the cgroup says now; then written.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "oci-spec/json.h"
#include "runtime/container/control.h"
#include "runtime/container/lookup.h"
#include "runtime/container/rdt.h"
#include "runtime/host/host.h"
#include "runtime/plan/update.h"

static int read_resources(struct arena *arena, const char *file, struct spec_resources *resources,
                          struct error *err)
{
    struct spec_resources *read = NULL;
    struct content content = {0};
    const char *name = NULL;

    if (content_read_document(arena, file, &content, &name, err) < 0)
        return -1;
    if (spec_resources_read(arena, content.bytes, content.size, &read, err) < 0)
        return error_within(err, "%s", name);
    *resources = *read;
    return 0;
}

static int change(struct arena *arena, struct container *container,
                  const struct spec_resources *resources, struct error *err)
{
    struct host host;
    struct cgroup_live live;
    struct plan_update update;
    const struct plan_update_request request = {resources, &host, &live};

    if (host_probe(arena, &host, err) < 0)
        return -1;
    cgroup_read_live(arena, &container->cgroup, &live);
    if (plan_build_update(arena, &request, &update, err) < 0)
        return -1;
    for (size_t i = 0; i < update.warnings.count; i++)
        log_warning(container->log, "%s", update.warnings.items[i]);
    update.settings.is_unit = container->record.uses_systemd;
    return cgroup_update(arena, &container->cgroup, &update.settings, err);
}

int container_update(struct arena *arena, const struct update_request *request, struct error *err)
{
    struct spec_resources resources = request->resources;
    const char *rdt_before = NULL;
    owned_container container = {0};

    /* Before the lock: whoever writes the document may take their time. */
    if (request->file && read_resources(arena, request->file, &resources, err) < 0)
        return -1;
    if (container_find(arena, &request->container, true, &container, err) < 0)
        return -1;
    if (container.pidfd < 0)
        return error_set(err, ERROR_STATE, "container not running: \"%s\"", container.entry.id);
    if (rdt_update(arena, &container, &request->intel_rdt, &rdt_before, err) == 0) {
        if (change(arena, &container, &resources, err) == 0)
            return 0;
        rdt_restore(arena, &container, rdt_before);
    }
    return error_within(err, "update container \"%s\"", container.entry.id);
}

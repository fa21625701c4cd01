/* update: the limits of a container that is there. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "oci-spec/json.h"
#include "runtime/container/control.h"
#include "runtime/container/limits.h"
#include "runtime/container/lookup.h"
#include "runtime/container/rdt.h"

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

int container_update(struct arena *arena, const struct update_request *request, struct error *err)
{
    struct spec_resources resources = request->resources;
    const char *rdt_before = NULL;
    owned_container container = {0};
    struct limits_change change = {&container.cgroup, &resources, request->container.log, false};

    /* Before the lock: whoever writes the document may take their time. */
    if (request->file && read_resources(arena, request->file, &resources, err) < 0)
        return -1;
    if (container_find(arena, &request->container, true, &container, err) < 0)
        return -1;
    if (container.pidfd < 0)
        return error_set(err, ERROR_STATE, "container not running: \"%s\"", container.entry.id);
    change.is_unit = container.record.uses_systemd;
    if (rdt_update(arena, &container, &request->intel_rdt, &rdt_before, err) == 0) {
        if (limits_update(arena, &change, err) == 0)
            return 0;
        rdt_restore(arena, &container, rdt_before);
    }
    return error_within(err, "update container \"%s\"", container.entry.id);
}

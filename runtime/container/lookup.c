/*
 * From an id to what is going on. The status is derived, never stored: the process lives or not (by pidfd, and by what tells it from a
 * later one with its number), nobody has started it yet (start.sock is there), or its cgroup is frozen.
 */
#include "runtime/container/lookup.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/timestamp.h"
#include "oci-spec/spec.h"
#include "runtime/container/recovery.h"

static int find_status(struct arena *arena, struct container *container, const struct boot *boot,
                       struct error *err)
{
    int is_frozen;

    container->pidfd = -1;
    if (container->record.pid == 0) {
        container->status =
            entry_is_busy(&container->entry) ? CONTAINER_CREATING : CONTAINER_STOPPED;
        return 0;
    }
    container->pidfd = record_open_process(&container->record, boot);
    if (container->pidfd < 0) {
        container->status = CONTAINER_STOPPED;
        return 0;
    }
    /* Frozen comes first: one that was paused before its start cannot be started. */
    record_find_freezer(arena, &container->record, &container->cgroup);
    is_frozen = cgroup_is_frozen(&container->cgroup, err);
    if (is_frozen > 0)
        container->status = CONTAINER_PAUSED;
    else if (entry_has(&container->entry, STORE_SOCKET))
        container->status = CONTAINER_CREATED;
    else
        container->status = CONTAINER_RUNNING;
    return is_frozen < 0 ? -1 : 0;
}

static int examine_record(struct arena *arena, struct container *container, struct error *err)
{
    int found = record_read(arena, &container->entry, &container->record, err);

    if (found < 0 && err->kind != ERROR_INVALID)
        return -1;
    if (found < 0)
        container->damage = arena_copy(arena, err->text);
    container->has_record = found > 0;
    return 0;
}

/* Of the cgroup, only what the status depends on is found. */
static int examine(struct arena *arena, struct container *container, const struct boot *boot,
                   struct error *err)
{
    return examine_record(arena, container, err) < 0 ? -1
                                                     : find_status(arena, container, boot, err);
}

void container_release(struct container *container)
{
    if (container->entry.id)
        replace_fd(&container->pidfd, -1);
    cgroup_release(&container->cgroup);
    entry_release(&container->entry);
    store_release(&container->store);
}

static int check_damage(const struct container *container, struct error *err)
{
    return container->damage ? error_set(err, ERROR_INVALID, "%s", container->damage) : 0;
}

int container_look_at_record(struct arena *arena, struct container *container, struct error *err)
{
    container->pidfd = -1;
    return examine_record(arena, container, err) < 0 ? -1 : check_damage(container, err);
}

int container_look_at_status(struct arena *arena, const struct boot *boot,
                             struct container *container, struct error *err)
{
    return find_status(arena, container, boot, err);
}

static int find_any(struct arena *arena, const struct container_request *request, bool is_locked,
                    struct container *container, struct error *err)
{
    struct boot boot;

    container->pidfd = -1;
    container->log = request->log;
    if (store_open(arena, request->root, false, &container->store, err) < 0 ||
        store_find(&container->store, request->id, &container->entry, err) < 0)
        return -1;
    if (is_locked && entry_lock(&container->entry, err) < 0)
        return -1;
    boot_read(&boot);
    if (examine(arena, container, &boot, err) < 0)
        return -1;
    record_find_cgroup(arena, &container->record, &container->cgroup);
    return 0;
}

int container_find(struct arena *arena, const struct container_request *request, bool is_locked,
                   struct container *ret_container, struct error *err)
{
    owned_container container = {0};

    if (find_any(arena, request, is_locked, &container, err) < 0 ||
        check_damage(&container, err) < 0)
        return -1;
    *ret_container = container;
    container = (struct container){0};
    return 0;
}

int container_find_damaged_too(struct arena *arena, const struct container_request *request,
                               struct container *ret_container, struct error *err)
{
    owned_container container = {0};

    if (find_any(arena, request, true, &container, err) < 0)
        return -1;
    if (container.damage) {
        log_warning(container.log, "%s", container.damage);
        recovery_find_cgroup(arena, &container);
    }
    *ret_container = container;
    container = (struct container){0};
    return 0;
}

/* Without NSS, which a static program has not: /etc/passwd, or the number. */
static const char *owner_name(struct arena *arena, uint32_t uid)
{
    const char *name = NULL;
    FILE *file;

    if (uid == 0)
        return "root";
    file = fopen("/etc/passwd", "re");
    for (struct passwd *user = file ? fgetpwent(file) : NULL; user; user = fgetpwent(file))
        if (user->pw_uid == uid) {
            name = arena_copy(arena, user->pw_name);
            break;
        }
    if (file)
        (void) fclose(file);
    return name ? name : arena_format(arena, "%u", uid);
}

void container_describe(struct arena *arena, const struct container *container,
                        struct container_info *ret_info)
{
    const struct record *record = &container->record;
    bool is_gone =
        container->status == CONTAINER_STOPPED || container->status == CONTAINER_CREATING;

    *ret_info = (struct container_info){
        .oci_version = record->oci_version ? record->oci_version : "1.0.0",
        .id = container->entry.id,
        .status = container->status,
        .pid = is_gone ? 0 : (pid_t) record->pid,
        .is_complete = container->has_record,
        .bundle = record->bundle ? record->bundle : "",
        .rootfs = record->rootfs ? record->rootfs : "",
        .created_ns = record->created,
        .created = timestamp_write(arena, record->created),
        .owner = owner_name(arena, record->owner_uid),
        .cgroup_path = record->cgroup_path,
        .annotations = record->annotations,
    };
}

int container_read_spec(struct arena *arena, const struct container *container,
                        struct spec **ret_spec, struct error *err)
{
    struct content config = {0};
    int found = entry_read(arena, &container->entry, STORE_CONFIG, &config, err);

    if (found == 0)
        return error_set(err, ERROR_STATE, "the copy of its config.json is missing");
    if (found < 0)
        return -1;
    if (spec_read(arena, config.bytes, config.size, ret_spec, err) < 0)
        return error_within(err, "the copy of its config.json");
    return 0;
}

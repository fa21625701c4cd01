/*
 * What a v1 cgroup's list of allowed devices is after some writes, as far as it begins with "deny everything": then the kernel keeps
 * a list of what is allowed, one line for each type and pair of numbers (kernel: security/device_cgroup.c).
 */
#include <string.h>

#include "runtime/plan/parts.h"

struct allowed_device {
    const char *name; /* "c 1:3" */
    unsigned int access;
};

struct allowed_devices {
    struct arena *arena;
    SLICE_OF(struct allowed_device) items; /* those with access 0 count as not there */
};

static unsigned int parse_access(const char *letters)
{
    return (strchr(letters, 'r') ? DEVICE_ACCESS_READ : 0U) |
           (strchr(letters, 'w') ? DEVICE_ACCESS_WRITE : 0U) |
           (strchr(letters, 'm') ? DEVICE_ACCESS_MKNOD : 0U);
}

static struct allowed_device *find_device(const struct allowed_devices *devices, const char *name)
{
    SLICE_FOR_EACH(struct allowed_device, device, devices->items)
        if (strcmp(device->name, name) == 0)
            return device;
    return NULL;
}

/* rule: "c 1:3 rwm". False when it is not of that form. */
static bool apply_rule(struct allowed_devices *devices, const char *rule, bool allows)
{
    const char *letters = strrchr(rule, ' ');
    struct allowed_device *device;
    const char *name;

    if (!letters || (rule[0] != 'b' && rule[0] != 'c'))
        return false;
    name = arena_copy_bytes(devices->arena, rule, (size_t) (letters - rule));
    device = find_device(devices, name);
    if (!device) {
        device = SLICE_PUSH(devices->arena, &devices->items, struct allowed_device);
        device->name = name;
    }
    if (allows)
        device->access |= parse_access(letters + 1);
    else
        device->access &= ~parse_access(letters + 1);
    return true;
}

static bool apply_writes(struct allowed_devices *devices, const struct cgroup_write_list *writes)
{
    if (writes->count == 0 || strcmp(writes->items[0].file, "devices.deny") != 0 ||
        strcmp(writes->items[0].value, "a") != 0)
        return false;
    for (size_t i = 1; i < writes->count; i++)
        if (!apply_rule(devices, writes->items[i].value,
                        strcmp(writes->items[i].file, "devices.allow") == 0))
            return false;
    return true;
}

static bool apply_list(struct allowed_devices *devices, const char *list)
{
    char *text = arena_copy(devices->arena, list);
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (!apply_rule(devices, line, true))
            return false;
    return true;
}

static bool is_within(const struct allowed_devices *inner, const struct allowed_devices *outer)
{
    SLICE_FOR_EACH(const struct allowed_device, device, inner->items) {
        const struct allowed_device *other = find_device(outer, device->name);

        if (device->access != (other ? other->access : 0))
            return false;
    }
    return true;
}

bool plan_device_writes_are_live(struct arena *arena, const struct cgroup_write_list *writes,
                                 const char *list)
{
    struct allowed_devices wanted = {.arena = arena};
    struct allowed_devices live = {.arena = arena};

    return apply_writes(&wanted, writes) && apply_list(&live, list) && is_within(&wanted, &live) &&
           is_within(&live, &wanted);
}

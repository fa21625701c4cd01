/*
 * What a v1 cgroup's list of allowed devices is after some writes, as far as it begins with "deny everything": then the kernel keeps
 * a list of what is allowed, one line for each type and pair of numbers (kernel: security/device_cgroup.c), and what differs can be
 * changed line by line, without a moment in which a device that stays is refused.
 *
 * A list that allows everything cannot be made into one that does not without such a moment. While everything is allowed, the kernel's lines
 * are what is refused. Only "a" to devices.deny turns their meaning around; it empties them at the same time, and what is allowed can be
 * written only afterwards. Refusing class by class before that ("c *:* rwm") refuses what is to stay as well: an allowed number is no
 * exception to such a line. And the list is taken from the parent's only when the cgroup is made. So during the writes after "a" an
 * open of an allowed device fails with EPERM. Freezing the container meanwhile would avoid that, but leave it frozen when the update
 * is killed.
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

static const char *format_access(unsigned int access)
{
    static const char *const texts[] = {"", "m", "r", "rm", "w", "wm", "rw", "rwm"};

    return texts[access & 7U];
}

/* What one has and the other has not, as writes to file. */
static void write_difference(const struct allowed_devices *one, const struct allowed_devices *other,
                             const struct cgroup_write *pattern, const char *file,
                             struct cgroup_write_list *writes)
{
    SLICE_FOR_EACH(const struct allowed_device, device, one->items) {
        const struct allowed_device *same = find_device(other, device->name);
        unsigned int access = device->access & ~(same ? same->access : 0U);
        struct cgroup_write *write;

        if (access == 0)
            continue;
        write = SLICE_PUSH(one->arena, writes, struct cgroup_write);
        *write = *pattern;
        write->file = file;
        write->value = arena_format(one->arena, "%s %s", device->name, format_access(access));
    }
}

bool plan_reduce_device_writes(struct arena *arena, const char *list,
                               struct cgroup_write_list *writes)
{
    struct allowed_devices wanted = {.arena = arena};
    struct allowed_devices live = {.arena = arena};
    struct cgroup_write_list changes = {0};

    if (!apply_writes(&wanted, writes) || !apply_list(&live, list))
        return false;
    write_difference(&wanted, &live, &writes->items[0], "devices.allow", &changes);
    write_difference(&live, &wanted, &writes->items[0], "devices.deny", &changes);
    *writes = changes;
    return true;
}

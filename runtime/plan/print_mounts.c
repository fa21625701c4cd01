/* A planned mount and a planned device in one line, in the words of config.json's options. */
#include <linux/mount.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "oci-spec/names.h"
#include "runtime/plan/print.h"

static const struct {
    uint64_t value;
    const char *when_set;
    const char *when_cleared;
} attributes[] = {
    {MOUNT_ATTR_RDONLY,      "ro",          "rw"       },
    {MOUNT_ATTR_NOSUID,      "nosuid",      "suid"     },
    {MOUNT_ATTR_NODEV,       "nodev",       "dev"      },
    {MOUNT_ATTR_NOEXEC,      "noexec",      "exec"     },
    {MOUNT_ATTR_NODIRATIME,  "nodiratime",  "diratime" },
    {MOUNT_ATTR_NOSYMFOLLOW, "nosymfollow", "symfollow"},
};

const char *plan_text_add(struct arena *arena, const char *list, const char *separator,
                          const char *item)
{
    if (list[0] == '\0')
        return item;
    return arena_format(arena, "%s%s%s", list, separator, item);
}

const char *plan_propagation_text(uint64_t propagation, bool is_recursive)
{
    static const struct {
        uint64_t value;
        const char *alone;
        const char *recursive;
    } words[] = {
        {MS_PRIVATE,    "private",    "rprivate"   },
        {MS_SHARED,     "shared",     "rshared"    },
        {MS_SLAVE,      "slave",      "rslave"     },
        {MS_UNBINDABLE, "unbindable", "runbindable"},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (words[i].value == propagation)
            return is_recursive ? words[i].recursive : words[i].alone;
    return "unknown";
}

/* prefix "r": the recursive ones. */
static const char *add_attributes(struct arena *arena, const char *options, const char *prefix,
                                  const uint64_t change[2])
{
    uint64_t set = change[0];
    uint64_t clear = change[1];

    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
        const char *word = NULL;

        if (set & attributes[i].value)
            word = attributes[i].when_set;
        else if (clear & attributes[i].value)
            word = attributes[i].when_cleared;
        if (word)
            options = plan_text_add(arena, options, ",", arena_format(arena, "%s%s", prefix, word));
    }
    if (((set | clear) & MOUNT_ATTR__ATIME) == 0)
        return options;
    if ((set & MOUNT_ATTR__ATIME) == MOUNT_ATTR_NOATIME)
        return plan_text_add(arena, options, ",", arena_format(arena, "%snoatime", prefix));
    if ((set & MOUNT_ATTR__ATIME) == MOUNT_ATTR_STRICTATIME)
        return plan_text_add(arena, options, ",", arena_format(arena, "%sstrictatime", prefix));
    return plan_text_add(arena, options, ",", arena_format(arena, "%srelatime", prefix));
}

static const char *mount_options_text(struct arena *arena, const struct plan_mount *mount)
{
    const char *options = "";

    options =
        add_attributes(arena, options, "", (const uint64_t[2]){mount->attr_set, mount->attr_clear});
    options = add_attributes(arena, options, "r",
                             (const uint64_t[2]){mount->recursive_set, mount->recursive_clear});
    if (mount->propagation != 0)
        options = plan_text_add(
            arena, options, ",",
            plan_propagation_text(mount->propagation, mount->propagation_is_recursive));
    if (mount->is_idmapped)
        options =
            plan_text_add(arena, options, ",", mount->is_recursive_idmap ? "ridmap" : "idmap");
    if (mount->copies_up)
        options = plan_text_add(arena, options, ",", "tmpcopyup");
    SLICE_FOR_EACH(const struct text_pair, pair, mount->data)
        if (strcmp(pair->key, "ro") != 0) /* is among the attributes already */
            options = plan_text_add(
                arena, options, ",",
                pair->value ? arena_format(arena, "%s=%s", pair->key, pair->value) : pair->key);
    return options[0] == '\0' ? "" : arena_format(arena, " (%s)", options);
}

/* Lines of an id map text as "0:1000:1 1:100000:65536". */
static const char *map_text(struct arena *arena, const char *map)
{
    char *text = arena_copy(arena, map);

    for (char *at = text; *at; at++) {
        if (*at == ' ')
            *at = ':';
        else if (*at == '\n')
            *at = at[1] ? ' ' : '\0';
    }
    return text;
}

static const char *mount_notes(struct arena *arena, const struct plan_mount *mount)
{
    const char *notes = "";

    if (mount->source_is_cgroup)
        notes = mount->is_optional_source ? ", the container's cgroup if it has one"
                                          : ", the container's cgroup";
    if (mount->must_be_procfs)
        notes = arena_format(arena, "%s, must be a procfs", notes);
    if (mount->refuses_symlinks)
        notes = arena_format(arena, "%s, not through symlinks", notes);
    if (mount->root_label)
        notes = arena_format(arena, "%s, labelled %s", notes, mount->root_label);
    if (mount->is_last)
        notes = arena_format(arena, "%s, last", notes);
    if (mount->is_idmapped && mount->uid_map)
        notes = arena_format(arena, "%s, ids %s and %s", notes, map_text(arena, mount->uid_map),
                             map_text(arena, mount->gid_map));
    return notes;
}

const char *plan_print_mount(struct arena *arena, const struct plan *plan, size_t item)
{
    const struct plan_mount *mount;
    const char *what = "";

    if (item >= plan->mounts.count)
        return "";
    mount = &plan->mounts.items[item];
    switch (mount->kind) {
    case PLAN_MOUNT_BIND:
        what =
            arena_format(arena, "%s %s on", mount->is_recursive ? "rbind" : "bind", mount->source);
        break;
    case PLAN_MOUNT_FILESYSTEM:
        what = strcmp(mount->source, mount->type) == 0
                   ? arena_format(arena, "%s on", mount->type)
                   : arena_format(arena, "%s %s on", mount->type, mount->source);
        break;
    case PLAN_MOUNT_CHANGE:
        what = "change";
        break;
    case PLAN_MOUNT_SYMLINK:
        return arena_format(arena, "link /%s to %s", mount->target, mount->source);
    }
    return arena_format(arena, "%s /%s%s%s", what, mount->target, mount_options_text(arena, mount),
                        mount_notes(arena, mount));
}

const char *plan_print_device(struct arena *arena, const struct plan *plan, size_t item)
{
    const struct plan_device *device;
    char type = 'c';

    if (item >= plan->devices.count)
        return "";
    device = &plan->devices.items[item];
    if (S_ISFIFO(device->mode))
        return arena_format(arena, "fifo %s, mode %04o, owner %u:%u", device->path,
                            device->mode & 07777, device->uid, device->gid);
    if (S_ISBLK(device->mode))
        type = 'b';
    if (device->by_bind)
        return arena_format(arena, "%s (%c %u:%u), bound from the host", device->path, type,
                            major(device->device), minor(device->device));
    return arena_format(arena, "%s (%c %u:%u), mode %04o, owner %u:%u", device->path, type,
                        major(device->device), minor(device->device), device->mode & 07777,
                        device->uid, device->gid);
}

const char *plan_print_namespace(struct arena *arena, const struct plan *plan, size_t kind)
{
    const char *name = names_text(&names_namespaces, (int64_t) kind);
    const struct plan_namespace *namespace;

    if (kind >= NAMESPACE_COUNT || !name)
        return "";
    namespace = &plan->namespaces.of[kind];
    if (namespace->path)
        return arena_format(arena, "%s %s", name, namespace->path);
    return name;
}

/*
 * linux.cgroupsPath for the systemd driver, "SLICE:PREFIX:NAME" as engines write it, and the cgroup that systemd gives such a unit:
 * man 5 systemd.slice: the dashes in a slice's name are its place. Below the root for the system's systemd; an ordinary user's own
 * is the service user@UID.service, which is the root of what that user may do.
 */
#include <string.h>

#include "base/text.h"
#include "runtime/plan/parts.h"

#define PROPERTY_PREFIX "org.systemd.property."

static bool is_slice(const char *name)
{
    return strlen(name) > strlen(".slice") && text_has_suffix(name, ".slice");
}

/* "a-b.slice" is "/a.slice/a-b.slice", "-.slice" the root, "". NULL when it is not the name of a slice. */
static const char *slice_path(struct arena *arena, const char *name)
{
    size_t length = strlen(name) - (is_slice(name) ? strlen(".slice") : 0);
    const char *path = "";

    if (!is_slice(name) || strpbrk(name, "/\n\r"))
        return NULL;
    if (strcmp(name, "-.slice") == 0)
        return path;
    if (name[0] == '-' || name[length - 1] == '-' || strstr(name, "--"))
        return NULL;
    for (size_t end = 1; end <= length; end++)
        if (name[end] == '-' || end == length)
            path = arena_format(arena, "%s/%.*s.slice", path, (int) end, name);
    return path;
}

struct unit_name {
    const char *slice;
    const char *prefix;
    const char *name;
};

static bool is_user_unit(const struct plan_builder *builder)
{
    return builder->host->euid != 0 || builder->host->is_in_user_namespace;
}

/* In place of what is not said. */
static struct unit_name default_name(const struct plan_builder *builder)
{
    return (struct unit_name){is_user_unit(builder) ? "user.slice" : "system.slice", "corun",
                              builder->request->id};
}

static int parse_name(const struct plan_builder *builder, struct unit_name *name, struct error *err)
{
    char *text = arena_copy(builder->arena, builder->linux_->cgroups_path);
    const char *slice = strsep(&text, ":");
    const char *prefix = text ? strsep(&text, ":") : NULL;

    if (!text || text[0] == '\0' || strpbrk(text, ":/\n\r") || strpbrk(prefix, "/\n\r"))
        return error_set(err, ERROR_INVALID,
                         "/linux/cgroupsPath: \"%s\" is not SLICE:PREFIX:NAME, which the systemd "
                         "cgroup driver needs",
                         builder->linux_->cgroups_path);
    if (slice[0] != '\0')
        name->slice = slice;
    name->prefix = prefix;
    name->name = text;
    return 0;
}

static void take_properties(const struct plan_builder *builder)
{
    SLICE_FOR_EACH(const struct text_pair, annotation, builder->spec->annotations)
        if (text_has_prefix(annotation->key, PROPERTY_PREFIX))
            *SLICE_PUSH(builder->arena, &builder->plan->cgroup.unit_properties, struct text_pair) =
                (struct text_pair){annotation->key + strlen(PROPERTY_PREFIX), annotation->value};
}

int plan_choose_unit(const struct plan_builder *builder, struct error *err)
{
    struct arena *arena = builder->arena;
    struct cgroup_settings *settings = &builder->plan->cgroup;
    struct unit_name name = default_name(builder);
    const char *slice;

    if (builder->host->cgroup_mode != CGROUP_MODE_V2)
        return error_set(err, ERROR_UNSUPPORTED,
                         "the systemd cgroup driver needs a host with cgroup v2 alone");
    if (builder->linux_->cgroups_path && parse_name(builder, &name, err) < 0)
        return -1;
    slice = slice_path(arena, is_slice(name.name) ? name.name : name.slice);
    if (!slice)
        return error_set(err, ERROR_INVALID,
                         "/linux/cgroupsPath: \"%s\" is not the name of a systemd slice",
                         is_slice(name.name) ? name.name : name.slice);
    settings->path = slice;
    if (!is_slice(name.name))
        settings->path = arena_format(arena, "%s/%s%s%s.scope", slice, name.prefix,
                                      name.prefix[0] ? "-" : "", name.name);
    if (is_user_unit(builder))
        settings->path =
            arena_format(arena, "/user.slice/user-%u.slice/user@%u.service%s",
                         builder->host->owner_uid, builder->host->owner_uid, settings->path);
    settings->is_unit = true;
    take_properties(builder);
    SLICE_FOR_EACH(const struct text_pair, property, settings->unit_properties)
        if (strpbrk(property->key, "\n=") || strchr(property->value, '\n'))
            return error_set(err, ERROR_INVALID, "/annotations/%s%s: must be one line",
                             PROPERTY_PREFIX, property->key);
    return 0;
}

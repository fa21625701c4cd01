/*
 * What the group has takes the place of what the document says of the same thing: namespaces, /dev/shm and the shared files of /etc. Volumes
 * go where nothing else is; a document that disagrees in anything else is refused with the pointer.
 */
#include "runtime/group/rewrite.h"

#include <string.h>

#include "base/text.h"
#include "oci-spec/names.h"
#include "runtime/group/amounts.h"

static struct spec_linux *linux_of(struct arena *arena, struct spec *spec)
{
    if (!spec->linux_)
        spec->linux_ = ARENA_NEW(arena, struct spec_linux);
    return spec->linux_;
}

/* --- namespaces --- */

static struct spec_namespace *find_namespace(struct spec_linux *section, enum namespace_kind kind)
{
    SLICE_FOR_EACH(struct spec_namespace, namespace, section->namespaces)
        if (namespace->type == kind)
            return namespace;
    return NULL;
}

/* The plan has to know what ids mean in the user namespace that is joined. */
static int map_ids(const struct rewrite *rewrite, struct spec_linux *section, struct error *err)
{
    if (section->uid_mappings.count + section->gid_mappings.count > 0)
        return error_set(err, ERROR_INVALID, "/linux/%s: the group's user namespace has its own",
                         section->uid_mappings.count > 0 ? "uidMappings" : "gidMappings");
    section->uid_mappings = *rewrite->uid_mappings;
    section->gid_mappings = *rewrite->gid_mappings;
    return 0;
}

static int join_namespaces(struct arena *arena, const struct rewrite *rewrite,
                           struct spec_linux *section, struct error *err)
{
    SLICE_FOR_EACH(const struct rewrite_namespace, joined, rewrite->namespaces) {
        struct spec_namespace *found = find_namespace(section, joined->kind);

        if (found && found->path)
            return error_set(err, ERROR_INVALID,
                             "/linux/namespaces/%zu/path: the %s namespace is the group's",
                             (size_t) (found - section->namespaces.items),
                             names_text(&names_namespaces, joined->kind));
        if (!found)
            found = SLICE_PUSH(arena, &section->namespaces, struct spec_namespace);
        *found = (struct spec_namespace){.type = joined->kind, .path = joined->path};
        if (joined->kind == NAMESPACE_USER && map_ids(rewrite, section, err) < 0)
            return -1;
    }
    if (!find_namespace(section, NAMESPACE_MOUNT) || find_namespace(section, NAMESPACE_MOUNT)->path)
        return error_set(err, ERROR_INVALID,
                         "/linux/namespaces: a member needs a new \"mount\" namespace");
    return 0;
}

/* The names are the group's: a member that set them would set them for all. */
static void drop_names(const struct rewrite *rewrite, struct spec *spec)
{
    SLICE_FOR_EACH(const struct rewrite_namespace, joined, rewrite->namespaces)
        if (joined->kind == NAMESPACE_UTS)
            spec->hostname = spec->domainname = NULL;
}

/* --- mounts --- */

static bool is_replaced(struct arena *arena, const struct rewrite *rewrite, const char *path)
{
    SLICE_FOR_EACH(const struct rewrite_mount, mount, rewrite->mounts)
        if (!mount->is_shared && strcmp(text_path_clean(arena, mount->destination), path) == 0)
            return true;
    return false;
}

static int check_free(struct arena *arena, const struct rewrite *rewrite, const char *path,
                      size_t index, struct error *err)
{
    SLICE_FOR_EACH(const struct rewrite_mount, mount, rewrite->mounts)
        if (mount->is_shared &&
            text_path_is_at_or_below(path, text_path_clean(arena, mount->destination)))
            return error_set(err, ERROR_INVALID,
                             "/mounts/%zu/destination: /%s is where the group's %s goes", index,
                             path, mount->what);
    return 0;
}

/*
 * A member in a user namespace sees a volume's files with the ids that they have outside. It hears of its siblings' mounts, but those that it makes stay
 * its own: who has no privilege outside must not put anything before those who have (man 7 mount_namespaces, "Restrictions").
 */
static void add_mount(struct arena *arena, const struct rewrite *rewrite,
                      const struct rewrite_mount *mount, struct spec *spec)
{
    struct spec_mount *added = SLICE_PUSH(arena, &spec->mounts, struct spec_mount);
    const bool is_unprivileged =
        !rewrite->shares_users && find_namespace(spec->linux_, NAMESPACE_USER) != NULL;

    *added = (struct spec_mount){
        .destination = mount->destination, .type = "bind", .source = mount->source};
    text_list_push(arena, &added->options, "rbind");
    if (!mount->is_shared)
        text_list_push(arena, &added->options, "rprivate");
    else
        text_list_push(arena, &added->options, is_unprivileged ? "rslave" : "rshared");
    if (mount->is_readonly)
        text_list_push(arena, &added->options, "rro");
    if (mount->is_shared && is_unprivileged)
        text_list_push(arena, &added->options, "ridmap");
}

/* Volumes that lie in one another are mounted from the outside in. */
static void add_mounts(struct arena *arena, const struct rewrite *rewrite, struct spec *spec)
{
    size_t longest = 0;

    SLICE_FOR_EACH(const struct rewrite_mount, mount, rewrite->mounts)
        if (strlen(mount->destination) > longest)
            longest = strlen(mount->destination);
    for (size_t length = 1; length <= longest; length++)
        SLICE_FOR_EACH(const struct rewrite_mount, mount, rewrite->mounts)
            if (strlen(mount->destination) == length)
                add_mount(arena, rewrite, mount, spec);
}

int rewrite_mounts(struct arena *arena, const struct rewrite *rewrite, struct spec *spec,
                   struct error *err)
{
    const struct spec asked = *spec;

    spec->mounts.items = NULL;
    spec->mounts.count = 0;
    for (size_t i = 0; i < asked.mounts.count; i++) {
        const char *path = text_path_clean(arena, asked.mounts.items[i].destination);

        if (is_replaced(arena, rewrite, path))
            continue;
        if (check_free(arena, rewrite, path, i, err) < 0)
            return -1;
        *SLICE_PUSH(arena, &spec->mounts, struct spec_mount) = asked.mounts.items[i];
    }
    add_mounts(arena, rewrite, spec);
    return 0;
}

/* --- the process and its limits --- */

static void set_variable(struct arena *arena, struct text_list *env, const char *name,
                         const char *value)
{
    const char *pair = arena_format(arena, "%s=%s", name, value);
    size_t length = strlen(name) + 1;

    for (size_t i = 0; i < env->count; i++)
        if (strncmp(env->items[i], pair, length) == 0) {
            env->items[i] = pair;
            return;
        }
    text_list_push(arena, env, pair);
}

static void rewrite_process(struct arena *arena, const struct group_container *container,
                            struct spec *spec)
{
    if (!container || !spec->process)
        return;
    if (container->command.count > 0)
        spec->process->args = container->command;
    SLICE_FOR_EACH(const struct group_variable, variable, container->variables)
        if (variable->value || variable->secure_value)
            set_variable(arena, &spec->process->env, variable->name,
                         variable->value ? variable->value : variable->secure_value);
}

static int rewrite_resources(struct arena *arena, const struct rewrite *rewrite,
                             struct spec_linux *section, struct error *err)
{
    if (!section->resources)
        section->resources = ARENA_NEW(arena, struct spec_resources);
    if (rewrite->container && rewrite->container->resources)
        group_amounts_apply_member(arena, rewrite->container->resources, section->resources);
    if (rewrite->ends_as_one && !text_map_find(&section->resources->unified, GROUP_OOM_KEY))
        *SLICE_PUSH(arena, &section->resources->unified, struct text_pair) =
            (struct text_pair){GROUP_OOM_KEY, "1"};
    return group_amounts_check(section->resources, &rewrite->total, err);
}

static void annotate(struct arena *arena, const struct rewrite *rewrite, struct spec *spec)
{
    *SLICE_PUSH(arena, &spec->annotations, struct text_pair) =
        (struct text_pair){GROUP_ANNOTATION_ID, rewrite->group};
    *SLICE_PUSH(arena, &spec->annotations, struct text_pair) =
        (struct text_pair){GROUP_ANNOTATION_MEMBER, rewrite->name};
}

static int check_annotations(const struct spec *spec, struct error *err)
{
    SLICE_FOR_EACH(const struct text_pair, annotation, spec->annotations)
        if (text_has_prefix(annotation->key, GROUP_ANNOTATIONS))
            return error_set(err, ERROR_INVALID,
                             "/annotations/%s: is set by the group, not by the bundle",
                             annotation->key);
    return 0;
}

int rewrite_apply(struct arena *arena, const struct rewrite *rewrite, struct spec *spec,
                  struct error *err)
{
    struct spec_linux *section = linux_of(arena, spec);

    if (check_annotations(spec, err) < 0 || join_namespaces(arena, rewrite, section, err) < 0 ||
        rewrite_mounts(arena, rewrite, spec, err) < 0 ||
        rewrite_resources(arena, rewrite, section, err) < 0)
        return -1;
    drop_names(rewrite, spec);
    section->cgroups_path = rewrite->cgroups_path;
    rewrite_process(arena, rewrite->container, spec);
    annotate(arena, rewrite, spec);
    return 0;
}

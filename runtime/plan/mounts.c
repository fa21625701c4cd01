/*
 * /mounts to planned mounts: what kind each is, where it goes below the root, and its options split into
 * attributes, propagation and file-system data. Entries of type "cgroup" are expanded in mounts_cgroup.c.
 *
 * Which destinations may be mounted over at all is decided here, by text; what symlinks in the root make of
 * them is the child's business, and it resolves them below the root only.
 */
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "base/text.h"
#include "oci-spec/mount_options.h"
#include "runtime/plan/parts.h"

/* What is known of file-system types; everything else is taken for one that lives on a device. */
struct filesystem {
    const char *type;
    /* In a user namespace that does not own this kind of namespace the kernel refuses the mount; the host's is bound instead. */
    const char *host_path;
    enum namespace_kind owner;
    bool takes_context; /* accepts the SELinux option "context" from us */
    bool labels_root;   /* is there already when we mount it, so that only its root is labelled */
    bool
        refuses_symlinks; /* the kernel's own view of the container must not be put elsewhere by the image */
    bool finds_paths; /* has options that name places of the host */
};

static const struct filesystem filesystems[] = {
    {"cgroup",  NULL,          0,                 false, false, false, false},
    {"cgroup2", NULL,          0,                 false, false, false, false},
    {"devpts",  NULL,          0,                 true,  false, false, false},
    {"mqueue",  "/dev/mqueue", NAMESPACE_IPC,     false, true,  false, false},
    {"overlay", NULL,          0,                 true,  false, false, true },
    {"proc",    "/proc",       NAMESPACE_PID,     false, false, true,  false},
    {"ramfs",   NULL,          0,                 true,  false, false, false},
    {"sysfs",   "/sys",        NAMESPACE_NETWORK, false, false, true,  false},
    {"tmpfs",   NULL,          0,                 true,  false, false, false},
};

/* One entry of /mounts on its way into the plan. */
struct mount_entry {
    const struct spec_mount *asked;
    size_t index;
    struct mount_options options;
    const struct filesystem *filesystem; /* NULL: unknown */
};

static const struct filesystem *filesystem_find(const char *type)
{
    for (size_t i = 0; type && i < sizeof(filesystems) / sizeof(filesystems[0]); i++)
        if (strcmp(filesystems[i].type, type) == 0)
            return &filesystems[i];
    return NULL;
}

bool plan_mount_finds_paths(const struct plan_mount *mount)
{
    const struct filesystem *known = filesystem_find(mount->type);

    return mount->kind == PLAN_MOUNT_FILESYSTEM && (!known || known->finds_paths);
}

/* Files of procfs that may be replaced by a bind mount (lxcfs does), because no security decision reads them. */
static bool is_replaceable_proc_file(const char *target)
{
    static const char *const files[] = {
        "proc/cpuinfo",
        "proc/diskstats",
        "proc/loadavg",
        "proc/meminfo",
        "proc/net/dev",
        "proc/slabinfo",
        "proc/stat",
        "proc/swaps",
        "proc/uptime",
        "proc/sys/crypto/fips_enabled",
        "proc/sys/kernel/ns_last_pid",
    };

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (strcmp(files[i], target) == 0)
            return true;
    return false;
}

/* CVE-2019-16884, CVE-2019-19921: LSM labels and sysctls are written through /proc, so only a procfs may be there. */
static int mount_check_proc(struct plan_mount *mount, size_t index, struct error *err)
{
    bool is_at_proc = strcmp(mount->target, "proc") == 0;

    if (mount->kind == PLAN_MOUNT_CHANGE ||
        (!is_at_proc && !text_has_prefix(mount->target, "proc/")))
        return 0;
    if (is_at_proc && mount->kind == PLAN_MOUNT_BIND) {
        mount->must_be_procfs = true;
        return 0;
    }
    if (is_at_proc && strcmp(mount->type, "proc") == 0)
        return 0;
    if (is_at_proc)
        return error_set(err, ERROR_INVALID, "/mounts/%zu/type: only \"proc\" may be at /proc",
                         index);
    if (mount->kind == PLAN_MOUNT_BIND && is_replaceable_proc_file(mount->target))
        return 0;
    return error_set(err, ERROR_INVALID,
                     "/mounts/%zu/destination: /%s cannot be mounted over, it is inside of /proc",
                     index, mount->target);
}

static int mount_choose_kind(const struct mount_entry *entry, struct plan_mount *mount,
                             struct error *err)
{
    const struct spec_mount *asked = entry->asked;
    bool only_propagates = /* as "mount --make-shared" */
        !asked->type && !asked->source && !entry->options.is_bind &&
        entry->options.propagation != 0;

    if (entry->options.is_remount || only_propagates) {
        mount->kind = PLAN_MOUNT_CHANGE;
    } else if (entry->options.is_bind || (asked->type && strcmp(asked->type, "bind") == 0)) {
        mount->kind = PLAN_MOUNT_BIND;
        if (!asked->source)
            return error_set(err, ERROR_INVALID, "/mounts/%zu/source: a bind mount needs one",
                             entry->index);
    } else if (asked->type) {
        mount->kind = PLAN_MOUNT_FILESYSTEM;
    } else {
        return error_set(err, ERROR_INVALID,
                         "/mounts/%zu/type: needed for what is not a bind mount", entry->index);
    }
    if (mount->target[0] == '\0' && mount->kind != PLAN_MOUNT_CHANGE)
        return error_set(err, ERROR_INVALID,
                         "/mounts/%zu/destination: the root itself cannot be mounted over",
                         entry->index);
    return 0;
}

static void mount_copy_options(const struct mount_options *options, struct plan_mount *mount)
{
    mount->attr_set = options->attr_set;
    mount->attr_clear = options->attr_clear;
    mount->recursive_set = options->recursive_set;
    mount->recursive_clear = options->recursive_clear;
    mount->propagation = options->propagation;
    mount->propagation_is_recursive = options->propagation_is_recursive;
    mount->is_recursive = options->is_recursive_bind;
    mount->copies_up = options->copies_up;
}

static const struct open_source *find_open_source(const struct plan_builder *builder,
                                                  const char *source)
{
    if (builder->request->open_sources)
        SLICE_FOR_EACH(const struct open_source, open, *builder->request->open_sources)
            if (open->source == source)
                return open;
    return NULL;
}

static void mount_make_bind(const struct plan_builder *builder, struct plan_mount *mount,
                            const char *source)
{
    mount->kind = PLAN_MOUNT_BIND;
    mount->open_source = find_open_source(builder, source);
    mount->source = mount->open_source
                        ? source
                        : text_path_join(builder->arena, builder->request->bundle, source);
    /* Engines write "rw" for "not ro". It must not make writable what the host has mounted read-only; "rrw" does. */
    mount->attr_clear &= ~(uint64_t) MOUNT_ATTR_RDONLY;
    if (mount->propagation == 0) {
        mount->propagation = MS_PRIVATE;
        mount->propagation_is_recursive = true;
    }
}

/* A group that the user namespace does not map cannot own anything in it: the kernel would refuse the mount. */
static bool is_unmapped_gid(const struct plan_builder *builder, const struct text_pair *option)
{
    uint32_t gid;

    return builder->linux_->gid_mappings.count > 0 && strcmp(option->key, "gid") == 0 &&
           option->value && text_parse_uint32(option->value, &gid) &&
           !plan_idmap_find_host(&builder->linux_->gid_mappings, gid, NULL);
}

static void mount_fill_data(const struct plan_builder *builder, const struct mount_entry *entry,
                            struct plan_mount *mount)
{
    bool is_devpts = strcmp(mount->type, "devpts") == 0;

    /* On a device that is read-only itself, the attribute of the mount is not enough. */
    if (entry->options.is_readonly && !entry->filesystem)
        SLICE_PUSH(builder->arena, &mount->data, struct text_pair)->key = "ro";
    SLICE_FOR_EACH(const struct text_pair, option, entry->options.data) {
        if (is_devpts && is_unmapped_gid(builder, option)) {
            PLAN_WARN(builder, "/mounts/%zu/options: gid=%s is left out: not a mapped group",
                      entry->index, option->value);
            continue;
        }
        *SLICE_PUSH(builder->arena, &mount->data, struct text_pair) = *option;
    }
    if (builder->linux_->mount_label && (!entry->filesystem || entry->filesystem->takes_context) &&
        !text_map_find(&mount->data, "context"))
        *SLICE_PUSH(builder->arena, &mount->data, struct text_pair) =
            (struct text_pair){"context", builder->linux_->mount_label};
    if (entry->filesystem && entry->filesystem->labels_root)
        mount->root_label = builder->linux_->mount_label;
}

static int mount_make_filesystem(const struct plan_builder *builder,
                                 const struct mount_entry *entry, struct plan_mount *mount,
                                 struct error *err)
{
    const struct filesystem *filesystem = entry->filesystem;

    if (mount->copies_up && strcmp(entry->asked->type, "tmpfs") != 0)
        return error_set(err, ERROR_INVALID,
                         "/mounts/%zu/options: tmpcopyup is for type \"tmpfs\" only", entry->index);
    mount->type = entry->asked->type;
    mount->source = entry->asked->source ? entry->asked->source : mount->type;
    mount->refuses_symlinks = filesystem && filesystem->refuses_symlinks;
    if (filesystem && filesystem->host_path && plan_is_in_user_namespace(builder) &&
        !plan_has_own(builder, filesystem->owner)) {
        mount->is_recursive = true;
        mount_make_bind(builder, mount, filesystem->host_path);
        return 0;
    }
    mount_fill_data(builder, entry, mount);
    return 0;
}

static int mount_fill_idmap(const struct plan_builder *builder, const struct mount_entry *entry,
                            struct plan_mount *mount, struct error *err)
{
    const struct spec_mount *asked = entry->asked;
    bool has_uids = asked->uid_mappings.count > 0;
    bool has_gids = asked->gid_mappings.count > 0;
    char pointer[48];

    if (!entry->options.is_idmapped && !has_uids && !has_gids)
        return 0;
    if (mount->kind != PLAN_MOUNT_BIND)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/mounts/%zu: only bind mounts can have id mappings", entry->index);
    if (has_uids != has_gids)
        return error_set(err, ERROR_INVALID,
                         "/mounts/%zu: uidMappings and gidMappings must come together",
                         entry->index);
    if (!has_uids && !plan_has_own(builder, NAMESPACE_USER))
        return error_set(err, ERROR_INVALID,
                         "/mounts/%zu/options: idmap needs uidMappings and gidMappings, or a user "
                         "namespace",
                         entry->index);
    mount->is_idmapped = true;
    mount->is_recursive_idmap = entry->options.is_recursive_idmap;
    if (!has_uids)
        return 0;
    (void) snprintf(pointer, sizeof(pointer), "/mounts/%zu/uidMappings", entry->index);
    if (plan_idmap_check(&asked->uid_mappings, pointer, err) < 0)
        return -1;
    (void) snprintf(pointer, sizeof(pointer), "/mounts/%zu/gidMappings", entry->index);
    if (plan_idmap_check(&asked->gid_mappings, pointer, err) < 0)
        return -1;
    mount->uid_map = plan_idmap_format(builder->arena, &asked->uid_mappings);
    mount->gid_map = plan_idmap_format(builder->arena, &asked->gid_mappings);
    return 0;
}

/* Takes "ro" from the mount, and plans it for later: right after it, or last of all. */
static void mount_delay_readonly(const struct plan_builder *builder, struct plan_mount *mount,
                                 bool is_last)
{
    struct plan_mount change = {
        .kind = PLAN_MOUNT_CHANGE,
        .destination = mount->destination,
        .target = mount->target,
        .attr_set = MOUNT_ATTR_RDONLY,
        .is_last = is_last,
        .fd = -1,
    };

    mount->attr_set &= ~(uint64_t) MOUNT_ATTR_RDONLY;
    *SLICE_PUSH(builder->arena, &builder->plan->mounts, struct plan_mount) = change;
}

static bool is_readonly_filesystem(const struct plan_mount *mount)
{
    return mount->kind == PLAN_MOUNT_FILESYSTEM && (mount->attr_set & MOUNT_ATTR_RDONLY) != 0;
}

static bool is_dev(const struct plan_mount *mount)
{
    return strcmp(mount->target, "dev") == 0;
}

/* Mount points and devices are made in /dev after it is mounted, so a read-only one is closed at the very end. */
static void mounts_delay_readonly_dev(const struct plan_builder *builder)
{
    struct plan_mount *dev = NULL;

    SLICE_FOR_EACH(struct plan_mount, mount, builder->plan->mounts)
        if (is_readonly_filesystem(mount) && is_dev(mount))
            dev = mount;
    if (dev)
        mount_delay_readonly(builder, dev, true);
}

static int mount_build(const struct plan_builder *builder, const struct mount_entry *entry,
                       struct error *err)
{
    struct plan_mount mount = {.fd = -1};
    size_t position;

    mount.destination = entry->asked->destination;
    mount.target = text_path_clean(builder->arena, entry->asked->destination);
    if (mount_choose_kind(entry, &mount, err) < 0)
        return -1;
    mount_copy_options(&entry->options, &mount);
    if (mount.kind == PLAN_MOUNT_BIND)
        mount_make_bind(builder, &mount, entry->asked->source);
    else if (mount.kind == PLAN_MOUNT_FILESYSTEM &&
             mount_make_filesystem(builder, entry, &mount, err) < 0)
        return -1;
    if (mount.kind != PLAN_MOUNT_FILESYSTEM && entry->options.data.count > 0 && !mount.type)
        PLAN_WARN(builder, "/mounts/%zu/options: \"%s\" has no effect on a bind mount or remount",
                  entry->index, entry->options.data.items[0].key);
    if (mount.kind != PLAN_MOUNT_FILESYSTEM)
        mount.copies_up = false;
    if (mount_check_proc(&mount, entry->index, err) < 0 ||
        mount_fill_idmap(builder, entry, &mount, err) < 0)
        return -1;
    position = builder->plan->mounts.count;
    *SLICE_PUSH(builder->arena, &builder->plan->mounts, struct plan_mount) = mount;
    /* The copies have to be written first. */
    if (mount.copies_up && is_readonly_filesystem(&mount) && !is_dev(&mount))
        mount_delay_readonly(builder, &builder->plan->mounts.items[position], false);
    return 0;
}

static bool is_cgroup_entry(const struct mount_entry *entry)
{
    const char *type = entry->asked->type;

    return type && !entry->options.is_bind && !entry->options.is_remount &&
           (strcmp(type, "cgroup") == 0 || strcmp(type, "cgroup2") == 0);
}

int plan_build_mounts(const struct plan_builder *builder, struct error *err)
{
    if (builder->linux_->mount_label && !builder->host->has_selinux)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/linux/mountLabel: SELinux is not enabled on this host");
    for (size_t i = 0; i < builder->spec->mounts.count; i++) {
        struct mount_entry entry = {.asked = &builder->spec->mounts.items[i], .index = i};
        int result;

        entry.filesystem = filesystem_find(entry.asked->type);
        mount_options_parse(builder->arena, &entry.asked->options, &entry.options);
        if (is_cgroup_entry(&entry))
            result = plan_add_cgroup_mounts(builder, entry.asked, &entry.options, err);
        else
            result = mount_build(builder, &entry, err);
        if (result < 0)
            return -1;
    }
    mounts_delay_readonly_dev(builder);
    return 0;
}

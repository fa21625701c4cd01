/*
 * What `spec` prints: a configuration to start from, a shell in "rootfs" with few privileges. The content is
 * data; the functions only put it into the structs. Rootless differs in what an ordinary user may do: no
 * network namespace of its own (nobody could configure it), /sys bound instead of mounted, no resources.
 */
#include <string.h>
#include <sys/resource.h>

#include "oci-spec/spec.h"

struct default_mount {
    const char *destination;
    const char *type;
    const char *source;
    const char *options; /* separated by commas */
};

static const struct default_mount mounts[] = {
    {"/proc",          "proc",   "proc",   ""                                                       },
    {"/dev",           "tmpfs",  "tmpfs",  "nosuid,strictatime,mode=755,size=65536k"                },
    {"/dev/pts",       "devpts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5"},
    {"/dev/shm",       "tmpfs",  "shm",    "nosuid,noexec,nodev,mode=1777,size=65536k"              },
    {"/dev/mqueue",    "mqueue", "mqueue", "nosuid,noexec,nodev"                                    },
    {"/sys",           "sysfs",  "sysfs",  "nosuid,noexec,nodev,ro"                                 },
    {"/sys/fs/cgroup", "cgroup", "cgroup", "nosuid,noexec,nodev,relatime,ro"                        },
};

/* gid 5 has no mapping, and a sysfs belongs to a network namespace of the mounter's (man 7 user_namespaces). */
static const struct default_mount rootless_mounts[] = {
    {"/proc",          "proc",   "proc",   ""                                                 },
    {"/dev",           "tmpfs",  "tmpfs",  "nosuid,strictatime,mode=755,size=65536k"          },
    {"/dev/pts",       "devpts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620"},
    {"/dev/shm",       "tmpfs",  "shm",    "nosuid,noexec,nodev,mode=1777,size=65536k"        },
    {"/dev/mqueue",    "mqueue", "mqueue", "nosuid,noexec,nodev"                              },
    {"/sys",           "none",   "/sys",   "rbind,nosuid,noexec,nodev,ro"                     },
    {"/sys/fs/cgroup", "cgroup", "cgroup", "nosuid,noexec,nodev,relatime,ro"                  },
};

static const char args[] = "sh";
static const char env[] =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin,TERM=xterm";
static const char capabilities[] = "CAP_AUDIT_WRITE,CAP_KILL,CAP_NET_BIND_SERVICE";
static const char masked_paths[] =
    "/proc/acpi,/proc/asound,/proc/kcore,/proc/keys,/proc/latency_stats,/proc/timer_list,"
    "/proc/timer_stats,/proc/sched_debug,/sys/firmware,/proc/scsi";
static const char readonly_paths[] = "/proc/bus,/proc/fs,/proc/irq,/proc/sys,/proc/sysrq-trigger";

static const enum namespace_kind namespaces[] = {
    NAMESPACE_PID, NAMESPACE_NETWORK, NAMESPACE_IPC,
    NAMESPACE_UTS, NAMESPACE_MOUNT,   NAMESPACE_CGROUP,
};
static const enum namespace_kind rootless_namespaces[] = {
    NAMESPACE_PID, NAMESPACE_IPC, NAMESPACE_UTS, NAMESPACE_MOUNT, NAMESPACE_CGROUP, NAMESPACE_USER,
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct text_list split(struct arena *arena, const char *text)
{
    struct text_list list = {0};

    while (*text) {
        size_t length = strcspn(text, ",");

        text_list_push(arena, &list, arena_copy_bytes(arena, text, length));
        text += length + (text[length] == ',');
    }
    return list;
}

static struct spec_process *build_process(struct arena *arena)
{
    struct spec_process *process = ARENA_NEW(arena, struct spec_process);
    struct spec_rlimit *rlimit = SLICE_PUSH(arena, &process->rlimits, struct spec_rlimit);

    *rlimit = (struct spec_rlimit){.type = RLIMIT_NOFILE, .soft = 1024, .hard = 1024};
    process->terminal = true;
    process->user = ARENA_NEW(arena, struct spec_user);
    process->args = split(arena, args);
    process->env = split(arena, env);
    process->cwd = "/";
    process->no_new_privileges = true;
    process->capabilities = ARENA_NEW(arena, struct spec_capabilities);
    process->capabilities->bounding = split(arena, capabilities);
    process->capabilities->effective = split(arena, capabilities);
    process->capabilities->permitted = split(arena, capabilities);
    return process;
}

static void add_mounts(struct arena *arena, struct spec *spec, const struct default_mount *rows,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct spec_mount *mount = SLICE_PUSH(arena, &spec->mounts, struct spec_mount);

        mount->destination = rows[i].destination;
        mount->type = rows[i].type;
        mount->source = rows[i].source;
        mount->options = split(arena, rows[i].options);
    }
}

static void add_namespaces(struct arena *arena, struct spec_linux *section,
                           const enum namespace_kind *kinds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct spec_namespace *namespace =
            SLICE_PUSH(arena, &section->namespaces, struct spec_namespace);

        namespace->type = kinds[i];
    }
}

/* What both have in common. */
static struct spec *build_base(struct arena *arena)
{
    struct spec *spec = ARENA_NEW(arena, struct spec);

    spec->oci_version = "1.3.0";
    spec->hostname = "corun";
    spec->process = build_process(arena);
    spec->root = ARENA_NEW(arena, struct spec_root);
    spec->root->path = "rootfs";
    spec->root->readonly = true;
    spec->linux_ = ARENA_NEW(arena, struct spec_linux);
    spec->linux_->masked_paths = split(arena, masked_paths);
    spec->linux_->readonly_paths = split(arena, readonly_paths);
    return spec;
}

const struct spec *spec_default(struct arena *arena)
{
    struct spec *spec = build_base(arena);
    struct spec_device_rule *rule;

    add_mounts(arena, spec, mounts, COUNT(mounts));
    add_namespaces(arena, spec->linux_, namespaces, COUNT(namespaces));
    spec->linux_->resources = ARENA_NEW(arena, struct spec_resources);
    rule = SLICE_PUSH(arena, &spec->linux_->resources->devices, struct spec_device_rule);
    rule->allow = false; /* everything; the runtime allows the default devices again */
    rule->access = "rwm";
    return spec;
}

static void add_mapping(struct arena *arena, struct spec_id_mapping_list *list, uint32_t host_id)
{
    struct spec_id_mapping *mapping = SLICE_PUSH(arena, list, struct spec_id_mapping);

    *mapping = (struct spec_id_mapping){.container_id = 0, .host_id = host_id, .size = 1};
}

const struct spec *spec_default_rootless(struct arena *arena, uint32_t uid, uint32_t gid)
{
    struct spec *spec = build_base(arena);

    add_mounts(arena, spec, rootless_mounts, COUNT(rootless_mounts));
    add_namespaces(arena, spec->linux_, rootless_namespaces, COUNT(rootless_namespaces));
    add_mapping(arena, &spec->linux_->uid_mappings, uid);
    add_mapping(arena, &spec->linux_->gid_mappings, gid);
    return spec;
}

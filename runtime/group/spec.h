/*
 * What a group file says: the object that `group create --file` reads, as typed structs. Names follow the reference of
 * Azure's container groups where that has the idea; "limits", "shmSize", "namespaces" and the volumes beside emptyDir and secret are ours.
 *
 * Absent is NULL, 0 or empty, as in oci-spec/spec.h. Amounts of CPU are millionths of one CPU, amounts of memory millionths of a GiB.
 */
#ifndef RUNTIME_GROUP_SPEC_H
#define RUNTIME_GROUP_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "oci-spec/json.h"
#include "oci-spec/spec.h"

/* Larger files are refused: everything in one is kept in memory. */
#define GROUP_FILE_MAX_BYTES ((size_t) 4 * 1024 * 1024)

struct group_amounts {
    const int64_t *cpu;
    const int64_t *memory_in_gb;
    const int64_t *pids;
    struct spec_block_io *io; /* of limits only: as config.json has it in blockIO */
};

struct group_resources {
    struct group_amounts *requests; /* what the member is sure of */
    struct group_amounts *limits;   /* how far it may go; NULL: as far as its requests */
};

struct group_volume_mount {
    const char *name; /* of a volume */
    const char *mount_path;
    const char *sub_path; /* below the volume; NULL: all of it */
    bool is_readonly;
};

SLICE_TYPE(group_volume_mount_list, struct group_volume_mount);

struct group_variable {
    const char *name;
    const char *value;
    const char *secure_value; /* never written anywhere */
};

struct group_exec {
    struct text_list command;
};

/* Numbers that are 0 are not in the document: health.c has the defaults. */
struct group_probe {
    struct group_exec exec;
    int64_t initial_delay_seconds;
    int64_t period_seconds;
    int64_t timeout_seconds;
    int64_t failure_threshold;
    int64_t success_threshold;
};

/* Where a container listens: told, and checked, but not acted on. */
struct group_port {
    int64_t port;
    int64_t protocol; /* enum group_protocol */
};

SLICE_TYPE(group_port_list, struct group_port);

enum group_protocol { GROUP_TCP, GROUP_UDP };

struct group_container {
    const char *name;
    const char *bundle;
    struct text_list command; /* in place of the bundle's arguments */
    SLICE_OF(struct group_variable) variables;
    struct group_resources *resources;
    struct group_volume_mount_list volume_mounts;
    struct group_port_list ports;
    struct group_probe *liveness;  /* NULL: none */
    struct group_probe *readiness; /* NULL: none */
};

SLICE_TYPE(group_container_list, struct group_container);

struct group_memory_volume {
    int64_t size; /* bytes; 0: half of the memory, as tmpfs has it */
};

struct group_host_volume {
    const char *path;
};

enum group_image_type { GROUP_EROFS, GROUP_EXT4, GROUP_SQUASHFS };

struct group_image_volume {
    const char *path;
    int64_t type;          /* enum group_image_type */
    const char *root_hash; /* dm-verity, in hexadecimal digits; with hash_path */
    const char *hash_path; /* the hash tree with its superblock */
    int64_t hash_offset;   /* bytes */
    const char *digest;    /* fs-verity: "sha256:HEX" */
};

struct group_overlay_volume {
    struct text_list lower; /* the uppermost first */
    const char *upper;      /* NULL: read-only. Made when it is missing, like work */
    const char *work;
};

struct group_cifs_volume {
    const char *server;
    const char *share;
    const char *credentials_file; /* NULL: as guest */
    struct text_list options;     /* of the kernel's client, man 8 mount.cifs: what is not ours */
};

/* Azure Files: another way to say cifs. */
struct group_azure_volume {
    const char *share;
    const char *account;
    const char *key; /* never written anywhere */
};

struct group_nfs_volume {
    const char *server;
    const char *path;
    struct text_list options; /* of the kernel's client, man 5 nfs */
};

/* Exactly one of the kinds; secret may go with secretFiles, and config with configFiles. */
struct group_volume {
    const char *name;
    struct group_memory_volume *empty_dir; /* the same as tmpfs */
    struct group_memory_volume *tmpfs;
    struct group_host_volume *directory; /* made when it is missing */
    struct group_host_volume *bind;      /* a file or directory that exists */
    struct group_image_volume *image;
    struct group_overlay_volume *overlay;
    struct group_cifs_volume *cifs;
    struct group_azure_volume *azure_file;
    struct group_nfs_volume *nfs;
    struct text_map secret;       /* file name to content in base64 */
    struct text_map secret_files; /* file name to the path of its content */
    struct text_map config;       /* file name to content */
    struct text_map config_files;
    bool is_readonly; /* for all members */
};

SLICE_TYPE(group_volume_list, struct group_volume);

struct group_dns {
    struct text_list name_servers;
    struct text_list search_domains;
    struct text_list options;
};

struct group_spec {
    const char *hostname;    /* NULL: the group's id */
    const char *domain_name; /* NULL: none */
    struct group_dns *dns;   /* NULL: the host's resolv.conf as it is at create */
    int64_t shm_size;        /* bytes; 0: 64 MiB */
    const char *cgroups_path;
    struct group_amounts *limits;
    int64_t restart_policy;      /* enum group_restart */
    int64_t oom_policy;          /* enum group_oom */
    struct text_list namespaces; /* which of network, ipc, uts are shared; empty: all */
    bool shares_processes;       /* the pid namespace, too */
    const bool *host_users;      /* false: a user namespace for all members, with the mappings */
    struct spec_id_mapping_list uid_mappings;
    struct spec_id_mapping_list gid_mappings;
    struct group_container_list containers;
    struct group_container_list init_containers;
    struct group_volume_list volumes;
    int64_t grace_seconds; /* between TERM and KILL when the group is stopped; 0: 30 s */
    /* Not in the document: its own bytes, as they were read. */
    const char *text;
    size_t text_size;
};

extern const struct json_type group_spec_type;
extern const struct json_type group_ports_type; /* struct group_port_list */

/* Decodes and checks. Errors name line and column, or the JSON pointer. */
int group_spec_read(struct arena *arena, const char *bytes, size_t size,
                    struct group_spec **ret_spec, struct error *err);

/* The rules across fields (check.c). */
int group_spec_check(struct arena *arena, const struct group_spec *spec, struct error *err);

/* What the whole group may use: its limits, or else the sum of what every member requests; an amount that not all request is unlimited (NULL). */
struct group_amounts group_spec_total(struct arena *arena, const struct group_spec *spec);

const struct group_container *group_spec_find_container(const struct group_spec *spec,
                                                        const char *name);
const struct group_volume *group_spec_find_volume(const struct group_spec *spec, const char *name);

/* The rules of the volumes that are file systems of their own (check_volumes.c). */
int group_volume_check(const struct group_volume *volume, const char *pointer, struct error *err);
/* Whether it is a file system of its own, which a helper program mounts. */
bool group_volume_is_mounted(const struct group_volume *volume);
/* Nothing can be written to what is verified, nor to a type that cannot be written. */
bool group_image_is_readonly(const struct group_volume *volume);
const char *group_image_type_name(const struct group_image_volume *image);

/* Whether "network", "ipc", "uts", "pid" or "user" is among the namespaces that members share. */
bool group_spec_shares(const struct group_spec *spec, const char *namespace);

/* Who ends when the kernel has to kill a process of a member for its memory. */
enum group_oom { GROUP_OOM_MEMBER, GROUP_OOM_GROUP };

enum group_restart { GROUP_RESTART_ALWAYS, GROUP_RESTART_NEVER, GROUP_RESTART_ON_FAILURE };

#endif

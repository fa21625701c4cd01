/*
 * What config.json says: the objects of runtime-spec 1.3 (config.md, config-linux.md and the other
 * platforms) as typed structs, filled by spec_read() into one arena and read-only afterwards.
 *
 * Absent is NULL: for strings, objects and optional numbers ("const int64_t *limit"). Lists are empty when
 * absent. Numbers have the type that the schema gives them. Enumerations are stored by the values of the
 * tables in names.h. Field names follow the document; comments only say what the document does not.
 */
#ifndef OCI_SPEC_SPEC_H
#define OCI_SPEC_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

enum namespace_kind {
    NAMESPACE_CGROUP,
    NAMESPACE_IPC,
    NAMESPACE_MOUNT,
    NAMESPACE_NETWORK,
    NAMESPACE_PID,
    NAMESPACE_TIME,
    NAMESPACE_USER,
    NAMESPACE_UTS,
    NAMESPACE_COUNT,
};

struct spec_root {
    const char *path;
    bool readonly;
};

struct spec_id_mapping {
    uint32_t container_id;
    uint32_t host_id;
    uint32_t size;
};

SLICE_TYPE(spec_id_mapping_list, struct spec_id_mapping);

struct spec_mount {
    const char *destination; /* not empty; may be relative, which means relative to "/" */
    const char *type;
    const char *source;
    struct text_list options;
    struct spec_id_mapping_list uid_mappings;
    struct spec_id_mapping_list gid_mappings;
};

SLICE_TYPE(spec_mount_list, struct spec_mount);

struct spec_console_size {
    uint64_t height;
    uint64_t width;
};

struct spec_user {
    uint32_t uid;
    uint32_t gid;
    const uint32_t *umask;
    SLICE_OF(uint32_t) additional_gids;
    const char *username; /* Windows */
};

struct spec_rlimit {
    int64_t type; /* RLIMIT_..., from names_rlimits */
    uint64_t soft;
    uint64_t hard;
};

/* NULL slices and empty ones are the same: no capability. Names as written ("CAP_CHOWN"). */
struct spec_capabilities {
    struct text_list bounding;
    struct text_list effective;
    struct text_list inheritable;
    struct text_list permitted;
    struct text_list ambient;
};

struct spec_scheduler {
    int64_t policy; /* SCHED_..., from names_scheduler_policies */
    const int32_t *nice;
    const int32_t *priority;
    SLICE_OF(int64_t) flags; /* SCHED_FLAG_... values */
    const uint64_t *runtime;
    const uint64_t *deadline;
    const uint64_t *period;
};

struct spec_io_priority {
    int64_t class; /* IOPRIO_CLASS_..., from names_io_priority_classes */
    const int32_t *priority;
};

struct spec_exec_cpu_affinity {
    const char *initial;
    const char *final;
};

struct spec_process {
    bool terminal;
    struct spec_console_size *console_size;
    struct spec_user *user; /* absent: root, as the schema allows */
    struct text_list args;
    const char *command_line; /* Windows */
    struct text_list env;
    const char *cwd;
    struct spec_capabilities *capabilities; /* absent: see plan/security.c */
    SLICE_OF(struct spec_rlimit) rlimits;
    bool no_new_privileges;
    const char *apparmor_profile;
    const int32_t *oom_score_adj;
    const char *selinux_label;
    struct spec_scheduler *scheduler;
    struct spec_io_priority *io_priority;
    struct spec_exec_cpu_affinity *exec_cpu_affinity;
};

struct spec_hook {
    const char *path;
    struct text_list args;
    struct text_list env;
    const int64_t *timeout; /* seconds, > 0 */
};

SLICE_TYPE(spec_hook_list, struct spec_hook);

struct spec_hooks {
    struct spec_hook_list prestart;
    struct spec_hook_list create_runtime;
    struct spec_hook_list create_container;
    struct spec_hook_list start_container;
    struct spec_hook_list poststart;
    struct spec_hook_list poststop;
};

struct spec_namespace {
    int64_t type; /* enum namespace_kind */
    const char *path;
};

struct spec_time_offset {
    const char *clock; /* the key: "monotonic", "boottime" */
    const int64_t *secs;
    const uint32_t *nanosecs;
};

struct spec_device {
    const char *type; /* "c", "b", "u" or "p" */
    const char *path;
    const int64_t *major;
    const int64_t *minor;
    const uint32_t *file_mode; /* may carry the S_IFMT bits of a whole st_mode */
    const uint32_t *uid;
    const uint32_t *gid;
};

struct spec_net_device {
    const char *host_name; /* the key */
    const char *name;
};

struct spec_device_rule {
    bool allow;
    const char *type; /* "a", "b" or "c"; NULL: "a" */
    const int64_t *major;
    const int64_t *minor;
    const char *access;
};

struct spec_memory {
    const int64_t *limit;
    const int64_t *reservation;
    const int64_t *swap;
    const int64_t *kernel;
    const int64_t *kernel_tcp;
    const uint64_t *swappiness;
    const bool *disable_oom_killer;
    const bool *use_hierarchy;
    const bool *check_before_update;
};

struct spec_cpu {
    const uint64_t *shares;
    const int64_t *quota;
    const uint64_t *burst;
    const uint64_t *period;
    const int64_t *realtime_runtime;
    const uint64_t *realtime_period;
    const char *cpus;
    const char *mems;
    const int64_t *idle;
};

struct spec_weight_device {
    int64_t major;
    int64_t minor;
    const uint16_t *weight;
    const uint16_t *leaf_weight;
};

struct spec_throttle_device {
    int64_t major;
    int64_t minor;
    const uint64_t *rate; /* never NULL after spec_read() */
};

SLICE_TYPE(spec_throttle_list, struct spec_throttle_device);

struct spec_block_io {
    const uint16_t *weight;
    const uint16_t *leaf_weight;
    SLICE_OF(struct spec_weight_device) weight_device;
    struct spec_throttle_list throttle_read_bps_device;
    struct spec_throttle_list throttle_write_bps_device;
    struct spec_throttle_list throttle_read_iops_device;
    struct spec_throttle_list throttle_write_iops_device;
};

struct spec_hugepage_limit {
    const char *page_size;
    uint64_t limit;
};

struct spec_interface_priority {
    const char *name;
    uint32_t priority;
};

struct spec_network_class {
    const uint32_t *class_id;
    SLICE_OF(struct spec_interface_priority) priorities;
};

struct spec_pids {
    const int64_t *limit;
};

struct spec_rdma {
    const char *device; /* the key */
    const uint32_t *hca_handles;
    const uint32_t *hca_objects;
};

struct spec_resources {
    SLICE_OF(struct spec_device_rule) devices;
    struct spec_memory *memory;
    struct spec_cpu *cpu;
    struct spec_block_io *block_io;
    SLICE_OF(struct spec_hugepage_limit) hugepage_limits;
    struct spec_network_class *network;
    struct spec_pids *pids;
    SLICE_OF(struct spec_rdma) rdma;
    struct text_map unified;
};

struct spec_seccomp_arg {
    uint32_t index;
    uint64_t value;
    const uint64_t *value_two;
    int64_t op; /* enum seccomp_operator of names.h */
};

struct spec_seccomp_syscall {
    struct text_list names;
    int64_t action; /* enum seccomp_action of names.h */
    const uint32_t *errno_ret;
    SLICE_OF(struct spec_seccomp_arg) args;
};

struct spec_seccomp {
    int64_t default_action;
    const uint32_t *default_errno_ret;
    SLICE_OF(int64_t) architectures; /* libseccomp's SCMP_ARCH_... (AUDIT_ARCH_...) */
    SLICE_OF(int64_t) flags;         /* SECCOMP_FILTER_FLAG_... bits */
    const char *listener_path;
    const char *listener_metadata;
    SLICE_OF(struct spec_seccomp_syscall) syscalls;
};

struct spec_intel_rdt {
    const char *clos_id;
    struct text_list schemata;
    const char *l3_cache_schema;
    const char *mem_bw_schema;
    bool enable_monitoring;
};

struct spec_memory_policy {
    int64_t mode; /* MPOL_..., from names_memory_policy_modes */
    const char *nodes;
    SLICE_OF(int64_t) flags; /* MPOL_F_... bits */
};

struct spec_personality {
    int64_t domain; /* PER_LINUX or PER_LINUX32 */
    struct text_list flags;
};

struct spec_linux {
    SLICE_OF(struct spec_namespace) namespaces;
    struct spec_id_mapping_list uid_mappings;
    struct spec_id_mapping_list gid_mappings;
    SLICE_OF(struct spec_time_offset) time_offsets;
    SLICE_OF(struct spec_device) devices;
    SLICE_OF(struct spec_net_device) net_devices;
    const char *cgroups_path;
    struct spec_resources *resources;
    const int64_t *rootfs_propagation; /* MS_SHARED, ..., without MS_REC; "rshared" is "shared" */
    struct spec_seccomp *seccomp;
    struct text_map sysctl;
    struct text_list masked_paths;
    struct text_list readonly_paths;
    const char *mount_label;
    struct spec_intel_rdt *intel_rdt;
    struct spec_memory_policy *memory_policy;
    struct spec_personality *personality;
};

/* The sections of other platforms: decoded and kept (spec_other.h), so that they are checked and can be written. */
struct spec_solaris;
struct spec_windows;
struct spec_vm;
struct spec_zos;
struct spec_freebsd;

struct spec {
    const char *oci_version;
    struct spec_root *root;
    struct spec_mount_list mounts;
    struct spec_process *process;
    struct spec_hooks *hooks;
    struct text_map annotations;
    const char *hostname;
    const char *domainname;
    struct spec_linux *linux_; /* "linux" is a macro of gcc's GNU mode */
    struct spec_solaris *solaris;
    struct spec_windows *windows;
    struct spec_vm *vm;
    struct spec_zos *zos;
    struct spec_freebsd *freebsd;
};

/*
 * Decodes one config.json. The spec points into arena. The error names line, column and JSON pointer:
 * "12:31: /process/cwd: must be an absolute path". Checks what the schema says of each value alone
 * (types, ranges, required, enumerations), and of one small object what its text demands: a device has major
 * and minor unless it is a pipe, a weight has one of its two values, an rdma limit too. Rules across objects
 * are the plan's (runtime/plan/check.c). An optional string that is empty counts as absent.
 * ociVersion must be a SemVer 1.x (config.md#specification-version).
 */
int spec_read(struct arena *arena, const char *bytes, size_t size, struct spec **ret_spec,
              struct error *err);

/* A bare "process" object, as engines pass to exec --process. */
int spec_process_read(struct arena *arena, const char *bytes, size_t size,
                      struct spec_process **ret_process, struct error *err);

/* A bare "resources" object, as engines pass to update --resources. */
int spec_resources_read(struct arena *arena, const char *bytes, size_t size,
                        struct spec_resources **ret_resources, struct error *err);

/* The "mounts" of a config.json: the bare array, or an object that has it. */
int spec_mounts_read(struct arena *arena, const char *bytes, size_t size,
                     struct spec_mount_list *ret_mounts, struct error *err);

/* Writes a spec as indented JSON (two spaces), in the arena, NUL-terminated. */
const char *spec_write(struct arena *arena, const struct spec *spec);

/* What `spec` prints: a container that runs "sh" in "rootfs". rootless: with a user namespace mapping uid/gid 0 to the given ids. */
const struct spec *spec_default(struct arena *arena);
const struct spec *spec_default_rootless(struct arena *arena, uint32_t uid, uint32_t gid);

#endif

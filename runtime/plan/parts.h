/*
 * What the files of the planner share: the builder that is passed through the parts of plan_build(), the
 * parts themselves in the order in which they run, and the few pure helpers that more than one part needs.
 * Nothing outside runtime/plan/ includes this, except unit tests.
 */
#ifndef RUNTIME_PLAN_PARTS_H
#define RUNTIME_PLAN_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/plan/plan.h"

struct plan_builder {
    struct arena *arena;
    const struct spec *spec;
    const struct spec_linux *linux_; /* never NULL: an empty one when the document has none */
    const struct host *host;
    const struct plan_request *request;
    struct plan *plan;
};

/* What goes on although something was not as asked; the caller of plan_build() logs it. */
#define PLAN_WARN(builder, ...)                                  \
    text_list_push((builder)->arena, &(builder)->plan->warnings, \
                   arena_format((builder)->arena, __VA_ARGS__))

/* --- the parts, in order; each reads the spec and what earlier parts decided --- */

int plan_check_platform(const struct plan_builder *builder, struct error *err);
int plan_build_namespaces(const struct plan_builder *builder, struct error *err);

/* The child mounts it, and looks for places of the host then: a device, or what an option names. */
bool plan_mount_finds_paths(const struct plan_mount *mount);

/* Last of all: it depends on the mounts and the hooks. */
void plan_choose_mounts_to_copy(const struct plan_builder *builder);

int plan_check_needs(const struct plan_builder *builder, struct error *err);
int plan_build_root(const struct plan_builder *builder, struct error *err);
int plan_build_cgroup(const struct plan_builder *builder, struct error *err);
int plan_build_resctrl(const struct plan_builder *builder, struct error *err);
int plan_build_mounts(const struct plan_builder *builder, struct error *err);
int plan_build_devices(const struct plan_builder *builder, struct error *err);
int plan_build_paths(const struct plan_builder *builder, struct error *err);
int plan_build_sysctls(const struct plan_builder *builder, struct error *err);
int plan_build_net_devices(const struct plan_builder *builder, struct error *err);
int plan_build_process(const struct plan_builder *builder, struct error *err);
int plan_build_scheduling(const struct plan_builder *builder, struct error *err);
int plan_build_security(const struct plan_builder *builder, struct error *err);
int plan_build_seccomp(const struct plan_builder *builder, struct error *err);

/* --- plan.c --- */

/* For plan_builder.linux_. */
const struct spec_linux *plan_linux_of(const struct spec *spec);

/* The namespace is new or joined, so what the container does in it does not reach the host's. */
bool plan_has_own(const struct plan_builder *builder, enum namespace_kind kind);

/* The container is in another user namespace than the initial one, the caller's own included. */
bool plan_is_in_user_namespace(const struct plan_builder *builder);

/* Whether the process could reach our executable as somebody who may write it. */
bool plan_decides_to_seal(const struct plan_builder *builder);

/* A key as part of a JSON pointer: "~" and "/" escaped (RFC 6901). */
const char *plan_pointer_key(struct arena *arena, const char *key);

/* --- idmap.c --- */

/* Non-empty sizes, no overflow, no overlap on either side, at most what the kernel takes. pointer is that of the list. */
int plan_idmap_check(const struct spec_id_mapping_list *mappings, const char *pointer,
                     struct error *err);

/* "container host size\n" per entry: what /proc/PID/uid_map takes. */
const char *plan_idmap_format(struct arena *arena, const struct spec_id_mapping_list *mappings);

/* False when the container id is not mapped. ret_host_id may be NULL. */
bool plan_idmap_find_host(const struct spec_id_mapping_list *mappings, uint32_t container_id,
                          uint32_t *ret_host_id);

bool plan_idmap_has_host(const struct spec_id_mapping_list *mappings, uint32_t host_id);

/* --- mounts.c and mounts_cgroup.c --- */

struct mount_options;

/* A mount entry of type "cgroup" or "cgroup2", as the mounts it stands for on this host. */
int plan_add_cgroup_mounts(const struct plan_builder *builder, const struct spec_mount *mount,
                           const struct mount_options *options, struct error *err);

/* --- cgroup.c, cgroup_v1.c, cgroup_v2.c, unit_path.c --- */

/*
 * Appends one write. pointer is below "/linux/resources/", for messages. Returns the row, which the caller may still
 * mark as may_be_missing; it is valid until the next call.
 */
struct cgroup_write *plan_add_cgroup_write(const struct plan_builder *builder,
                                           const char *controller, const char *file,
                                           const char *value, const char *pointer);

/* A number as text; -1 as unlimited ("-1" or "max"). */
const char *plan_format_number(const struct plan_builder *builder, int64_t number,
                               const char *unlimited);

/* rdma.max is the same file with the same words in v1 and v2. */
void plan_add_cgroup_rdma(const struct plan_builder *builder,
                          const struct spec_resources *resources);

/* unit_path.c: path and unit_properties for the systemd driver. */
int plan_choose_unit(const struct plan_builder *builder, struct error *err);

int plan_check_resources(const struct spec_resources *resources, struct error *err);
int plan_add_cgroup_v1(const struct plan_builder *builder, const struct spec_resources *resources,
                       struct error *err);
int plan_add_cgroup_v2(const struct plan_builder *builder, const struct spec_resources *resources,
                       struct error *err);

/* config-linux.md#cpu: shares 2..262144 to weight 1..10000; block I/O weight 10..1000 to 1..10000. */
uint64_t plan_cgroup_weight_from_shares(uint64_t shares);
uint64_t plan_cgroup_weight_from_block_io(uint64_t weight);

/* --- device_filter.c --- */

enum device_access { DEVICE_ACCESS_MKNOD = 1, DEVICE_ACCESS_READ = 2, DEVICE_ACCESS_WRITE = 4 };

struct device_rule {
    int64_t major; /* -1: all */
    int64_t minor;
    unsigned int access; /* enum device_access, or-ed */
    char type;           /* 'a', 'b' or 'c' */
    bool allows;
};

SLICE_TYPE(device_rule_list, struct device_rule);

/* The spec's rules in their order, then the defaults; before all of them stands "deny everything". */
int plan_device_rules(struct arena *arena, const struct spec_resources *resources,
                      struct device_rule_list *ret_rules, struct error *err);

/* Rules that let everything pass: no filter is needed. */
bool device_rules_allow_all(const struct device_rule_list *rules);

/*
 * BPF_PROG_TYPE_CGROUP_DEVICE. For each kind of access that is asked, the last rule that matches decides; the default is deny.
 * Returns the instructions, in the arena.
 */
const struct bpf_insn *device_rules_compile(struct arena *arena,
                                            const struct device_rule_list *rules,
                                            size_t *ret_length);

/* cgroup v1: writes to devices.deny and devices.allow. */
void plan_add_device_writes(const struct plan_builder *builder,
                            const struct device_rule_list *rules);

/* --- device_changes.c --- */

/*
 * The rules, which begin with "deny everything", for a v1 cgroup whose devices.list is the given text: only what differs is left, first
 * what is added. False when in doubt: nothing is changed.
 */
bool plan_reduce_device_writes(struct arena *arena, const char *list,
                               struct cgroup_write_list *writes);

#endif

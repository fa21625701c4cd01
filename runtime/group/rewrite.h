/* THE ONLY BRIDGE: config.json of a container, rewritten for a member of a group. Pure: what it puts in was opened before. */
#ifndef RUNTIME_GROUP_REWRITE_H
#define RUNTIME_GROUP_REWRITE_H

#include "oci-spec/spec.h"
#include "runtime/group/spec.h"

/* Set in each member's record, and refused in bundles. */
#define GROUP_ANNOTATIONS       "org.corun.group."
#define GROUP_ANNOTATION_ID     GROUP_ANNOTATIONS "id"
#define GROUP_ANNOTATION_MEMBER GROUP_ANNOTATIONS "member"

/* One mount that the member gets, in the group's words. */
struct rewrite_mount {
    const char *source; /* of an open source (container.h): the same pointer */
    const char *destination;
    const char *what; /* for messages: "volume \"data\"" */
    bool is_readonly;
    bool is_shared; /* mounts below it reach the siblings */
};

struct rewrite_namespace {
    enum namespace_kind kind;
    const char *path; /* of an open fd */
};

struct rewrite {
    const char *group; /* id */
    const char *name;
    const char *cgroups_path;
    SLICE_OF(struct rewrite_mount) mounts;
    SLICE_OF(struct rewrite_namespace) namespaces;
    const struct group_container *container; /* of the group file, or NULL */
    struct group_amounts total;              /* of the group */
    bool shares_users; /* its user namespace is that of the volumes: there are no ids to map */
    bool ends_as_one;  /* v2: when the kernel ends one of its processes for memory, all end */
    const struct spec_id_mapping_list
        *uid_mappings; /* of the user namespace, if that is among namespaces */
    const struct spec_id_mapping_list *gid_mappings;
};

/* The mounts alone. */
int rewrite_mounts(struct arena *arena, const struct rewrite *rewrite, struct spec *spec,
                   struct error *err);

int rewrite_apply(struct arena *arena, const struct rewrite *rewrite, struct spec *spec,
                  struct error *err);

#endif

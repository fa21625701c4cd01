/*
 * The option strings of config.md#configLinuxMountOptions: one row each, for the parser here, and for
 * features.mountOptions. What is not in the table is file-system data and goes to fsconfig(2).
 */
#ifndef OCI_SPEC_MOUNT_OPTIONS_H
#define OCI_SPEC_MOUNT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

/*
 * The effect of a mount's options, in order, later ones overriding earlier ones as mount(8) does.
 * Attributes are MOUNT_ATTR_... of linux/mount.h; for time attributes clear holds MOUNT_ATTR__ATIME
 * whenever set holds one of its values, as mount_setattr(2) demands.
 */
struct mount_options {
    uint64_t attr_set;
    uint64_t attr_clear;
    uint64_t recursive_set; /* rro, rnosuid, ...: applied with AT_RECURSIVE */
    uint64_t recursive_clear;
    uint64_t propagation; /* MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE, or 0 */
    bool propagation_is_recursive;
    bool is_bind; /* bind or rbind */
    bool is_recursive_bind;
    bool is_remount;
    bool is_idmapped; /* idmap or ridmap */
    bool is_recursive_idmap;
    bool copies_up;   /* tmpcopyup */
    bool is_readonly; /* "ro" was the last of ro/rw: the file system, too, is opened read-only */
    /*
     * For fsconfig: {"sync", NULL} is a flag, {"size", "64k"} a string. Superblock flags (sync, dirsync,
     * lazytime, mand and their opposites async, nolazytime, nomand) come first, then unknown options as they
     * stand. iversion and silent have no word in fsconfig(2) and are left out.
     */
    struct text_map data;
};

void mount_options_parse(struct arena *arena, const struct text_list *options,
                         struct mount_options *ret_options);

/* All option strings of the table, sorted: for the features document. */
struct text_list mount_options_names(struct arena *arena);

#endif

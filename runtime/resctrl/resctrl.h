/*
 * Classes of service and monitoring groups in the resctrl file system (Linux: Documentation/filesystems/resctrl.rst; config-linux.md#intelrdt).
 *
 * Only a container with intelRdt comes here. Changes are made under the lock that the kernel's documentation asks programs to take:
 * flock(2) on the root directory. Errors end with what the kernel says in info/last_cmd_status.
 */
#ifndef RUNTIME_RESCTRL_RESCTRL_H
#define RUNTIME_RESCTRL_RESCTRL_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "runtime/resctrl/resctrl_settings.h"

/* Where a container is; what is remembered of it. A zeroed one: nowhere. */
struct resctrl_group {
    const char *root;    /* where the file system is mounted */
    const char *class;   /* a directory below root; NULL: root itself */
    const char *monitor; /* the name of its monitoring group; NULL: it has none */
    bool is_removed;     /* the class goes with the container: it is its own, and was made for it */
};

/* The first resctrl file system in the text of /proc/self/mountinfo, in the arena; NULL: there is none. Pure. */
const char *resctrl_find_mount(struct arena *arena, const char *mountinfo);

/*
 * Whether each "domain=value" of schema ("L3:0=7f0;1=1f", more lines allowed) is what the text of a file "schemata" says of it. Pure;
 * the kernel pads numbers with zeros or blanks.
 */
bool resctrl_schema_holds(const char *schema, const char *schemata);

/* Looks, without changing anything, whether the group can be had, and whose it is. Strings are borrowed. */
int resctrl_find(struct arena *arena, const struct resctrl_settings *settings, const char *root,
                 struct resctrl_group *ret_group, struct error *err);

/* Makes what is missing and writes the schemata; on failure what was made is gone again. */
int resctrl_make(struct arena *arena, const struct resctrl_settings *settings,
                 struct resctrl_group *group, struct error *err);

/* Moves a process there. 1: nothing was done, the group does not exist any more. */
int resctrl_join(struct arena *arena, const struct resctrl_group *group, pid_t pid,
                 struct error *err);

/* Writes other schemata; *ret_before is what the file said, which can be written, too. On failure it says so again. */
int resctrl_change(struct arena *arena, const struct resctrl_group *group,
                   const struct resctrl_schemata *schemata, const char **ret_before,
                   struct error *err);

/* The monitoring group, and the class if is_removed. What does not exist is no error. */
int resctrl_remove(struct arena *arena, const struct resctrl_group *group, struct error *err);

#endif

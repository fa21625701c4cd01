/* Which Linux security modules can label a process here. Two builds of SELinux: selinux.c with libselinux, selinux_none.c without. */
#ifndef RUNTIME_HOST_LSM_H
#define RUNTIME_HOST_LSM_H

#include <stdbool.h>

bool lsm_has_selinux(void);
bool lsm_has_apparmor(void);

/* Whether this build can apply SELinux labels at all. */
bool lsm_builds_selinux(void);

#endif

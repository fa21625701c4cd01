/* Which Linux security modules can label a process here. */
#ifndef RUNTIME_HOST_LSM_H
#define RUNTIME_HOST_LSM_H

#include <stdbool.h>

bool lsm_has_selinux(void);
bool lsm_has_apparmor(void);

#endif

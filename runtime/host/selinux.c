/* SELinux, asked through libselinux: it knows where selinuxfs is and whether a policy is configured. */
#include <selinux/selinux.h>

#include "runtime/host/lsm.h"

bool lsm_has_selinux(void)
{
    return is_selinux_enabled() == 1;
}

bool lsm_builds_selinux(void)
{
    return true;
}

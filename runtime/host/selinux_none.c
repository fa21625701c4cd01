/* A build without libselinux: labels are refused by the plan as unsupported. */
#include "runtime/host/lsm.h"

bool lsm_has_selinux(void)
{
    return false;
}

bool lsm_builds_selinux(void)
{
    return false;
}

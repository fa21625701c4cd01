/* SELinux, as libselinux tells it (man 3 is_selinux_enabled). The labels themselves are written through /proc. */
#include <selinux/selinux.h>

#include "runtime/host/lsm.h"

bool lsm_has_selinux(void)
{
    return is_selinux_enabled() == 1;
}

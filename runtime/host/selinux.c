/*
 * SELinux, as libselinux tells it (man 3 is_selinux_enabled), without linking it: selinuxfs is mounted for writing and a
 * policy is configured. Labels themselves are written through /proc.
 */
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "runtime/host/lsm.h"

bool lsm_has_selinux(void)
{
    struct statfs info;

    return statfs("/sys/fs/selinux", &info) == 0 && info.f_type == (long) SELINUX_MAGIC &&
           (info.f_flags & ST_RDONLY) == 0 && access("/etc/selinux/config", F_OK) == 0;
}

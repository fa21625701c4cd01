/* Capabilities, seccomp, keyring, scheduling: thin wrappers; see security.h. */
#include "base/sys/security.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/ioprio.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int result(long value)
{
    return value < 0 ? -errno : (int) value;
}

int sys_capget(uint64_t *ret_effective, uint64_t *ret_permitted, uint64_t *ret_inheritable)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    if (syscall(SYS_capget, &header, data) < 0)
        return -errno;
    *ret_effective = data[0].effective | (uint64_t) data[1].effective << 32;
    *ret_permitted = data[0].permitted | (uint64_t) data[1].permitted << 32;
    *ret_inheritable = data[0].inheritable | (uint64_t) data[1].inheritable << 32;
    return 0;
}

int sys_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {(uint32_t) effective,         (uint32_t) permitted,         (uint32_t) inheritable},
        {(uint32_t) (effective >> 32), (uint32_t) (permitted >> 32),
         (uint32_t) (inheritable >> 32)                                                    },
    };

    return result(syscall(SYS_capset, &header, data));
}

int sys_drop_bounding(int capability)
{
    return result(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0));
}

int sys_raise_ambient(int capability)
{
    return result(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0));
}

int sys_clear_ambient(void)
{
    return result(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
}

int sys_keep_capabilities(bool keep)
{
    return result(prctl(PR_SET_KEEPCAPS, keep, 0, 0, 0));
}

int sys_no_new_privileges(void)
{
    return result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

int sys_set_dumpable(bool dumpable)
{
    return result(prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0));
}

int sys_seccomp(unsigned int flags, const struct sock_filter *filter, unsigned short length)
{
    struct sock_fprog program = {.len = length, .filter = (struct sock_filter *) filter};

    return result(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

int sys_join_keyring(const char *name)
{
    return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name, 0, 0, 0) < 0 ? -errno : 0;
}

int sys_setgroups(const gid_t *groups, size_t count)
{
    return result(syscall(SYS_setgroups, count, groups));
}

int sys_setgid(gid_t gid)
{
    return result(syscall(SYS_setresgid, gid, gid, gid));
}

int sys_setuid(uid_t uid)
{
    return result(syscall(SYS_setresuid, uid, uid, uid));
}

int sys_set_io_priority(int priority)
{
    return result(syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, priority));
}

int sys_set_cpus(const uint64_t *cpus, size_t size_bytes)
{
    return result(syscall(SYS_sched_setaffinity, 0, size_bytes, cpus));
}

int sys_get_cpus(uint64_t *ret_cpus, size_t size_bytes)
{
    int size = result(syscall(SYS_sched_getaffinity, 0, size_bytes, ret_cpus));

    if (size < 0)
        return size;
    memset((char *) ret_cpus + size, 0,
           size_bytes - (size_t) size); /* the kernel fills in its own size */
    return 0;
}

int sys_set_scheduler(const struct sched_attributes *attributes)
{
    return result(syscall(SYS_sched_setattr, 0, attributes, 0));
}

int sys_set_memory_policy(int mode, const uint64_t *nodes, unsigned long bits)
{
    return result(syscall(SYS_set_mempolicy, mode, nodes, bits));
}

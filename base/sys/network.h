/* Network interfaces: what about them needs no netlink. */
#ifndef BASE_SYS_NETWORK_H
#define BASE_SYS_NETWORK_H

/* Brings up an interface of the caller's network namespace ("lo"). 0 or -errno. */
int sys_interface_up(const char *name);

/* Its index, or -errno (-ENODEV). if_nametoindex(3) would bring all of getifaddrs(3) into the program. */
int sys_interface_index(const char *name);

#endif

/* Network interfaces: the one thing about them that needs no netlink. */
#ifndef BASE_SYS_NETWORK_H
#define BASE_SYS_NETWORK_H

/* Brings up an interface of the caller's network namespace ("lo"). 0 or -errno. */
int sys_interface_up(const char *name);

#endif

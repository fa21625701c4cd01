/* Just enough rtnetlink (man 7 rtnetlink) for net_devices.c: build a request, send it, read its answer. */
#ifndef RUNTIME_LAUNCH_NETLINK_H
#define RUNTIME_LAUNCH_NETLINK_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

#define NETLINK_REQUEST_BYTES 1024

struct netlink_request {
    struct nlmsghdr header __attribute__((aligned(NLMSG_ALIGNTO)));
    char body[NETLINK_REQUEST_BYTES];
};

/* Begins a request of this type with its fixed part. */
void netlink_begin(struct netlink_request *request, uint16_t type, const void *fixed, size_t size);
/* Adds an attribute; sizes are the caller's to keep small: what does not fit makes netlink_ask() fail with -EMSGSIZE. */
void netlink_add(struct netlink_request *request, uint16_t type, const void *value, size_t size);

/* Of the caller's network namespace. fd or -errno. */
int netlink_open(void);

/* Sends and waits for the acknowledgement. 0 or -errno: the kernel's answer. */
int netlink_ask(int fd, struct netlink_request *request);

/* Sends a dump request and calls visit for every message of the answer. Stops at a negative result, and returns it. */
int netlink_dump(int fd, struct netlink_request *request,
                 int (*visit)(const struct nlmsghdr *message, void *context), void *context);

#endif

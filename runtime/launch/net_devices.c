/*
 * Moving network devices into the container (config-linux.md#network-devices), by rtnetlink.
 *
 * The kernel drops a device's addresses when it changes namespace, so its permanent global ones are read before and
 * given back after; then it is set up. The index in the new namespace is chosen by us, so that the device is known there whatever
 * name the kernel makes of a template like "eth%d".
 *
 * The kernel renames a device after it has moved it, so a name that is taken would leave the device over there, and with the
 * container's namespace it would end. Hence everything that can be seen to be in the way of any device is looked for before the first moves.
 */
#include "runtime/launch/net_devices.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/network.h"
#include "base/sys/process.h"
#include "runtime/launch/netlink.h"

#define ADDRESSES_MAX      64
#define ADDRESS_BYTES      256
#define INDEX_ATTEMPTS_MAX 65536

/* One address as the kernel told it: the fixed part and the attributes that make it what it is. */
struct address {
    struct ifaddrmsg fixed;
    char attributes[ADDRESS_BYTES];
    size_t size;
};

struct addresses {
    int index; /* of the device they are wanted of */
    size_t count;
    struct address items[ADDRESSES_MAX];
};

struct mover {
    int ours;      /* netlink socket of our network namespace */
    int theirs;    /* of the container's */
    int container; /* the container's network namespace */
};

/* The label holds the old name; cache information and protocol are the kernel's to fill. */
static bool is_kept(uint16_t type)
{
    return type == IFA_LOCAL || type == IFA_ADDRESS || type == IFA_BROADCAST || type == IFA_FLAGS ||
           type == IFA_RT_PRIORITY;
}

static uint32_t address_flags(const struct ifaddrmsg *fixed, const struct rtattr *attributes,
                              size_t left)
{
    uint32_t flags = fixed->ifa_flags;

    for (const struct rtattr *at = attributes; RTA_OK(at, left); at = RTA_NEXT(at, left))
        if (at->rta_type == IFA_FLAGS && RTA_PAYLOAD(at) == sizeof(flags))
            memcpy(&flags, RTA_DATA(at), sizeof(flags)); /* ifa_flags has only the lowest 8 bits */
    return flags;
}

static int keep_address(const struct nlmsghdr *message, void *context)
{
    struct addresses *addresses = context;
    const struct ifaddrmsg *fixed = NLMSG_DATA(message);
    const struct rtattr *attributes = IFA_RTA(fixed);
    size_t left = IFA_PAYLOAD(message);
    struct address *kept;

    if (message->nlmsg_type != RTM_NEWADDR || (int) fixed->ifa_index != addresses->index ||
        fixed->ifa_scope != RT_SCOPE_UNIVERSE ||
        !(address_flags(fixed, attributes, left) & IFA_F_PERMANENT))
        return 0;
    if (addresses->count == ADDRESSES_MAX)
        return -E2BIG;
    kept = &addresses->items[addresses->count++];
    kept->fixed = *fixed;
    for (const struct rtattr *at = attributes; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
        if (!is_kept(at->rta_type))
            continue;
        if (kept->size + RTA_ALIGN(at->rta_len) > sizeof(kept->attributes))
            return -E2BIG;
        memcpy(kept->attributes + kept->size, at, at->rta_len);
        kept->size += RTA_ALIGN(at->rta_len);
    }
    return 0;
}

static int read_addresses(int fd, int index, struct addresses *addresses)
{
    const struct ifaddrmsg all = {.ifa_family = AF_UNSPEC};
    struct netlink_request request;

    addresses->index = index;
    addresses->count = 0;
    netlink_begin(&request, RTM_GETADDR, &all, sizeof(all));
    return netlink_dump(fd, &request, keep_address, addresses);
}

static int add_address(int fd, const struct address *address, int index)
{
    struct ifaddrmsg fixed = address->fixed;
    const struct rtattr *at = (const struct rtattr *) (const void *) address->attributes;
    size_t left = address->size;
    struct netlink_request request;

    fixed.ifa_index = (unsigned int) index;
    netlink_begin(&request, RTM_NEWADDR, &fixed, sizeof(fixed));
    request.header.nlmsg_flags |= NLM_F_CREATE | NLM_F_REPLACE;
    for (; RTA_OK(at, left); at = RTA_NEXT(at, left))
        netlink_add(&request, at->rta_type, RTA_DATA(at), RTA_PAYLOAD(at));
    return netlink_ask(fd, &request);
}

static int set_up(int fd, int index)
{
    const struct ifinfomsg link = {
        .ifi_family = AF_UNSPEC,
        .ifi_index = index,
        .ifi_flags = IFF_UP,
        .ifi_change = IFF_UP,
    };
    struct netlink_request request;

    netlink_begin(&request, RTM_SETLINK, &link, sizeof(link));
    return netlink_ask(fd, &request);
}

/* 0: a device has this index, -ENODEV: none. */
static int find_index(int fd, int index)
{
    const struct ifinfomsg link = {.ifi_family = AF_UNSPEC, .ifi_index = index};
    struct netlink_request request;

    netlink_begin(&request, RTM_GETLINK, &link, sizeof(link));
    return netlink_ask(fd, &request);
}

/* 0: a device has this name, also as an alternative one; -ENODEV: none. */
static int find_name(int fd, const char *name)
{
    const struct ifinfomsg link = {.ifi_family = AF_UNSPEC};
    struct netlink_request request;

    netlink_begin(&request, RTM_GETLINK, &link, sizeof(link));
    netlink_add(&request, IFLA_IFNAME, name, strlen(name) + 1);
    return netlink_ask(fd, &request);
}

static int check_device(const struct mover *mover, const struct plan_net_device *device,
                        struct error *err)
{
    int index = sys_interface_index(device->host_name);
    int error = find_name(mover->theirs, device->name);

    if (index < 0)
        return error_os(err, -index, "find the device");
    if (error == 0)
        return error_set(err, ERROR_INVALID,
                         "the container's network namespace has a device %s already", device->name);
    return error == -ENODEV ? 0 : error_os(err, -error, "look for a device %s", device->name);
}

/* An index that is free over there: the present one, or the next. */
static int choose_index(int fd, int index)
{
    for (int i = 0; i < INDEX_ATTEMPTS_MAX; i++) {
        int error = find_index(fd, index + i);

        if (error == -ENODEV)
            return index + i;
        if (error < 0)
            return error;
    }
    return -ENOSPC;
}

static int send_over(const struct mover *mover, int index, int new_index, const char *name)
{
    const struct ifinfomsg link = {.ifi_family = AF_UNSPEC, .ifi_index = index};
    const uint32_t container = (uint32_t) mover->container;
    const int32_t wanted = new_index;
    struct netlink_request request;

    netlink_begin(&request, RTM_SETLINK, &link, sizeof(link));
    netlink_add(&request, IFLA_NET_NS_FD, &container, sizeof(container));
    netlink_add(&request, IFLA_NEW_IFINDEX, &wanted, sizeof(wanted));
    netlink_add(&request, IFLA_IFNAME, name, strlen(name) + 1);
    return netlink_ask(mover->ours, &request);
}

static int move_device(const struct mover *mover, const struct plan_net_device *device,
                       struct error *err)
{
    int index = sys_interface_index(device->host_name);
    struct addresses addresses;
    int new_index;
    int error;

    if (index < 0)
        return error_os(err, -index, "find the device");
    error = read_addresses(mover->ours, index, &addresses);
    if (error < 0)
        return error_os(err, -error, "read its addresses");
    new_index = choose_index(mover->theirs, index);
    if (new_index < 0)
        return error_os(err, -new_index, "find a place for it in the container");
    error = send_over(mover, index, new_index, device->name);
    if (error < 0)
        return error_os(err, -error, "move it into the container as %s", device->name);
    for (size_t i = 0; i < addresses.count; i++) {
        error = add_address(mover->theirs, &addresses.items[i], new_index);
        if (error < 0)
            return error_os(err, -error, "give it back its addresses");
    }
    error = set_up(mover->theirs, new_index);
    return error < 0 ? error_os(err, -error, "set it up") : 0;
}

/* A socket belongs to the namespace it was made in, so we go there for a moment. Not coming back ends the launch. */
static int open_socket_in(int proc, int container)
{
    owned_fd own = sys_open_at(proc, "self/ns/net", O_RDONLY);
    owned_fd fd = -1;
    int error = own;

    if (own >= 0)
        error = sys_setns(container, CLONE_NEWNET);
    if (error < 0)
        return error;
    fd = netlink_open();
    error = sys_setns(own, CLONE_NEWNET);
    if (error < 0)
        return error;
    return fd < 0 ? fd : take_fd(&fd);
}

static int for_each_device(const struct plan *plan, const struct mover *mover,
                           int (*act)(const struct mover *, const struct plan_net_device *,
                                      struct error *),
                           struct error *err)
{
    SLICE_FOR_EACH(const struct plan_net_device, device, plan->net_devices)
        if (act(mover, device, err) < 0)
            return error_within(err, "/linux/netDevices/%s", device->host_name);
    return 0;
}

int net_devices_move(const struct plan *plan, int proc, pid_t pid, struct error *err)
{
    struct mover mover;
    char path[48];
    owned_fd container = -1;
    owned_fd ours = -1;
    owned_fd theirs = -1;

    if (plan->net_devices.count == 0)
        return 0;
    (void) snprintf(path, sizeof(path), "%d/ns/net", (int) pid);
    container = sys_open_at(proc, path, O_RDONLY);
    ours = netlink_open();
    theirs = container < 0 ? container : open_socket_in(proc, container);
    if (ours < 0 || theirs < 0)
        return error_os(err, ours < 0 ? -ours : -theirs, "reach the container's network namespace");
    mover = (struct mover){ours, theirs, container};
    return for_each_device(plan, &mover, check_device, err) < 0 ||
                   for_each_device(plan, &mover, move_device, err) < 0
               ? -1
               : 0;
}

/* Network interfaces: see network.h. */
#include "base/sys/network.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/owned.h"

/* Asks about, or changes, the interface that request names. 0 or -errno. */
static int call(const char *name, unsigned long operation, struct ifreq *request)
{
    owned_fd fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    if (strlen(name) >= sizeof(request->ifr_name))
        return -ENODEV; /* as the kernel says of other names that no device has */
    memcpy(request->ifr_name, name, strlen(name));
    return ioctl(fd, operation, request) < 0 ? -errno : 0;
}

int sys_interface_up(const char *name)
{
    struct ifreq request = {0};
    int error = call(name, SIOCGIFFLAGS, &request);

    if (error < 0)
        return error;
    request.ifr_flags = (short) (request.ifr_flags | IFF_UP);
    return call(name, SIOCSIFFLAGS, &request);
}

int sys_interface_index(const char *name)
{
    struct ifreq request = {0};
    int error = call(name, SIOCGIFINDEX, &request);

    return error < 0 ? error : request.ifr_ifindex;
}

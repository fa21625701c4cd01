/* Network interfaces: see network.h. */
#include "base/sys/network.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/owned.h"

int sys_interface_up(const char *name)
{
    owned_fd fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {0};

    if (fd < 0)
        return -errno;
    if (strlen(name) >= sizeof(request.ifr_name))
        return -EINVAL;
    memcpy(request.ifr_name, name, strlen(name));
    if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
        return -errno;
    request.ifr_flags = (short) (request.ifr_flags | IFF_UP);
    return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}

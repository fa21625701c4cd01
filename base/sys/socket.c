/* AF_UNIX sockets: thin wrappers; see socket.h. */
#include "base/sys/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"

int sys_socket_pair(int type, int *ret_first, int *ret_second)
{
    int pair[2];

    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    *ret_first = pair[0];
    *ret_second = pair[1];
    return 0;
}

/* "/proc/self/fd/N/name" into address; -ENAMETOOLONG when even that does not fit. */
static int address_at(int directory, const char *name, struct sockaddr_un *address)
{
    char prefix[SYS_FD_PATH_SIZE];
    size_t prefix_length = strlen(sys_fd_path(directory, prefix));
    size_t name_length = strlen(name);

    memset(address, 0, sizeof(*address));
    address->sun_family = AF_UNIX;
    if (prefix_length + 1 + name_length >= sizeof(address->sun_path))
        return -ENAMETOOLONG;
    memcpy(address->sun_path, prefix, prefix_length);
    address->sun_path[prefix_length] = '/';
    memcpy(address->sun_path + prefix_length + 1, name, name_length);
    return 0;
}

int sys_socket_listen_at(int directory, const char *name, int type)
{
    struct sockaddr_un address;
    int error = address_at(directory, name, &address);
    owned_fd listening = -1;

    if (error < 0)
        return error;
    listening = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (listening < 0)
        return -errno;
    /* What bind makes takes its mode from here (man 7 unix). */
    if (fchmod(listening, 0600) < 0)
        return -errno;
    /* Usually it is not there; bind tells if it could not be removed. */
    (void) unlinkat(directory, name, 0);
    if (bind(listening, (struct sockaddr *) &address, sizeof(address)) < 0 ||
        listen(listening, 1) < 0)
        return -errno;
    return take_fd(&listening);
}

int sys_socket_connect_at(int directory, const char *name, int type)
{
    struct sockaddr_un address;
    int error = address_at(directory, name, &address);
    owned_fd connected = -1;

    if (error < 0)
        return error;
    connected = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (connected < 0)
        return -errno;
    if (connect(connected, (struct sockaddr *) &address, sizeof(address)) < 0)
        return -errno;
    return take_fd(&connected);
}

int sys_socket_accept(int listening)
{
    int accepted;

    do {
        accepted = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    } while (accepted < 0 && errno == EINTR);
    return accepted < 0 ? -errno : accepted;
}

int sys_socket_pass_credentials(int socket)
{
    int on = 1;

    return setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0 ? -errno : 0;
}

int sys_socket_send(int socket, const void *bytes, size_t size, int fd)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = (void *) bytes, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t sent;

    if (fd >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof(control);
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
    }
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return -errno;
    return (size_t) sent == size ? 0 : -EMSGSIZE;
}

/* Keeps the first fd in *fd, if it is wanted (fd not NULL and still -1); closes the others. */
static void keep_first(const struct cmsghdr *header, int *fd)
{
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

    for (size_t i = 0; i < count; i++) {
        int received;

        memcpy(&received, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
        if (fd && *fd < 0)
            *fd = received;
        else
            (void) close(received);
    }
}

ssize_t sys_socket_receive(int socket, void *bytes, size_t size, int *ret_fd, pid_t *ret_pid)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(4 * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = size};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    ssize_t length;

    do {
        length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (ret_fd)
        *ret_fd = -1;
    if (length < 0)
        return -errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET)
            continue;
        if (header->cmsg_type == SCM_RIGHTS) {
            keep_first(header, ret_fd);
        } else if (header->cmsg_type == SCM_CREDENTIALS && ret_pid) {
            struct ucred credentials;

            memcpy(&credentials, CMSG_DATA(header), sizeof(credentials));
            *ret_pid = credentials.pid;
        }
    }
    return (message.msg_flags & MSG_TRUNC) ? -EMSGSIZE : length;
}

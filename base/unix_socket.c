/* sun_path holds 108 bytes; the directory is opened first, and the socket is reached by its name in that. */
#include "base/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/socket.h"

int unix_socket_connect(const char *path, int type, struct error *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t length = slash ? (size_t) (slash - path) + 1 : 0; /* keeps the slash: "/x" is in "/" */
    char directory[PATH_MAX] = ".";
    owned_fd directory_fd = -1;
    int fd;

    if (length >= sizeof(directory))
        return error_os(err, ENAMETOOLONG, "connect to %s", path);
    if (length > 0) {
        memcpy(directory, path, length);
        directory[length] = '\0';
    }
    directory_fd = sys_open(directory, O_PATH | O_DIRECTORY);
    if (directory_fd < 0)
        return error_os(err, -directory_fd, "open the directory of %s", path);
    fd = sys_socket_connect_at(directory_fd, name, type);
    return fd < 0 ? error_os(err, -fd, "connect to %s", path) : fd;
}

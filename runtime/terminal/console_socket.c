/* Handing a pty master to an engine (--console-socket): one message with the fd and the terminal's name, as runc sends it. */
#include "runtime/terminal/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/owned.h"
#include "base/sys/socket.h"
#include "base/unix_socket.h"

int terminal_send_master(const char *path, int master, struct error *err)
{
    owned_fd engine = unix_socket_connect(path, SOCK_STREAM, err);
    unsigned int number;
    char name[32];
    int error;

    if (engine < 0)
        return error_within(err, "console socket");
    if (ioctl(master, TIOCGPTN, &number) < 0)
        return error_os(err, errno, "ask for the terminal's number");
    (void) snprintf(name, sizeof(name), "/dev/pts/%u", number); /* as the container knows it */
    error = sys_socket_send(engine, name, strlen(name), master);
    return error < 0 ? error_os(err, -error, "console socket: send the terminal to %s", path) : 0;
}

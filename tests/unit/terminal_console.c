/* terminal/console_socket.c and base/unix_socket.c: an engine that listens gets the master, wherever its socket is. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/owned.h"
#include "base/sys/socket.h"
#include "runtime/terminal/terminal.h"

/* Longer than sun_path. */
#define LONG_NAME \
    "a-directory-with-a-name-that-is-long-enough-to-be-a-problem-for-those-who-do-not-know"

static void sends_the_master_to_a_path_of_any_length(void **state)
{
    char base[] = "/tmp/corun-unit-XXXXXX";
    char directory[256];
    char command[300];
    char path[300];
    char name[64] = "";
    unsigned int number = 0;
    struct error err;
    owned_fd master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    owned_fd directory_fd = -1;
    owned_fd listening = -1;
    owned_fd connection = -1;
    owned_fd received = -1;

    (void) state;
    assert_true(master >= 0 && mkdtemp(base));
    (void) snprintf(command, sizeof(command), "rm -rf %s", base);
    (void) snprintf(directory, sizeof(directory), "%s/" LONG_NAME, base);
    assert_int_equal(mkdir(directory, 0700), 0);
    directory_fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    listening = sys_socket_listen_at(directory_fd, "console.sock", SOCK_STREAM);
    assert_true(listening >= 0);
    (void) snprintf(path, sizeof(path), "%s/console.sock", directory);
    assert_int_equal(terminal_send_master(path, master, &err), 0);
    connection = sys_socket_accept(listening);
    assert_true(sys_socket_receive(connection, name, sizeof(name) - 1, &received, NULL) > 0);
    assert_int_equal(ioctl(received, TIOCGPTN, &number), 0); /* it is a master */
    assert_string_equal(name, ptsname(received));
    (void) !system(command);
}

static void tells_when_nobody_listens(void **state)
{
    owned_fd master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct error err = {0};

    (void) state;
    assert_int_equal(terminal_send_master("/nowhere/at/all.sock", master, &err), -1);
    assert_string_equal(err.text, "console socket: open the directory of /nowhere/at/all.sock: "
                                  "No such file or directory");
    assert_int_equal(terminal_send_master("/tmp/no-such-corun.sock", master, &err), -1);
    assert_non_null(strstr(err.text, "connect to /tmp/no-such-corun.sock: No such file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_the_master_to_a_path_of_any_length),
        cmocka_unit_test(tells_when_nobody_listens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

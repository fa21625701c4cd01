/* base/sys/process: how a process ended, while it waits for its parent and after. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/owned.h"
#include "base/sys/process.h"

/* It ends when its end of the pipe is closed: by signal, or with the code. */
static pid_t start_child(int gate[2], int code, int signal)
{
    pid_t pid;
    char byte;

    assert_int_equal(pipe2(gate, O_CLOEXEC), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    (void) close(gate[1]);
    (void) !read(gate[0], &byte, 1);
    if (signal)
        (void) kill(getpid(), signal);
    _exit(code);
}

static void check_end(int code, int signal)
{
    int gate[2];
    int status = -1;
    pid_t pid = start_child(gate, code, signal);
    owned_fd pidfd = sys_pidfd_open(pid);
    int error;

    assert_true(pidfd >= 0);
    assert_int_equal(sys_pidfd_exit_status(pidfd, pid, &status), -EAGAIN);
    (void) close(gate[0]);
    (void) close(gate[1]);
    assert_int_equal(sys_pidfd_wait(pidfd, 5000), 1);
    assert_int_equal(sys_pidfd_exit_status(pidfd, pid, &status), 0);
    assert_int_equal(signal ? WTERMSIG(status) : WEXITSTATUS(status), signal ? signal : code);
    assert_int_equal(sys_wait(pid, &status), 0);
    status = -1;
    error = sys_pidfd_exit_status(pidfd, pid, &status);
    if (error < 0) { /* before Linux 6.15 nobody knows any more */
        assert_int_not_equal(error, -EAGAIN);
        return;
    }
    assert_int_equal(signal ? WTERMSIG(status) : WEXITSTATUS(status), signal ? signal : code);
}

static void tells_how_it_ended(void **state)
{
    (void) state;
    check_end(0, 0);
    check_end(7, 0);
    check_end(0, SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_how_it_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * terminal/pump.c: a process that plays the container, on a pty or without one, and a process that plays corun, whose
 * standard streams are ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/owned.h"
#include "base/sys/process.h"
#include "runtime/terminal/terminal.h"

/* Both ends of a terminal in which "corun" runs, or of a pipe for each stream. */
struct front {
    pid_t pid;  /* plays corun */
    int input;  /* we write what the user types */
    int output; /* we read what the user sees */
};

/* Becomes a shell on the slave of master (-1: on the streams as they are). */
static void become_container(int master, const char *script)
{
    if (master >= 0) {
        int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);

        (void) setsid();
        (void) ioctl(slave, TIOCSCTTY, 0);
        for (int stream = 0; stream < 3; stream++)
            (void) dup2(slave, stream);
        (void) sys_close_range(3, ~0U);
    }
    (void) execl("/bin/sh", "sh", "-c", script, NULL);
    _exit(127);
}

/* Ends with the container's exit status, 100 + signal, or 99 for a failure of the pump. */
static void play_corun(const char *script, bool has_terminal)
{
    int master = has_terminal ? posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    int unlocked = 0;
    int status;
    struct error err;
    pid_t pid;

    if (has_terminal && (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) < 0))
        _exit(98);
    pid = fork();
    if (pid == 0)
        become_container(master, script);
    if (terminal_run_foreground(sys_pidfd_open(pid), pid, master, &status, &err) < 0)
        _exit(99);
    _exit(WIFSIGNALED(status) ? 100 + WTERMSIG(status) : WEXITSTATUS(status));
}

static struct front start(const char *script, bool has_terminal)
{
    struct front front;
    int input[2];
    int output[2];

    assert_int_equal(pipe2(input, O_CLOEXEC), 0);
    assert_int_equal(pipe2(output, O_CLOEXEC), 0);
    front.pid = fork();
    if (front.pid == 0) {
        (void) dup2(input[0], 0);
        (void) dup2(output[1], 1);
        (void) sys_close_range(3, ~0U); /* our own ends of the pipes: they would never end */
        play_corun(script, has_terminal);
    }
    (void) close(input[0]);
    (void) close(output[1]);
    front.input = input[1];
    front.output = output[0];
    return front;
}

static void type(const struct front *front, const char *text)
{
    assert_int_equal(write(front->input, text, strlen(text)), strlen(text));
}

/* Reads until text comes. */
static void expect(const struct front *front, const char *text)
{
    char seen[4096] = "";
    size_t used = 0;

    (void) alarm(20);
    while (!strstr(seen, text)) {
        ssize_t count = read(front->output, seen + used, sizeof(seen) - 1 - used);

        if (count <= 0)
            fail_msg("\"%s\" did not come, but \"%s\"", text, seen);
        used += (size_t) count;
        seen[used] = '\0';
    }
    (void) alarm(0);
}

static int finish(struct front *front)
{
    int status;

    (void) alarm(20);
    assert_int_equal(waitpid(front->pid, &status, 0), front->pid);
    (void) alarm(0);
    (void) close(front->output);
    if (front->input >= 0)
        (void) close(front->input);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

static void gives_the_status_without_a_terminal(void **state)
{
    struct front front = start("exit 7", false);

    (void) state;
    assert_int_equal(finish(&front), 7);
    front = start("kill -9 $$", false);
    assert_int_equal(finish(&front), 100 + SIGKILL);
}

static void copies_both_ways(void **state)
{
    struct front front = start("stty -echo; echo ready; read x; echo \"<$x>\"; exit 5", true);

    (void) state;
    expect(&front, "ready\r\n");
    type(&front, "hello\n");
    expect(&front, "<hello>\r\n");
    assert_int_equal(finish(&front), 5);
}

static void ends_the_input(void **state)
{
    struct front front = start("stty -echo; echo ready; cat; exit 6", true);

    (void) state;
    expect(&front, "ready");
    type(&front, "no newline");
    (void) close(front.input);
    front.input = -1;
    expect(&front, "no newline");
    assert_int_equal(finish(&front), 6);
}

static void loses_nothing_of_much_output(void **state)
{
    struct front front =
        start("i=0; while [ $i -lt 20000 ]; do echo line; i=$((i+1)); done; exit 3", true);
    size_t total = 0;
    char bytes[512];
    ssize_t count;

    (void) state;
    (void) alarm(30);
    (void) usleep(300000); /* all buffers fill up */
    while ((count = read(front.output, bytes, sizeof(bytes))) > 0)
        total += (size_t) count;
    assert_int_equal(total, 20000 * strlen("line\r\n"));
    assert_int_equal(finish(&front), 3);
}

static void does_not_mind_who_stops_reading(void **state)
{
    struct front front =
        start("i=0; while [ $i -lt 20000 ]; do echo line; i=$((i+1)); done; exit 4", true);

    (void) state;
    (void) close(front.output);
    front.output = -1;
    assert_int_equal(finish(&front), 4);
}

static void passes_signals_on(void **state)
{
    struct front front = start("trap 'echo caught; exit 9' USR1; echo ready; "
                               "while :; do sleep 0.05; done",
                               false);

    (void) state;
    expect(&front, "ready");
    assert_int_equal(kill(front.pid, SIGUSR1), 0);
    expect(&front, "caught");
    assert_int_equal(finish(&front), 9);
    front = start("echo ready; exec sleep 60", true);
    expect(&front, "ready");
    assert_int_equal(kill(front.pid, SIGTERM), 0);
    assert_int_equal(finish(&front), 100 + SIGTERM);
}

/* "corun" on a terminal of its own, whose master we hold. */
static pid_t start_on_terminal(const char *script, int user)
{
    pid_t pid = fork();

    if (pid == 0) {
        int slave = ioctl(user, TIOCGPTPEER, O_RDWR | O_NOCTTY);

        (void) setsid();
        (void) ioctl(slave, TIOCSCTTY, 0);
        for (int stream = 0; stream < 3; stream++)
            (void) dup2(slave, stream);
        play_corun(script, true);
    }
    return pid;
}

static void keeps_the_window_size_and_puts_the_terminal_back(void **state)
{
    owned_fd user = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    owned_fd slave = -1;
    int unlocked = 0;
    struct winsize size = {.ws_row = 11, .ws_col = 22};
    struct termios before;
    struct termios during;
    struct termios after;
    struct front front = {.input = user, .output = user};

    (void) state;
    assert_int_equal(ioctl(user, TIOCSPTLCK, &unlocked), 0);
    assert_int_equal(ioctl(user, TIOCSWINSZ, &size), 0);
    slave = ioctl(user, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_int_equal(tcgetattr(slave, &before), 0);
    front.pid = start_on_terminal("trap 'stty size' WINCH; stty -echo; stty size; "
                                  "while :; do sleep 0.05; done",
                                  user);
    expect(&front, "11 22");
    assert_int_equal(tcgetattr(slave, &during), 0);
    assert_int_equal(during.c_lflag & (ICANON | ECHO), 0);
    size.ws_row = 33;
    assert_int_equal(ioctl(user, TIOCSWINSZ, &size), 0);
    expect(&front, "33 22");
    assert_int_equal(kill(front.pid, SIGTERM), 0); /* the container dies, and we with it */
    front.input = -1;
    front.output = -1;
    assert_int_equal(finish(&front), 100 + SIGTERM);
    assert_int_equal(tcgetattr(slave, &after), 0);
    assert_int_equal(after.c_lflag, before.c_lflag);
    assert_int_equal(after.c_oflag, before.c_oflag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_status_without_a_terminal),
        cmocka_unit_test(copies_both_ways),
        cmocka_unit_test(ends_the_input),
        cmocka_unit_test(loses_nothing_of_much_output),
        cmocka_unit_test(does_not_mind_who_stops_reading),
        cmocka_unit_test(passes_signals_on),
        cmocka_unit_test(keeps_the_window_size_and_puts_the_terminal_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

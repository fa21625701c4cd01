/* Which file descriptors are passed on: the option, socket activation, and what must not be taken for either. */
#include "runtime/cmd/inherited.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void activate(const char *count, long pid)
{
    char text[32];

    (void) snprintf(text, sizeof(text), "%ld", pid);
    assert_int_equal(setenv("LISTEN_FDS", count, 1), 0);
    assert_int_equal(setenv("LISTEN_PID", text, 1), 0);
}

/* Descriptors 3 and 4 are open as if inherited, 5 is ours, 6 is closed. */
static int set_up(void **state)
{
    (void) state;
    (void) unsetenv("LISTEN_FDS");
    (void) unsetenv("LISTEN_PID");
    for (int fd = 3; fd <= 6; fd++)
        (void) close(fd);
    if (dup2(STDIN_FILENO, 3) != 3 || dup2(STDIN_FILENO, 4) != 4 ||
        fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 5) != 5)
        return -1;
    return 0;
}

static void test_counts(void **state)
{
    struct create_request request = {.preserve_fds = 2};
    struct error err = {0};
    (void) state;

    assert_int_equal(inherited_find_fds(&request, &err), 0);
    assert_int_equal(request.preserve_fds, 2);
    assert_int_equal(request.listen_fds, 0);

    activate("1", getpid());
    request = (struct create_request){.preserve_fds = 1};
    assert_int_equal(inherited_find_fds(&request, &err), 0);
    assert_int_equal(request.preserve_fds, 2);
    assert_int_equal(request.listen_fds, 1);
}

static void test_activation_of_another(void **state)
{
    struct create_request request = {0};
    struct error err = {0};
    (void) state;

    activate("2", getpid() + 1L);
    assert_int_equal(inherited_find_fds(&request, &err), 0);
    assert_int_equal(request.preserve_fds, 0);
    assert_int_equal(setenv("LISTEN_PID", "x", 1), 0);
    assert_int_equal(inherited_find_fds(&request, &err), 0);
    assert_int_equal(unsetenv("LISTEN_PID"), 0);
    assert_int_equal(inherited_find_fds(&request, &err), 0);
    assert_int_equal(request.listen_fds, 0);
}

static void assert_refused(struct create_request request, const char *text)
{
    struct error err = {0};

    assert_int_equal(inherited_find_fds(&request, &err), -1);
    assert_int_equal(err.kind, ERROR_INVALID);
    assert_string_equal(err.text, text);
}

static void test_refusals(void **state)
{
    (void) state;
    assert_refused((struct create_request){.preserve_fds = 3},
                   "file descriptor 5, one of 3 to preserve, is not open");
    assert_int_equal(close(5), 0);
    assert_refused((struct create_request){.preserve_fds = 4},
                   "file descriptor 5, one of 4 to preserve, is not open");
    assert_refused((struct create_request){.preserve_fds = UINT_MAX},
                   "cannot preserve 4294967295 + 0 file descriptors");
    activate("4294967295", getpid());
    assert_refused((struct create_request){.preserve_fds = 2},
                   "cannot preserve 2 + 4294967295 file descriptors");
    activate("-1", getpid());
    assert_refused((struct create_request){0}, "LISTEN_FDS: expected a number, got '-1'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_counts, set_up),
        cmocka_unit_test_setup(test_activation_of_another, set_up),
        cmocka_unit_test_setup(test_refusals, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

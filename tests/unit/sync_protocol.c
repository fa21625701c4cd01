/* sync/: lengths and types are checked, fds and senders arrive, the end is told from an error. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/owned.h"
#include "runtime/sync/sync.h"

static void carries_messages_fds_and_senders(void **state)
{
    struct sync_message message = {.type = SYNC_TERMINAL, .item = 7};
    struct sync_message received;
    owned_fd parent = -1;
    owned_fd child = -1;
    owned_fd passed = -1;
    pid_t sender = 0;

    (void) state;
    assert_int_equal(sync_open(&parent, &child), 0);
    assert_int_equal(sync_send(child, &message, STDOUT_FILENO), 0);
    assert_int_equal(sync_receive(parent, &received, &passed, &sender), 1);
    assert_int_equal(received.item, 7);
    assert_true(passed > 2);
    assert_int_equal(sender, getpid());
}

static void an_unwanted_fd_is_closed(void **state)
{
    struct sync_message message = {.type = SYNC_GO};
    owned_fd parent = -1;
    owned_fd child = -1;
    int next = fcntl(0, F_DUPFD_CLOEXEC, 0);

    (void) state;
    (void) close(next);
    assert_int_equal(sync_open(&parent, &child), 0);
    assert_int_equal(sync_send(child, &message, STDOUT_FILENO), 0);
    assert_int_equal(sync_receive(parent, &message, NULL, NULL), 1);
    next = fcntl(0, F_DUPFD_CLOEXEC, 0);
    assert_true(next <= child + 1 || next <= parent + 1);
    (void) close(next);
}

static void refuses_other_lengths_and_types(void **state)
{
    struct sync_message message = {.type = 99};
    char longer[sizeof(message) + 1];
    owned_fd parent = -1;
    owned_fd child = -1;

    (void) state;
    memset(longer, 1, sizeof(longer));
    assert_int_equal(sync_open(&parent, &child), 0);
    assert_int_equal(sync_send(child, &message, -1), 0);
    assert_int_equal(sync_receive(parent, &message, NULL, NULL), -EPROTO);
    assert_int_equal(send(child, longer, 4, 0), 4);
    assert_int_equal(sync_receive(parent, &message, NULL, NULL), -EPROTO);
    assert_int_equal(send(child, longer, sizeof(longer), 0), sizeof(longer));
    assert_int_equal(sync_receive(parent, &message, NULL, NULL), -EMSGSIZE);
}

static void text_is_always_terminated(void **state)
{
    struct sync_message message = {.type = SYNC_FAILED};
    owned_fd parent = -1;
    owned_fd child = -1;

    (void) state;
    memset(message.detail, 'x', sizeof(message.detail));
    assert_int_equal(sync_open(&parent, &child), 0);
    assert_int_equal(sync_send(child, &message, -1), 0);
    assert_int_equal(sync_receive(parent, &message, NULL, NULL), 1);
    assert_int_equal(strlen(message.detail), sizeof(message.detail) - 1);
}

static void the_end_is_zero(void **state)
{
    struct sync_message message;
    owned_fd parent = -1;
    owned_fd child = -1;

    (void) state;
    assert_int_equal(sync_open(&parent, &child), 0);
    replace_fd(&child, -1);
    assert_int_equal(sync_receive(parent, &message, NULL, NULL), 0);
    assert_int_equal(sync_send(parent, &(struct sync_message){.type = SYNC_GO}, -1), -EPIPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carries_messages_fds_and_senders),
        cmocka_unit_test(an_unwanted_fd_is_closed),
        cmocka_unit_test(refuses_other_lengths_and_types),
        cmocka_unit_test(text_is_always_terminated),
        cmocka_unit_test(the_end_is_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

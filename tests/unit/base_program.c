/* base/program: a program that runs is answered each time it asks, and no more after the last answer. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/owned.h"
#include "base/program.h"
#include "base/sys/socket.h"

struct talker {
    int socket;
    int its_end;
    int asked;
};

static int pass_its_end(const void *context, const char **ret_what)
{
    const struct talker *talker = context;

    *ret_what = "pass the socket";
    return fcntl(talker->its_end, F_SETFD, 0);
}

static int answer(void *context)
{
    struct talker *talker = context;
    char question[16];

    if (sys_socket_receive(talker->socket, question, sizeof(question), NULL, NULL) <= 0)
        return -1;
    talker->asked++;
    return sys_socket_send(talker->socket, "yes\n", 4, -1) == 0 && talker->asked < 2 ? 0 : -1;
}

static void answers_while_it_runs(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    struct talker talker = {-1, -1, 0};
    struct program_result result = {0};
    const char *argv[] = {"/bin/sh", "-c", NULL, NULL};
    struct program program = {.path = "/bin/sh",
                              .argv = argv,
                              .timeout_ms = 30000,
                              .prepare = pass_its_end,
                              .context = &talker,
                              .talk = answer,
                              .talker = &talker};
    (void) state;

    assert_int_equal(sys_socket_pair(SOCK_STREAM, &talker.socket, &talker.its_end), 0);
    owned_fd ours = talker.socket;
    owned_fd its = talker.its_end;
    argv[2] = arena_format(&arena,
                           "for i in 1 2; do echo $i >&%d; read word <&%d; echo $i $word; done; "
                           "echo 3 >&%d",
                           its, its, its);
    program.talk_fd = ours;
    assert_int_equal(program_run(&arena, &program, &result, &err), 0);
    assert_int_equal(result.status, 0);
    assert_string_equal(result.output, "1 yes 2 yes");
    assert_int_equal(talker.asked, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_while_it_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

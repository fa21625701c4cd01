/* Signals as they are written on the command line. */
#include "oci-spec/signal.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_known(void **state)
{
    static const struct {
        const char *text;
        int number;
    } rows[] = {
        {"0",          0      },
        {"9",          SIGKILL},
        {"64",         64     },
        {"KILL",       SIGKILL},
        {"SIGKILL",    SIGKILL},
        {"sigkill",    SIGKILL},
        {"Usr1",       SIGUSR1},
        {"RTMIN",      34     },
        {"RTMIN+1",    35     },
        {"SIGRTMIN+1", 35     },
        {"sigrtmax-2", 62     },
    };
    struct error err = {0};
    (void) state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(signal_parse(rows[i].text, &err), rows[i].number);
}

static void test_unknown(void **state)
{
    static const char *const wrong[] = {
        "",         "65",
        "-9",       "9x",
        "SIG",      "SIGSIGKILL",
        "NOSUCH",   "99999999999999999999",
        "KILL ",    "SIGKILLKILLKILLKILLKILL",
        "RTMIN+16",
    };
    (void) state;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct error err = {0};

        assert_int_equal(signal_parse(wrong[i], &err), -1);
        assert_int_equal(err.kind, ERROR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Sizes and durations: what Go programs write, the ends of the ranges, and what must be refused. */
#include "runtime/cmd/quantity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_sizes(void **state)
{
    static const struct {
        const char *text;
        int64_t bytes;
    } good[] = {
        {"0",                   0                  },
        {"-1",                  -1                 },
        {"512",                 512                },
        {"512b",                512                },
        {"512B",                512                },
        {"64k",                 65536              },
        {"64K",                 65536              },
        {"64kb",                65536              },
        {"64kB",                65536              },
        {"64KiB",               65536              },
        {"2m",                  2097152            },
        {"1g",                  1073741824         },
        {"3t",                  3298534883328      },
        {"1p",                  1125899906842624   },
        {"8191p",               9222246136947933184},
        {"9223372036854775797", 9223372036854775797},
    };
    (void) state;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        int64_t bytes = 77;

        if (!quantity_parse_size(good[i].text, &bytes))
            fail_msg("'%s' is refused", good[i].text);
        assert_int_equal(bytes, good[i].bytes);
    }
}

static void test_bad_sizes(void **state)
{
    static const char *const bad[] = {
        "",    "k",   "b",   "-2",  "-1k",  "+1", "1 k", "1.5g", "1e3",   "0x1",
        "1kk", "1ki", "1bi", "1ib", "1kbb", "1x", " 1",  "1 ",   "8192p", "99999999999999999999",
        "1\n",
    };
    (void) state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int64_t bytes = 77;

        if (quantity_parse_size(bad[i], &bytes))
            fail_msg("'%s' is taken", bad[i]);
        assert_int_equal(bytes, 77);
    }
}

static void test_durations(void **state)
{
    static const struct {
        const char *text;
        uint64_t nanoseconds;
    } good[] = {
        {"0",             0                  },
        {"0s",            0                  },
        {"5s",            5000000000         },
        {"500ms",         500000000          },
        {"10us",          10000              },
        {"10\xc2\xb5s",   10000              },
        {"7ns",           7                  },
        {"1m30s",         90000000000        },
        {"1h1m1s",        3661000000000      },
        {"1.5s",          1500000000         },
        {"0.25h",         900000000000       },
        {"1.0000000009s", 1000000000         },
        {"2562047h",      9223369200000000000},
    };
    (void) state;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        uint64_t nanoseconds = 77;

        if (!quantity_parse_duration(good[i].text, &nanoseconds))
            fail_msg("'%s' is refused", good[i].text);
        assert_int_equal(nanoseconds, good[i].nanoseconds);
    }
}

static void test_bad_durations(void **state)
{
    static const char *const bad[] = {
        "",     "5",  "s",   "-5s", "+5s", "5 s",      "5sec",
        "1d",   "1.", "1.s", ".5s", "5s ", "2562048h", "2562047h2562047h",
        "0x5s", "5S",
    };
    (void) state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint64_t nanoseconds = 77;

        if (quantity_parse_duration(bad[i], &nanoseconds))
            fail_msg("'%s' is taken", bad[i]);
        assert_int_equal(nanoseconds, 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_bad_sizes),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_bad_durations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

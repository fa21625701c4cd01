/* What corun-systemd makes of a request: the unit behind a path, cgroup files and annotations as properties. No D-Bus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/systemd/request.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* NULL when it is refused. */
static const struct request *parse(struct arena *arena, const char *text, struct error *err)
{
    struct request *request = ARENA_NEW(arena, struct request);

    return request_parse(arena, arena_copy(arena, text), request, err) < 0 ? NULL : request;
}

/* "NAME TYPE VALUE" of all properties, separated by ", ". */
static const char *print(struct arena *arena, const struct property_list *list)
{
    const char *text = "";

    SLICE_FOR_EACH(const struct property, property, *list) {
        const char *value = arena_format(arena, "%llu", (unsigned long long) property->number);

        if (property->type == PROPERTY_STRING)
            value = property->string;
        if (property->type == PROPERTY_STRINGS)
            value = "";
        for (size_t i = 0; i < property->strings.count; i++)
            value = arena_format(arena, "%s[%s]", value, property->strings.items[i]);
        if (property->type == PROPERTY_BYTES)
            value = "";
        for (size_t i = 0; i < property->byte_count; i++)
            value = arena_format(arena, "%s%02x", value, property->bytes[i]);
        text = arena_format(arena, "%s%s%s %c %s", text, *text ? ", " : "", property->name,
                            (char) property->type, value);
    }
    return text;
}

struct text_case {
    const char *given;
    const char *expected; /* NULL: refused */
};

static void check_lines(const struct text_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        owned_arena arena = {0};
        struct error err = {0};
        const struct request *request =
            parse(&arena, arena_format(&arena, "set /a.scope\n%s\n", cases[i].given), &err);

        if (!cases[i].expected && request)
            fail_msg("%s: expected to be refused", cases[i].given);
        if (cases[i].expected && !request)
            fail_msg("%s: %s", cases[i].given, err.text);
        if (request)
            assert_string_equal(print(&arena, &request->properties), cases[i].expected);
    }
}

static void files_become_properties(void **state)
{
    static const struct text_case cases[] = {
        {"write memory.max=50331648",                      "MemoryMax t 50331648"                                    },
        {"write memory.max=max",                           "MemoryMax t 18446744073709551615"                        },
        {"write memory.max=5 MB",                          NULL                                                      },
        {"write memory.max=-1",                            NULL                                                      },
        {"write memory.swap.max=0",                        "MemorySwapMax t 0"                                       },
        {"write memory.low=1\nwrite memory.high=2",        "MemoryLow t 1, MemoryHigh t 2"                           },
        {"write memory.min=3",                             "MemoryMin t 3"                                           },
        {"write pids.max=13",                              "TasksMax t 13"                                           },
        {"write pids.max=max",                             "TasksMax t 18446744073709551615"                         },
        {"write cpu.weight=39",                            "CPUWeight t 39"                                          },
        {"write cpu.weight=39\nwrite cpu.idle=1",          "CPUWeight t 0"                                           },
        {"write cpu.idle=0",                               ""                                                        },
        {"write cpu.max=50000 100000",                     "CPUQuotaPerSecUSec t 500000, CPUQuotaPeriodUSec t 100000"},
        {"write cpu.max=12345 100000",                     "CPUQuotaPerSecUSec t 130000, CPUQuotaPeriodUSec t 100000"},
        {"write cpu.max=200000 50000",                     "CPUQuotaPerSecUSec t 4000000, CPUQuotaPeriodUSec t 50000"},
        {"write cpu.max=max 50000",
         "CPUQuotaPerSecUSec t 18446744073709551615, CPUQuotaPeriodUSec t 50000"                                     },
        {"write cpu.max=max",
         "CPUQuotaPerSecUSec t 18446744073709551615, CPUQuotaPeriodUSec t 100000"                                    },
        {"write cpu.max=1 0",                              NULL                                                      },
        {"write cpu.max=",                                 NULL                                                      },
        {"write cpuset.cpus=0-3,9",                        "AllowedCPUs B 0f02"                                      },
        {"write cpuset.mems=0",                            "AllowedMemoryNodes B 01"                                 },
        {"write cpuset.cpus=",                             "AllowedCPUs B "                                          },
        {"write cpuset.cpus=x",                            NULL                                                      },
        {"write io.weight=default 4950",                   "IOWeight t 4950"                                         },
        {"write io.weight=8:0 100",                        ""                                                        },
        {"write io.max=8:0 rbps=1",                        ""                                                        },
        {"write hugetlb.2MB.max=0\nwrite cpu.max.burst=1", ""                                                        },
        {"write memory.max=1\nwrite memory.max=2",         "MemoryMax t 2"                                           },
        {"write memory.max",                               NULL                                                      },
    };

    (void) state;
    check_lines(cases, COUNT(cases));
}

static void annotations_become_properties(void **state)
{
    static const struct text_case cases[] = {
        {"property TimeoutStopUSec=uint64 5000000",      "TimeoutStopUSec t 5000000"        },
        {"property TimeoutStopSec=5",                    "TimeoutStopUSec t 5000000"        },
        {"property TimeoutStopSec=uint64 5",             "TimeoutStopUSec t 5000000"        },
        {"property TimeoutStopSec=99999999999999999",    NULL                               },
        {"property TimeoutStopSec='5'",                  NULL                               },
        {"property KillSignal=15",                       "KillSignal i 15"                  },
        {"property KillSignal=-1",                       "KillSignal i 18446744073709551615"},
        {"property KillSignal=uint32 -1",                NULL                               },
        {"property KillSignal=2147483648",               NULL                               },
        {"property SomeLong=int64 -9",                   "SomeLong x 18446744073709551607"  },
        {"property SomeFlags=uint32 4294967295",         "SomeFlags u 4294967295"           },
        {"property SendSIGKILL=true",                    "SendSIGKILL b 1"                  },
        {"property SendSIGKILL=false",                   "SendSIGKILL b 0"                  },
        {"property SendSIGKILL=yes",                     NULL                               },
        {"property KillMode='mixed'",                    "KillMode s mixed"                 },
        {"property Description=\"a = 'b'\"",             "Description s a = 'b'"            },
        {"property Description='a\\'b'",                 "Description s a'b"                },
        {"property Description='a",                      NULL                               },
        {"property Description='a'b",                    NULL                               },
        {"property After=['a.service', 'b.service']",    "After S [a.service][b.service]"   },
        {"property After=@as []",                        "After S "                         },
        {"property After=['a.service'",                  NULL                               },
        {"property After=['a' 'b']",                     NULL                               },
        {"property After=[1]",                           NULL                               },
        {"property After=['a']x",                        NULL                               },
        {"property a.b=1",                               NULL                               },
        {"property =1",                                  NULL                               },
        {"property Empty=",                              NULL                               },
        {"write pids.max=5\nproperty TasksMax=uint64 7", "TasksMax t 7"                     },
    };

    (void) state;
    check_lines(cases, COUNT(cases));
}

static void path_names_unit(void **state)
{
    static const struct {
        const char *path;
        const char *unit;
        const char *slice;
        bool is_slice;
        bool is_user;
    } cases[] = {
        {"/system.slice/corun-a.scope",                                            "corun-a.scope", "system.slice", false, false},
        {"/a.slice/a-b.slice/x.scope",                                             "x.scope",       "a-b.slice",    false, false},
        {"/x.scope",                                                               "x.scope",       "-.slice",      false, false},
        {"/a.slice/a-b.slice",                                                     "a-b.slice",     "a.slice",      true,  false},
        {"/user.slice/user-1000.slice/user@1000.service/user.slice/corun-a.scope", "corun-a.scope",
         "user.slice",                                                                                              false, true },
        {"/user.slice/user-1000.slice/user@1000.service/x.scope",                  "x.scope",       "-.slice",      false,
         true                                                                                                                   },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        owned_arena arena = {0};
        struct error err = {0};
        const struct request *request =
            parse(&arena, arena_format(&arena, "start %s\nholder 5\n", cases[i].path), &err);

        assert_non_null(request);
        assert_int_equal(request->verb, REQUEST_START);
        assert_string_equal(request->path, cases[i].path);
        assert_string_equal(request->unit, cases[i].unit);
        assert_string_equal(request->slice, cases[i].slice);
        assert_int_equal(request->is_slice, cases[i].is_slice);
        assert_int_equal(request->is_user, cases[i].is_user);
        assert_int_equal(request->holder, 5);
    }
}

static void refuses_what_is_no_request(void **state)
{
    static const char *const cases[] = {
        "",
        "what /a.scope\n",
        "start a.scope\n",
        "start /a.scope\n",
        "start /a/\nholder 1\n",
        "start /a.scope\nholder 0\n",
        "start /a.scope\nholder -1\n",
        "start /a.scope\nholder x\n",
        "holder 1\n",
    };

    (void) state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        owned_arena arena = {0};
        struct error err = {0};

        if (parse(&arena, cases[i], &err))
            fail_msg("\"%s\": expected to be refused", cases[i]);
        assert_int_equal(err.kind, ERROR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_become_properties),
        cmocka_unit_test(annotations_become_properties),
        cmocka_unit_test(path_names_unit),
        cmocka_unit_test(refuses_what_is_no_request),
    };

    return cmocka_run_group_tests_name("systemd requests", tests, NULL, NULL);
}

/* runtime/resctrl: where it is mounted, and whether a schema holds, from texts alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/resctrl/resctrl.h"

static void test_mount(void **state)
{
    owned_arena arena = {0};

    (void) state;
    assert_string_equal(
        resctrl_find_mount(
            &arena,
            "22 1 0:21 / /sys rw shared:7 - sysfs sysfs rw\n"
            "30 22 0:26 /class /mnt/one rw - resctrl resctrl rw\n" /* a bind mount of a class */
            "31 22 0:26 / /mnt/a\\040b\\134c rw,nosuid shared:9 master:1 - resctrl resctrl rw\n"
            "32 22 0:27 / /later rw - resctrl resctrl rw\n"),
        "/mnt/a b\\c");
    assert_null(resctrl_find_mount(&arena, "22 1 0:21 / /resctrl rw - tmpfs resctrl rw\n"));
    assert_null(resctrl_find_mount(&arena, "31 22 0:26 / /x rw - resctrl2 resctrl rw"));
    assert_null(resctrl_find_mount(&arena, ""));
    assert_null(resctrl_find_mount(&arena, "- resctrl \n - resctrl \n\n"));
}

static void test_schema_holds(void **state)
{
    static const char schemata[] =
        "    L3:0=0007f0;1=00001f\n  L3CODE:0=00000f\n    MB:0= 20;1=100\n";
    static const char *holding[] = {
        "L3:0=7f0\n",
        "L3:1=1f;0=07F0\n",
        "L3:0=7f0;1=1f",
        "MB:0=20;1=100\n",
        "L3:0=7f0\nMB:1=100",
        "L3CODE:0=f\nL3:1=1f\n",
        "\n",
        "",
    };
    static const char *failing[] = {
        "L3:0=7f\n", "L3:0=7f0;1=f\n", "L3:2=1f\n", "L3:0=7f00", "L2:0=f\n",
        "MB:0=2\n",  "MB:0=200",       "L3",        "L3:0",      "L3:",
        "L3:0=",     "L3:7f0\n",       "L3:0=7f0;", "MB:=20",    "L3:0=7f0\nMB:1=10",
        "3:0=7f0",
    };

    (void) state;
    for (size_t i = 0; i < sizeof(holding) / sizeof(holding[0]); i++)
        if (!resctrl_schema_holds(holding[i], schemata))
            fail_msg("%s does not hold", holding[i]);
    for (size_t i = 0; i < sizeof(failing) / sizeof(failing[0]); i++)
        if (resctrl_schema_holds(failing[i], schemata))
            fail_msg("%s holds", failing[i]);
    assert_false(resctrl_schema_holds("L3:0=f", ""));
    assert_false(resctrl_schema_holds("L3:0=f", "L3"));
    assert_false(resctrl_schema_holds("L3:0=f", "L3:"));
    assert_false(resctrl_schema_holds("L3:0=0", "L3:0="));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mount),
        cmocka_unit_test(test_schema_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

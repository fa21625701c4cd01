/* Mount options: every row's effect, later ones over earlier ones, and what is left for the file system. */
#include "tests/unit/oci-spec_support.h"

#include <sys/mount.h>

#include "oci-spec/mount_options.h"

/* Options separated by blanks. */
static struct mount_options parse(struct arena *arena, const char *text)
{
    struct text_list list = {0};
    struct mount_options options;
    char *rest = arena_copy(arena, text);

    for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " "))
        text_list_push(arena, &list, word);
    mount_options_parse(arena, &list, &options);
    return options;
}

struct attribute_case {
    const char *text;
    uint64_t set;
    uint64_t clear;
};

static void test_attributes(void **state)
{
    static const struct attribute_case cases[] = {
        {"",                       0,                                                        0                },
        {"defaults",               0,                                                        0                },
        {"ro",                     MOUNT_ATTR_RDONLY,                                        0                },
        {"rw",                     0,                                                        MOUNT_ATTR_RDONLY},
        {"ro rw",                  0,                                                        MOUNT_ATTR_RDONLY},
        {"rw ro",                  MOUNT_ATTR_RDONLY,                                        0                },
        {"nosuid noexec nodev",    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV, 0                },
        {"nosuid suid",            0,                                                        MOUNT_ATTR_NOSUID},
        {"nodiratime nosymfollow", MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW,           0                },
        {"noatime",                MOUNT_ATTR_NOATIME,                                       MOUNT_ATTR__ATIME},
        {"relatime",               MOUNT_ATTR_RELATIME,                                      MOUNT_ATTR__ATIME},
        {"strictatime",            MOUNT_ATTR_STRICTATIME,                                   MOUNT_ATTR__ATIME},
        {"noatime strictatime",    MOUNT_ATTR_STRICTATIME,                                   MOUNT_ATTR__ATIME},
        {"noatime atime",          0,                                                        MOUNT_ATTR__ATIME},
        {"noatime nostrictatime",  MOUNT_ATTR_NOATIME,                                       MOUNT_ATTR__ATIME},
        {"noatime norelatime",     MOUNT_ATTR_NOATIME,                                       MOUNT_ATTR__ATIME},
        {"noatime relatime",       0,                                                        MOUNT_ATTR__ATIME},
    };

    (void) state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        owned_arena arena = {0};
        struct mount_options options = parse(&arena, cases[i].text);

        if (options.attr_set != cases[i].set || options.attr_clear != cases[i].clear)
            fail_msg("%s: set %llx, clear %llx", cases[i].text,
                     (unsigned long long) options.attr_set,
                     (unsigned long long) options.attr_clear);
        assert_int_equal(options.data.count, 0);
        assert_int_equal(options.recursive_set | options.recursive_clear, 0);
    }
}

static void test_recursive_attributes(void **state)
{
    owned_arena arena = {0};
    struct mount_options options = parse(&arena, "rro rnosuid rdev rnoatime");

    (void) state;
    assert_int_equal(options.recursive_set,
                     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOATIME);
    assert_int_equal(options.recursive_clear, MOUNT_ATTR_NODEV | MOUNT_ATTR__ATIME);
    assert_int_equal(options.attr_set | options.attr_clear, 0);
    assert_false(options.is_readonly);
    assert_int_equal(parse(&arena, "rro rrw").recursive_set, 0);
}

static void test_read_only_is_the_last_word(void **state)
{
    owned_arena arena = {0};

    (void) state;
    assert_true(parse(&arena, "rw ro").is_readonly);
    assert_false(parse(&arena, "ro rw").is_readonly);
    assert_false(parse(&arena, "nosuid").is_readonly);
}

static void test_propagation(void **state)
{
    owned_arena arena = {0};
    struct mount_options options = parse(&arena, "private rslave");

    (void) state;
    assert_int_equal(options.propagation, MS_SLAVE);
    assert_true(options.propagation_is_recursive);
    options = parse(&arena, "rshared unbindable");
    assert_int_equal(options.propagation, MS_UNBINDABLE);
    assert_false(options.propagation_is_recursive);
    assert_int_equal(parse(&arena, "ro").propagation, 0);
}

static void test_features(void **state)
{
    owned_arena arena = {0};
    struct mount_options options = parse(&arena, "rbind bind remount ridmap tmpcopyup");

    (void) state;
    assert_true(options.is_bind && options.is_recursive_bind && options.is_remount);
    assert_true(options.is_idmapped && options.is_recursive_idmap && options.copies_up);
    options = parse(&arena, "bind idmap");
    assert_true(options.is_bind && !options.is_recursive_bind && !options.is_remount);
    assert_true(options.is_idmapped && !options.is_recursive_idmap && !options.copies_up);
}

static void test_data(void **state)
{
    owned_arena arena = {0};
    struct mount_options options =
        parse(&arena, "mode=755 nosuid  newinstance sync silent size=64k,x=y lazytime async a=");

    (void) state;
    assert_int_equal(options.data.count, 6);
    assert_string_equal(options.data.items[0].key, "lazytime");
    assert_null(options.data.items[0].value);
    assert_string_equal(options.data.items[1].key, "async");
    assert_string_equal(options.data.items[2].key, "mode");
    assert_string_equal(options.data.items[2].value, "755");
    assert_string_equal(options.data.items[3].key, "newinstance");
    assert_null(options.data.items[3].value);
    assert_string_equal(options.data.items[4].value, "64k,x=y");
    assert_string_equal(options.data.items[5].value, "");
}

/* config.md's table, word by word. */
static void test_names(void **state)
{
    static const char required[] =
        "async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime "
        "nodev nodiratime noexec noiversion nolazytime nomand norelatime nostrictatime nosuid "
        "nosymfollow private ratime rbind rdev rdiratime relatime remount rexec rnoatime rnodev "
        "rnodiratime rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow ro rprivate rrelatime "
        "rro rrw rshared rslave rstrictatime rsuid rsymfollow runbindable rw shared silent slave "
        "strictatime suid symfollow sync tmpcopyup unbindable idmap ridmap";
    owned_arena arena = {0};
    struct text_list names = mount_options_names(&arena);
    char *rest = arena_copy(&arena, required);

    (void) state;
    for (size_t i = 1; i < names.count; i++)
        assert_true(strcmp(names.items[i - 1], names.items[i]) < 0);
    for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " ")) {
        size_t i = 0;

        while (i < names.count && strcmp(names.items[i], word) != 0)
            i++;
        if (i == names.count)
            fail_msg("%s is missing", word);
        assert_true(parse(&arena, word).data.count <= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_recursive_attributes),
        cmocka_unit_test(test_read_only_is_the_last_word),
        cmocka_unit_test(test_propagation),
        cmocka_unit_test(test_features),
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

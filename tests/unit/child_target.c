/*
 * child/target.c and child/copy_up.c on a directory of our own: what hostile images hold where mount points are to be made.
 * The oracle for "nothing outside" is a sibling directory that must stay empty.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "runtime/child/step.h"

struct place {
    char path[64];
    int root;
    int outside;
};

static int setup(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    char name[128];

    (void) snprintf(place->path, sizeof(place->path), "/tmp/corun-target-XXXXXX");
    if (!mkdtemp(place->path))
        return -1;
    (void) snprintf(name, sizeof(name), "%s/root", place->path);
    (void) mkdir(name, 0755);
    place->root = sys_open(name, O_PATH | O_DIRECTORY);
    (void) snprintf(name, sizeof(name), "%s/outside", place->path);
    (void) mkdir(name, 0755);
    place->outside = sys_open(name, O_RDONLY | O_DIRECTORY);
    *state = place;
    return place->root < 0 || place->outside < 0;
}

static int teardown(void **state)
{
    struct place *place = *state;
    char command[192];

    /* Nothing was made outside: rmdir works only on an empty directory. */
    (void) snprintf(command, sizeof(command), "rmdir %s/outside && rm -r %s", place->path,
                    place->path);
    (void) close(place->root);
    (void) close(place->outside);
    if (system(command) != 0) // NOLINT(cert-env33-c): a fixed command on our own directory
        return -1;
    free(place);
    return 0;
}

static int open_target(const struct place *place, const char *target, bool is_directory,
                       bool refuses)
{
    struct child child = {.root = place->root};

    return child_open_target(&child, target, is_directory, refuses);
}

static void makes_missing_directories(void **state)
{
    owned_fd fd = open_target(*state, "a/b/c", true, false);
    struct stat info;

    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &info), 0);
    assert_true(S_ISDIR(info.st_mode));
}

static void makes_a_file_at_the_end(void **state)
{
    owned_fd fd = open_target(*state, "etc/hosts", false, false);
    owned_fd again = open_target(*state, "etc/hosts", false, false);
    struct stat info;

    assert_true(fd >= 0 && again >= 0);
    assert_int_equal(fstat(fd, &info), 0);
    assert_true(S_ISREG(info.st_mode));
}

static void follows_dangling_links_inside(void **state)
{
    struct place *place = *state;
    owned_fd fd = -1;
    struct stat info;

    assert_int_equal(mkdirat(place->root, "etc", 0755), 0);
    assert_int_equal(symlinkat("../run/systemd/resolv.conf", place->root, "etc/resolv.conf"), 0);
    fd = open_target(place, "etc/resolv.conf", false, false);
    assert_true(fd >= 0);
    assert_int_equal(fstatat(place->root, "run/systemd/resolv.conf", &info, AT_SYMLINK_NOFOLLOW),
                     0);
    assert_true(S_ISREG(info.st_mode));
}

static void links_never_lead_out(void **state)
{
    struct place *place = *state;
    char absolute[128];
    owned_fd fd = -1;

    (void) snprintf(absolute, sizeof(absolute), "%s/outside/x", place->path);
    assert_int_equal(symlinkat("../../../../../../outside/y", place->root, "relative"), 0);
    assert_int_equal(symlinkat(absolute, place->root, "absolute"), 0);
    fd = open_target(place, "relative", true, false);
    assert_true(fd >= 0);
    replace_fd(&fd, open_target(place, "absolute/z", true, false));
    assert_true(fd >= 0);
    /* teardown checks that outside is empty */
}

static void link_loops_end(void **state)
{
    struct place *place = *state;

    assert_int_equal(symlinkat("b", place->root, "a"), 0);
    assert_int_equal(symlinkat("a", place->root, "b"), 0);
    assert_int_equal(open_target(place, "a/c", true, false), -ELOOP);
}

static void a_file_in_the_way_is_an_error(void **state)
{
    struct place *place = *state;
    owned_fd file = sys_create_at(place->root, "file", O_CREAT | O_WRONLY, 0644);

    assert_true(file >= 0);
    assert_int_equal(open_target(place, "file/below", true, false), -ENOTDIR);
}

static void links_can_be_refused(void **state)
{
    struct place *place = *state;

    assert_int_equal(mkdirat(place->root, "real", 0755), 0);
    assert_int_equal(symlinkat("real", place->root, "proc"), 0);
    assert_int_equal(symlinkat("nowhere", place->root, "sys"), 0);
    assert_int_equal(open_target(place, "proc", true, true), -ELOOP);
    assert_int_equal(open_target(place, "sys", true, true), -ELOOP);
}

static void too_long_is_an_error(void **state)
{
    char target[5000];

    memset(target, 'a', sizeof(target) - 1);
    target[sizeof(target) - 1] = '\0';
    assert_int_equal(open_target(*state, target, true, false), -ENAMETOOLONG);
    target[300] = '\0';
    assert_int_equal(open_target(*state, target, true, false), -ENAMETOOLONG);
}

static void copies_trees_as_they_are(void **state)
{
    struct place *place = *state;
    owned_fd from = -1;
    owned_fd to = -1;
    owned_fd file = -1;
    char text[8] = "";
    struct stat info;

    assert_int_equal(mkdirat(place->root, "from", 0755), 0);
    assert_int_equal(mkdirat(place->root, "from/deep", 0750), 0);
    assert_int_equal(mkdirat(place->root, "to", 0755), 0);
    file = sys_create_at(place->root, "from/deep/file", O_CREAT | O_WRONLY, 0640);
    assert_int_equal(sys_write_all(file, "hello", 5), 0);
    assert_int_equal(symlinkat("/etc/passwd", place->root, "from/link"), 0);
    from = sys_open_at(place->root, "from", O_RDONLY | O_DIRECTORY);
    to = sys_open_at(place->root, "to", O_RDONLY | O_DIRECTORY);
    assert_int_equal(child_copy_tree(from, to), 0);
    assert_int_equal(sys_read_file_at(to, "deep/file", text, sizeof(text)), 5);
    assert_string_equal(text, "hello");
    assert_int_equal(fstatat(to, "deep", &info, 0), 0);
    assert_int_equal(info.st_mode & 07777, 0750);
    assert_int_equal(fstatat(to, "link", &info, AT_SYMLINK_NOFOLLOW), 0);
    assert_true(S_ISLNK(info.st_mode));
}

static void depth_is_bounded(void **state)
{
    struct place *place = *state;
    owned_fd from = -1;
    owned_fd to = -1;
    owned_fd here = -1;

    assert_int_equal(mkdirat(place->root, "from", 0755), 0);
    assert_int_equal(mkdirat(place->root, "to", 0755), 0);
    here = sys_open_at(place->root, "from", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 70; i++) {
        assert_int_equal(mkdirat(here, "d", 0755), 0);
        replace_fd(&here, sys_open_at(here, "d", O_RDONLY | O_DIRECTORY));
    }
    from = sys_open_at(place->root, "from", O_RDONLY | O_DIRECTORY);
    to = sys_open_at(place->root, "to", O_RDONLY | O_DIRECTORY);
    assert_int_equal(child_copy_tree(from, to), -ELOOP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(makes_missing_directories, setup, teardown),
        cmocka_unit_test_setup_teardown(makes_a_file_at_the_end, setup, teardown),
        cmocka_unit_test_setup_teardown(follows_dangling_links_inside, setup, teardown),
        cmocka_unit_test_setup_teardown(links_never_lead_out, setup, teardown),
        cmocka_unit_test_setup_teardown(link_loops_end, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_in_the_way_is_an_error, setup, teardown),
        cmocka_unit_test_setup_teardown(links_can_be_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(too_long_is_an_error, setup, teardown),
        cmocka_unit_test_setup_teardown(copies_trees_as_they_are, setup, teardown),
        cmocka_unit_test_setup_teardown(depth_is_bounded, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* launch/open_home.c and open_namespaces.c: what an image's passwd file can do to us, and what a namespace path may be. */
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
#include "base/text.h"
#include "runtime/launch/open.h"

struct image {
    struct arena arena;
    char directory[64];
    struct plan *plan;
    char *envp[2];
};

static int set_up(void **state)
{
    struct image *image = calloc(1, sizeof(*image));
    char path[80];

    (void) snprintf(image->directory, sizeof(image->directory), "/tmp/corun-unit-XXXXXX");
    if (!mkdtemp(image->directory))
        return -1;
    (void) snprintf(path, sizeof(path), "%s/etc", image->directory);
    image->plan = ARENA_NEW(&image->arena, struct plan);
    image->plan->has_process = true;
    image->plan->process.envp = image->envp;
    image->plan->root.fd = open(image->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    *state = image;
    return mkdir(path, 0755);
}

static int tear_down(void **state)
{
    struct image *image = *state;
    char command[96];

    (void) snprintf(command, sizeof(command), "rm -rf %s", image->directory);
    (void) !system(command);
    (void) close(image->plan->root.fd);
    arena_release(&image->arena);
    free(image);
    return 0;
}

static void write_file(const struct image *image, const char *name, const char *text)
{
    char path[128];
    FILE *file;

    (void) snprintf(path, sizeof(path), "%s/%s", image->directory, name);
    file = fopen(path, "we");
    assert_non_null(file);
    (void) fputs(text, file);
    (void) fclose(file);
}

static const char *home_of(struct image *image, uid_t uid)
{
    struct error err;

    image->plan->process.uid = uid;
    assert_int_equal(open_home(&image->arena, image->plan, &err), 0);
    assert_true(text_has_prefix(image->envp[0], "HOME="));
    return image->envp[0] + strlen("HOME=");
}

static void finds_the_home_of_a_number(void **state)
{
    struct image *image = *state;

    write_file(image, "etc/passwd",
               "1000:x:0:0::/by-name:/bin/sh\n" /* a name that looks like our number */
               "short:x:1000\n"
               "long:x:1000:0::/too:/many:/fields\n"
               "relative:x:1001:0::home:/bin/sh\n"
               "control:x:1002:0::/a\tb:/bin/sh\n"
               "signed:x:+1003:0::/signed:/bin/sh\n"
               "first:x:1000:0:geco:/first:/bin/sh\n"
               "second:x:1000:0::/second:/bin/sh\n"
               "last:x:4294967294:0::/last:");
    assert_string_equal(home_of(image, 1000), "/first");
    assert_string_equal(home_of(image, 0), "/by-name");
    assert_string_equal(home_of(image, 1001), "/");
    assert_string_equal(home_of(image, 1002), "/");
    assert_string_equal(home_of(image, 1003), "/");
    assert_string_equal(home_of(image, 4294967294U), "/last");
    assert_string_equal(home_of(image, 7), "/");
}

static void does_without_a_file(void **state)
{
    assert_string_equal(home_of(*state, 0), "/");
}

static void does_not_leave_the_root(void **state)
{
    struct image *image = *state;
    char path[128];

    (void) snprintf(path, sizeof(path), "%s/etc/passwd", image->directory);
    assert_int_equal(symlink("/etc/passwd", path), 0); /* to itself, in there */
    assert_string_equal(home_of(image, 0), "/");
}

static void does_not_wait_for_a_fifo(void **state)
{
    struct image *image = *state;
    char path[128];

    (void) snprintf(path, sizeof(path), "%s/etc/passwd", image->directory);
    assert_int_equal(mkfifo(path, 0600), 0);
    (void) alarm(5);
    assert_string_equal(home_of(image, 0), "/");
    (void) alarm(0);
}

static void does_not_read_without_bound(void **state)
{
    struct image *image = *state;
    char path[128];

    write_file(image, "etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    assert_string_equal(home_of(image, 0), "/root");
    (void) snprintf(path, sizeof(path), "%s/etc/passwd", image->directory);
    assert_int_equal(truncate(path, 1L << 40), 0);
    assert_string_equal(home_of(image, 0), "/");
}

static void prefers_a_mounted_file(void **state)
{
    struct image *image = *state;
    struct plan_mount mount = {.kind = PLAN_MOUNT_BIND, .target = "etc/passwd", .fd = -1};
    char path[128];

    write_file(image, "etc/passwd", "root:x:0:0::/image:/bin/sh\n");
    write_file(image, "mounted", "root:x:0:0::/mounted:/bin/sh\n");
    (void) snprintf(path, sizeof(path), "%s/mounted", image->directory);
    mount.fd = open(path, O_PATH | O_CLOEXEC);
    image->plan->mounts.items = &mount;
    image->plan->mounts.count = 1;
    assert_string_equal(home_of(image, 0), "/mounted");
    (void) close(mount.fd);
}

/* --- namespaces --- */

static int open_path(struct image *image, const char *path, enum namespace_kind kind,
                     struct error *err)
{
    struct plan_namespace *wanted = &image->plan->namespaces.of[kind];
    int result;

    *wanted = (struct plan_namespace){PLAN_NAMESPACE_JOIN, path, -1};
    result = open_namespaces(image->plan, err);
    replace_fd(&wanted->fd, -1);
    return result;
}

static void checks_the_kind_of_a_namespace(void **state)
{
    struct image *image = *state;
    struct error err = {0};

    assert_int_equal(open_path(image, "/proc/self/ns/uts", NAMESPACE_UTS, &err), 0);
    assert_int_equal(open_path(image, "/proc/self/ns/uts", NAMESPACE_IPC, &err), -1);
    assert_non_null(strstr(err.text, "/proc/self/ns/uts is a uts namespace, not a ipc namespace"));
    assert_int_equal(err.kind, ERROR_INVALID);
    assert_int_equal(open_path(image, "/dev/null", NAMESPACE_IPC, &err), -1);
    assert_non_null(strstr(err.text, "/dev/null is not a namespace file"));
    assert_int_equal(open_path(image, "/nowhere", NAMESPACE_IPC, &err), -1);
    assert_non_null(strstr(err.text, "No such file"));
}

static void names_the_place_in_config_json(void **state)
{
    struct image *image = *state;
    struct spec_namespace namespaces[] = {
        {NAMESPACE_PID, NULL      },
        {NAMESPACE_IPC, "/nowhere"}
    };
    struct spec_linux linux_part = {0};
    struct spec spec = {.linux_ = &linux_part};
    struct error err = {0};

    linux_part.namespaces.items = namespaces;
    linux_part.namespaces.count = 2;
    image->plan->spec = &spec;
    assert_int_equal(open_path(image, "/nowhere", NAMESPACE_IPC, &err), -1);
    assert_true(text_has_prefix(err.text, "/linux/namespaces/1/path: "));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(finds_the_home_of_a_number),     CASE(does_without_a_file),
        CASE(does_not_leave_the_root),        CASE(does_not_wait_for_a_fifo),
        CASE(does_not_read_without_bound),    CASE(prefers_a_mounted_file),
        CASE(checks_the_kind_of_a_namespace), CASE(names_the_place_in_config_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

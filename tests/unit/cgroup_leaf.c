/* cgroup/: making, writing, entering, freezing, killing and removing real cgroups, below a name that only this process uses. Needs root. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sys/file.h"
#include "base/sys/process.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/leaf.h"
#include "runtime/host/host.h"

struct fixture {
    struct arena arena;
    struct host host;
    struct error err;
    struct cgroup_settings settings;
    struct cgroup cgroup;
};

static void assert_works(const struct fixture *fixture, int result)
{
    if (result < 0)
        fail_msg("%s", fixture->err.text);
}

static int set_up(void **state)
{
    static struct fixture fixture;

    memset(&fixture, 0, sizeof(fixture));
    assert_works(&fixture, host_probe(&fixture.arena, &fixture.host, &fixture.err));
    fixture.settings.path =
        arena_format(&fixture.arena, "/corun-unit-%d/parent/leaf", (int) getpid());
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    struct cgroup left;

    cgroup_release(&fixture->cgroup);
    cgroup_find(&fixture->arena, fixture->host.cgroup_mode, &fixture->host.hierarchies,
                fixture->settings.path, &left);
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, left.leaves)
        leaf->made_levels = 3;
    assert_works(fixture, cgroup_destroy(&left, 5000, &fixture->err));
    arena_release(&fixture->arena);
    return 0;
}

static int create(struct fixture *fixture)
{
    cgroup_find(&fixture->arena, fixture->host.cgroup_mode, &fixture->host.hierarchies,
                fixture->settings.path, &fixture->cgroup);
    return cgroup_create(&fixture->arena, &fixture->cgroup, &fixture->settings, &fixture->err);
}

/* A child that enters as a container does, and then sleeps. */
static pid_t start_member(const struct cgroup *cgroup)
{
    pid_t pid = sys_clone(0, cgroup->v2_fd, NULL);

    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    SLICE_FOR_EACH(const struct cgroup_leaf, leaf, cgroup->leaves)
        if (leaf->tasks_fd >= 0 && write(leaf->tasks_fd, "0", 1) != 1)
            _exit(1);
    for (;;)
        pause();
}

static void wait_until_member(struct fixture *fixture, pid_t pid)
{
    for (int i = 0; i < 1000; i++) {
        if (cgroup_check_member(&fixture->arena, &fixture->cgroup, pid, &fixture->err) == 0)
            return;
        usleep(1000);
    }
    fail_msg("%s", fixture->err.text);
}

static const struct cgroup_leaf *leaf_with(const struct fixture *fixture, const char *controller)
{
    const struct cgroup_leaf *leaf = cgroup_find_v1_leaf(&fixture->cgroup, controller);

    return leaf ? leaf : cgroup_find_v2_leaf(&fixture->cgroup);
}

static void add_write(struct fixture *fixture, struct cgroup_write write)
{
    *SLICE_PUSH(&fixture->arena, &fixture->settings.writes, struct cgroup_write) = write;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void makes_every_leaf_with_parents_and_removes_them(void **state)
{
    struct fixture *fixture = *state;
    const char *top = arena_format(&fixture->arena, "/corun-unit-%d", (int) getpid());

    assert_works(fixture, create(fixture));
    assert_int_equal(fixture->cgroup.leaves.count, fixture->host.hierarchies.count);
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, fixture->cgroup.leaves) {
        assert_int_equal(leaf->made_levels, 3);
        assert_true(exists(leaf->directory));
        assert_true((leaf->hierarchy->is_v2 ? leaf->dir_fd : leaf->tasks_fd) >= 0);
    }
    assert_works(fixture, cgroup_destroy(&fixture->cgroup, 1000, &fixture->err));
    assert_works(fixture, cgroup_destroy(&fixture->cgroup, 1000, &fixture->err)); /* idempotent */
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, fixture->cgroup.leaves)
        assert_false(
            exists(arena_format(&fixture->arena, "%s%s", leaf->hierarchy->mount_point, top)));
}

static void keeps_parents_that_were_there(void **state)
{
    struct fixture *fixture = *state;
    const struct cgroup_hierarchy *hierarchy = &fixture->host.hierarchies.items[0];
    char *parent =
        arena_format(&fixture->arena, "%s/corun-unit-%d", hierarchy->mount_point, (int) getpid());

    assert_int_equal(mkdir(parent, 0755), 0);
    assert_works(fixture, create(fixture));
    assert_int_equal(fixture->cgroup.leaves.items[0].made_levels, 2);
    assert_works(fixture, cgroup_destroy(&fixture->cgroup, 1000, &fixture->err));
    assert_true(exists(parent));
    assert_false(exists(arena_format(&fixture->arena, "%s/parent", parent)));
    assert_int_equal(rmdir(parent), 0);
}

static void measures_what_is_missing(void **state)
{
    struct fixture *fixture = *state;
    struct cgroup found;

    cgroup_find(&fixture->arena, fixture->host.cgroup_mode, &fixture->host.hierarchies,
                fixture->settings.path, &found);
    cgroup_measure_missing(&fixture->arena, &found);
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, found.leaves)
        assert_int_equal(leaf->made_levels, 3);
}

static void a_member_is_entered_checked_listed_and_killed(void **state)
{
    struct fixture *fixture = *state;
    pid_t *pids = NULL;
    size_t count = 0;
    int status;
    pid_t pid;

    assert_works(fixture, create(fixture));
    pid = start_member(&fixture->cgroup);
    wait_until_member(fixture, pid);
    assert_works(fixture, cgroup_list_processes(&fixture->arena, &fixture->cgroup, &pids, &count,
                                                &fixture->err));
    assert_int_equal(count, 1);
    assert_int_equal(pids[0], pid);
    assert_int_equal(
        cgroup_check_member(&fixture->arena, &fixture->cgroup, getpid(), &fixture->err), -1);
    assert_works(fixture, cgroup_kill_all(&fixture->cgroup, SIGTERM, &fixture->err));
    assert_int_equal(sys_wait(pid, &status), 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void a_frozen_member_is_killed(void **state)
{
    struct fixture *fixture = *state;
    int status;
    pid_t pid;

    assert_works(fixture, create(fixture));
    pid = start_member(&fixture->cgroup);
    wait_until_member(fixture, pid);
    assert_int_equal(cgroup_is_frozen(&fixture->cgroup, &fixture->err), 0);
    assert_works(fixture, cgroup_freeze(&fixture->cgroup, &fixture->err));
    assert_int_equal(cgroup_is_frozen(&fixture->cgroup, &fixture->err), 1);
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(waitpid(pid, &status, WNOHANG), 0); /* it cannot act on it */
    assert_works(fixture, cgroup_thaw(&fixture->cgroup, &fixture->err));
    assert_int_equal(sys_wait(pid, &status), 0);
    pid = start_member(&fixture->cgroup);
    wait_until_member(fixture, pid);
    assert_works(fixture, cgroup_freeze(&fixture->cgroup, &fixture->err));
    assert_works(fixture, cgroup_kill_all(&fixture->cgroup, SIGKILL, &fixture->err));
    assert_int_equal(sys_wait(pid, &status), 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* v1 alone has no cgroup.kill: the same without the v2 leaf. */
static void kills_without_v2(void **state)
{
    struct fixture *fixture = *state;
    struct cgroup without;
    int status;
    pid_t pid;

    assert_works(fixture, create(fixture));
    if (fixture->host.cgroup_mode == CGROUP_MODE_V2)
        skip(); /* there is no v1 hierarchy here */
    pid = start_member(&fixture->cgroup);
    wait_until_member(fixture, pid);
    without = fixture->cgroup;
    without.leaves.count -= without.leaves.items[without.leaves.count - 1].hierarchy->is_v2;
    /* Our own zombie stays listed in v1 until it is reaped, so a second process waits for it. */
    if (fork() == 0) {
        struct error err;

        _exit(cgroup_kill_all(&without, SIGKILL, &err) < 0);
    }
    assert_int_equal(sys_wait(pid, &status), 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_true(wait(&status) > 0);
    assert_int_equal(status, 0);
}

static void destroys_what_is_in_use_and_nested(void **state)
{
    struct fixture *fixture = *state;
    int status;
    pid_t pid;

    assert_works(fixture, create(fixture));
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, fixture->cgroup.leaves) {
        char *path = arena_format(&fixture->arena, "%s/a", leaf->directory);

        assert_int_equal(mkdir(path, 0755), 0);
        for (int i = 0; i < 20; i++) {
            path = arena_format(&fixture->arena, "%s/b%d", path, i);
            assert_int_equal(mkdir(path, 0755), 0);
            assert_int_equal(mkdir(arena_format(&fixture->arena, "%s/side", path), 0755), 0);
        }
    }
    pid = start_member(&fixture->cgroup);
    wait_until_member(fixture, pid);
    assert_works(fixture, cgroup_destroy(&fixture->cgroup, 5000, &fixture->err));
    assert_int_equal(sys_wait(pid, &status), 0);
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, fixture->cgroup.leaves)
        assert_false(exists(leaf->directory));
}

static void writes_values_and_names_the_refused_one(void **state)
{
    struct fixture *fixture = *state;
    char text[64];

    add_write(fixture, (struct cgroup_write){.controller = "pids",
                                             .file = "pids.max",
                                             .value = "42",
                                             .pointer = "/linux/resources/pids/limit"});
    assert_works(fixture, create(fixture));
    assert_true(cgroup_read_file(leaf_with(fixture, "pids")->directory, "pids.max", text,
                                 sizeof(text)) > 0);
    assert_string_equal(text, "42");
    assert_works(fixture, cgroup_destroy(&fixture->cgroup, 1000, &fixture->err));
    cgroup_release(&fixture->cgroup);

    fixture->settings.writes.items[0].value = "many";
    assert_int_equal(create(fixture), -1);
    assert_non_null(strstr(fixture->err.text, "write many to pids.max of /sys/fs/cgroup/"));
    assert_non_null(strstr(fixture->err.text, "(/linux/resources/pids/limit): Invalid argument"));
    fixture->cgroup = (struct cgroup){0};
    SLICE_FOR_EACH(struct cgroup_hierarchy, hierarchy, fixture->host.hierarchies)
        assert_false(exists(arena_format(&fixture->arena, "%s/corun-unit-%d",
                                         hierarchy->mount_point, (int) getpid())));
}

static void an_absent_controller_is_an_error_unless_it_may_be_missing(void **state)
{
    struct fixture *fixture = *state;
    struct cgroup_write write = {.controller = "nosuch",
                                 .file = "nosuch.max",
                                 .value = "1",
                                 .pointer = "/linux/resources/nosuch"};

    add_write(fixture, write);
    assert_int_equal(create(fixture), -1);
    assert_int_equal(fixture->err.kind, ERROR_UNSUPPORTED);
    assert_string_equal(fixture->err.text,
                        "/linux/resources/nosuch: this host has no nosuch cgroup controller");
    fixture->settings.writes.items[0].may_be_missing = true;
    assert_works(fixture, create(fixture));
}

static void a_leaf_with_processes_is_refused_and_left_alone(void **state)
{
    struct fixture *fixture = *state;
    struct cgroup second;
    int status;
    pid_t pid;

    assert_works(fixture, create(fixture));
    pid = start_member(&fixture->cgroup);
    wait_until_member(fixture, pid);
    cgroup_find(&fixture->arena, fixture->host.cgroup_mode, &fixture->host.hierarchies,
                fixture->settings.path, &second);
    assert_int_equal(cgroup_create(&fixture->arena, &second, &fixture->settings, &fixture->err),
                     -1);
    assert_int_equal(fixture->err.kind, ERROR_STATE);
    assert_non_null(strstr(fixture->err.text, "exists and has processes"));
    assert_true(exists(fixture->cgroup.leaves.items[0].directory));
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(sys_wait(pid, &status), 0);
}

static void the_root_cgroup_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const char *path = fixture->settings.path;

    fixture->settings.path = "/";
    assert_int_equal(create(fixture), -1);
    fixture->settings.path = "/a/../..";
    assert_int_equal(create(fixture), -1);
    fixture->settings.path = path;
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(makes_every_leaf_with_parents_and_removes_them),
        CASE(keeps_parents_that_were_there),
        CASE(measures_what_is_missing),
        CASE(a_member_is_entered_checked_listed_and_killed),
        CASE(a_frozen_member_is_killed),
        CASE(kills_without_v2),
        CASE(destroys_what_is_in_use_and_nested),
        CASE(writes_values_and_names_the_refused_one),
        CASE(an_absent_controller_is_an_error_unless_it_may_be_missing),
        CASE(a_leaf_with_processes_is_refused_and_left_alone),
        CASE(the_root_cgroup_is_refused),
    };

    if (geteuid() != 0)
        return 77; /* automake: skipped. Only root may make cgroups */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* container/: ids, the state root, records, and telling a process from a later one with its number. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/owned.h"
#include "base/sys/process.h"
#include "runtime/container/id.h"
#include "runtime/container/record.h"
#include "runtime/container/store.h"

struct fixture {
    struct arena arena;
    struct error err;
    char root[64];
    struct store store;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    memset(&fixture, 0, sizeof(fixture));
    (void) strcpy(fixture.root, "/tmp/corun-unit-XXXXXX");
    assert_non_null(mkdtemp(fixture.root));
    assert_int_equal(store_open(&fixture.arena,
                                arena_format(&fixture.arena, "%s/a/b", fixture.root), true,
                                &fixture.store, &fixture.err),
                     0);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    store_release(&fixture->store);
    assert_int_equal(rmdir(fixture->store.path), 0); /* each test leaves it empty */
    assert_int_equal(rmdir(arena_format(&fixture->arena, "%s/a", fixture->root)), 0);
    assert_int_equal(rmdir(fixture->root), 0);
    arena_release(&fixture->arena);
    return 0;
}

static void accepts_the_ids_that_runc_and_crun_accept(void **state)
{
    static const char *const good[] = {"a", "A-b_c+d.e", "0", "-x", "+", "_", "a..b"};
    static const char *const bad[] = {"",    ".",    "..",       ".a",  "a/b", "/",
                                      "a b", "a\nb", "\xc3\xa4", "a:b", "../x"};
    char text[NAME_MAX + 2];

    (void) state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(id_is_valid(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(id_is_valid(bad[i]));
    memset(text, 'x', sizeof(text));
    text[NAME_MAX] = '\0';
    assert_true(id_is_valid(text));
    text[NAME_MAX] = 'x';
    text[NAME_MAX + 1] = '\0';
    assert_false(id_is_valid(text));
}

static void an_id_is_given_once(void **state)
{
    struct fixture *fixture = *state;
    owned_entry first = {0};
    owned_entry second = {0};
    struct stat info;

    assert_int_equal(store_reserve(&fixture->store, "one", &first, &fixture->err), 0);
    assert_int_equal(store_reserve(&fixture->store, "one", &second, &fixture->err), -1);
    assert_int_equal(fixture->err.kind, ERROR_EXISTS);
    assert_int_equal(fstat(first.fd, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0700);
    assert_int_equal(entry_remove(&first, &fixture->err), 0);
    assert_int_equal(store_find(&fixture->store, "one", &second, &fixture->err), -1);
    assert_int_equal(fixture->err.kind, ERROR_NOT_FOUND);
    assert_string_equal(fixture->err.text, "container \"one\" does not exist");
}

/* What list does: the same without opening the directory. */
static void an_entry_can_be_peeked_at(void **state)
{
    struct fixture *fixture = *state;
    const struct content text = {"text", 4};
    struct content back;
    owned_entry made = {0};
    owned_entry seen = {0};

    assert_int_equal(store_reserve(&fixture->store, "one", &made, &fixture->err), 0);
    store_peek(&fixture->store, "one", &seen);
    assert_int_equal(entry_read(&fixture->arena, &seen, STORE_RECORD, &back, &fixture->err), 0);
    assert_false(entry_has(&seen, STORE_RECORD));
    assert_int_equal(entry_write(&made, STORE_RECORD, &text, &fixture->err), 0);
    assert_true(entry_has(&seen, STORE_RECORD));
    assert_true(entry_has(&made, STORE_RECORD));
    assert_int_equal(entry_read(&fixture->arena, &seen, STORE_RECORD, &back, &fixture->err), 1);
    assert_string_equal(back.bytes, "text");
    assert_int_equal(entry_remove(&made, &fixture->err), 0);
    assert_int_equal(entry_read(&fixture->arena, &seen, STORE_RECORD, &back, &fixture->err), -1);
    assert_int_equal(fixture->err.kind, ERROR_NOT_FOUND);
}

static void a_root_that_does_not_exist_is_empty(void **state)
{
    struct fixture *fixture = *state;
    owned_store store = {0};
    struct text_list ids;
    struct entry entry;

    assert_int_equal(
        store_open(&fixture->arena, "/tmp/corun-unit/no/such", false, &store, &fixture->err), 0);
    assert_int_equal(store.fd, -1);
    assert_int_equal(store_list(&fixture->arena, &store, &ids, &fixture->err), 0);
    assert_int_equal(ids.count, 0);
    assert_int_equal(store_find(&store, "x", &entry, &fixture->err), -1);
    assert_int_equal(fixture->err.kind, ERROR_NOT_FOUND);
}

static void a_root_that_everybody_may_write_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct store store;

    assert_int_equal(chmod(fixture->store.path, 0777), 0);
    assert_int_equal(store_open(&fixture->arena, fixture->store.path, true, &store, &fixture->err),
                     -1);
    assert_int_equal(chmod(fixture->store.path, 0700), 0);
}

/* Asked by another process, since a process does not exclude itself: 1 busy, 0 not, 2 the container is gone. */
static int ask_elsewhere(const struct fixture *fixture, bool locks)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        struct entry entry = {0};
        struct error err;

        if (store_find(&fixture->store, "one", &entry, &err) < 0)
            _exit(2);
        if (!locks)
            _exit(entry_is_busy(&entry));
        _exit(entry_lock(&entry, &err) < 0 ? (err.kind == ERROR_NOT_FOUND ? 2 : 1) : 0);
    }
    assert_int_equal(sys_wait(pid, &status), 0);
    return WEXITSTATUS(status);
}

static void the_lock_excludes_others_and_ends_with_its_holder(void **state)
{
    struct fixture *fixture = *state;
    owned_entry holder = {0};
    int status;
    pid_t pid;

    assert_int_equal(store_reserve(&fixture->store, "one", &holder, &fixture->err), 0);
    assert_int_equal(ask_elsewhere(fixture, false), 1);
    entry_unlock(&holder);
    assert_int_equal(ask_elsewhere(fixture, false), 0);
    assert_int_equal(ask_elsewhere(fixture, true), 0);
    pid = fork(); /* takes it, leaves a clone behind that holds the same fds, and is killed */
    if (pid == 0) {
        struct error err;

        (void) entry_lock(&holder, &err);
        if (fork() == 0) {
            (void) usleep(300000);
            _exit(0);
        }
        _exit(0);
    }
    assert_int_equal(sys_wait(pid, &status), 0);
    assert_int_equal(ask_elsewhere(fixture, false), 0);
    assert_int_equal(entry_remove(&holder, &fixture->err), 0);
}

static void the_lock_tells_of_a_removal(void **state)
{
    struct fixture *fixture = *state;
    owned_entry first = {0};
    owned_entry second = {0};

    assert_int_equal(store_reserve(&fixture->store, "one", &first, &fixture->err), 0);
    assert_int_equal(store_find(&fixture->store, "one", &second, &fixture->err), 0);
    assert_int_equal(entry_remove(&first, &fixture->err), 0);
    assert_int_equal(entry_lock(&second, &fixture->err), -1);
    assert_int_equal(fixture->err.kind, ERROR_NOT_FOUND);
}

static int write_text(struct fixture *fixture, const struct entry *entry, const char *name,
                      const char *text)
{
    const struct content content = {text, strlen(text)};

    return entry_write(entry, name, &content, &fixture->err);
}

static void files_are_written_whole_and_removed(void **state)
{
    struct fixture *fixture = *state;
    owned_entry entry = {0};
    struct content content = {0};

    assert_int_equal(store_reserve(&fixture->store, "one", &entry, &fixture->err), 0);
    assert_int_equal(entry_read(&fixture->arena, &entry, STORE_CONFIG, &content, &fixture->err), 0);
    assert_int_equal(write_text(fixture, &entry, STORE_CONFIG, "abc"), 0);
    assert_int_equal(write_text(fixture, &entry, STORE_CONFIG, "de"), 0);
    assert_int_equal(entry_read(&fixture->arena, &entry, STORE_CONFIG, &content, &fixture->err), 1);
    assert_string_equal(content.bytes, "de");
    assert_int_equal(content.size, 2);
    assert_int_equal(write_text(fixture, &entry, "left.by.somebody", "x"), 0);
    assert_int_equal(entry_remove(&entry, &fixture->err), 0);
}

static void content_has_a_limit(void **state)
{
    struct fixture *fixture = *state;
    char text[] = "/tmp/corun-unit-XXXXXX";
    owned_fd fd = mkstemp(text);
    struct content content = {0};

    assert_true(fd >= 0);
    assert_int_equal(unlink(text), 0);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(write(fd, "0123456789", 10), 10);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(content_read(&fixture->arena, fd, 49999, &content), -EFBIG);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(content_read(&fixture->arena, fd, 50000, &content), 0);
    assert_int_equal(content.size, 50000);
}

static void content_comes_from_a_pipe(void **state)
{
    struct fixture *fixture = *state;
    struct content content = {0};
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    for (int i = 0; i < 400; i++)
        assert_int_equal(write(ends[1], "0123456789012345678901234567890123456789", 40), 40);
    (void) close(ends[1]);
    assert_int_equal(content_read(&fixture->arena, ends[0], 1 << 20, &content), 0);
    assert_int_equal(content.size, 16000);
    (void) close(ends[0]);
}

static void a_record_comes_back(void **state)
{
    struct fixture *fixture = *state;
    struct text_pair annotation = {"a/b", "c"};
    const char *hierarchies[] = {"3:memory:/sys/fs/cgroup/memory", "1::/sys/fs/cgroup/unified"};
    struct record record = {
        .oci_version = "1.3.0",
        .id = "one",
        .bundle = "/b",
        .created = UINT64_MAX,
        .pid = 7,
        .cgroup_path = "/x/y",
        .cgroup_mode = CGROUP_MODE_HYBRID,
        .hierarchies = {hierarchies, 2},
        .has_process = true,
        .annotations = {&annotation, 1},
    };
    owned_entry entry = {0};
    struct record back = {0};
    struct cgroup cgroup;

    assert_int_equal(store_reserve(&fixture->store, "one", &entry, &fixture->err), 0);
    assert_int_equal(record_read(&fixture->arena, &entry, &back, &fixture->err), 0);
    assert_int_equal(record_write(&fixture->arena, &entry, &record, &fixture->err), 0);
    assert_int_equal(record_read(&fixture->arena, &entry, &back, &fixture->err), 1);
    assert_true(back.created == UINT64_MAX);
    assert_int_equal(back.pid, 7);
    assert_true(back.has_process);
    assert_string_equal(text_map_find(&back.annotations, "a/b"), "c");
    record_find_cgroup(&fixture->arena, &back, &cgroup);
    assert_int_equal(cgroup.leaves.count, 2);
    assert_string_equal(cgroup.leaves.items[0].directory, "/sys/fs/cgroup/memory/x/y");
    assert_int_equal(cgroup.leaves.items[0].made_levels, 3);
    assert_true(cgroup.leaves.items[1].hierarchy->is_v2);
    hierarchies[1] = "1::relative";
    assert_int_equal(record_write(&fixture->arena, &entry, &record, &fixture->err), 0);
    assert_int_equal(record_read(&fixture->arena, &entry, &back, &fixture->err), -1);
    assert_int_equal(write_text(fixture, &entry, STORE_RECORD, "{\"id\":"), 0);
    assert_int_equal(record_read(&fixture->arena, &entry, &back, &fixture->err), -1);
    assert_int_equal(entry_remove(&entry, &fixture->err), 0);
}

/* The number of a process is never enough. */
static void a_process_is_not_taken_for_another(void **state)
{
    struct fixture *fixture = *state;
    struct record record = {0};
    struct record other;
    struct boot boot;
    owned_fd pidfd = -1;
    owned_fd opened = -1;
    int status;
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            pause();
    boot_read(&boot);
    pidfd = sys_pidfd_open(pid);
    assert_int_equal(record_identify_process(&fixture->arena, &record, pid, pidfd, &fixture->err),
                     0);
    opened = record_open_process(&record, &boot);
    assert_true(opened >= 0);

    other = record;
    other.boot_id = "of another boot";
    assert_int_equal(record_open_process(&other, &boot), -1);
    other = record;
    other.pidfd_inode = record.pidfd_inode ? record.pidfd_inode + 1 : 0;
    other.start_time++;
    assert_int_equal(record_open_process(&other, &boot), -1);
    other.pidfd_inode = 0; /* as before Linux 6.9: the start time decides */
    assert_int_equal(record_open_process(&other, &boot), -1);
    other.start_time--;
    replace_fd(&opened, record_open_process(&other, &boot));
    assert_true(opened >= 0);

    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(sys_pidfd_wait(pidfd, -1), 1);
    assert_int_equal(record_open_process(&record, &boot), -1); /* a zombie is gone for us */
    assert_int_equal(sys_wait(pid, &status), 0);
    assert_int_equal(record_open_process(&record, &boot), -1);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_the_ids_that_runc_and_crun_accept),
        CASE(an_id_is_given_once),
        CASE(an_entry_can_be_peeked_at),
        CASE(a_root_that_does_not_exist_is_empty),
        CASE(a_root_that_everybody_may_write_is_refused),
        CASE(the_lock_excludes_others_and_ends_with_its_holder),
        CASE(the_lock_tells_of_a_removal),
        CASE(files_are_written_whole_and_removed),
        CASE(content_has_a_limit),
        CASE(content_comes_from_a_pipe),
        CASE(a_record_comes_back),
        CASE(a_process_is_not_taken_for_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

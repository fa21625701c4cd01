/*
 * Golden plans: each directory of tests/golden is a case.
 *
 *   config.json   read, planned and printed
 *   plan          what plan_print() must say, or
 *   error         what the failure must say
 *   host          optional, how the host differs from a privileged one with cgroup v2: see host_words below
 *   request       optional, how the request differs from a plain create: see request_words
 *
 * UPDATE=1 rewrites plan and error; the reviewer reads the difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "runtime/plan/plan.h"

#define ALL_CAPABILITIES (((uint64_t) 1 << 41) - 1)

static struct cgroup_hierarchy v1_hierarchies[] = {
    {"name=systemd", "/sys/fs/cgroup/systemd",     "systemd",     "/", false},
    {"cpu,cpuacct",  "/sys/fs/cgroup/cpu,cpuacct", "cpu,cpuacct", "/", false},
    {"memory",       "/sys/fs/cgroup/memory",      "memory",      "/", false},
    {"",             "/sys/fs/cgroup/unified",     "unified",     "/", true },
};
static struct cgroup_hierarchy v2_hierarchies[] = {
    {"", "/sys/fs/cgroup", "", "/user.slice/session-1.scope", true},
};

/* --- how a host or a request is told: one word per line, some with a value --- */

static void host_set_cgroup(struct host *host, const char *mode)
{
    host->hierarchies.items = v1_hierarchies;
    if (strcmp(mode, "none") == 0) {
        host->cgroup_mode = CGROUP_MODE_NONE;
        host->hierarchies.count = 0;
    } else if (strcmp(mode, "v1") == 0) {
        host->cgroup_mode = CGROUP_MODE_V1;
        host->hierarchies.count = 3;
    } else if (strcmp(mode, "hybrid") == 0) {
        host->cgroup_mode = CGROUP_MODE_HYBRID;
        host->hierarchies.count = 4;
    } else {
        fail_msg("unknown cgroup mode %s", mode);
    }
}

static void host_set_kernel(struct host *host, const char *release)
{
    host->kernel_release = release;
    if (sscanf(release, "%u.%u", &host->kernel_major, &host->kernel_minor) != 2) /* NOLINT */
        fail_msg("not a kernel release: %s", release);
}

static void host_set_user(struct host *host, const char *id)
{
    uint32_t value = 0;

    assert_true(text_parse_uint32(id, &value));
    host->euid = value;
    host->owner_uid = value;
    host->egid = value;
    host->is_privileged = false;
    host->capabilities = 0;
}

static void host_take_word(struct host *host, const char *word, const char *value)
{
    if (strcmp(word, "cgroup") == 0)
        host_set_cgroup(host, value);
    else if (strcmp(word, "kernel") == 0)
        host_set_kernel(host, value);
    else if (strcmp(word, "user") == 0)
        host_set_user(host, value);
    else if (strcmp(word, "in_user_namespace") == 0)
        host->is_privileged = !(host->is_in_user_namespace = true);
    else if (strcmp(word, "owner") == 0)
        host->owner_uid = (uid_t) strtoul(value, NULL, 10);
    else if (strcmp(word, "apparmor") == 0)
        host->has_apparmor = true;
    else if (strcmp(word, "selinux") == 0)
        host->has_selinux = true;
    else if (strcmp(word, "hugetlb_rsvd") == 0)
        host->has_hugetlb_rsvd = true;
    else if (strcmp(word, "without_capability") == 0)
        host->capabilities &= ~((uint64_t) 1 << strtoul(value, NULL, 10));
    else
        fail_msg("host: unknown word %s", word);
}

static void request_take_word(struct plan_request *request, const char *word, const char *value)
{
    if (strcmp(word, "no_pivot") == 0)
        request->no_pivot = true;
    else if (strcmp(word, "no_new_keyring") == 0)
        request->no_new_keyring = true;
    else if (strcmp(word, "console_socket") == 0)
        request->has_console_socket = true;
    else if (strcmp(word, "systemd_cgroup") == 0)
        request->is_systemd_cgroup = true;
    else if (strcmp(word, "preserve_fds") == 0)
        request->preserve_fds = (unsigned int) strtoul(value, NULL, 10);
    else
        fail_msg("request: unknown word %s", word);
}

/* --- files --- */

static const char *file_path(struct arena *arena, const char *name, const char *file)
{
    const char *top = getenv("top_srcdir");

    return arena_format(arena, "%s/tests/golden/%s/%s", top ? top : ".", name, file);
}

/* NULL when there is no such file. */
static char *file_read(struct arena *arena, const char *name, const char *file, size_t *ret_size)
{
    FILE *stream = fopen(file_path(arena, name, file), "re");
    char *bytes;
    size_t size;

    if (!stream)
        return NULL;
    assert_int_equal(fseek(stream, 0, SEEK_END), 0);
    size = (size_t) ftell(stream);
    rewind(stream);
    bytes = arena_alloc(arena, size + 1);
    assert_int_equal(fread(bytes, 1, size, stream), size);
    (void) fclose(stream);
    if (ret_size)
        *ret_size = size;
    return bytes;
}

static void file_write(struct arena *arena, const char *name, const char *file, const char *text)
{
    FILE *stream = fopen(file_path(arena, name, file), "we");

    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
}

/* Calls take for each line of a file of the case. */
static void lines_take(struct arena *arena, const char *name, const char *file, struct host *host,
                       struct plan_request *request)
{
    char *rest = file_read(arena, name, file, NULL);

    while (rest && *rest) {
        char *line = strsep(&rest, "\n");
        char *word = strsep(&line, " ");

        if (*word == '\0')
            continue;
        if (strcmp(file, "host") == 0)
            host_take_word(host, word, line);
        else
            request_take_word(request, word, line);
    }
}

/* --- a case --- */

/* The plan's text, or NULL and the error. */
static const char *case_plan(struct arena *arena, const char *name, struct error *err)
{
    struct host host = {
        .kernel_release = "6.1.0",
        .kernel_major = 6,
        .kernel_minor = 1,
        .is_privileged = true,
        .capabilities = ALL_CAPABILITIES,
        .last_capability = 40,
        .cgroup_mode = CGROUP_MODE_V2,
        .hierarchies = {v2_hierarchies, 1},
    };
    struct plan_request request = {.id = "golden", .bundle = "/bundle"};
    struct spec *spec;
    struct plan *plan;
    size_t size = 0;
    const char *bytes = file_read(arena, name, "config.json", &size);

    if (!bytes)
        fail_msg("there is no config.json");
    lines_take(arena, name, "host", &host, &request);
    lines_take(arena, name, "request", &host, &request);
    if (spec_read(arena, bytes, size, &spec, err) < 0 ||
        plan_build(arena, spec, &host, &request, &plan, err) < 0)
        return NULL;
    return plan_print(arena, plan);
}

static void case_check(void **state)
{
    const char *name = *state;
    owned_arena arena = {0};
    struct error err = {0};
    const char *plan = case_plan(&arena, name, &err);
    const char *got = plan ? plan : arena_format(&arena, "%s\n", err.text);
    const char *file = plan ? "plan" : "error";
    const char *expected;

    if (getenv("UPDATE")) {
        (void) unlink(file_path(&arena, name, plan ? "error" : "plan"));
        file_write(&arena, name, file, got);
        return;
    }
    expected = file_read(&arena, name, file, NULL);
    if (!expected)
        fail_msg("expected no %s, got:\n%s", file, got);
    assert_string_equal(got, expected);
}

static int is_case(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && !strchr(entry->d_name, '.');
}

int main(void)
{
    owned_arena arena = {0};
    struct dirent **entries;
    int count = scandir(file_path(&arena, "", ""), &entries, is_case, alphasort);
    struct CMUnitTest *tests;
    int failed;

    if (count <= 0)
        return 99; /* automake: an error of the test itself */
    tests = ARENA_ARRAY(&arena, struct CMUnitTest, (size_t) count);
    for (int i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){.name = entries[i]->d_name,
                                       .test_func = case_check,
                                       .initial_state = entries[i]->d_name};
    failed = _cmocka_run_group_tests("golden", tests, (size_t) count, NULL, NULL);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return failed;
}

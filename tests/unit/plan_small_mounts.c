/* Which containers get a mount namespace that has nothing of the host's from the start: all but those that need a path of the host in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/sched.h>
#include <string.h>

#include "runtime/plan/plan.h"

#define CONFIG(mounts, extra)                                                              \
    "{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"rootfs\"}, \"process\": {\"cwd\":" \
    " \"/\", \"args\": [\"x\"], \"user\": {\"uid\": 0, \"gid\": 0}}, \"mounts\": [" mounts \
    "], " extra "}"
#define PROC "{\"destination\": \"/proc\", \"type\": \"proc\"}"
#define BIND "{\"destination\": \"/a\", \"source\": \"/b\", \"options\": [\"bind\"]}"
#define OVERLAY                                                           \
    "{\"destination\": \"/o\", \"type\": \"overlay\", \"source\": \"o\"," \
    " \"options\": [\"lowerdir=/l\"]}"
#define MOUNT_ONLY "\"linux\": {\"namespaces\": [{\"type\": \"mount\"}, {\"type\": \"pid\"}]}"
#define WITH_USER                                                                \
    "\"linux\": {\"namespaces\": [{\"type\": \"mount\"}, {\"type\": \"user\"}]," \
    " \"uidMappings\": [{\"containerID\": 0, \"hostID\": 1000, \"size\": 10}],"  \
    " \"gidMappings\": [{\"containerID\": 0, \"hostID\": 1000, \"size\": 10}]}"
#define HOOK(kind) MOUNT_ONLY ", \"hooks\": {\"" kind "\": [{\"path\": \"/bin/x\"}]}"

struct row {
    const char *config;
    bool no_pivot;
    bool is_unprivileged;
    bool is_small;
};

static const struct row rows[] = {
    {CONFIG(PROC,             MOUNT_ONLY),              false, false, true },
    {CONFIG(PROC "," BIND,    MOUNT_ONLY),              false, false, true },
    {CONFIG(PROC,             HOOK("poststart")),       false, false, true },
    {CONFIG(PROC "," OVERLAY, MOUNT_ONLY),              false, false, false},
    {CONFIG(PROC,             HOOK("createContainer")), false, false, false},
    {CONFIG(PROC,             WITH_USER),               false, false, false},
    {CONFIG(PROC,             MOUNT_ONLY),              true,  false, false},
    {CONFIG(PROC,             MOUNT_ONLY),              false, true,  false},
};

static void test_rows(void **state)
{
    const struct small_mounts small = {7, "/null"};
    (void) state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        owned_arena arena = {0};
        struct host host = {.kernel_release = "6.1.0",
                            .kernel_major = 6,
                            .kernel_minor = 1,
                            .is_privileged = !rows[i].is_unprivileged,
                            .last_capability = 40,
                            .capabilities = ~(uint64_t) 0};
        struct plan_request request = {
            .id = "id", .bundle = "/b", .no_pivot = rows[i].no_pivot, .small_mounts = &small};
        struct spec *spec = NULL;
        struct plan *plan = NULL;
        struct error err = {0};
        bool is_made_by_clone;

        assert_int_equal(spec_read(&arena, rows[i].config, strlen(rows[i].config), &spec, &err), 0);
        if (plan_build(&arena, spec, &host, &request, &plan, &err) < 0)
            fail_msg("row %zu: %s", i, err.text);
        is_made_by_clone = (plan->namespaces.clone_flags & CLONE_NEWNS) != 0;
        if ((plan->namespaces.small_mounts != NULL) != rows[i].is_small ||
            is_made_by_clone == rows[i].is_small)
            fail_msg("row %zu: small %d, by clone %d", i, plan->namespaces.small_mounts != NULL,
                     is_made_by_clone);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

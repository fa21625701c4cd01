/* The state documents: what hooks, engines and seccomp agents read. */
#include "tests/unit/oci-spec_support.h"

#include "oci-spec/names.h"
#include "oci-spec/state.h"

static struct text_pair annotation = {"k/ey", "v\n"};
static const struct state_document example = {
    .oci_version = "1.3.0",
    .id = "web1",
    .status = CONTAINER_RUNNING,
    .pid = 42,
    .bundle = "/b",
    .annotations = {&annotation, 1},
};

static void test_compact_text(void **state)
{
    owned_arena arena = {0};

    (void) state;
    assert_string_equal(
        state_document_write(&arena, &example, JSON_COMPACT),
        "{\"ociVersion\":\"1.3.0\",\"id\":\"web1\",\"pid\":42,\"status\":\"running\","
        "\"bundle\":\"/b\",\"annotations\":{\"k/ey\":\"v\\n\"}}");
}

static void test_indented_text(void **state)
{
    owned_arena arena = {0};
    struct state_document stopped = {
        .oci_version = "1.3.0", .id = "a", .status = CONTAINER_STOPPED, .bundle = "/b"};

    (void) state;
    assert_string_equal(state_document_write(&arena, &stopped, JSON_INDENTED),
                        "{\n  \"ociVersion\": \"1.3.0\",\n  \"id\": \"a\",\n  \"pid\": 0,\n"
                        "  \"status\": \"stopped\",\n  \"bundle\": \"/b\"\n}");
}

static void test_round_trip(void **state)
{
    owned_arena arena = {0};
    struct state_document full = example;
    struct state_document back = {0};
    struct error err = {0};
    const char *text;

    (void) state;
    full.rootfs = "/b/rootfs";
    full.created = "2026-11-24T06:00:00Z";
    full.owner = "root";
    text = state_document_write(&arena, &full, JSON_INDENTED);
    assert_int_equal(state_document_read(&arena, text, strlen(text), &back, &err), 0);
    assert_string_equal(back.id, "web1");
    assert_int_equal(back.status, CONTAINER_RUNNING);
    assert_int_equal(back.pid, 42);
    assert_string_equal(back.rootfs, "/b/rootfs");
    assert_string_equal(back.created, "2026-11-24T06:00:00Z");
    assert_string_equal(back.owner, "root");
    assert_string_equal(text_map_find(&back.annotations, "k/ey"), "v\n");
    assert_string_equal(state_document_write(&arena, &back, JSON_INDENTED), text);
}

/* A state file that was cut or tampered with is refused, and the result is left alone. */
static void test_faults(void **state)
{
    static const char cut[] = "{\"ociVersion\":\"1.3.0\",\"id\":\"web1\",\"pid\":4";
    owned_arena arena = {0};
    struct state_document back = {.id = "untouched"};
    struct error err = {0};

    (void) state;
    assert_int_equal(state_document_read(&arena, cut, strlen(cut), &back, &err), -1);
    assert_string_equal(back.id, "untouched");
    read_bad(
        &json_state_document,
        "{\"ociVersion\":\"1\",\"id\":\"a\",\"status\":\"gone\",\"bundle\":\"/\"}",
        "1:37: /status: unknown container status \"gone\", expected one of: created, creating, "
        "paused, running, stopped");
    read_bad(&json_state_document,
             "{\"ociVersion\":\"1\",\"id\":\"a\",\"status\":\"running\",\"pid\":-1}",
             "1:53: /pid: must be between 0 and 2147483647");
}

static void test_process_state(void **state)
{
    owned_arena arena = {0};
    struct container_process_state sent = {
        .oci_version = "1.3.0", .pid = 42, .metadata = "m", .state = example};
    struct container_process_state back = {0};
    struct error err = {0};
    const char *text;

    (void) state;
    text_list_push(&arena, &sent.fds, "seccompFd");
    text = container_process_state_write(&arena, &sent);
    assert_non_null(strstr(text, "{\"ociVersion\":\"1.3.0\",\"fds\":[\"seccompFd\"],\"pid\":42,"
                                 "\"metadata\":\"m\",\"state\":{\"ociVersion\""));
    assert_int_equal(container_process_state_read(&arena, text, strlen(text), &back, &err), 0);
    assert_string_equal(back.fds.items[0], "seccompFd");
    assert_string_equal(back.state.id, "web1");
    assert_int_equal(container_process_state_read(&arena, "{}", 2, &back, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compact_text),  cmocka_unit_test(test_indented_text),
        cmocka_unit_test(test_round_trip),    cmocka_unit_test(test_faults),
        cmocka_unit_test(test_process_state),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

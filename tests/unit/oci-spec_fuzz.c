/*
 * The fuzz target without a fuzzer: the corpus, and engines' documents damaged in every simple way. Every true
 * prefix of a document must be refused; a changed byte must at least not crash.
 */
#include "tests/unit/oci-spec_support.h"

#include "oci-spec/spec.h"
#include "tests/fuzz/spec_read.c" /* the target itself: NOLINT(bugprone-suspicious-include) */

static size_t replay(const char *pattern)
{
    owned_arena arena = {0};
    struct text_list found = vectors_find(&arena, pattern);

    for (size_t i = 0; i < found.count; i++) {
        struct vector vector = vector_load_path(&arena, found.items[i]);

        assert_int_equal(LLVMFuzzerTestOneInput((const uint8_t *) vector.bytes, vector.size), 0);
    }
    return found.count;
}

static void test_corpus(void **state)
{
    (void) state;
    assert_true(replay("../../fuzz/corpus/spec_read/*") >= 10);
    assert_true(replay("own/*.json") >= 1);
    assert_true(replay("engines/*.json") >= 8);
    assert_true(replay("schema/*/*/*.json") >= 19);
}

static void test_prefixes(void **state)
{
    owned_arena arena = {0};
    struct vector vector = vector_load(&arena, "own/everything.json");

    (void) state;
    for (size_t size = 0; size < vector.size; size += 3) {
        owned_arena inner = {0};
        struct spec *spec = NULL;
        struct error err = {0};

        if (spec_read(&inner, vector.bytes, size, &spec, &err) == 0)
            fail_msg("the first %zu bytes are accepted", size);
    }
}

static void test_changed_bytes(void **state)
{
    static const char replacements[] = {'\0', '"', '{', ']', '-', '9', '\\', '\x80', ' '};
    owned_arena arena = {0};
    struct vector vector = vector_load(&arena, "engines/containerd-cri-sandbox.json");
    char *bytes = arena_copy_bytes(&arena, vector.bytes, vector.size);

    (void) state;
    for (size_t i = 0; i < vector.size; i++) {
        bytes[i] = replacements[i % sizeof(replacements)];
        assert_int_equal(LLVMFuzzerTestOneInput((const uint8_t *) bytes, vector.size), 0);
        bytes[i] = vector.bytes[i];
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corpus),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_changed_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

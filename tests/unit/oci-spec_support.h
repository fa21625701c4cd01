/* What the oci-spec tests share: reading vectors, decoding text that must be good or bad, comparing documents. */
#ifndef TESTS_UNIT_OCI_SPEC_SUPPORT_H
#define TESTS_UNIT_OCI_SPEC_SUPPORT_H

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "oci-spec/json.h"

struct vector {
    const char *bytes;
    size_t size;
};

/* Files below tests/unit/vectors, found by $top_srcdir (automake sets it) or from the current directory. */
static inline const char *vector_path(struct arena *arena, const char *name)
{
    const char *top = getenv("top_srcdir");

    return arena_format(arena, "%s/tests/unit/vectors/%s", top ? top : ".", name);
}

static inline struct vector vector_load_path(struct arena *arena, const char *path)
{
    struct vector vector = {0};
    FILE *file = fopen(path, "re");
    char *bytes;

    if (!file)
        fail_msg("cannot open %s", path);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    vector.size = (size_t) ftell(file);
    rewind(file);
    bytes = arena_alloc(arena, vector.size + 1);
    assert_int_equal(fread(bytes, 1, vector.size, file), vector.size);
    (void) fclose(file);
    vector.bytes = bytes;
    return vector;
}

static inline struct vector vector_load(struct arena *arena, const char *name)
{
    return vector_load_path(arena, vector_path(arena, name));
}

/* The paths of those that match; at least one. */
static inline struct text_list vectors_find(struct arena *arena, const char *pattern)
{
    struct text_list paths = {0};
    glob_t found = {0};

    assert_int_equal(glob(vector_path(arena, pattern), 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        text_list_push(arena, &paths, arena_copy(arena, found.gl_pathv[i]));
    globfree(&found);
    return paths;
}

/* Decodes text, which must be good. */
static inline void read_good(struct arena *arena, const struct json_type *type, const char *text,
                             void *object)
{
    struct error err = {0};

    if (json_read(arena, type, text, strlen(text), object, &err) < 0)
        fail_msg("%s: refused: %s", text, err.text);
}

/* Decodes text, which must be refused with exactly this message. */
static inline void read_bad(const struct json_type *type, const char *text, const char *message)
{
    owned_arena arena = {0};
    struct error err = {0};
    void *object = arena_alloc(&arena, type->size);

    if (json_read(&arena, type, text, strlen(text), object, &err) == 0)
        fail_msg("%s: accepted", text);
    assert_int_equal(err.kind, ERROR_INVALID);
    assert_string_equal(err.text, message);
}

#endif

/* A walk over every table: what the compiler cannot check of rows that are offsets and sizes. */
#include "tests/unit/oci-spec_support.h"

#include "oci-spec/events.h"
#include "oci-spec/features.h"
#include "oci-spec/spec_tables.h"
#include "oci-spec/state.h"

enum { MAX_TYPES = 512 };

struct walk {
    const struct json_type *types[MAX_TYPES]; /* visited and to be visited */
    size_t count;
};

static void walk_add(struct walk *walk, const struct json_type *type)
{
    for (size_t i = 0; i < walk->count; i++)
        if (walk->types[i] == type)
            return;
    assert_true(walk->count < MAX_TYPES);
    walk->types[walk->count++] = type;
}

static void check_field(const struct json_type *type, const struct json_field *field)
{
    if (field->size != field->type->size)
        fail_msg("%s.%s: the type has %zu bytes, the member %zu", type->name, field->name,
                 field->type->size, field->size);
    if (field->offset + field->size > type->size)
        fail_msg("%s.%s: lies outside of the struct", type->name, field->name);
    for (const struct json_field *other = type->fields; other < field; other++) {
        if (strcmp(field->name, other->name) == 0)
            fail_msg("%s.%s: occurs twice", type->name, field->name);
        if (field->offset == other->offset)
            fail_msg("%s.%s: shares its place with %s", type->name, field->name, other->name);
    }
}

static void check_fields(struct walk *walk, const struct json_type *type)
{
    assert_non_null(type->name);
    assert_in_range(type->field_count, 1, JSON_MAX_FIELDS);
    for (size_t i = 0; i < type->field_count; i++) {
        check_field(type, &type->fields[i]);
        walk_add(walk, type->fields[i].type);
    }
}

static void check_number(const struct json_type *type)
{
    uint64_t largest = type->size == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * type->size)) - 1;

    assert_true(type->size == 1 || type->size == 2 || type->size == 4 || type->size == 8);
    if (type->kind == JSON_UNSIGNED)
        assert_true(type->min == 0 && type->max <= largest);
    else
        assert_true(type->size >= 4 && type->max <= largest / 2);
    assert_true(type->max > 0);
}

static void check_type(struct walk *walk, const struct json_type *type)
{
    switch (type->kind) {
    case JSON_BOOL:
        assert_int_equal(type->size, sizeof(bool));
        break;
    case JSON_UNSIGNED:
    case JSON_SIGNED:
        check_number(type);
        break;
    case JSON_MILLIONTHS:
        assert_int_equal(type->size, sizeof(int64_t));
        assert_true(type->max > 0 && type->max <= INT64_MAX);
        break;
    case JSON_NAME:
        assert_int_equal(type->size, sizeof(int64_t));
        assert_non_null(type->names);
        break;
    case JSON_OBJECT:
        check_fields(walk, type);
        break;
    case JSON_STRING:
    case JSON_RAW:
        assert_int_equal(type->size, sizeof(char *));
        break;
    case JSON_TEXTS:
    case JSON_TEXT_MAP:
        assert_int_equal(type->size, sizeof(struct text_list));
        assert_int_equal(type->item->kind, JSON_STRING);
        break;
    case JSON_KEYED:
        assert_int_equal(type->item->kind, JSON_OBJECT);
        assert_true(type->key_offset + sizeof(char *) <= type->item->size);
        walk_add(walk, type->item);
        break;
    case JSON_LIST:
        assert_int_equal(type->size, sizeof(struct slice));
        walk_add(walk, type->item);
        break;
    case JSON_POINTER:
        assert_int_equal(type->size, sizeof(void *));
        assert_true(type->item->kind != JSON_POINTER);
        walk_add(walk, type->item);
        break;
    }
}

static size_t walk_from(const struct json_type *root, size_t *ret_fields)
{
    static struct walk walk;

    memset(&walk, 0, sizeof(walk));
    walk_add(&walk, root);
    *ret_fields = 0;
    for (size_t i = 0; i < walk.count; i++) {
        check_type(&walk, walk.types[i]);
        *ret_fields += walk.types[i]->field_count;
    }
    return walk.count;
}

static void test_configuration(void **state)
{
    size_t fields;

    (void) state;
    assert_true(walk_from(&json_spec, &fields) > 100);
    assert_true(fields > 200);
}

static void test_features(void **state)
{
    size_t fields;

    (void) state;
    (void) walk_from(&json_features, &fields);
    assert_int_equal(fields, 35);
}

static void test_states(void **state)
{
    size_t fields;

    (void) state;
    (void) walk_from(&json_container_process_state, &fields);
    assert_int_equal(fields, 14);
}

static void test_events(void **state)
{
    size_t fields;

    (void) state;
    (void) walk_from(&json_event_document, &fields);
    assert_int_equal(fields, 68);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_configuration),
        cmocka_unit_test(test_features),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

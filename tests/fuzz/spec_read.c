/*
 * Feeds arbitrary bytes to every decoder of oci-spec/, and what was accepted through the encoder and back:
 * no input may crash, and what we wrote ourselves must be accepted and written the same again.
 *
 * tests/fuzz/run builds it for libFuzzer; with replay.c it reads files; the unit test oci-spec_fuzz runs it
 * over the corpus.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "oci-spec/features.h"
#include "oci-spec/json.h"
#include "oci-spec/mount_options.h"
#include "oci-spec/spec.h"
#include "oci-spec/spec_tables.h"
#include "oci-spec/state.h"

/* libFuzzer gives the name. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct json_type *const types[] = {
    &json_spec,
    &json_spec_process,
    &json_spec_resources,
    &json_features,
    &json_container_process_state,
};

static void check_round_trip(struct arena *arena, const struct json_type *type, const void *object)
{
    const char *text = json_write(arena, type, object, JSON_COMPACT);
    void *second = arena_alloc(arena, type->size);
    struct error err = {0};

    if (json_read(arena, type, text, strlen(text), second, &err) < 0)
        abort();
    if (strcmp(json_write(arena, type, second, JSON_COMPACT), text) != 0)
        abort();
}

static void parse_mount_options(struct arena *arena, const struct spec *spec)
{
    struct mount_options options;

    SLICE_FOR_EACH(struct spec_mount, mount, spec->mounts)
        mount_options_parse(arena, &mount->options, &options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        owned_arena arena = {0};
        struct error err = {0};
        void *object = arena_alloc(&arena, types[i]->size);

        if (json_read(&arena, types[i], (const char *) data, size, object, &err) < 0) {
            if (err.kind != ERROR_INVALID || err.text[0] == '\0')
                abort();
            continue;
        }
        check_round_trip(&arena, types[i], object);
        if (types[i] == &json_spec)
            parse_mount_options(&arena, object);
    }
    return 0;
}

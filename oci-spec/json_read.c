/*
 * The decoder: yajl finds the tokens, the rows say what they mean.
 *
 * Events arrive one by one; a stack of frames remembers the objects and arrays that are open. A value
 * goes where the top frame says: into a struct's member, a new item of a list, an entry of a map. yajl
 * checks the grammar only; duplicates, depth, ranges and the validity of text are checked here. yajl's
 * memory comes from the arena, so nothing is freed on any path.
 */
#include "oci-spec/json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "oci-spec/json_frame.h"
#include "oci-spec/json_memory.h"
#include "oci-spec/json_text.h"

struct decoder {
    struct arena *arena;
    struct error *err;
    yajl_handle parser;
    const struct json_type *type;
    void *object;
    const char *bytes;
    size_t size;
    size_t invalid_offset; /* of the first byte that is not valid text; size when there is none */
    struct json_frame frames[JSON_MAX_DEPTH];
    size_t depth;
    size_t skip_depth; /* brackets open inside a value that is not decoded */
    const char **raw;  /* where to keep the text of the skipped value; NULL: nowhere */
    size_t raw_start;
    bool has_failed; /* err is set: yajl's own complaint about the cancelled parse does not count */
};

/* Where the next value goes, and as what. */
struct slot {
    const struct json_type *type;
    void *where;
    bool is_optional;
};

enum { CANCEL = 0, PROCEED = 1 }; /* what yajl's callbacks return */

/* Messages. The pointer is put together only here, when reading has failed. */

static int fail_at(struct decoder *decoder, size_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4), cold));

static int fail_at(struct decoder *decoder, size_t offset, const char *format, ...)
{
    struct json_position position = json_text_position(decoder->bytes, offset);
    char pointer[512];
    char reason[1024];
    va_list args;

    decoder->has_failed = true;
    va_start(args, format);
    (void) vsnprintf(reason, sizeof(reason), format, args); /* a cut reason is still a reason */
    va_end(args);
    json_frames_format_pointer(decoder->frames, decoder->depth, pointer, sizeof(pointer));
    (void) error_set(decoder->err, ERROR_INVALID, "%zu:%zu: %s%s%s", position.line, position.column,
                     pointer, pointer[0] ? ": " : "", reason);
    return CANCEL;
}

static size_t token_end(const struct decoder *decoder)
{
    return yajl_get_bytes_consumed(decoder->parser);
}

#define fail(decoder, ...) \
    fail_at((decoder), json_text_token_start((decoder)->bytes, token_end(decoder)), __VA_ARGS__)

static enum json_kind kind_of(const struct json_type *type)
{
    return type->kind == JSON_POINTER ? type->item->kind : type->kind;
}

static const char *expected_text(const struct json_type *type)
{
    static const char *const texts[] = {
        [JSON_BOOL] = "a boolean",      [JSON_STRING] = "a string", [JSON_UNSIGNED] = "an integer",
        [JSON_SIGNED] = "an integer",   [JSON_NAME] = "a string",   [JSON_OBJECT] = "an object",
        [JSON_LIST] = "an array",       [JSON_TEXTS] = "an array",  [JSON_TEXT_MAP] = "an object",
        [JSON_KEYED] = "an object",     [JSON_POINTER] = "a value", [JSON_RAW] = "an object",
        [JSON_MILLIONTHS] = "a number",
    };

    return texts[kind_of(type)];
}

static int fail_type(struct decoder *decoder, const struct json_type *type, const char *got)
{
    return fail(decoder, "must be %s, not %s", expected_text(type), got);
}

/* Finding the place of a value. */

static void slot_of_item(struct decoder *decoder, struct json_frame *frame, struct slot *slot)
{
    struct arena *arena = decoder->arena;
    struct text_list *texts = frame->target;
    struct text_pair *pair;
    char *item;

    slot->type = frame->type->item;
    slot->is_optional = false;
    switch (frame->type->kind) {
    case JSON_TEXTS:
        frame->count++;
        text_list_push(arena, texts, NULL);
        slot->where = &texts->items[texts->count - 1];
        break;
    case JSON_TEXT_MAP:
        pair = SLICE_PUSH(arena, frame->target, struct text_pair);
        pair->key = frame->key;
        slot->where = &pair->value;
        break;
    case JSON_KEYED:
        item = slice_push(arena, frame->target, frame->type->item->size);
        memcpy(item + frame->type->key_offset, &frame->key, sizeof(frame->key));
        slot->where = item;
        break;
    default:
        frame->count++;
        slot->where = slice_push(arena, frame->target, frame->type->item->size);
        break;
    }
}

/* False when the value belongs to an unknown property. */
static bool slot_open(struct decoder *decoder, struct slot *slot)
{
    struct json_frame *frame;

    if (decoder->depth == 0) {
        *slot = (struct slot){decoder->type, decoder->object, false};
        return true;
    }
    frame = &decoder->frames[decoder->depth - 1];
    if (frame->type->kind != JSON_OBJECT) {
        slot_of_item(decoder, frame, slot);
        return true;
    }
    if (!frame->field)
        return false;
    slot->type = frame->field->type;
    slot->where = (char *) frame->target + frame->field->offset;
    slot->is_optional = (frame->field->flags & JSON_REQUIRED) == 0;
    return true;
}

/* A pointer gets something to point to; from there on the slot is that. */
static void slot_follow(struct decoder *decoder, struct slot *slot)
{
    void *item;

    if (slot->type->kind != JSON_POINTER)
        return;
    item = arena_alloc(decoder->arena, slot->type->item->size);
    memcpy(slot->where, &item, sizeof(item));
    slot->type = slot->type->item;
    slot->where = item;
}

static int check_value(struct decoder *decoder, const struct json_type *type, const void *value)
{
    const char *reason = type->check ? type->check(value) : NULL;

    return reason ? fail(decoder, "%s", reason) : PROCEED;
}

/* Scalars. */

static bool is_null_allowed(const struct decoder *decoder)
{
    const struct json_frame *frame;

    if (decoder->depth == 0)
        return false;
    frame = &decoder->frames[decoder->depth - 1];
    return frame->type->kind == JSON_OBJECT &&
           (!frame->field || (frame->field->flags & JSON_REQUIRED) == 0);
}

static int read_null(void *context)
{
    struct decoder *decoder = context;
    struct slot slot;

    if (decoder->skip_depth > 0 || is_null_allowed(decoder) || !slot_open(decoder, &slot))
        return PROCEED;
    return fail_type(decoder, slot.type, "null");
}

static int read_bool(void *context, int value)
{
    struct decoder *decoder = context;
    struct slot slot;

    if (decoder->skip_depth > 0 || !slot_open(decoder, &slot))
        return PROCEED;
    slot_follow(decoder, &slot);
    if (slot.type->kind != JSON_BOOL)
        return fail_type(decoder, slot.type, "a boolean");
    *(bool *) slot.where = value != 0;
    return PROCEED;
}

static void store_integer(void *where, size_t size, uint64_t value)
{
    switch (size) {
    case 1:
        *(uint8_t *) where = (uint8_t) value;
        break;
    case 2:
        *(uint16_t *) where = (uint16_t) value;
        break;
    case 4:
        *(uint32_t *) where = (uint32_t) value;
        break;
    default:
        *(uint64_t *) where = value;
        break;
    }
}

static bool is_in_range(const struct json_type *type, bool is_negative, uint64_t magnitude)
{
    if (is_negative && magnitude > 0)
        return type->min < 0 && magnitude <= (uint64_t) - (type->min + 1) + 1;
    return magnitude <= type->max && (type->min <= 0 || magnitude >= (uint64_t) type->min);
}

static int store_millionths(struct decoder *decoder, const struct slot *slot, const char *text,
                            size_t size)
{
    int64_t value;

    if (!json_text_parse_millionths(text, size, &value) || value < slot->type->min ||
        (uint64_t) value > slot->type->max)
        return fail(decoder,
                    "must be from %" PRId64 " to %" PRIu64
                    ", with at most six digits after the point",
                    slot->type->min / 1000000, slot->type->max / 1000000);
    *(int64_t *) slot->where = value;
    return PROCEED;
}

static int read_number(void *context, const char *text, size_t size)
{
    struct decoder *decoder = context;
    unsigned long long magnitude = 0;
    bool is_negative = false;
    enum json_integer result;
    struct slot slot;

    if (decoder->skip_depth > 0 || !slot_open(decoder, &slot))
        return PROCEED;
    slot_follow(decoder, &slot);
    if (slot.type->kind == JSON_MILLIONTHS)
        return store_millionths(decoder, &slot, text, size);
    if (slot.type->kind != JSON_UNSIGNED && slot.type->kind != JSON_SIGNED)
        return fail_type(decoder, slot.type, "a number");
    result = json_text_parse_integer(text, size, &is_negative, &magnitude);
    if (result == JSON_INTEGER_NOT)
        return fail(decoder, "must be an integer without fraction or exponent");
    if (result == JSON_INTEGER_TOO_LARGE || !is_in_range(slot.type, is_negative, magnitude))
        return fail(decoder, "must be between %" PRId64 " and %" PRIu64, slot.type->min,
                    slot.type->max);
    store_integer(slot.where, slot.type->size, is_negative ? -(uint64_t) magnitude : magnitude);
    return check_value(decoder, slot.type, slot.where);
}

static int fail_name(struct decoder *decoder, const struct names *names, const char *text)
{
    char expected[768];

    return fail(decoder, "unknown %s \"%.64s\", expected one of: %s", names->what, text,
                names_join(names, expected, sizeof(expected)));
}

static bool is_text(enum json_kind kind)
{
    return kind == JSON_STRING || kind == JSON_NAME;
}

static int check_text(struct decoder *decoder, const char *text, size_t size)
{
    if (token_end(decoder) > decoder->invalid_offset)
        return fail_at(decoder, decoder->invalid_offset, "is not valid UTF-8");
    if (memchr(text, '\0', size))
        return fail(decoder, "must not contain a NUL character");
    return PROCEED;
}

static int store_text(struct decoder *decoder, const struct slot *slot, const char *text)
{
    if (slot->type->names && !names_find(slot->type->names, text))
        return fail_name(decoder, slot->type->names, text);
    *(const char **) slot->where = text;
    return check_value(decoder, slot->type, text);
}

static int store_name(struct decoder *decoder, const struct slot *slot, const char *text)
{
    const struct name *name = names_find(slot->type->names, text);

    if (!name)
        return fail_name(decoder, slot->type->names, text);
    *(int64_t *) slot->where = name->value;
    return PROCEED;
}

static int read_string(void *context, const unsigned char *bytes, size_t size)
{
    struct decoder *decoder = context;
    const char *text = (const char *) bytes;
    struct slot slot;

    if (decoder->skip_depth > 0 || !slot_open(decoder, &slot))
        return check_text(decoder, "", 0);
    if (slot.is_optional && size == 0 && is_text(kind_of(slot.type)))
        return PROCEED;
    slot_follow(decoder, &slot);
    if (!is_text(slot.type->kind))
        return fail_type(decoder, slot.type, "a string");
    if (check_text(decoder, text, size) == CANCEL)
        return CANCEL;
    text = arena_copy_bytes(decoder->arena, text, size);
    return slot.type->kind == JSON_NAME ? store_name(decoder, &slot, text)
                                        : store_text(decoder, &slot, text);
}

/* Objects and arrays. */

static int skip_open(struct decoder *decoder)
{
    if (decoder->depth + decoder->skip_depth >= JSON_MAX_DEPTH)
        return fail(decoder, "is nested deeper than %d levels", JSON_MAX_DEPTH);
    decoder->skip_depth++;
    return PROCEED;
}

static int frame_push(struct decoder *decoder, const struct slot *slot)
{
    if (decoder->depth >= JSON_MAX_DEPTH)
        return fail(decoder, "is nested deeper than %d levels", JSON_MAX_DEPTH);
    decoder->frames[decoder->depth++] = (struct json_frame){
        .type = slot->type, .target = slot->where, .start = token_end(decoder) - 1};
    return PROCEED;
}

static int read_map_start(void *context)
{
    struct decoder *decoder = context;
    struct slot slot;

    if (decoder->skip_depth > 0 || !slot_open(decoder, &slot))
        return skip_open(decoder);
    slot_follow(decoder, &slot);
    switch (slot.type->kind) {
    case JSON_OBJECT:
    case JSON_TEXT_MAP:
    case JSON_KEYED:
        return frame_push(decoder, &slot);
    case JSON_RAW:
        decoder->raw = slot.where;
        decoder->raw_start = token_end(decoder) - 1;
        return skip_open(decoder);
    default:
        return fail_type(decoder, slot.type, "an object");
    }
}

static int read_array_start(void *context)
{
    struct decoder *decoder = context;
    struct slot slot;

    if (decoder->skip_depth > 0 || !slot_open(decoder, &slot))
        return skip_open(decoder);
    slot_follow(decoder, &slot);
    if (slot.type->kind != JSON_LIST && slot.type->kind != JSON_TEXTS)
        return fail_type(decoder, slot.type, "an array");
    return frame_push(decoder, &slot);
}

static int read_property(struct decoder *decoder, struct json_frame *frame, const char *key,
                         size_t size)
{
    frame->field = json_frame_find_field(frame, key, size);
    if (!frame->field) {
        frame->key = arena_copy_bytes(decoder->arena, key, size);
        return PROCEED;
    }
    frame->key = frame->field->name;
    return json_frame_mark_seen(frame) ? PROCEED : fail(decoder, "occurs twice");
}

static int read_key(void *context, const unsigned char *bytes, size_t size)
{
    struct decoder *decoder = context;
    const char *key = (const char *) bytes;
    struct json_frame *frame;

    if (check_text(decoder, key, size) == CANCEL)
        return CANCEL;
    if (decoder->skip_depth > 0)
        return PROCEED;
    frame = &decoder->frames[decoder->depth - 1];
    if (frame->type->kind == JSON_OBJECT)
        return read_property(decoder, frame, key, size);
    frame->key = arena_copy_bytes(decoder->arena, key, size);
    return size == 0 ? fail(decoder, "has an empty key") : PROCEED;
}

static int check_unique_keys(struct decoder *decoder, struct json_frame *frame)
{
    frame->key = json_frame_find_duplicate(frame, decoder->arena);
    return frame->key ? fail_at(decoder, frame->start, "occurs twice") : PROCEED;
}

static int check_required(struct decoder *decoder, const struct json_frame *frame)
{
    const struct json_field *missing = json_frame_find_missing(frame);

    return missing ? fail_at(decoder, frame->start, "%s lacks the required property \"%s\"",
                             frame->type->name, missing->name)
                   : PROCEED;
}

/* The end of a skipped value: its text is kept if the row wants it. */
static int skip_close(struct decoder *decoder)
{
    if (--decoder->skip_depth == 0 && decoder->raw) {
        *decoder->raw = arena_copy_bytes(decoder->arena, decoder->bytes + decoder->raw_start,
                                         token_end(decoder) - decoder->raw_start);
        decoder->raw = NULL;
    }
    return PROCEED;
}

static int check_whole(struct decoder *decoder, struct json_frame *frame)
{
    const char *reason = frame->type->check ? frame->type->check(frame->target) : NULL;

    return reason ? fail_at(decoder, frame->start, "%s", reason) : PROCEED;
}

static int read_map_end(void *context)
{
    struct decoder *decoder = context;
    struct json_frame *frame;
    int result;

    if (decoder->skip_depth > 0)
        return skip_close(decoder);
    frame = &decoder->frames[decoder->depth - 1];
    frame->key = NULL; /* what is wrong from here on is wrong with the object itself */
    result = frame->type->kind == JSON_OBJECT ? check_required(decoder, frame)
                                              : check_unique_keys(decoder, frame);
    if (result == PROCEED)
        result = check_whole(decoder, frame);
    if (result == PROCEED)
        decoder->depth--;
    return result;
}

static int read_array_end(void *context)
{
    struct decoder *decoder = context;
    struct json_frame *frame;
    size_t count;

    if (decoder->skip_depth > 0)
        return skip_close(decoder);
    frame = &decoder->frames[decoder->depth - 1];
    count = frame->count;
    frame->count = 0; /* as above: the array itself */
    if (count < frame->type->min_items)
        return fail_at(decoder, frame->start, "must have at least %zu item%s",
                       frame->type->min_items, frame->type->min_items == 1 ? "" : "s");
    decoder->depth--;
    return PROCEED;
}

/* The whole document. */

static const yajl_callbacks callbacks = {
    .yajl_null = read_null,
    .yajl_boolean = read_bool,
    .yajl_number = read_number, /* raw text: yajl_integer would cut 64-bit values */
    .yajl_string = read_string,
    .yajl_start_map = read_map_start,
    .yajl_map_key = read_key,
    .yajl_end_map = read_map_end,
    .yajl_start_array = read_array_start,
    .yajl_end_array = read_array_end,
};

/* "lexical error: invalid char in json text.\n" becomes one clause at the place where yajl stopped. */
static int fail_syntax(struct decoder *decoder, size_t offset)
{
    const char *text = (const char *) yajl_get_error(decoder->parser, 0, NULL, 0);

    (void) fail_at(decoder, offset, "%.*s", (int) strcspn(text, "\n"), text);
    return -1;
}

static int read_document(struct decoder *decoder)
{
    const unsigned char *bytes = (const unsigned char *) decoder->bytes;
    yajl_status status = yajl_parse(decoder->parser, bytes, decoder->size);
    size_t end = token_end(decoder);

    if (status == yajl_status_ok) {
        status = yajl_complete_parse(
            decoder->parser); /* a number ends here, and so does what is unfinished */
        end = decoder->size + 1;
    }
    if (decoder->has_failed)
        return -1;
    if (status != yajl_status_ok)
        return fail_syntax(decoder, end > 0 ? end - 1 : 0);
    return 0;
}

/* bytes and size are one thing in two parameters. NOLINTNEXTLINE(readability-function-size) */
int json_read(struct arena *arena, const struct json_type *type, const char *bytes, size_t size,
              void *object, struct error *err)
{
    yajl_alloc_funcs memory = {json_memory_alloc, json_memory_resize, json_memory_free, arena};
    struct decoder decoder = {.arena = arena, .err = err, .type = type, .object = object};

    decoder.bytes = bytes;
    decoder.size = size;
    if (size > JSON_MAX_SIZE_BYTES)
        return error_set(err, ERROR_INVALID, "is larger than %zu bytes", JSON_MAX_SIZE_BYTES);
    if (json_text_is_blank(bytes, size))
        return error_set(err, ERROR_INVALID, "is empty");
    decoder.invalid_offset = json_text_find_invalid(bytes, size);
    decoder.parser = yajl_alloc(&callbacks, &memory, &decoder);
    (void) yajl_config(decoder.parser, yajl_dont_validate_strings,
                       1); /* we did, and more strictly */
    return read_document(&decoder);
}

/* The conversion; see convert.h. Levels are counted on a stack of our own, so depth is bounded by it and not by the process's. */
#include "helpers/yaml/convert.h"

#include <stdbool.h>
#include <string.h>
#include <yaml.h>

#include "helpers/yaml/scalar.h"

struct anchor {
    const char *name;
    size_t begin; /* in the output */
    size_t end;   /* 0: its node is not finished */
};

/* A collection that is not at its end. */
struct level {
    bool is_mapping;
    size_t count; /* of its nodes so far: keys and values are two */
    const char *anchor;
};

struct conversion {
    struct arena *arena;
    yaml_parser_t parser;
    char *json; /* YAML_MAX_BYTES */
    size_t used;
    size_t line; /* of what is written next, from 0 */
    size_t column;
    struct level levels[YAML_MAX_DEPTH + 1]; /* the first is the stream itself */
    size_t depth;
    struct anchor anchors[YAML_MAX_ANCHORS];
    size_t anchor_count;
};

static void event_release(yaml_event_t *event)
{
    yaml_event_delete(event);
}

#define owned_event __attribute__((cleanup(event_release))) yaml_event_t

static int fail_at(const yaml_mark_t *mark, const char *what, struct error *err)
{
    return error_set(err, ERROR_INVALID, "%zu:%zu: %s", mark->line + 1, mark->column + 1, what);
}

static int next_event(struct conversion *conversion, yaml_event_t *event, struct error *err)
{
    const yaml_parser_t *parser = &conversion->parser;

    if (yaml_parser_parse(&conversion->parser, event))
        return 0;
    memset(event, 0, sizeof(*event));
    if (parser->error == YAML_MEMORY_ERROR)
        return error_set(err, ERROR_OS, "out of memory");
    if (parser->error == YAML_READER_ERROR)
        return error_set(err, ERROR_INVALID, "%zu:%zu: %s", parser->mark.line + 1,
                         parser->mark.column + 1, parser->problem);
    return error_set(err, ERROR_INVALID, "%zu:%zu: %s%s%s", parser->problem_mark.line + 1,
                     parser->problem_mark.column + 1, parser->context ? parser->context : "",
                     parser->context ? ": " : "", parser->problem);
}

/* --- writing --- */

static int put(struct conversion *conversion, const char *bytes, size_t size, struct error *err)
{
    if (size > YAML_MAX_BYTES - conversion->used)
        return error_set(err, ERROR_INVALID, "%zu:1: it becomes larger than %zu bytes",
                         conversion->line + 1, YAML_MAX_BYTES);
    memcpy(conversion->json + conversion->used, bytes, size);
    conversion->used += size;
    conversion->column += size;
    return 0;
}

static int put_text(struct conversion *conversion, const char *text, struct error *err)
{
    return put(conversion, text, strlen(text), err);
}

/* Goes on to where the node stands in the YAML, unless that lies behind. */
static int move_to(struct conversion *conversion, const yaml_mark_t *mark, struct error *err)
{
    for (; conversion->line < mark->line; conversion->line++) {
        if (put(conversion, "\n", 1, err) < 0)
            return -1;
        conversion->column = 0;
    }
    while (conversion->column < mark->column)
        if (put(conversion, " ", 1, err) < 0)
            return -1;
    return 0;
}

static int put_quoted(struct conversion *conversion, const char *bytes, size_t size,
                      struct error *err)
{
    static const char hex[] = "0123456789abcdef";
    int result = put(conversion, "\"", 1, err);

    for (size_t i = 0; i < size && result == 0; i++) {
        unsigned char byte = (unsigned char) bytes[i];
        const char control[] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
        const char escaped[] = {'\\', (char) byte};

        if (byte < 0x20)
            result = put(conversion, control, sizeof(control), err);
        else if (byte == '"' || byte == '\\')
            result = put(conversion, escaped, sizeof(escaped), err);
        else
            result = put(conversion, bytes + i, 1, err);
    }
    return result < 0 ? -1 : put(conversion, "\"", 1, err);
}

/* --- anchors --- */

static struct anchor *find_anchor(struct conversion *conversion, const char *name)
{
    for (size_t i = 0; i < conversion->anchor_count; i++)
        if (strcmp(conversion->anchors[i].name, name) == 0)
            return &conversion->anchors[i];
    return NULL;
}

static int begin_anchor(struct conversion *conversion, const yaml_event_t *event, const char *name,
                        struct error *err)
{
    struct anchor *anchor = find_anchor(conversion, name);

    if (!anchor && conversion->anchor_count == YAML_MAX_ANCHORS)
        return fail_at(&event->start_mark, "too many anchors", err);
    if (!anchor)
        anchor = &conversion->anchors[conversion->anchor_count++];
    *anchor =
        (struct anchor){.name = arena_copy(conversion->arena, name), .begin = conversion->used};
    return 0;
}

/* On one line, whatever the lines of the node are. As a key, what is not a text becomes one. */
static int write_alias(struct conversion *conversion, const yaml_event_t *event, bool is_key,
                       struct error *err)
{
    const struct anchor *anchor = find_anchor(conversion, (const char *) event->data.alias.anchor);
    const char *quote;
    size_t from = conversion->used;

    if (!anchor || anchor->end == 0)
        return fail_at(&event->start_mark,
                       anchor ? "a node that contains itself" : "an alias without its anchor", err);
    if (is_key && strchr("[{", conversion->json[anchor->begin]))
        return fail_at(&event->start_mark, "a key must be a text", err);
    quote = is_key && conversion->json[anchor->begin] != '"' ? "\"" : "";
    if (put_text(conversion, quote, err) < 0 ||
        put(conversion, conversion->json + anchor->begin, anchor->end - anchor->begin, err) < 0)
        return -1;
    for (size_t i = from; i < conversion->used; i++)
        if (conversion->json[i] == '\n')
            conversion->json[i] = ' ';
    return put_text(conversion, quote, err);
}

/* --- nodes --- */

static const char *find_tag(const yaml_char_t *tag)
{
    static const char prefix[] = "tag:yaml.org,2002:";
    const char *text = (const char *) tag;

    if (!text || strncmp(text, prefix, sizeof(prefix) - 1) != 0)
        return text ? text : "";
    return text + sizeof(prefix) - 1;
}

/* The kind that the tag demands; -1 when the scalar is not of it, or the tag is not of the core schema. */
static int find_tagged_kind(const char *tag, const char *text)
{
    static const char *const tags[] = {[SCALAR_TEXT] = "str",
                                       [SCALAR_NULL] = "null",
                                       [SCALAR_BOOL] = "bool",
                                       [SCALAR_INTEGER] = "int",
                                       [SCALAR_FLOAT] = "float"};
    int kind = (int) scalar_find_kind(text);

    if (strcmp(tag, "!") == 0 || strcmp(tag, tags[SCALAR_TEXT]) == 0)
        return SCALAR_TEXT;
    if (kind == SCALAR_INTEGER && strcmp(tag, tags[SCALAR_FLOAT]) == 0)
        return kind;
    return strcmp(tag, tags[kind]) == 0 ? kind : -1;
}

static int write_scalar(struct conversion *conversion, const yaml_event_t *event, bool is_key,
                        struct error *err)
{
    const char *text = (const char *) event->data.scalar.value;
    const char *tag = find_tag(event->data.scalar.tag);
    const char *value;
    int kind = SCALAR_TEXT;

    if (event->data.scalar.plain_implicit) /* or its tag was "!", which libyaml does not pass on */
        kind = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? (int) scalar_find_kind(text)
                                                                   : SCALAR_TEXT;
    else if (tag[0] != '\0')
        kind = find_tagged_kind(tag, text);
    if (kind < 0)
        return fail_at(&event->start_mark, "the tag does not fit, or is none of YAML's core schema",
                       err);
    if (is_key && strcmp(text, "<<") == 0 && event->data.scalar.plain_implicit)
        return fail_at(&event->start_mark, "YAML 1.2 has no merge keys", err);
    if (kind == SCALAR_TEXT || is_key)
        return put_quoted(conversion, text, event->data.scalar.length, err);
    value = scalar_format(conversion->arena, (enum scalar_kind) kind, text);
    if (!value)
        return fail_at(&event->start_mark, "a number that JSON does not have", err);
    return put_text(conversion, value, err);
}

/* --- the stream --- */

static const char *find_anchor_name(const yaml_event_t *event)
{
    if (event->type == YAML_SCALAR_EVENT)
        return (const char *) event->data.scalar.anchor;
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return (const char *) event->data.sequence_start.anchor;
    return event->type == YAML_MAPPING_START_EVENT ? (const char *) event->data.mapping_start.anchor
                                                   : NULL;
}

static struct level *innermost(struct conversion *conversion)
{
    return &conversion->levels[conversion->depth];
}

/* Whatever node comes next is one. */
static bool is_at_key(struct conversion *conversion)
{
    return innermost(conversion)->is_mapping && innermost(conversion)->count % 2 == 0;
}

/* What JSON has between the node before and this one. */
static int separate(struct conversion *conversion, struct error *err)
{
    const struct level *level = innermost(conversion);

    if (level->count == 0)
        return 0;
    return put(conversion, level->is_mapping && level->count % 2 == 1 ? ":" : ",", 1, err);
}

/* The node of the innermost level that was begun last is whole. */
static void end_node(struct conversion *conversion, const char *anchor)
{
    if (anchor)
        find_anchor(conversion, anchor)->end = conversion->used;
    innermost(conversion)->count++;
}

static int write_leaf(struct conversion *conversion, const yaml_event_t *event, struct error *err)
{
    const char *anchor = find_anchor_name(event);
    const bool is_key = is_at_key(conversion);
    int result;

    if (separate(conversion, err) < 0 || move_to(conversion, &event->start_mark, err) < 0 ||
        (anchor && begin_anchor(conversion, event, anchor, err) < 0))
        return -1;
    result = event->type == YAML_ALIAS_EVENT ? write_alias(conversion, event, is_key, err)
                                             : write_scalar(conversion, event, is_key, err);
    if (result == 0)
        end_node(conversion, anchor);
    return result;
}

static int check_tag(const yaml_event_t *event, bool is_mapping, struct error *err)
{
    const char *tag =
        find_tag(is_mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag);

    if (tag[0] != '\0' && strcmp(tag, "!") != 0 && strcmp(tag, is_mapping ? "map" : "seq") != 0)
        return fail_at(&event->start_mark, "the tag does not fit, or is none of YAML's core schema",
                       err);
    return 0;
}

/* Its bracket stays on the line before: the first node then has its own column. */
static int begin_collection(struct conversion *conversion, const yaml_event_t *event,
                            struct error *err)
{
    const char *anchor = find_anchor_name(event);
    const bool is_mapping = event->type == YAML_MAPPING_START_EVENT;

    if (is_at_key(conversion))
        return fail_at(&event->start_mark, "a key must be a text", err);
    if (conversion->depth == YAML_MAX_DEPTH)
        return fail_at(&event->start_mark, "too deep", err);
    if (check_tag(event, is_mapping, err) < 0 || separate(conversion, err) < 0 ||
        (anchor && begin_anchor(conversion, event, anchor, err) < 0))
        return -1;
    conversion->depth++;
    *innermost(conversion) = (struct level){
        .is_mapping = is_mapping,
        .anchor = anchor ? arena_copy(conversion->arena, anchor) : NULL,
    };
    return put(conversion, is_mapping ? "{" : "[", 1, err);
}

static int end_collection(struct conversion *conversion, struct error *err)
{
    const struct level level = *innermost(conversion);

    conversion->depth--;
    if (put(conversion, level.is_mapping ? "}" : "]", 1, err) < 0)
        return -1;
    end_node(conversion, level.anchor);
    return 0;
}

/* 1: go on; 0: the end. */
static int take_event(struct conversion *conversion, const yaml_event_t *event, struct error *err)
{
    switch (event->type) {
    case YAML_STREAM_END_EVENT:
        if (innermost(conversion)->count == 0)
            return error_set(err, ERROR_INVALID, "1:1: there is nothing in it");
        return 0;
    case YAML_DOCUMENT_START_EVENT:
        if (innermost(conversion)->count > 0)
            return fail_at(&event->start_mark, "there is a second document", err);
        return 1;
    case YAML_SCALAR_EVENT:
    case YAML_ALIAS_EVENT:
        return write_leaf(conversion, event, err) < 0 ? -1 : 1;
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return begin_collection(conversion, event, err) < 0 ? -1 : 1;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return end_collection(conversion, err) < 0 ? -1 : 1;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    default:
        return 1;
    }
}

static int take_events(struct conversion *conversion, struct error *err)
{
    int result = 1;

    while (result > 0) {
        owned_event event = {0};

        result = next_event(conversion, &event, err);
        if (result == 0)
            result = take_event(conversion, &event, err);
    }
    return result;
}

int yaml_convert(struct arena *arena, const struct yaml_text *yaml, struct yaml_text *ret_json,
                 struct error *err)
{
    struct conversion *conversion = ARENA_NEW(arena, struct conversion);
    int result;

    if (yaml->size > YAML_MAX_BYTES)
        return error_set(err, ERROR_INVALID, "1:1: it is larger than %zu bytes", YAML_MAX_BYTES);
    conversion->arena = arena;
    conversion->json = arena_alloc(arena, YAML_MAX_BYTES);
    if (!yaml_parser_initialize(&conversion->parser))
        return error_set(err, ERROR_OS, "out of memory");
    yaml_parser_set_input_string(&conversion->parser, (const unsigned char *) yaml->bytes,
                                 yaml->size);
    result = take_events(conversion, err);
    yaml_parser_delete(&conversion->parser);
    if (result == 0)
        *ret_json = (struct yaml_text){conversion->json, conversion->used};
    return result;
}

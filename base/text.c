/* Small pure functions on text. */
#include "base/text.h"

#include <string.h>

bool text_parse_uint64(const char *text, uint64_t *ret_value)
{
    uint64_t value = 0;

    if (*text == '\0')
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t) (*text - '0'), &value))
            return false;
    }
    *ret_value = value;
    return true;
}

bool text_parse_int64(const char *text, int64_t *ret_value)
{
    bool is_negative = *text == '-';
    uint64_t magnitude;

    if (!text_parse_uint64(is_negative ? text + 1 : text, &magnitude))
        return false;
    if (magnitude > (uint64_t) INT64_MAX + (is_negative ? 1 : 0))
        return false;
    *ret_value = is_negative ? (int64_t) (0 - magnitude) : (int64_t) magnitude;
    return true;
}

bool text_parse_uint32(const char *text, uint32_t *ret_value)
{
    uint64_t value;

    if (!text_parse_uint64(text, &value) || value > UINT32_MAX)
        return false;
    *ret_value = (uint32_t) value;
    return true;
}

bool text_has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_has_suffix(const char *text, const char *suffix)
{
    size_t length = strlen(text);
    size_t suffix_length = strlen(suffix);

    return length >= suffix_length && strcmp(text + length - suffix_length, suffix) == 0;
}

static size_t component_length(const char *path)
{
    return strcspn(path, "/");
}

bool text_path_has_dotdot(const char *path)
{
    while (*path) {
        size_t length = component_length(path);

        if (length == 2 && memcmp(path, "..", 2) == 0)
            return true;
        path += length;
        path += strspn(path, "/");
    }
    return false;
}

bool text_path_is_below(const char *path, const char *parent)
{
    return text_has_prefix(path, parent) && path[strlen(parent)] == '/';
}

bool text_path_is_at_or_below(const char *path, const char *parent)
{
    return strcmp(path, parent) == 0 || text_path_is_below(path, parent);
}

char *text_path_clean(struct arena *arena, const char *path)
{
    char *clean = arena_alloc(arena, strlen(path) + 1);
    size_t used = 0;

    for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
        size_t length = component_length(path);

        if (length == 2 && memcmp(path, "..", 2) == 0) {
            while (used > 0 && clean[--used] != '/')
                ;
        } else if (length != 1 || *path != '.') {
            if (used > 0)
                clean[used++] = '/';
            memcpy(clean + used, path, length);
            used += length;
        }
        path += length;
    }
    clean[used] = '\0';
    return clean;
}

char *text_path_join(struct arena *arena, const char *directory, const char *name)
{
    if (name[0] == '/')
        return arena_copy(arena, name);
    return arena_format(arena, "%s/%s", strcmp(directory, "/") == 0 ? "" : directory, name);
}

/* Reads digits at *text and moves past them; false when there are none or the number is too large. */
static bool parse_list_number(const char **text, size_t limit, size_t *ret_number)
{
    size_t number = 0;

    if (**text < '0' || **text > '9')
        return false;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        number = number * 10 + (size_t) (**text - '0');
        if (number >= limit)
            return false;
    }
    *ret_number = number;
    return true;
}

bool text_parse_list(const char *text, uint64_t *mask, size_t size_bits)
{
    memset(mask, 0, (size_bits + 63) / 64 * sizeof(*mask));
    for (;;) {
        size_t first;
        size_t last;

        if (!parse_list_number(&text, size_bits, &first))
            return false;
        last = first;
        if (*text == '-') {
            text++;
            if (!parse_list_number(&text, size_bits, &last) || last < first)
                return false;
        }
        for (size_t bit = first; bit <= last; bit++)
            mask[bit / 64] |= (uint64_t) 1 << (bit % 64);
        if (*text == '\0')
            return true;
        if (*text++ != ',')
            return false;
    }
}

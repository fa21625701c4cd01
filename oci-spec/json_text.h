/* JSON text before and beside parsing: where it is malformed below the grammar, and where a position is. */
#ifndef OCI_SPEC_JSON_TEXT_H
#define OCI_SPEC_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_position {
    size_t line; /* from 1 */
    size_t column;
};

struct json_position json_text_position(const char *bytes, size_t offset);

/* The start of the token that ends before offset. */
size_t json_text_token_start(const char *bytes, size_t end);

bool json_text_is_blank(const char *bytes, size_t size);

/* The offset of the first byte that is not UTF-8, or of the first \ud800-like escape without its other half; or size. */
size_t json_text_find_invalid(const char *bytes, size_t size);

enum json_integer { JSON_INTEGER_OK, JSON_INTEGER_NOT, JSON_INTEGER_TOO_LARGE };

/* Reads a JSON number that must be an integer: no fraction, no exponent. */
enum json_integer json_text_parse_integer(const char *text, size_t size, bool *ret_is_negative,
                                          unsigned long long *ret_magnitude);

/* 1.5 as 1500000. False for exponents, more than six digits after the point, and what does not fit. */
bool json_text_parse_millionths(const char *text, size_t size, int64_t *ret_millionths);

#endif

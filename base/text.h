/*
 * Small pure functions on text. Numbers are parsed strictly and totally: no blanks, no sign unless
 * negative values are allowed, no hexadecimal, nothing after the last digit, overflow is refused.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

bool text_parse_uint64(const char *text, uint64_t *ret_value);
bool text_parse_int64(const char *text, int64_t *ret_value); /* one leading '-' allowed */
bool text_parse_uint32(const char *text, uint32_t *ret_value);

bool text_has_prefix(const char *text, const char *prefix);
bool text_has_suffix(const char *text, const char *suffix);

/* True when there is a component "..". */
bool text_path_has_dotdot(const char *path);

/* By whole components: "/a/b" is below "/a", "/ab" is not. Both paths as text_path_clean() makes them, or as the kernel writes them. */
bool text_path_is_below(const char *path, const char *parent);
bool text_path_is_at_or_below(const char *path, const char *parent);

/*
 * The path without empty and "." components, ".." resolved lexically and stopping at "/", without a
 * leading or trailing slash: "/a//b/../c/" becomes "a/c", "/" becomes "". What openat2 wants below a root.
 */
char *text_path_clean(struct arena *arena, const char *path);

/* directory + "/" + name, or name itself when it is absolute. */
char *text_path_join(struct arena *arena, const char *directory, const char *name);

/*
 * Parses "0-3,7" (a cpuset or node list, man 7 cpuset, "List format") into bits of mask, lowest first.
 * False when malformed or when a number is not below size_bits.
 */
bool text_parse_list(const char *text, uint64_t *mask, size_t size_bits);

#endif

/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/* The number of bytes before the first that is not part of a valid sequence; size when all are. */
size_t utf8_valid_size(const char *bytes, size_t size);

#endif

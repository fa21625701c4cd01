/* UTF-8 validation: eight ASCII bytes at a time, everything else sequence by sequence. */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static bool is_ascii_word(const char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof(word));
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

/* What may follow a lead byte first: this is where overlong forms and surrogates show (RFC 3629, section 4). */
static bool is_second_byte(unsigned char lead, unsigned char second)
{
    unsigned char low = 0x80;
    unsigned char high = 0xbf;

    if (lead == 0xe0)
        low = 0xa0;
    else if (lead == 0xed)
        high = 0x9f;
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f;
    return second >= low && second <= high;
}

/* The length of the sequence at bytes, 0 when it is not valid. */
static size_t sequence_size(const char *bytes, size_t size)
{
    const unsigned char *text = (const unsigned char *) bytes;
    size_t length;

    if (text[0] < 0x80)
        return 1;
    if (text[0] < 0xc2 || text[0] > 0xf4)
        return 0;
    length = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    if (length > size || !is_second_byte(text[0], text[1]))
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

size_t utf8_valid_size(const char *bytes, size_t size)
{
    size_t at = 0;

    while (at < size) {
        size_t length;

        if (size - at >= sizeof(uint64_t) && is_ascii_word(bytes + at)) {
            at += sizeof(uint64_t);
            continue;
        }
        length = sequence_size(bytes + at, size - at);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

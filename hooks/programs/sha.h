/* SHA-256 by OpenSSL's libcrypto. */
#ifndef HOOKS_PROGRAMS_SHA_H
#define HOOKS_PROGRAMS_SHA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { SHA_TEXT_SIZE = 65 };

struct sha {
    void *context; /* the library's */
    bool has_failed;
};

void sha_begin(struct sha *sha);
void sha_add(struct sha *sha, const void *bytes, size_t size);
/* The digest as 64 hexadecimal digits, or why there is none. Empties it. */
int sha_end(struct sha *sha, char ret_text[SHA_TEXT_SIZE], struct error *err);
/* Accepts a zeroed one. */
void sha_release(struct sha *sha);

#define owned_sha __attribute__((cleanup(sha_release))) struct sha

/* Of what is in a file from its beginning. */
int sha_of_file(int fd, char ret_text[SHA_TEXT_SIZE], struct error *err);

#endif

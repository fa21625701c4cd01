/* A failure of the library anywhere makes the whole digest fail: see sha.h. */
#include "hooks/programs/sha.h"

#include <errno.h>
#include <openssl/evp.h>

#include "base/sys/file.h"

#define DIGEST_SIZE ((size_t) 32)

enum { PIECE_SIZE = 16384 };

void sha_begin(struct sha *sha)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    *sha = (struct sha){.context = context};
    sha->has_failed = !context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1;
}

void sha_add(struct sha *sha, const void *bytes, size_t size)
{
    if (!sha->has_failed)
        sha->has_failed = EVP_DigestUpdate(sha->context, bytes, size) != 1;
}

int sha_end(struct sha *sha, char ret_text[SHA_TEXT_SIZE], struct error *err)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    if (!sha->has_failed)
        sha->has_failed = EVP_DigestFinal_ex(sha->context, digest, &size) != 1;
    if (sha->has_failed || size != DIGEST_SIZE)
        return error_set(err, ERROR_UNSUPPORTED, "libcrypto does not do SHA-256");
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        ret_text[2 * i] = digits[digest[i] >> 4];
        ret_text[2 * i + 1] = digits[digest[i] & 15];
    }
    ret_text[2 * DIGEST_SIZE] = '\0';
    return 0;
}

void sha_release(struct sha *sha)
{
    EVP_MD_CTX_free(sha->context);
    *sha = (struct sha){0};
}

int sha_of_file(int fd, char ret_text[SHA_TEXT_SIZE], struct error *err)
{
    owned_sha sha = {0};
    char piece[PIECE_SIZE];
    ssize_t count;

    sha_begin(&sha);
    while ((count = sys_read_all(fd, piece, sizeof(piece))) > 0)
        sha_add(&sha, piece, (size_t) count);
    return count < 0 ? error_os(err, (int) -count, "read it") : sha_end(&sha, ret_text, err);
}

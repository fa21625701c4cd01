/* Ids: a check on bytes. */
#include "runtime/container/id.h"

#include <limits.h>
#include <string.h>

static const char id_characters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-.";

bool id_is_valid(const char *id)
{
    size_t length = strspn(id, id_characters);

    return length > 0 && length <= NAME_MAX && id[length] == '\0' && id[0] != '.';
}

int id_check(const char *id, struct error *err)
{
    if (!id || id[0] == '\0')
        return error_set(err, ERROR_INVALID, "the container id must not be empty");
    if (strlen(id) > NAME_MAX)
        return error_set(err, ERROR_INVALID,
                         "the container id has %zu bytes, at most %d are allowed", strlen(id),
                         NAME_MAX);
    if (!id_is_valid(id))
        return error_set(err, ERROR_INVALID,
                         "invalid container id \"%s\": letters, digits, '_', '+', '-' and, not as "
                         "the first, '.' are allowed",
                         id);
    return 0;
}

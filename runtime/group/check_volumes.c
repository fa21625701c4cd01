/* The rules of volumes that are file systems of their own. Pure. */
#include <string.h>

#include "base/text.h"
#include "runtime/group/spec.h"

#define HEX_DIGITS "0123456789abcdef"

bool group_volume_is_mounted(const struct group_volume *volume)
{
    return volume->image || volume->overlay || volume->cifs || volume->azure_file || volume->nfs;
}

bool group_image_is_readonly(const struct group_volume *volume)
{
    const struct group_image_volume *image = volume->image;

    return volume->is_readonly || image->type != GROUP_EXT4 || image->root_hash || image->digest;
}

static bool is_hash(const char *text, size_t digits)
{
    return strlen(text) == digits && text[strspn(text, HEX_DIGITS)] == '\0';
}

static bool is_digest(const char *text)
{
    return (text_has_prefix(text, "sha256:") && is_hash(text + 7, 64)) ||
           (text_has_prefix(text, "sha512:") && is_hash(text + 7, 128));
}

static int check_image(const struct group_image_volume *image, const char *pointer,
                       struct error *err)
{
    if (image->digest && !is_digest(image->digest))
        return error_set(err, ERROR_INVALID,
                         "%s/image/digest: must be sha256: or sha512: and lower-case hexadecimal "
                         "digits",
                         pointer);
    if (image->root_hash && !is_hash(image->root_hash, 64) && !is_hash(image->root_hash, 128))
        return error_set(err, ERROR_INVALID,
                         "%s/image/rootHash: must be 64 or 128 lower-case hexadecimal digits",
                         pointer);
    if (!image->root_hash != !image->hash_path)
        return error_set(err, ERROR_INVALID, "%s/image: rootHash and hashPath need each other",
                         pointer);
    return 0;
}

static int check_overlay(const struct group_overlay_volume *overlay, const char *pointer,
                         struct error *err)
{
    if (!overlay->upper != !overlay->work)
        return error_set(err, ERROR_INVALID, "%s/overlay: upper and work need each other", pointer);
    if (overlay->lower.count < (overlay->upper ? 1 : 2))
        return error_set(err, ERROR_INVALID,
                         "%s/overlay/lower: at least one is needed, two without upper", pointer);
    return 0;
}

/* What we set ourselves, or what would be a secret in the record. */
static bool is_reserved(const char *option)
{
    static const char *const keys[] = {
        "source",   "unc",       "ip",     "addr", "clientaddr",  "user", "username", "pass",
        "password", "password2", "domain", "dom",  "credentials", "cred", "guest"};
    const size_t length = strcspn(option, "=");

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strlen(keys[i]) == length && strncmp(option, keys[i], length) == 0)
            return true;
    return length == 0;
}

static int check_remote(const char *server, const struct text_list *options, const char *pointer,
                        struct error *err)
{
    if (strpbrk(server, "/\\ ,"))
        return error_set(err, ERROR_INVALID, "%s/server: \"%s\" is not the name of a machine",
                         pointer, server);
    for (size_t i = 0; i < options->count; i++)
        if (is_reserved(options->items[i]))
            return error_set(err, ERROR_INVALID,
                             "%s/options/%zu: is not for options: a member of the volume says it",
                             pointer, i);
    return 0;
}

int group_volume_check(const struct group_volume *volume, const char *pointer, struct error *err)
{
    const struct text_list none = {0};

    if (volume->image)
        return check_image(volume->image, pointer, err);
    if (volume->overlay)
        return check_overlay(volume->overlay, pointer, err);
    if (volume->cifs)
        return check_remote(volume->cifs->server, &volume->cifs->options, pointer, err);
    if (volume->azure_file)
        return check_remote(volume->azure_file->account, &none, pointer, err);
    return volume->nfs ? check_remote(volume->nfs->server, &volume->nfs->options, pointer, err) : 0;
}

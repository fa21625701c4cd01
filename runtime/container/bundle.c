/* Reading a bundle; decoding is oci-spec's. */
#include "runtime/container/bundle.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/utf8.h"

/* As the caller wrote it, made absolute: engines compare it with what they gave, so symlinks are not resolved. */
static const char *absolute_path(struct arena *arena, const char *path, struct error *err)
{
    char current[PATH_MAX];

    if (path && path[0] == '/')
        return arena_format(arena, "/%s", text_path_clean(arena, path));
    if (!getcwd(current, sizeof(current))) {
        (void) error_os(err, errno, "find the current directory");
        return NULL;
    }
    return arena_format(arena, "/%s",
                        text_path_clean(arena, text_path_join(arena, current, path ? path : ".")));
}

int bundle_read(struct arena *arena, const char *path, const char *config_path,
                struct bundle *ret_bundle, struct error *err)
{
    struct bundle bundle = {.path = absolute_path(arena, path, err)};

    if (!bundle.path)
        return -1;
    if (path && path[0] == '\0')
        return error_set(err, ERROR_INVALID, "the bundle's path must not be empty");
    if (utf8_valid_size(bundle.path, strlen(bundle.path)) != strlen(bundle.path))
        return error_set(err, ERROR_INVALID, "the bundle's path %s is not UTF-8", bundle.path);
    if (!config_path)
        config_path = arena_format(arena, "%s/config.json", bundle.path);
    if (content_read_file(arena, config_path, &bundle.config, err) < 0)
        return -1;
    if (spec_read(arena, bundle.config.bytes, bundle.config.size, &bundle.spec, err) < 0)
        return error_within(err, "%s", config_path);
    *ret_bundle = bundle;
    return 0;
}

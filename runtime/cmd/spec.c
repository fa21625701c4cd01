/* corun spec: writes a config.json to start from. Never over one that exists. */
#include "oci-spec/spec.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "runtime/cmd/commands.h"

struct spec_request {
    const char *bundle;
    bool is_rootless;
};

static const struct option spec_rows[] = {
    TEXT_OPTION('b', "bundle", "DIR", struct spec_request, bundle,
                "where config.json is written (default: the current directory)"),
    FLAG_OPTION(0, "rootless", struct spec_request, is_rootless,
                "for a caller without privileges: a user namespace, no limits"),
};

static int spec_write_file(const char *path, const char *text, struct error *err)
{
    FILE *file = fopen(path, "wxe");
    int os_error;

    if (!file && errno == EEXIST)
        return error_set(err, ERROR_EXISTS, "%s exists already, it is left as it is", path);
    if (!file)
        return error_os(err, errno, "create %s", path);
    os_error = fputs(text, file) < 0 || fputc('\n', file) < 0 ? errno : 0;
    if (fclose(file) != 0 && os_error == 0)
        os_error = errno;
    if (os_error != 0)
        return error_os(err, os_error, "write %s", path);
    return 0;
}

static int spec_run(const struct invocation *invocation, void *request, struct error *err)
{
    const struct spec_request *wanted = request;
    struct arena *arena = invocation->arena;
    const struct spec *spec = wanted->is_rootless
                                  ? spec_default_rootless(arena, geteuid(), getegid())
                                  : spec_default(arena);
    const char *path =
        wanted->bundle ? text_path_join(arena, wanted->bundle, "config.json") : "config.json";

    return spec_write_file(path, spec_write(arena, spec), err);
}

const struct command command_spec = {
    .name = "spec",
    .summary = "Write a config.json to start from",
    OPTIONS(spec_rows),
    .request_size = sizeof(struct spec_request),
    .run = spec_run,
};

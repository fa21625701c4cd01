/*
 * A rootfs is verified by a hook, when corun has made the mount points that were missing in it: so its digest is the same in the first
 * container as in later ones. See verified.h.
 */
#include "runtime/group/verified.h"

#include <string.h>
#include <unistd.h>

#include "base/helper.h"
#include "base/program.h"
#include "runtime/host/host.h"

#define PROGRAM "corun-verify"

static const int64_t timeout_seconds = 120; /* all bytes are read */

static int verify_image(struct arena *arena, const struct operator_verify *verify,
                        const struct group_image_volume *image, struct error *err)
{
    const char *path = helper_find(arena, PROGRAM);
    const char *const argv[] = {path, "--list", verify->manifest, image->path, NULL};
    const struct program program = {
        .path = path, .argv = argv, .timeout_ms = (int) timeout_seconds * 1000};
    struct program_result result;

    if (program_run(arena, &program, &result, err) < 0 || program_check(&result, err) < 0)
        return error_within(err, "%s", path);
    return 0;
}

int group_verify_images(struct arena *arena, const struct operator_hooks *hooks,
                        const struct group_spec *spec, struct error *err)
{
    if (!hooks->verify)
        return 0;
    for (size_t i = 0; i < spec->volumes.count; i++) {
        const struct group_volume *volume = &spec->volumes.items[i];

        if (volume->image && verify_image(arena, hooks->verify, volume->image, err) < 0)
            return error_within(err, "/volumes/%zu (%s)", i, volume->name);
    }
    return 0;
}

void group_verify_rootfs(struct arena *arena, const struct operator_hooks *hooks,
                         struct spec *config)
{
    struct spec_hook hook = {.timeout = &timeout_seconds};
    struct spec_hook_list list = {0};

    if (!hooks->verify)
        return;
    hook.path = helper_find(arena, PROGRAM);
    text_list_push(arena, &hook.args, PROGRAM);
    text_list_push(arena, &hook.args, "--list");
    text_list_push(arena, &hook.args, hooks->verify->manifest);
    if (config->root) /* from the bundle, which is the hook's working directory */
        text_list_push(arena, &hook.args, config->root->path);
    if (!config->hooks)
        config->hooks = ARENA_NEW(arena, struct spec_hooks);
    *SLICE_PUSH(arena, &list, struct spec_hook) = hook;
    SLICE_FOR_EACH(const struct spec_hook, theirs, config->hooks->prestart)
        *SLICE_PUSH(arena, &list, struct spec_hook) = *theirs;
    config->hooks->prestart = list;
}

int group_verify_other(struct arena *arena, bool is_in_pod, struct spec *config, struct error *err)
{
    struct operator_hooks hooks;
    int error;

    if (geteuid() != 0)
        return 0;
    error = operator_hooks_read(arena, &hooks, err);
    if (error == 0 && (!hooks.verify || (!is_in_pod && !hooks.verify->is_for_all)))
        return 0; /* nearly always: every create comes by here */
    if (host_is_in_user_namespace())
        return 0; /* not the machine's root */
    if (error < 0)
        return -1;
    group_verify_rootfs(arena, &hooks, config);
    return 1;
}

/*
 * What the process may do: capability sets as masks, no_new_privs, the LSM label as text ready to write.
 *
 * Without "capabilities" the process has none, the bounding set included. A capability that cannot be granted is
 * left out with a warning (config.md#linux-process); nothing is ever added that was not asked for.
 */
#include <string.h>

#include "base/text.h"
#include "oci-spec/names.h"
#include "runtime/plan/parts.h"
#include "runtime/plan/print.h"

static void warn_once(const struct plan_builder *builder, const char *warning)
{
    const struct text_list *warnings = &builder->plan->warnings;

    for (size_t i = 0; i < warnings->count; i++)
        if (strcmp(warnings->items[i], warning) == 0)
            return;
    text_list_push(builder->arena, &builder->plan->warnings, warning);
}

/* In a user namespace of its own the container starts with all that the kernel has; otherwise with what we have. */
static uint64_t capabilities_grantable(const struct plan_builder *builder)
{
    uint64_t known = ((uint64_t) 2 << builder->host->last_capability) - 1;

    if (plan_has_own(builder, NAMESPACE_USER))
        return known;
    return builder->host->capabilities & known;
}

static uint64_t capabilities_take(const struct plan_builder *builder, const struct text_list *asked)
{
    uint64_t grantable = capabilities_grantable(builder);
    uint64_t mask = 0;

    for (size_t i = 0; i < asked->count; i++) {
        const struct name *name = names_find(&names_capabilities, asked->items[i]);

        if (!name || name->value > builder->host->last_capability) {
            warn_once(builder,
                      arena_format(builder->arena,
                                   "/process/capabilities: %s is left out: this kernel has no such "
                                   "capability",
                                   asked->items[i]));
            continue;
        }
        if ((grantable & ((uint64_t) 1 << name->value)) == 0) {
            warn_once(builder, arena_format(builder->arena,
                                            "/process/capabilities: %s is left out: the caller "
                                            "does not have it",
                                            asked->items[i]));
            continue;
        }
        mask |= (uint64_t) 1 << name->value;
    }
    return mask;
}

/* Keeps of *set what is in allowed, and says what goes: in one line, since some engines ask for every ambient one in vain. */
static void capabilities_limit(const struct plan_builder *builder, uint64_t *set, uint64_t allowed,
                               const char *text)
{
    uint64_t refused = *set & ~allowed;
    const char *list = "";

    for (int capability = 0; capability < 64; capability++)
        if (refused & ((uint64_t) 1 << capability))
            list = plan_text_add(builder->arena, list, ", ",
                                 names_text(&names_capabilities, capability));
    if (refused)
        PLAN_WARN(builder, "/process/capabilities/%s: left out, being not %s: %s", text,
                  strcmp(text, "ambient") == 0 ? "permitted and inheritable" : "permitted", list);
    *set &= allowed;
}

static void capabilities_build(const struct plan_builder *builder,
                               const struct spec_capabilities *asked)
{
    struct plan_capabilities *sets = &builder->plan->process.capabilities;

    if (!asked)
        return;
    sets->bounding = capabilities_take(builder, &asked->bounding);
    sets->effective = capabilities_take(builder, &asked->effective);
    sets->inheritable = capabilities_take(builder, &asked->inheritable);
    sets->permitted = capabilities_take(builder, &asked->permitted);
    sets->ambient = capabilities_take(builder, &asked->ambient);
    /* man 7 capabilities: the kernel refuses these combinations as a whole. */
    capabilities_limit(builder, &sets->effective, sets->permitted, "effective");
    capabilities_limit(builder, &sets->ambient, sets->permitted & sets->inheritable, "ambient");
}

static bool is_one_line(const char *text)
{
    return strpbrk(text, "\n\r") == NULL;
}

static int apparmor_build(const struct plan_builder *builder, const char *profile,
                          struct error *err)
{
    struct plan_process *process = &builder->plan->process;

    if (!profile || (!builder->host->has_apparmor && strcmp(profile, "unconfined") == 0))
        return 0;
    if (!builder->host->has_apparmor)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/process/apparmorProfile: AppArmor is not enabled on this host");
    if (!is_one_line(profile))
        return error_set(err, ERROR_INVALID, "/process/apparmorProfile: not a profile's name");
    process->lsm_exec_label = arena_format(builder->arena, "exec %s", profile);
    process->lsm_exec_file = "attr/apparmor/exec";
    return 0;
}

static int selinux_build(const struct plan_builder *builder, const char *label, struct error *err)
{
    struct plan_process *process = &builder->plan->process;

    if (!label)
        return 0;
    if (!builder->host->has_selinux)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/process/selinuxLabel: SELinux is not enabled on this host");
    if (!is_one_line(label))
        return error_set(err, ERROR_INVALID, "/process/selinuxLabel: not a context");
    if (process->lsm_exec_label)
        return error_set(err, ERROR_INVALID,
                         "/process/selinuxLabel: cannot go with /process/apparmorProfile");
    process->lsm_exec_label = label;
    process->lsm_exec_file = "attr/exec";
    return 0;
}

int plan_build_security(const struct plan_builder *builder, struct error *err)
{
    const struct spec_process *asked = builder->spec->process;

    if (!asked)
        return 0;
    capabilities_build(builder, asked->capabilities);
    builder->plan->process.no_new_privileges = asked->no_new_privileges;
    if (apparmor_build(builder, asked->apparmor_profile, err) < 0)
        return -1;
    return selinux_build(builder, asked->selinux_label, err);
}

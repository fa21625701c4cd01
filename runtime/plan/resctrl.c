/* Intel RDT: which class of service, and what is written for it (config-linux.md#intelrdt). Whether the host has resctrl is seen later. */
#include <string.h>

#include "base/text.h"
#include "runtime/plan/parts.h"
#include "runtime/plan/resctrl.h"

static const char *end_line(struct arena *arena, const char *text)
{
    return text ? arena_format(arena, "%s\n", text) : NULL;
}

static const char *join_lines(struct arena *arena, const struct text_list *lines)
{
    const char *text = lines->count > 0 ? "" : NULL;

    SLICE_FOR_EACH(const char *const, line, *lines)
        text = arena_format(arena, "%s%s\n", text, *line);
    return text;
}

struct resctrl_schemata plan_resctrl_schemata(struct arena *arena,
                                              const struct spec_intel_rdt *asked)
{
    return (struct resctrl_schemata){
        .l3_cache = end_line(arena, asked->l3_cache_schema),
        .bandwidth = end_line(arena, asked->mem_bw_schema),
        .lines = join_lines(arena, &asked->schemata),
    };
}

static bool is_class_name(const char *name)
{
    return !strchr(name, '/') && !strchr(name, '\n') && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

int plan_build_resctrl(const struct plan_builder *builder, struct error *err)
{
    const struct spec_intel_rdt *asked = builder->linux_->intel_rdt;
    struct resctrl_settings *settings;

    if (!asked)
        return 0;
    settings = ARENA_NEW(builder->arena, struct resctrl_settings);
    settings->schemata = plan_resctrl_schemata(builder->arena, asked);
    settings->is_own = !asked->clos_id;
    settings->monitor = asked->enable_monitoring ? builder->request->id : NULL;
    settings->class = asked->clos_id ? asked->clos_id : builder->request->id;
    settings->must_exist = asked->clos_id && !asked->l3_cache_schema && !asked->mem_bw_schema &&
                           asked->schemata.count == 0;
    if (strcmp(settings->class, "/") == 0)
        settings->class = "";
    if (!is_class_name(settings->class))
        return error_set(err, ERROR_INVALID,
                         "/linux/intelRdt/closID: must be the name of a directory, or /");
    if (asked->l3_cache_schema && !text_has_prefix(asked->l3_cache_schema, "L3:"))
        PLAN_WARN(builder, "/linux/intelRdt/l3CacheSchema: should start with L3:");
    if (asked->l3_cache_schema && strchr(asked->l3_cache_schema, '\n'))
        PLAN_WARN(builder, "/linux/intelRdt/l3CacheSchema: should not contain newlines");
    builder->plan->resctrl = settings;
    return 0;
}

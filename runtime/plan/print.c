/*
 * The plan in words: one line per action, in the order in which they are done. For `corun plan`, for the debug log,
 * and, line by line, for error messages. No environment values, no annotations, no hook arguments: those may be secrets.
 */
#include "runtime/plan/print.h"

#include <linux/sched.h>
#include <string.h>

#include "oci-spec/names.h"

void plan_printer_add(struct plan_printer *printer, char *line)
{
    for (char *at = line; *at; at++)
        if ((unsigned char) *at < ' ' || *at == 0x7f)
            *at = '?';
    text_list_push(printer->arena, &printer->lines, line);
}

static const char *flags_text(struct arena *arena, uint64_t flags)
{
    static const struct {
        uint64_t flag;
        const char *name;
    } names[] = {
        {CLONE_NEWUSER,   "user"   },
        {CLONE_NEWNS,     "mount"  },
        {CLONE_NEWPID,    "pid"    },
        {CLONE_NEWNET,    "network"},
        {CLONE_NEWIPC,    "ipc"    },
        {CLONE_NEWUTS,    "uts"    },
        {CLONE_NEWTIME,   "time"   },
        {CLONE_NEWCGROUP, "cgroup" },
    };
    const char *text = "";

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (flags & names[i].flag)
            text = plan_text_add(arena, text, " ", names[i].name);
    return text[0] == '\0' ? "none" : text;
}

/* One line per line of the text. */
static void print_text_lines(struct plan_printer *printer, const char *prefix, const char *text)
{
    while (text && *text) {
        size_t length = strcspn(text, "\n");

        PLAN_LINE(printer, "%s: %s", prefix, arena_copy_bytes(printer->arena, text, length));
        text += length;
        text += strspn(text, "\n");
    }
}

static const char *how_text(enum plan_namespace_how how)
{
    switch (how) {
    case PLAN_NAMESPACE_NEW:
        return "new";
    case PLAN_NAMESPACE_JOIN:
        return "joined";
    case PLAN_NAMESPACE_INHERIT:
        break;
    }
    return "the caller's";
}

static void print_namespaces(struct plan_printer *printer)
{
    const struct plan_namespaces *namespaces = &printer->plan->namespaces;

    for (size_t kind = 0; kind < NAMESPACE_COUNT; kind++)
        PLAN_LINE(printer, "namespace %s: %s",
                  plan_print_namespace(printer->arena, printer->plan, kind),
                  how_text(namespaces->of[kind].how));
    PLAN_LINE(printer, "clone: new namespaces %s",
              flags_text(printer->arena, namespaces->clone_flags));
    if (namespaces->unshare_flags)
        PLAN_LINE(printer, "unshare: %s", flags_text(printer->arena, namespaces->unshare_flags));
    if (namespaces->small_mounts)
        PLAN_LINE(printer, "mount namespace: a copy of a small one");
    if (namespaces->has_late_fork)
        PLAN_LINE(printer, "fork into the pid namespace last");
    print_text_lines(printer, "uid map", namespaces->uid_map);
    print_text_lines(printer, "gid map", namespaces->gid_map);
    if (namespaces->denies_setgroups)
        PLAN_LINE(printer, "id maps: setgroups is denied");
    if (namespaces->needs_idmap_helpers)
        PLAN_LINE(printer, "id maps: written by newuidmap and newgidmap");
    print_text_lines(printer, "time offset", namespaces->time_offsets);
}

static void print_cgroup(struct plan_printer *printer)
{
    const struct cgroup_settings *settings = &printer->plan->cgroup;

    if (!printer->plan->has_cgroup) {
        PLAN_LINE(printer, "cgroup: none");
        return;
    }
    PLAN_LINE(printer, "cgroup %s%s", settings->path,
              settings->is_unit       ? ", made by systemd"
              : settings->is_optional ? ", where it can be made"
                                      : "");
    for (size_t i = 0; i < settings->unit_properties.count; i++)
        PLAN_LINE(printer, "cgroup unit property: %s", settings->unit_properties.items[i].key);
    SLICE_FOR_EACH(const struct cgroup_write, row, settings->writes)
        PLAN_LINE(printer, "cgroup write: %s=%s%s", row->file, row->value,
                  row->may_be_missing ? " (if there is such a file)" : "");
    if (settings->device_program)
        PLAN_LINE(printer, "cgroup devices: a program of %zu instructions",
                  settings->device_program_length);
    if (settings->is_delegated)
        PLAN_LINE(printer, "cgroup owner: %u:%u", settings->delegate_uid, settings->delegate_gid);
}

static const char *root_shape(const struct plan_root *root)
{
    if (root->pivots)
        return "pivot";
    return root->has_mount_namespace ? "move and chroot" : "chroot";
}

static void print_devices(struct plan_printer *printer)
{
    const struct plan *plan = printer->plan;

    for (size_t i = 0; i < plan->devices.count; i++)
        PLAN_LINE(printer, "device %zu: %s", i, plan_print_device(printer->arena, plan, i));
    SLICE_FOR_EACH(const struct plan_symlink, symlink, plan->symlinks)
        PLAN_LINE(printer, "link /%s to %s", symlink->target, symlink->value);
}

/* One line of the plan for each of the text's. */
static void print_schema(struct plan_printer *printer, const char *text)
{
    for (; text && *text; text += strcspn(text, "\n") + 1)
        PLAN_LINE(printer, "RDT schema %.*s", (int) strcspn(text, "\n"), text);
}

static void print_resctrl(struct plan_printer *printer)
{
    const struct resctrl_settings *resctrl = printer->plan->resctrl;

    if (!resctrl)
        return;
    PLAN_LINE(printer, "RDT class %s%s%s", resctrl->class[0] ? resctrl->class : "/",
              resctrl->must_exist ? ", which must exist" : "",
              resctrl->monitor ? ", with a monitoring group" : "");
    print_schema(printer, resctrl->schemata.l3_cache);
    print_schema(printer, resctrl->schemata.bandwidth);
    print_schema(printer, resctrl->schemata.lines);
}

static void print_root(struct plan_printer *printer)
{
    const struct plan *plan = printer->plan;

    PLAN_LINE(printer, "root %s%s, %s, %s", plan->root.path,
              plan->root.is_readonly ? ", read-only" : "",
              plan_propagation_text(plan->root.propagation, false), root_shape(&plan->root));
    for (size_t i = 0; i < plan->mounts.count; i++)
        PLAN_LINE(printer, "mount %zu: %s", i, plan_print_mount(printer->arena, plan, i));
    print_devices(printer);
    for (size_t i = 0; i < plan->masked_paths.count; i++)
        PLAN_LINE(printer, "mask /%s", plan->masked_paths.items[i]);
    for (size_t i = 0; i < plan->readonly_paths.count; i++)
        PLAN_LINE(printer, "read-only /%s", plan->readonly_paths.items[i]);
}

static void print_kernel_names(struct plan_printer *printer)
{
    const struct plan *plan = printer->plan;

    if (plan->hostname)
        PLAN_LINE(printer, "hostname %s", plan->hostname);
    if (plan->domainname)
        PLAN_LINE(printer, "domainname %s", plan->domainname);
    SLICE_FOR_EACH(const struct plan_sysctl, sysctl, plan->sysctls)
        PLAN_LINE(printer, "sysctl %s=%s", sysctl->path, sysctl->value);
    SLICE_FOR_EACH(const struct plan_net_device, device, plan->net_devices)
        PLAN_LINE(printer, "network device %s as %s", device->host_name, device->name);
}

static void print_hooks(struct plan_printer *printer)
{
    const struct spec_hooks *hooks = printer->plan->spec->hooks;

    if (!hooks)
        return;
    const struct {
        const char *name;
        const struct spec_hook_list *list;
    } kinds[] = {
        {"prestart",        &hooks->prestart        },
        {"createRuntime",   &hooks->create_runtime  },
        {"createContainer", &hooks->create_container},
        {"startContainer",  &hooks->start_container },
        {"poststart",       &hooks->poststart       },
        {"poststop",        &hooks->poststop        },
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        SLICE_FOR_EACH(const struct spec_hook, hook, *kinds[i].list)
            PLAN_LINE(printer, "hook %s: %s", kinds[i].name, hook->path);
}

static void print_terminal(struct plan_printer *printer)
{
    const struct plan_terminal *terminal = &printer->plan->terminal;

    if (!terminal->is_wanted)
        return;
    PLAN_LINE(printer, "terminal: %s%s",
              terminal->goes_to_socket ? "to the console socket" : "to the caller",
              terminal->binds_console ? ", bound on /dev/console" : "");
    if (terminal->rows || terminal->columns)
        PLAN_LINE(printer, "terminal: %u rows, %u columns", terminal->rows, terminal->columns);
}

/* Each line ended by a newline, joined in one go. */
static const char *printer_text(struct plan_printer *printer)
{
    size_t size = 1;
    char *text;
    char *end;

    for (size_t i = 0; i < printer->lines.count; i++)
        size += strlen(printer->lines.items[i]) + 1;
    end = text = arena_alloc(printer->arena, size);
    for (size_t i = 0; i < printer->lines.count; i++)
        end = stpcpy(stpcpy(end, printer->lines.items[i]), "\n");
    return text;
}

const char *plan_print(struct arena *arena, const struct plan *plan)
{
    struct plan_printer printer = {.arena = arena, .plan = plan};

    for (size_t i = 0; i < plan->warnings.count; i++)
        PLAN_LINE(&printer, "warning: %s", plan->warnings.items[i]);
    PLAN_LINE(&printer, "container %s in %s", plan->id, plan->bundle);
    if (plan->seals_binary)
        PLAN_LINE(&printer, "run from a sealed copy of corun");
    print_namespaces(&printer);
    print_cgroup(&printer);
    print_resctrl(&printer);
    print_root(&printer);
    print_kernel_names(&printer);
    print_terminal(&printer);
    plan_print_process(&printer);
    plan_print_seccomp(&printer);
    if (plan->preserve_fds)
        PLAN_LINE(&printer, "file descriptors kept: 3 to %u", plan->preserve_fds + 2);
    print_hooks(&printer);
    return printer_text(&printer);
}

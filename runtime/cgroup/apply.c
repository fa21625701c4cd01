/*
 * Settings into files: each write finds the hierarchy that has its controller, v1 first, and says in its error which value of
 * config.json the kernel refused. On v2 a controller is enabled on the way when the leaf lacks it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/owned.h"
#include "base/sys/bpf.h"
#include "base/sys/file.h"
#include "runtime/cgroup/leaf.h"

enum { MAX_PROGRAMS = 64 /* the kernel's BPF_CGROUP_MAX_PROGS */ };

struct application {
    struct arena *arena;
    const struct cgroup *cgroup;
    bool is_optional;
    /* The file written last stays open: device rules are a dozen lines for one file, each a write(2) of its own. */
    const struct cgroup_leaf *leaf;
    const char *file;
    int fd;
};

static const char *pointer_of(const struct cgroup_write *write)
{
    return write->pointer ? write->pointer : "/linux/resources";
}

/* 1: *ret_leaf is where it goes; 0: nowhere, and that is allowed (*ret_leaf is NULL); negative: nowhere. */
static int find_leaf(const struct application *application, const struct cgroup_write *write,
                     const struct cgroup_leaf **ret_leaf, struct error *err)
{
    const struct cgroup_leaf *leaf = cgroup_find_v1_leaf(application->cgroup, write->controller);
    int enabled = leaf ? 1 : 0;

    if (!leaf) {
        leaf = cgroup_find_v2_leaf(application->cgroup);
        if (leaf)
            enabled = write->controller[0] == '\0'
                          ? 1
                          : controller_enable(application->arena, leaf, write->controller, err);
        if (enabled < 0)
            return application->is_optional ? 0 : error_within(err, "%s", pointer_of(write));
    }
    if (enabled == 0 && !write->may_be_missing && !application->is_optional)
        return error_set(err, ERROR_UNSUPPORTED, "%s: this host has no %s cgroup controller",
                         pointer_of(write), write->controller);
    *ret_leaf = enabled > 0 ? leaf : NULL;
    return enabled;
}

/* 0 or -errno. */
static int write_value(struct application *application, const struct cgroup_leaf *leaf,
                       const struct cgroup_write *write)
{
    bool is_open = application->fd >= 0 && application->leaf == leaf &&
                   strcmp(application->file, write->file) == 0;

    if (!is_open) {
        replace_fd(&application->fd,
                   sys_open(arena_format(application->arena, "%s/%s", leaf->directory, write->file),
                            O_WRONLY));
        application->leaf = leaf;
        application->file = write->file;
    }
    if (application->fd < 0)
        return application->fd;
    return sys_write_all(application->fd, write->value, strlen(write->value));
}

static int apply_one(struct application *application, const struct cgroup_write *write,
                     struct error *err)
{
    const struct cgroup_leaf *leaf = NULL;
    int found = find_leaf(application, write, &leaf, err);
    int error;

    if (found <= 0 || !leaf)
        return found;
    error = write_value(application, leaf, write);
    if (error == -ENOENT && write->may_be_missing)
        return 0;
    if (error < 0)
        return error_os(err, -error, "write %s to %s of %s (%s)", write->value, write->file,
                        leaf->directory, pointer_of(write));
    return 0;
}

int cgroup_apply(const struct cgroup *cgroup, const struct cgroup_write_list *writes,
                 bool is_optional, struct error *err)
{
    owned_arena arena = {0};
    struct application application = {
        .arena = &arena,
        .cgroup = cgroup,
        .is_optional = is_optional,
        .fd = -1,
    };
    int result = 0;

    for (size_t i = 0; i < writes->count && result == 0; i++)
        result = apply_one(&application, &writes->items[i], err);
    replace_fd(&application.fd, -1);
    return result;
}

/* Detaches what was there, except the one that was replaced already. */
static void detach_old(int cgroup_fd, const uint32_t *ids, int first, int count)
{
    for (int i = first; i < count; i++) {
        owned_fd old = sys_bpf_program_by_id(ids[i]);

        /* One that vanished is as good as detached; one that stays can only forbid more. */
        if (old >= 0)
            (void) sys_bpf_detach_device_program(cgroup_fd, old);
    }
}

int cgroup_set_device_program(const struct cgroup *cgroup, const struct bpf_insn *program,
                              size_t length, struct error *err)
{
    const struct cgroup_leaf *leaf = cgroup_find_v2_leaf(cgroup);
    uint32_t ids[MAX_PROGRAMS] = {0};
    owned_fd loaded = -1;
    owned_fd replaced = -1;
    int count = 0;
    int error;

    if (!leaf || leaf->dir_fd < 0)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/linux/resources/devices: there is no v2 cgroup to control devices");
    loaded = sys_bpf_load_device_program(program, length);
    if (loaded < 0)
        return error_os(err, -loaded, "load the device program of %zu instructions", length);
    if (leaf->made_levels == 0) { /* ours alone and new: nothing can be attached to it */
        count = sys_bpf_query_device_programs(leaf->dir_fd, ids, MAX_PROGRAMS);
        if (count > 0)
            replaced = sys_bpf_program_by_id(ids[0]);
    }
    error = sys_bpf_attach_device_program(leaf->dir_fd, loaded, replaced);
    if (error < 0)
        return error_os(err, -error, "attach the device program to %s", leaf->directory);
    detach_old(leaf->dir_fd, ids, replaced >= 0 ? 1 : 0, count);
    return 0;
}

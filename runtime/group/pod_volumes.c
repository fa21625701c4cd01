/* In the sandbox the volumes are below its /dev, which is a tmpfs: so the image gets no directories for them. */
#include "runtime/group/pod_volumes.h"

#include <fcntl.h>
#include <string.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"

#define SHM     "/dev/shm"
#define VOLUMES "/dev/corun"

static void add_tmpfs(struct arena *arena, struct spec *spec, const char *destination,
                      const char *size)
{
    static const char *const options[] = {"nosuid", "nodev", "mode=1777", "shared"};
    struct spec_mount *added = SLICE_PUSH(arena, &spec->mounts, struct spec_mount);

    *added = (struct spec_mount){.destination = destination, .type = "tmpfs", .source = "tmpfs"};
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        text_list_push(arena, &added->options, options[i]);
    text_list_push(arena, &added->options, arena_format(arena, "size=%s", size));
    if (strcmp(destination, SHM) == 0) /* as engines have it */
        text_list_push(arena, &added->options, "noexec");
}

static struct spec_mount *find_mount(struct arena *arena, struct spec *spec, const char *path)
{
    SLICE_FOR_EACH(struct spec_mount, mount, spec->mounts)
        if (strcmp(text_path_clean(arena, mount->destination), path + 1) == 0)
            return mount;
    return NULL;
}

int pod_add_volumes(struct arena *arena, const struct implicit_wishes *wishes, struct spec *spec,
                    struct error *err)
{
    const struct spec_mount *dev = find_mount(arena, spec, "/dev");
    struct spec_mount *shm = find_mount(arena, spec, SHM);

    if (!wishes->shm_size && wishes->volumes.count == 0)
        return 0;
    if (!dev || !dev->type || strcmp(dev->type, "tmpfs") != 0)
        return error_set(err, ERROR_INVALID,
                         "/mounts: shared memory and volumes of a pod need a tmpfs at /dev");
    if (wishes->shm_size && shm) {
        *shm = spec->mounts.items[spec->mounts.count - 1];
        spec->mounts.count--;
    }
    if (wishes->shm_size)
        add_tmpfs(arena, spec, SHM, wishes->shm_size);
    SLICE_FOR_EACH(const struct implicit_volume, volume, wishes->volumes)
        add_tmpfs(arena, spec, arena_format(arena, VOLUMES "/%s", volume->name), volume->size);
    return 0;
}

static void list_mount(struct arena *arena, struct pod_volumes *volumes, const char *path,
                       const struct rewrite_mount *mount)
{
    *SLICE_PUSH(arena, &volumes->visits, struct visit_item) =
        (struct visit_item){.path = path, .how = VISIT_CLONE, .fd = -1};
    *SLICE_PUSH(arena, &volumes->rewrite.mounts, struct rewrite_mount) = *mount;
}

static bool has_volume(const struct implicit_wishes *sandbox, const char *name)
{
    SLICE_FOR_EACH(const struct implicit_volume, volume, sandbox->volumes)
        if (strcmp(volume->name, name) == 0)
            return true;
    return false;
}

static int list_mounts(struct arena *arena, struct pod_volumes *volumes, struct error *err)
{
    if (volumes->sandbox->shm_size)
        list_mount(arena, volumes, SHM,
                   &(struct rewrite_mount){.source = "the pod's shm", .destination = SHM});
    SLICE_FOR_EACH(const struct implicit_mount, mount, volumes->member->mounts) {
        if (!has_volume(volumes->sandbox, mount->name))
            return error_set(err, ERROR_INVALID,
                             "/annotations/" GROUP_ANNOTATIONS
                             "mount.%s: the pod's sandbox has no such volume",
                             mount->name);
        list_mount(arena, volumes, arena_format(arena, VOLUMES "/%s", mount->name),
                   &(struct rewrite_mount){
                       .source = arena_format(arena, "the pod's volume %s", mount->name),
                       .destination = mount->destination,
                       .what = arena_format(arena, "volume \"%s\"", mount->name),
                       .is_readonly = mount->is_readonly,
                       .is_shared = true,
                   });
    }
    return 0;
}

int pod_open_volumes(struct arena *arena, struct pod_volumes *volumes, struct error *err)
{
    owned_fd namespace = -1;

    if (list_mounts(arena, volumes, err) < 0 || volumes->visits.count == 0)
        return volumes->visits.count == 0 && volumes->member->mounts.count == 0 ? 0 : -1;
    namespace = sys_open_at(volumes->process, "ns/mnt", O_RDONLY);
    if (namespace < 0)
        return error_os(err, -namespace, "open the mount namespace of the pod's sandbox");
    return group_visit(namespace, &volumes->visits, err);
}

void pod_volumes_release(struct pod_volumes *volumes)
{
    visit_list_release(&volumes->visits);
}

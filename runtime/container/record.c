/* The record as rows, and the identity of the process in it. */
#include "runtime/container/record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/process.h"
#include "oci-spec/json.h"

enum { PIDFS_TYPE = 0x50494446 /* PID_FS_MAGIC of linux/magic.h, Linux 6.9 */ };

static const struct name mode_rows[] = {
    {"hybrid", CGROUP_MODE_HYBRID},
    {"none",   CGROUP_MODE_NONE  },
    {"v1",     CGROUP_MODE_V1    },
    {"v2",     CGROUP_MODE_V2    },
};
static const struct names modes = NAMES("cgroup mode", mode_rows);

const struct json_type record_cgroup_mode_type = {JSON_NAME_IN(modes)};
static const struct json_type pid_type = {
    .kind = JSON_SIGNED, .size = sizeof(int64_t), .min = 0, .max = INT32_MAX};

static const struct json_field record_fields[] = {
    {"ociVersion",             &json_text,               AT(struct record, oci_version),               JSON_REQUIRED},
    {"id",                     &json_text,               AT(struct record, id),                        JSON_REQUIRED},
    {"bundle",                 &json_absolute_path,      AT(struct record, bundle),                    JSON_REQUIRED},
    {"rootfs",                 &json_string,             AT(struct record, rootfs),                    JSON_OPTIONAL},
    {"created",                &json_uint64,             AT(struct record, created),                   JSON_REQUIRED},
    {"ownerUid",               &json_uint32,             AT(struct record, owner_uid),                 JSON_REQUIRED},
    {"pid",                    &pid_type,                AT(struct record, pid),                       JSON_REQUIRED},
    {"pidfdInode",             &json_uint64,             AT(struct record, pidfd_inode),               JSON_OPTIONAL},
    {"startTime",              &json_uint64,             AT(struct record, start_time),                JSON_OPTIONAL},
    {"bootId",                 &json_string,             AT(struct record, boot_id),                   JSON_OPTIONAL},
    {"cgroupPath",             &json_string,             AT(struct record, cgroup_path),               JSON_OPTIONAL},
    {"cgroupMode",             &record_cgroup_mode_type, AT(struct record, cgroup_mode),               JSON_REQUIRED},
    {"hierarchies",            &json_strings,            AT(struct record, hierarchies),               JSON_OPTIONAL},
    {"resctrlRoot",            &json_string,             AT(struct record, resctrl.root),              JSON_OPTIONAL},
    {"resctrlClass",           &json_string,             AT(struct record, resctrl.class),             JSON_OPTIONAL},
    {"resctrlMonitor",         &json_string,             AT(struct record, resctrl.monitor),           JSON_OPTIONAL},
    {"resctrlIsRemoved",       &json_bool,               AT(struct record, resctrl.is_removed),        JSON_OPTIONAL},
    {"usesSystemd",            &json_bool,               AT(struct record, uses_systemd),              JSON_OPTIONAL},
    {"hasProcess",             &json_bool,               AT(struct record, has_process),               JSON_OPTIONAL},
    {"hasTerminal",            &json_bool,               AT(struct record, has_terminal),              JSON_OPTIONAL},
    {"hasStartContainerHooks", &json_bool,               AT(struct record, has_start_container_hooks),
     JSON_OPTIONAL                                                                                                  },
    {"hasPoststartHooks",      &json_bool,               AT(struct record, has_poststart_hooks),       JSON_OPTIONAL},
    {"hasPoststopHooks",       &json_bool,               AT(struct record, has_poststop_hooks),        JSON_OPTIONAL},
    {"annotations",            &json_text_map,           AT(struct record, annotations),               JSON_OPTIONAL},
};
static const struct json_type record_type = {
    JSON_OBJECT_OF("container record", struct record, record_fields)};

int record_write(struct arena *arena, const struct entry *entry, const struct record *record,
                 struct error *err)
{
    const char *text = json_write(arena, &record_type, record, JSON_COMPACT);
    const struct content content = {text, strlen(text)};

    return entry_write(entry, STORE_RECORD, &content, err);
}

struct hierarchy {
    const char *controllers;
    size_t controllers_length;
    const char *mount_point;
    uint64_t made_levels;
};

static bool parse_hierarchy(const char *text, struct hierarchy *ret_hierarchy)
{
    const char *controllers = strchr(text, ':');
    const char *mount_point = controllers ? strchr(controllers + 1, ':') : NULL;
    uint64_t levels = 0;

    if (!mount_point || mount_point[1] != '/' || controllers == text)
        return false;
    for (const char *digit = text; digit < controllers; digit++) {
        if (*digit < '0' || *digit > '9' || levels > UINT16_MAX)
            return false;
        levels = levels * 10 + (uint64_t) (*digit - '0');
    }
    *ret_hierarchy = (struct hierarchy){
        .controllers = controllers + 1,
        .controllers_length = (size_t) (mount_point - controllers - 1),
        .mount_point = mount_point + 1,
        .made_levels = levels,
    };
    return true;
}

static int check_hierarchies(const struct text_list *hierarchies, struct error *err)
{
    struct hierarchy hierarchy;

    SLICE_FOR_EACH(const char *const, text, *hierarchies)
        if (!parse_hierarchy(*text, &hierarchy))
            return error_set(err, ERROR_INVALID, "\"%s\" is not LEVELS:CONTROLLERS:MOUNT POINT",
                             *text);
    return 0;
}

int record_read(struct arena *arena, const struct entry *entry, struct record *ret_record,
                struct error *err)
{
    struct record record = {0};
    struct content content = {0};
    int found = entry_read(arena, entry, STORE_RECORD, &content, err);

    if (found <= 0)
        return found;
    if (json_read(arena, &record_type, content.bytes, content.size, &record, err) < 0 ||
        check_hierarchies(&record.hierarchies, err) < 0)
        return error_within(err, "the record of container \"%s\"", entry->id);
    *ret_record = record;
    return 1;
}

void boot_read(struct boot *ret_boot)
{
    if (sys_read_file_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id", ret_boot->id,
                         sizeof(ret_boot->id)) < 0)
        ret_boot->id[0] = '\0';
}

/* 0 before Linux 6.9, where all pidfds share one inode. */
static uint64_t pidfd_inode(int pidfd)
{
    struct stat info;

    if (sys_filesystem_type(pidfd) != PIDFS_TYPE || fstat(pidfd, &info) < 0)
        return 0;
    return info.st_ino;
}

int record_identify_process(struct arena *arena, struct record *record, pid_t pid, int pidfd,
                            struct error *err)
{
    struct boot boot;
    int error = sys_process_start_time(-1, pid, &record->start_time);

    if (error < 0)
        return error_os(err, -error, "read the start time of process %d", (int) pid);
    boot_read(&boot);
    record->boot_id = arena_copy(arena, boot.id);
    record->pidfd_inode = pidfd_inode(pidfd);
    record->pid = pid;
    return 0;
}

static bool is_same_process(const struct record *record, const struct boot *boot, int pidfd)
{
    struct stat info;
    uint64_t start_time;

    if (record->boot_id && boot->id[0] != '\0' && strcmp(boot->id, record->boot_id) != 0)
        return false;
    if (record->pidfd_inode != 0) /* the same boot is the same kernel: it has a pidfs */
        return fstat(pidfd, &info) == 0 && info.st_ino == record->pidfd_inode;
    /* By number: but the pidfd was opened before, so if that process exits now, a signal through it reaches nobody. */
    return sys_process_start_time(-1, (pid_t) record->pid, &start_time) == 0 &&
           start_time == record->start_time;
}

int record_open_process(const struct record *record, const struct boot *boot)
{
    owned_fd pidfd = record->pid > 0 ? sys_pidfd_open((pid_t) record->pid) : -1;

    if (pidfd < 0 || !is_same_process(record, boot, pidfd))
        return -1;
    /* Readable from the exit on, also while nobody has reaped it. */
    return sys_pidfd_wait(pidfd, 0) == 0 ? take_fd(&pidfd) : -1;
}

void record_set_cgroup(struct arena *arena, struct record *record, const struct cgroup *cgroup)
{
    record->cgroup_path = cgroup->path;
    record->cgroup_mode = cgroup->mode;
    record->hierarchies = (struct text_list){0};
    SLICE_FOR_EACH(const struct cgroup_leaf, leaf, cgroup->leaves)
        *SLICE_PUSH(arena, &record->hierarchies, const char *) =
            arena_format(arena, "%u:%s:%s", leaf->made_levels,
                         leaf->hierarchy->is_v2 ? "" : leaf->hierarchy->controllers,
                         leaf->hierarchy->mount_point);
}

/* Of all hierarchies, or only of those with the controller and v2's. */
static void find_cgroup(struct arena *arena, const struct record *record, const char *controller,
                        struct cgroup *ret_cgroup)
{
    struct cgroup_hierarchy_list hierarchies = {0};
    SLICE_OF(uint64_t) levels = {0};
    struct hierarchy known = {0};

    SLICE_FOR_EACH(const char *const, text, record->hierarchies) {
        if (!record->cgroup_path || !parse_hierarchy(*text, &known) ||
            (controller && known.controllers_length != 0 && !strstr(*text, controller)))
            continue;
        *SLICE_PUSH(arena, &levels, uint64_t) = known.made_levels;
        *SLICE_PUSH(arena, &hierarchies, struct cgroup_hierarchy) = (struct cgroup_hierarchy){
            .controllers = arena_copy_bytes(arena, known.controllers, known.controllers_length),
            .mount_point = known.mount_point,
            .is_v2 = known.controllers_length == 0,
        };
    }
    cgroup_find(arena, (enum cgroup_mode) record->cgroup_mode, &hierarchies, record->cgroup_path,
                ret_cgroup);
    for (size_t i = 0; i < levels.count; i++)
        ret_cgroup->leaves.items[i].made_levels = (uint32_t) levels.items[i];
}

void record_find_cgroup(struct arena *arena, const struct record *record, struct cgroup *ret_cgroup)
{
    find_cgroup(arena, record, NULL, ret_cgroup);
}

void record_find_freezer(struct arena *arena, const struct record *record,
                         struct cgroup *ret_cgroup)
{
    find_cgroup(arena, record, "freezer", ret_cgroup);
}

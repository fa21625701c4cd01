/* config.json's own rules, one by one, and that values arrive in the struct they are meant for. */
#include "tests/unit/oci-spec_support.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "oci-spec/names.h"
#include "oci-spec/spec.h"
#include "oci-spec/spec_other.h"
#include "oci-spec/spec_tables.h"

static struct spec *good(struct arena *arena, const char *members)
{
    const char *text = arena_format(arena, "{\"ociVersion\": \"1.0.0\", %s}", members);
    struct error err = {0};
    struct spec *spec = NULL;

    if (spec_read(arena, text, strlen(text), &spec, &err) < 0)
        fail_msg("%s: refused: %s", text, err.text);
    return spec;
}

/* The message without "1:column: ". */
static void bad(const char *members, const char *message)
{
    owned_arena arena = {0};
    const char *text = arena_format(&arena, "{\"ociVersion\": \"1.0.0\", %s}", members);
    struct error err = {0};
    struct spec *spec = NULL;

    if (spec_read(&arena, text, strlen(text), &spec, &err) == 0)
        fail_msg("%s: accepted", text);
    assert_null(spec);
    assert_string_equal(strchr(err.text, ' ') + 1, message);
}

static bool is_version(const char *version)
{
    owned_arena arena = {0};
    const char *text = arena_format(&arena, "{\"ociVersion\": \"%s\"}", version);
    struct error err = {0};
    struct spec *spec = NULL;
    bool is_good = spec_read(&arena, text, strlen(text), &spec, &err) == 0;

    if (!is_good)
        assert_non_null(strstr(err.text, "from 1.0.0 up to, but not including, 2.0.0"));
    return is_good;
}

static void test_versions(void **state)
{
    (void) state;
    assert_true(is_version("1.0.0"));
    assert_true(is_version("1.0.2-dev"));
    assert_true(is_version("1.3.0"));
    assert_true(is_version("1.10.0-rc.1+build.5"));
    assert_false(is_version(""));
    assert_false(is_version("1"));
    assert_false(is_version("1.0"));
    assert_false(is_version("1.0.0 "));
    assert_false(is_version("1.0.0-"));
    assert_false(is_version("1.0.0-a..b"));
    assert_false(is_version("1.01.0"));
    assert_false(is_version("1.0.0.0"));
    assert_false(is_version("v1.0.0"));
    assert_false(is_version("0.9.0"));
    assert_false(is_version("2.0.0"));
    assert_false(is_version("10.0.0"));
    read_bad(&json_spec, "{}", "1:1: configuration lacks the required property \"ociVersion\"");
    read_bad(&json_spec, "{\"ociVersion\": null}", "1:16: /ociVersion: must be a string, not null");
}

static void test_paths(void **state)
{
    owned_arena arena = {0};

    (void) state;
    bad("\"process\": {\"cwd\": \"x\"}", "/process/cwd: must be an absolute path");
    bad("\"process\": {}", "/process: process lacks the required property \"cwd\"");
    bad("\"root\": {\"path\": \"\"}", "/root/path: must not be empty");
    bad("\"mounts\": [{\"destination\": \"\"}]", "/mounts/0/destination: must not be empty");
    bad("\"mounts\": [{}]", "/mounts/0: mount lacks the required property \"destination\"");
    bad("\"linux\": {\"maskedPaths\": [\"a\"]}", "/linux/maskedPaths/0: must be an absolute path");
    bad("\"linux\": {\"readonlyPaths\": [\"/\", \"a\"]}",
        "/linux/readonlyPaths/1: must be an absolute path");
    bad("\"linux\": {\"namespaces\": [{\"type\": \"pid\", \"path\": \"p\"}]}",
        "/linux/namespaces/0/path: must be an absolute path");
    bad("\"hooks\": {\"poststop\": [{\"path\": \"h\"}]}",
        "/hooks/poststop/0/path: must be an absolute path");
    bad("\"vm\": {\"kernel\": {\"path\": \"k\"}}", "/vm/kernel/path: must be an absolute path");
    assert_string_equal(
        good(&arena, "\"mounts\": [{\"destination\": \"proc\"}]")->mounts.items[0].destination,
        "proc");
}

static void test_process(void **state)
{
    owned_arena arena = {0};
    struct spec *spec = good(
        &arena,
        "\"process\": {\"cwd\": \"/\", \"user\": {\"uid\": 1, \"gid\": 2, \"umask\": 18,"
        " \"additionalGids\": [5, 6]}, \"apparmorProfile\": \"\", \"selinuxLabel\": \"\","
        " \"capabilities\": {\"bounding\": [\"CAP_FUTURE\"], \"ambient\": null},"
        " \"rlimits\": [{\"type\": \"RLIMIT_CORE\", \"soft\": 1, \"hard\": 18446744073709551615}],"
        " \"oomScoreAdj\": -500, \"scheduler\": {\"policy\": \"SCHED_FIFO\", \"flags\":"
        " [\"SCHED_FLAG_RECLAIM\"]}, \"execCPUAffinity\": {\"initial\": \"0-3, 7\", \"final\": \"\"},"
        " \"ioPriority\": {\"class\": \"IOPRIO_CLASS_IDLE\", \"priority\": 4}}");
    struct spec_process *process = spec->process;

    (void) state;
    assert_int_equal(process->user->uid, 1);
    assert_int_equal(process->user->gid, 2);
    assert_int_equal(*process->user->umask, 022);
    assert_int_equal(process->user->additional_gids.items[1], 6);
    assert_null(process->apparmor_profile);
    assert_null(process->selinux_label);
    assert_string_equal(process->capabilities->bounding.items[0], "CAP_FUTURE");
    assert_int_equal(process->rlimits.items[0].type, RLIMIT_CORE);
    assert_true(process->rlimits.items[0].hard == RLIM_INFINITY);
    assert_int_equal(*process->oom_score_adj, -500);
    assert_int_equal(process->scheduler->policy, SCHED_FIFO);
    assert_int_equal(process->scheduler->flags.items[0], 2);
    assert_null(process->exec_cpu_affinity->final);
    assert_int_equal(process->io_priority->class, 3);
    assert_int_equal(*process->io_priority->priority, 4);
}

static void test_process_faults(void **state)
{
    (void) state;
    bad("\"process\": {\"cwd\": \"/\", \"rlimits\": [{\"type\": \"RLIMIT_X\"}]}",
        "/process/rlimits/0/type: unknown resource limit \"RLIMIT_X\", expected one of: RLIMIT_AS, "
        "RLIMIT_CORE, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_LOCKS, RLIMIT_MEMLOCK, "
        "RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_RSS, RLIMIT_RTPRIO, "
        "RLIMIT_RTTIME, RLIMIT_SIGPENDING, RLIMIT_STACK");
    bad("\"process\": {\"cwd\": \"/\", \"execCPUAffinity\": {\"final\": \"x\"}}",
        "/process/execCPUAffinity/final: must be a list of CPUs: 0-3,7");
    bad("\"process\": {\"cwd\": \"/\", \"consoleSize\": {\"height\": 1}}",
        "/process/consoleSize: consoleSize lacks the required property \"width\"");
    bad("\"process\": {\"cwd\": \"/\", \"user\": {\"uid\": -1}}",
        "/process/user/uid: must be between 0 and 4294967295");
    bad("\"process\": {\"cwd\": \"/\", \"user\": {\"uid\": 1000}}",
        "/process/user: user lacks the required property \"gid\"");
    bad("\"process\": {\"cwd\": \"/\", \"user\": {\"gid\": 1000}}",
        "/process/user: user lacks the required property \"uid\"");
    bad("\"process\": {\"cwd\": \"/\", \"ioPriority\": {\"class\": \"IOPRIO_CLASS_RT\"}}",
        "/process/ioPriority: ioPriority lacks the required property \"priority\"");
    bad("\"hooks\": {\"prestart\": [{\"path\": \"/h\", \"timeout\": 0}]}",
        "/hooks/prestart/0/timeout: must be between 1 and 9223372036854775807");
}

static void test_linux(void **state)
{
    owned_arena arena = {0};
    struct spec_linux *section =
        good(&arena,
             "\"linux\": {\"cgroupsPath\": \"\", \"mountLabel\": \"\", \"rootfsPropagation\":"
             " \"rslave\", \"namespaces\": [{\"type\": \"user\", \"path\": \"\"}],"
             " \"timeOffsets\": {\"boottime\": {\"secs\": -5}, \"monotonic\": {\"nanosecs\": 7}},"
             " \"netDevices\": {\"eth0\": {}, \"eth1\": {\"name\": \"e\"}},"
             " \"devices\": [{\"path\": \"/dev/p\", \"type\": \"p\"}, {\"path\": \"/dev/n\","
             " \"type\": \"c\", \"major\": 1, \"minor\": 3, \"fileMode\": 8630}],"
             " \"personality\": {\"domain\": \"LINUX32\"},"
             " \"seccomp\": {\"defaultAction\": \"SCMP_ACT_ERRNO\", \"architectures\":"
             " [\"SCMP_ARCH_X32\"], \"flags\": [], \"syscalls\": [{\"names\": [\"a\"], \"action\":"
             " \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 1, \"value\": 18446744073709551615,"
             " \"op\": \"SCMP_CMP_MASKED_EQ\"}]}]}}")
            ->linux_;

    (void) state;
    assert_null(section->cgroups_path);
    assert_null(section->mount_label);
    assert_int_equal(*section->rootfs_propagation, MS_SLAVE);
    assert_int_equal(section->namespaces.items[0].type, NAMESPACE_USER);
    assert_null(section->namespaces.items[0].path);
    assert_string_equal(section->time_offsets.items[1].clock, "monotonic");
    assert_int_equal(*section->time_offsets.items[0].secs, -5);
    assert_null(section->net_devices.items[0].name);
    assert_string_equal(section->net_devices.items[1].host_name, "eth1");
    assert_int_equal(*section->devices.items[1].file_mode, 020666);
    assert_int_equal(section->personality->domain, 8);
    assert_int_equal(section->seccomp->default_action, SECCOMP_ACTION_ERRNO);
    assert_int_equal(section->seccomp->syscalls.items[0].args.items[0].op,
                     SECCOMP_OPERATOR_MASKED_EQ);
    assert_true(section->seccomp->syscalls.items[0].args.items[0].value == UINT64_MAX);
}

static void test_linux_faults(void **state)
{
    (void) state;
    bad("\"linux\": {\"rootfsPropagation\": \"x\"}",
        "/linux/rootfsPropagation: unknown mount propagation \"x\", expected one of: private, "
        "rprivate, rshared, rslave, runbindable, shared, slave, unbindable");
    bad("\"linux\": {\"devices\": [{\"path\": \"/d\", \"type\": \"c\", \"major\": 1}]}",
        "/linux/devices/0: must have major and minor");
    bad("\"linux\": {\"devices\": [{\"path\": \"/d\", \"type\": \"x\"}]}",
        "/linux/devices/0/type: must be c, b, u or p");
    bad("\"linux\": {\"seccomp\": {\"defaultAction\": \"SCMP_ACT_LOG\", \"syscalls\":"
        " [{\"names\": [], \"action\": \"SCMP_ACT_LOG\"}]}}",
        "/linux/seccomp/syscalls/0/names: must have at least 1 item");
    bad("\"linux\": {\"seccomp\": {}}",
        "/linux/seccomp: seccomp lacks the required property \"defaultAction\"");
    bad("\"linux\": {\"intelRdt\": {\"memBwSchema\": \"L3:1\"}}",
        "/linux/intelRdt/memBwSchema: must start with MB:");
    bad("\"linux\": {\"intelRdt\": {\"memBwSchema\": \"MB:1\\n\"}}",
        "/linux/intelRdt/memBwSchema: must not contain newlines");
    bad("\"linux\": {\"memoryPolicy\": {}}",
        "/linux/memoryPolicy: memoryPolicy lacks the required property \"mode\"");
    bad("\"linux\": {\"sysctl\": {\"a/b\": 1}}",
        "/linux/sysctl/a~1b: must be a string, not a number");
    bad("\"annotations\": {\"\": \"x\"}", "/annotations/: has an empty key");
}

static void bad_resources(const char *members, const char *message)
{
    owned_arena arena = {0};

    bad(arena_format(&arena, "\"linux\": {\"resources\": {%s}}", members),
        arena_format(&arena, "/linux/resources%s", message));
}

static void test_resources_faults(void **state)
{
    (void) state;
    bad_resources("\"devices\": [{}]",
                  "/devices/0: device rule lacks the required property \"allow\"");
    bad_resources("\"devices\": [{\"allow\": true, \"type\": \"p\"}]",
                  "/devices/0/type: must be a, b or c");
    bad_resources("\"devices\": [{\"allow\": true, \"access\": \"rwx\"}]",
                  "/devices/0/access: must consist of the letters r, w and m");
    bad_resources("\"blockIO\": {\"weightDevice\": [{\"major\": 1, \"minor\": 2}]}",
                  "/blockIO/weightDevice/0: must have weight or leafWeight");
    bad_resources("\"blockIO\": {\"throttleReadBpsDevice\": [{\"major\": 1, \"minor\": 2}]}",
                  "/blockIO/throttleReadBpsDevice/0: limit of a device lacks the required property "
                  "\"rate\"");
    bad_resources("\"rdma\": {\"mlx\": {}}", "/rdma/mlx: must have hcaHandles or hcaObjects");
    bad_resources("\"hugepageLimits\": [{\"pageSize\": \"02MB\", \"limit\": 1}]",
                  "/hugepageLimits/0/pageSize: must be a page size: 64KB, 2MB, 1GB");
    bad_resources("\"memory\": {\"limit\": 0.5}",
                  "/memory/limit: must be an integer without fraction or exponent");
    bad_resources("\"blockIO\": {\"weight\": 65536}",
                  "/blockIO/weight: must be between 0 and 65535");
}

/* update --resources hands over a bare object. */
static void test_bare_resources(void **state)
{
    static const char text[] = "{\"pids\": {\"limit\": -1}, \"memory\": {\"swap\": -1},"
                               " \"unified\": {\"memory.high\": \"1\"}}";
    owned_arena arena = {0};
    struct error err = {0};
    struct spec_resources *resources = NULL;

    (void) state;
    assert_int_equal(spec_resources_read(&arena, text, strlen(text), &resources, &err), 0);
    assert_int_equal(*resources->pids->limit, -1);
    assert_int_equal(*resources->memory->swap, -1);
    assert_string_equal(text_map_find(&resources->unified, "memory.high"), "1");
    assert_int_equal(spec_resources_read(&arena, "[]", 2, &resources, &err), -1);
}

static void test_bare_process(void **state)
{
    owned_arena arena = {0};
    struct vector vector = vector_load(&arena, "engines/podman-exec-tty-process.json");
    struct error err = {0};
    struct spec_process *process = NULL;

    (void) state;
    assert_int_equal(spec_process_read(&arena, vector.bytes, vector.size, &process, &err), 0);
    assert_true(process->terminal);
    assert_true(process->args.count > 0);
    assert_int_equal(spec_process_read(&arena, "{}", 2, &process, &err), -1);
    assert_string_equal(err.text, "1:1: process lacks the required property \"cwd\"");
}

static void test_other_platforms(void **state)
{
    owned_arena arena = {0};
    struct spec *spec = good(
        &arena, "\"windows\": {\"layerFolders\": [\"C:\\\\a\"], \"credentialSpec\": {\"a\": [1]}},"
                " \"freebsd\": {\"jail\": {\"enforceStatfs\": 2, \"allow\": {\"suser\": false}}},"
                " \"zos\": {\"namespaces\": [{\"type\": \"pid\"}]}, \"solaris\": {\"anet\":"
                " [{\"linkname\": \"net0\"}]}");
    const char *written = spec_write(&arena, spec);

    (void) state;
    assert_string_equal(spec->windows->credential_spec, "{\"a\": [1]}");
    assert_false(*spec->freebsd->jail->allow->suser);
    assert_non_null(strstr(written, "\"credentialSpec\": {\"a\": [1]}"));
    assert_non_null(strstr(written, "\"suser\": false"));
    bad("\"windows\": {\"layerFolders\": []}", "/windows/layerFolders: must have at least 1 item");
    bad("\"windows\": {}", "/windows: windows lacks the required property \"layerFolders\"");
    bad("\"vm\": {}", "/vm: vm lacks the required property \"kernel\"");
    bad("\"zos\": {\"namespaces\": [{\"type\": \"user\"}]}",
        "/zos/namespaces/0/type: unknown namespace type \"user\", expected one of: ipc, mount, pid, "
        "uts");
    bad("\"freebsd\": {\"jail\": {\"enforceStatfs\": 256}}",
        "/freebsd/jail/enforceStatfs: must be between 0 and 255");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_process),
        cmocka_unit_test(test_process_faults),
        cmocka_unit_test(test_linux),
        cmocka_unit_test(test_linux_faults),
        cmocka_unit_test(test_resources_faults),
        cmocka_unit_test(test_bare_resources),
        cmocka_unit_test(test_bare_process),
        cmocka_unit_test(test_other_platforms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

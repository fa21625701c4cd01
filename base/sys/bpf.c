/*
 * bpf(2) for device programs; see bpf.h.
 *
 * Every call passes a whole, zeroed attr with room behind it: kernels from 6.17 to 7.1 write past the part of it that a caller says it
 * has when asked for BPF_PROG_QUERY.
 */
#include "base/sys/bpf.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct request {
    union bpf_attr attr;
    char behind[256];
};

static int call(int command, struct request *request)
{
    long result = syscall(SYS_bpf, command, &request->attr, sizeof(request->attr));

    return result < 0 ? -errno : (int) result;
}

static uint64_t address_of(const void *pointer)
{
    return (uint64_t) (uintptr_t) pointer;
}

int sys_bpf_load_device_program(const struct bpf_insn *instructions, size_t count)
{
    struct request request;

    memset(&request, 0, sizeof(request));
    request.attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    request.attr.insns = address_of(instructions);
    request.attr.insn_cnt = (uint32_t) count;
    request.attr.license = address_of("Apache-2.0"); /* no GPL-only helper is called */
    memcpy(request.attr.prog_name, "corun_devices", sizeof("corun_devices"));
    return call(BPF_PROG_LOAD, &request); /* close-on-exec always */
}

int sys_bpf_attach_device_program(int cgroup, int program, int replaced)
{
    struct request request;

    memset(&request, 0, sizeof(request));
    request.attr.target_fd = (uint32_t) cgroup;
    request.attr.attach_bpf_fd = (uint32_t) program;
    request.attr.attach_type = BPF_CGROUP_DEVICE;
    request.attr.attach_flags = BPF_F_ALLOW_MULTI;
    if (replaced >= 0) {
        request.attr.attach_flags |= BPF_F_REPLACE;
        request.attr.replace_bpf_fd = (uint32_t) replaced;
    }
    return call(BPF_PROG_ATTACH, &request);
}

int sys_bpf_detach_device_program(int cgroup, int program)
{
    struct request request;

    memset(&request, 0, sizeof(request));
    request.attr.target_fd = (uint32_t) cgroup;
    request.attr.attach_bpf_fd = (uint32_t) program;
    request.attr.attach_type = BPF_CGROUP_DEVICE;
    return call(BPF_PROG_DETACH, &request);
}

int sys_bpf_query_device_programs(int cgroup, uint32_t *ids, size_t size)
{
    struct request request;
    int error;

    memset(&request, 0, sizeof(request));
    request.attr.query.target_fd = (uint32_t) cgroup;
    request.attr.query.attach_type = BPF_CGROUP_DEVICE;
    request.attr.query.prog_ids = address_of(ids);
    request.attr.query.prog_cnt = (uint32_t) size;
    error = call(BPF_PROG_QUERY, &request);
    return error < 0 ? error : (int) request.attr.query.prog_cnt;
}

int sys_bpf_program_by_id(uint32_t id)
{
    struct request request;

    memset(&request, 0, sizeof(request));
    request.attr.prog_id = id;
    return call(BPF_PROG_GET_FD_BY_ID, &request); /* close-on-exec always */
}

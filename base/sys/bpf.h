/* Device programs of v2 cgroups: the few bpf(2) commands they need. Each returns the value or -errno; fds are close-on-exec. */
#ifndef BASE_SYS_BPF_H
#define BASE_SYS_BPF_H

#include <stddef.h>
#include <stdint.h>

struct bpf_insn;

int sys_bpf_load_device_program(const struct bpf_insn *instructions, size_t count);

/* cgroup: directory fd of a v2 cgroup. replaced: fd of the attached program that gives way, or -1. Others may be attached too. */
int sys_bpf_attach_device_program(int cgroup, int program, int replaced);
int sys_bpf_detach_device_program(int cgroup, int program);

/* The ids of the programs attached to the cgroup itself, at most size; returns how many. */
int sys_bpf_query_device_programs(int cgroup, uint32_t *ids, size_t size);
int sys_bpf_program_by_id(uint32_t id);

#endif

plan_sources = \
	runtime/plan/cgroup.c \
	runtime/plan/cgroup_v1.c \
	runtime/plan/cgroup_v2.c \
	runtime/plan/check.c \
	runtime/plan/device_filter.c \
	runtime/plan/devices.c \
	runtime/plan/exec.c \
	runtime/plan/idmap.c \
	runtime/plan/mounts.c \
	runtime/plan/mounts_cgroup.c \
	runtime/plan/namespaces.c \
	runtime/plan/net_devices.c \
	runtime/plan/parts.h \
	runtime/plan/paths.c \
	runtime/plan/plan.c \
	runtime/plan/plan.h \
	runtime/plan/print.c \
	runtime/plan/print.h \
	runtime/plan/print_mounts.c \
	runtime/plan/print_process.c \
	runtime/plan/process.c \
	runtime/plan/scheduling.c \
	runtime/plan/seccomp.c \
	runtime/plan/security.c \
	runtime/plan/sysctl.c

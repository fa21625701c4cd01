cgroup_sources = \
	runtime/cgroup/apply.c \
	runtime/cgroup/cgroup.c \
	runtime/cgroup/cgroup.h \
	runtime/cgroup/cgroup_settings.h \
	runtime/cgroup/controllers.c \
	runtime/cgroup/cpuset.c \
	runtime/cgroup/destroy.c \
	runtime/cgroup/enter.c \
	runtime/cgroup/freeze.c \
	runtime/cgroup/kill.c \
	runtime/cgroup/leaf.c \
	runtime/cgroup/leaf.h \
	runtime/cgroup/meter.c \
	runtime/cgroup/meter.h \
	runtime/cgroup/processes.c \
	runtime/cgroup/stats.c \
	runtime/cgroup/stats.h \
	runtime/cgroup/stats_cpus.c \
	runtime/cgroup/stats_pressure.c \
	runtime/cgroup/unit.c \
	runtime/cgroup/unit.h \
	runtime/cgroup/update.c \
	runtime/cgroup/watch.c \
	runtime/cgroup/watch.h

host_sources = \
	runtime/host/apparmor.c \
	runtime/host/cgroups.c \
	runtime/host/cgroups.h \
	runtime/host/features.c \
	runtime/host/features.h \
	runtime/host/host.c \
	runtime/host/host.h \
	runtime/host/lsm.h \
	runtime/host/release.c \
	runtime/host/selinux.c

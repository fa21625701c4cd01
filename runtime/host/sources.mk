host_sources = \
	runtime/host/apparmor.c \
	runtime/host/cgroups.c \
	runtime/host/cgroups.h \
	runtime/host/features.c \
	runtime/host/features.h \
	runtime/host/host.c \
	runtime/host/host.h \
	runtime/host/lsm.h \
	runtime/host/release.c

if WITH_SELINUX
host_sources += runtime/host/selinux.c
else
host_sources += runtime/host/selinux_none.c
endif

launch_sources = \
	runtime/launch/create_hooks.c \
	runtime/launch/exec.c \
	runtime/launch/idmap.c \
	runtime/launch/idmap.h \
	runtime/launch/launch.c \
	runtime/launch/launch.h \
	runtime/launch/listener.c \
	runtime/launch/mount_changes.c \
	runtime/launch/net_devices.c \
	runtime/launch/net_devices.h \
	runtime/launch/netlink.c \
	runtime/launch/netlink.h \
	runtime/launch/open.c \
	runtime/launch/open.h \
	runtime/launch/open_home.c \
	runtime/launch/open_mounts.c \
	runtime/launch/open_namespaces.c \
	runtime/launch/report.c \
	runtime/launch/report.h \
	runtime/launch/seccomp.c \
	runtime/launch/seccomp.h \
	runtime/launch/seccomp_cache.c \
	runtime/launch/seccomp_compact.c \
	runtime/launch/self_image.c \
	runtime/launch/self_image.h \
	runtime/launch/session.h

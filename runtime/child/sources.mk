child_sources = \
	runtime/child/child.c \
	runtime/child/child.h \
	runtime/child/copy_up.c \
	runtime/child/devices.c \
	runtime/child/exec.c \
	runtime/child/mount_changes.c \
	runtime/child/mounts.c \
	runtime/child/namespaces.c \
	runtime/child/paths.c \
	runtime/child/process.c \
	runtime/child/root.c \
	runtime/child/step.h \
	runtime/child/target.c \
	runtime/child/terminal.c

mount_helper_sources = \
	helpers/mount/context.c \
	helpers/mount/context.h \
	helpers/mount/image.c \
	helpers/mount/loop.c \
	helpers/mount/loop.h \
	helpers/mount/main.c \
	helpers/mount/mounts.h \
	helpers/mount/overlay.c \
	helpers/mount/remote.c \
	helpers/mount/verity.c \
	helpers/mount/verity.h

base_sources = \
	base/arena.c \
	base/arena.h \
	base/directory.c \
	base/directory.h \
	base/error.c \
	base/error.h \
	base/fault.h \
	base/helper.c \
	base/helper.h \
	base/log.c \
	base/log.h \
	base/names.c \
	base/names.h \
	base/owned.h \
	base/program.c \
	base/program.h \
	base/slice.c \
	base/slice.h \
	base/text.c \
	base/text.h \
	base/timestamp.c \
	base/timestamp.h \
	base/trusted.c \
	base/trusted.h \
	base/unix_socket.c \
	base/unix_socket.h \
	base/utf8.c \
	base/utf8.h \
	base/sys/bpf.c \
	base/sys/bpf.h \
	base/sys/file.c \
	base/sys/file.h \
	base/sys/mount.c \
	base/sys/mount.h \
	base/sys/namespaces.c \
	base/sys/namespaces.h \
	base/sys/network.c \
	base/sys/network.h \
	base/sys/process.c \
	base/sys/process.h \
	base/sys/security.c \
	base/sys/security.h \
	base/sys/socket.c \
	base/sys/socket.h

if ENABLE_FAULTS
base_sources += base/fault.c
else
base_sources += base/fault_none.c
endif
EXTRA_DIST = base/fault.c base/fault_none.c

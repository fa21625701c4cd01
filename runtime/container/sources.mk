container_sources = \
	runtime/container/bundle.c \
	runtime/container/bundle.h \
	runtime/container/container.h \
	runtime/container/content.c \
	runtime/container/content.h \
	runtime/container/create.c \
	runtime/container/creation.h \
	runtime/container/delete.c \
	runtime/container/exec.c \
	runtime/container/id.c \
	runtime/container/id.h \
	runtime/container/kill.c \
	runtime/container/lifecycle.c \
	runtime/container/limits.c \
	runtime/container/limits.h \
	runtime/container/lookup.c \
	runtime/container/lookup.h \
	runtime/container/processes.c \
	runtime/container/record.c \
	runtime/container/record.h \
	runtime/container/recovery.c \
	runtime/container/recovery.h \
	runtime/container/run.c \
	runtime/container/start.c \
	runtime/container/state.c \
	runtime/container/store.c \
	runtime/container/store.h

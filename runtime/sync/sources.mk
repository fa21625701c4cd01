sync_sources = \
	runtime/sync/sync.c \
	runtime/sync/sync.h

group_sources = \
	runtime/group/amounts.c \
	runtime/group/amounts.h \
	runtime/group/check.c \
	runtime/group/create.c \
	runtime/group/delete.c \
	runtime/group/found.c \
	runtime/group/found.h \
	runtime/group/founder.c \
	runtime/group/founder.h \
	runtime/group/furnish.c \
	runtime/group/furnish.h \
	runtime/group/group.h \
	runtime/group/home.c \
	runtime/group/home.h \
	runtime/group/lookup.c \
	runtime/group/lookup.h \
	runtime/group/member.c \
	runtime/group/record.c \
	runtime/group/record.h \
	runtime/group/rewrite.c \
	runtime/group/rewrite.h \
	runtime/group/signal.c \
	runtime/group/spec.c \
	runtime/group/spec.h \
	runtime/group/state.c \
	runtime/group/visit.c \
	runtime/group/visit.h

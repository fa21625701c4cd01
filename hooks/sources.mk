hooks_sources = \
	hooks/enter.c \
	hooks/enter.h \
	hooks/hooks.h \
	hooks/run.c

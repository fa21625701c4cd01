# The command line: everything between argv and runtime/container/.
cmd_sources = \
	runtime/cmd/command.h \
	runtime/cmd/commands.c \
	runtime/cmd/commands.h \
	runtime/cmd/create.c \
	runtime/cmd/create.h \
	runtime/cmd/delete.c \
	runtime/cmd/exec.c \
	runtime/cmd/features.c \
	runtime/cmd/help.c \
	runtime/cmd/inherited.c \
	runtime/cmd/inherited.h \
	runtime/cmd/kill.c \
	runtime/cmd/list.c \
	runtime/cmd/options.c \
	runtime/cmd/options.h \
	runtime/cmd/options_help.c \
	runtime/cmd/plan.c \
	runtime/cmd/program.c \
	runtime/cmd/ps.c \
	runtime/cmd/run.c \
	runtime/cmd/signal.c \
	runtime/cmd/signal.h \
	runtime/cmd/spec.c \
	runtime/cmd/start.c \
	runtime/cmd/state.c \
	runtime/cmd/suggest.c \
	runtime/cmd/suggest.h \
	runtime/cmd/version.c \
	runtime/cmd/version.h

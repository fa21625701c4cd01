terminal_sources = \
	runtime/terminal/console_socket.c \
	runtime/terminal/pump.c \
	runtime/terminal/terminal.h

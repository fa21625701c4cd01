# A program that runs once, while corun is built: it prints what the shells complete.
completions_sources = \
	completions/bash.c \
	completions/completions.h \
	completions/fish.c \
	completions/main.c \
	completions/zsh.c
# The halves that do not depend on the tables.
completions_fixed = completions/fixed.bash completions/fixed.zsh completions/fixed.fish

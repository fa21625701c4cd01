ledger_program_sources = hooks/programs/ledger.c
verify_program_sources = \
	hooks/programs/digest.c \
	hooks/programs/digest.h \
	hooks/programs/sha.c \
	hooks/programs/sha.h \
	hooks/programs/tree.c \
	hooks/programs/tree.h \
	hooks/programs/verify.c

ledger_program_sources = hooks/programs/ledger.c

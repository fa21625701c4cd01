unit_cmd = \
	tests/unit/cmd_commands \
	tests/unit/cmd_inherited \
	tests/unit/cmd_options \
	tests/unit/cmd_signal \
	tests/unit/cmd_suggest

tests_unit_cmd_commands_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_cmd_inherited_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_cmd_options_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_cmd_signal_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_cmd_suggest_LDADD = $(LDADD) $(CMOCKA_LIBS)

unit_launch = \
	tests/unit/hooks_run \
	tests/unit/launch_open \
	tests/unit/launch_report \
	tests/unit/launch_seccomp \
	tests/unit/launch_self_image \
	tests/unit/terminal_console \
	tests/unit/terminal_pump

tests_unit_hooks_run_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_launch_open_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_launch_report_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_launch_seccomp_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_terminal_console_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_terminal_pump_LDADD = $(LDADD) $(CMOCKA_LIBS)

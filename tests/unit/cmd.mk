unit_cmd = \
	tests/unit/cmd_commands \
	tests/unit/cmd_control \
	tests/unit/cmd_inherited \
	tests/unit/cmd_options \
	tests/unit/cmd_quantity \
	tests/unit/cmd_suggest

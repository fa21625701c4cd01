unit_group = \
	tests/unit/group_commands \
	tests/unit/group_health \
	tests/unit/group_implicit \
	tests/unit/group_rewrite

unit_base = \
	tests/unit/base_process \
	tests/unit/base_program \
	tests/unit/base_text \
	tests/unit/base_timestamp \
	tests/unit/child_target \
	tests/unit/sync_protocol

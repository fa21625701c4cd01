unit_oci_spec = \
	tests/unit/oci-spec_default \
	tests/unit/oci-spec_events \
	tests/unit/oci-spec_features \
	tests/unit/oci-spec_fuzz \
	tests/unit/oci-spec_json_read \
	tests/unit/oci-spec_json_text \
	tests/unit/oci-spec_mount_options \
	tests/unit/oci-spec_names \
	tests/unit/oci-spec_signal \
	tests/unit/oci-spec_spec \
	tests/unit/oci-spec_state \
	tests/unit/oci-spec_tables \
	tests/unit/oci-spec_vectors

unit_cgroup = \
	tests/unit/cgroup_leaf \
	tests/unit/container_store \
	tests/unit/host_probe

tests_unit_cgroup_leaf_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_container_store_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_host_probe_LDADD = $(LDADD) $(CMOCKA_LIBS)

unit_plan = \
	tests/unit/plan_cgroup \
	tests/unit/plan_device_filter \
	tests/unit/plan_exec \
	tests/unit/plan_golden \
	tests/unit/plan_idmap \
	tests/unit/plan_small_mounts \
	tests/unit/plan_update

tests_unit_plan_cgroup_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_plan_device_filter_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_plan_golden_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_plan_idmap_LDADD = $(LDADD) $(CMOCKA_LIBS)
tests_unit_plan_small_mounts_LDADD = $(LDADD) $(CMOCKA_LIBS)

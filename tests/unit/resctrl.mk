unit_resctrl = tests/unit/resctrl_text

tests_unit_resctrl_text_LDADD = $(LDADD) $(CMOCKA_LIBS)

unit_systemd = tests/unit/systemd_request

tests_unit_systemd_request_SOURCES = tests/unit/systemd_request.c $(systemd_pure_sources)
tests_unit_systemd_request_LDADD = $(LDADD) $(CMOCKA_LIBS)

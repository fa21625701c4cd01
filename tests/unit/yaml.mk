unit_yaml = tests/unit/yaml_convert
tests_unit_yaml_convert_SOURCES = tests/unit/yaml_convert.c $(yaml_helper_conversion)
tests_unit_yaml_convert_LDADD = $(LDADD) $(YAML_LIBS)

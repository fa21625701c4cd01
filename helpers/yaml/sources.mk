yaml_helper_conversion = \
	helpers/yaml/convert.c \
	helpers/yaml/convert.h \
	helpers/yaml/scalar.c \
	helpers/yaml/scalar.h
yaml_helper_sources = helpers/yaml/main.c $(yaml_helper_conversion)

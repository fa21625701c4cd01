# Pure, so that tests need no libsystemd
systemd_pure_sources = \
	helpers/systemd/annotation.c \
	helpers/systemd/properties.c \
	helpers/systemd/property.h \
	helpers/systemd/request.c \
	helpers/systemd/request.h
systemd_helper_sources = \
	helpers/systemd/main.c \
	helpers/systemd/manager.c \
	helpers/systemd/manager.h \
	helpers/systemd/properties_append.c \
	$(systemd_pure_sources)

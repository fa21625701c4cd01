resctrl_sources = \
	runtime/resctrl/mount.c \
	runtime/resctrl/resctrl.c \
	runtime/resctrl/resctrl.h \
	runtime/resctrl/resctrl_settings.h \
	runtime/resctrl/schemata.c

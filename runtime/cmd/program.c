/* The options before the command, as rows like any other command's. main.c acts on them. */
#include "runtime/cmd/commands.h"

static const struct name log_formats[] = {
    {"json", LOG_FORMAT_JSON},
    {"text", LOG_FORMAT_TEXT},
};

static const struct name log_levels[] = {
    {"debug",   LOG_LEVEL_DEBUG  },
    {"error",   LOG_LEVEL_ERROR  },
    {"info",    LOG_LEVEL_INFO   },
    {"warning", LOG_LEVEL_WARNING},
};

static const struct name cgroup_managers[] = {
    {"cgroupfs", CGROUP_MANAGER_CGROUPFS},
    {"disabled", CGROUP_MANAGER_DISABLED},
    {"systemd",  CGROUP_MANAGER_SYSTEMD },
};

enum rootless { ROOTLESS_AUTO, ROOTLESS_FALSE, ROOTLESS_TRUE };

static const struct name rootless_answers[] = {
    {"auto",  ROOTLESS_AUTO },
    {"false", ROOTLESS_FALSE},
    {"true",  ROOTLESS_TRUE },
};

static const struct names log_format_names = NAMES("log format", log_formats);
static const struct names log_level_names = NAMES("log level", log_levels);
static const struct names cgroup_manager_names = NAMES("cgroup manager", cgroup_managers);
static const struct names rootless_names = NAMES("answer", rootless_answers);

static const struct option program_rows[] = {
    NAME_OPTION(0, "cgroup-manager", "NAME", struct program_options, cgroup_manager,
                cgroup_manager_names, "who makes cgroups: cgroupfs (default), systemd or disabled"),
    FLAG_OPTION(0, "debug", struct program_options, is_debug, "the same as --log-level=debug"),
    TEXT_OPTION(0, "log", "FILE", struct program_options, log,
                "append warnings and the final error to FILE"),
    NAME_OPTION(0, "log-format", "FORMAT", struct program_options, log_format, log_format_names,
                "text (default) or json"),
    NAME_OPTION(0, "log-level", "LEVEL", struct program_options, log_level, log_level_names,
                "debug, info (default), warning or error"),
    TEXT_OPTION(0, "root", "DIR", struct program_options, root,
                "where the state of containers is kept (default: /run/corun)"),
    NAME_OPTION(0, "rootless", "ANSWER", struct program_options, rootless, rootless_names,
                "true, false or auto; accepted, the answer is always probed"),
    FLAG_OPTION(0, "systemd-cgroup", struct program_options, is_systemd_cgroup,
                "the same as --cgroup-manager=systemd"),
    FLAG_OPTION('v', "version", struct program_options, wants_version, "print the version"),
};

static const struct operand program_operands[] = {
    OPTIONAL_OPERAND("COMMAND", struct program_options, command),
    REST_OPERAND("ARGUMENT", struct program_options, arguments),
};

const struct command command_program = {
    .name = PROGRAM_NAME,
    .summary = "Create and run containers from OCI bundles",
    OPTIONS(program_rows),
    OPERANDS(program_operands),
    .subcommands = commands,
    .request_size = sizeof(struct program_options),
};

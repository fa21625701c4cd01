/*
 * The commands as engines call them: each line of words becomes one call of a verb with the right request. The verbs are
 * fakes that keep what they were asked; the tables are checked for order, duplicates and the manual.
 */
#include "runtime/cmd/commands.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "runtime/cmd/options.h"
#include "runtime/container/checkpoint.h"
#include "runtime/container/container.h"
#include "runtime/host/features.h"

/* What the last verb was asked; tests run one after the other. */
static struct {
    const char *verb;
    struct run_request run; /* create, too */
    struct kill_request kill;
    struct exec_request exec;
    struct criu_options criu;
    struct text_list ps_arguments;
    struct delete_request delete;
    struct container_request container;
    const struct container_info_list *told; /* what list returns */
} asked;

int container_create(struct arena *arena, const struct create_request *request, struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "create";
    asked.run.create = *request;
    return 0;
}

int container_checkpoint(struct arena *arena, const struct checkpoint_request *request,
                         struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "checkpoint";
    asked.container = request->container;
    asked.criu = request->options;
    return 0;
}

int container_restore(struct arena *arena, const struct restore_request *request,
                      int *ret_exit_code, struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "restore";
    asked.run.create = request->create;
    asked.run.is_detached = request->is_detached;
    asked.criu = request->options;
    *ret_exit_code = 7;
    return 0;
}

int container_plan(struct arena *arena, const struct create_request *request, const char **ret_text,
                   struct error *err)
{
    *ret_text = "";
    if (container_create(arena, request, err) < 0)
        return -1;
    asked.verb = "plan";
    return 0;
}

int container_run(struct arena *arena, const struct run_request *request, int *ret_exit_code,
                  struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "run";
    asked.run = *request;
    *ret_exit_code = 143;
    return 0;
}

int container_start(struct arena *arena, const struct container_request *request, struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "start";
    asked.container = *request;
    return 0;
}

int container_kill(struct arena *arena, const struct kill_request *request, struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "kill";
    asked.kill = *request;
    return 0;
}

int container_exec(struct arena *arena, const struct exec_request *request, int *ret_exit_code,
                   struct error *err)
{
    (void) arena;
    (void) err;
    asked.verb = "exec";
    asked.exec = *request;
    *ret_exit_code = 3;
    return 0;
}

int container_list_processes(struct arena *arena, const struct container_request *request,
                             struct process_id_list *ret_pids, struct error *err)
{
    (void) arena;
    (void) ret_pids;
    (void) err;
    asked.verb = "ps";
    asked.container = *request;
    return 0;
}

int container_describe_processes(struct arena *arena, const struct process_id_list *pids,
                                 const struct text_list *ps_arguments, const char **ret_text,
                                 struct error *err)
{
    (void) arena;
    (void) pids;
    (void) err;
    asked.ps_arguments = *ps_arguments;
    *ret_text = "";
    return 0;
}

int container_delete(struct arena *arena, const struct delete_request *request, struct error *err)
{
    (void) arena;
    asked.verb = "delete";
    asked.delete = *request;
    return error_set(err, ERROR_NOT_FOUND, "container %s does not exist", request->container.id);
}

int container_state(struct arena *arena, const struct container_request *request,
                    struct container_info *ret_info, struct error *err)
{
    (void) arena;
    (void) ret_info;
    (void) err;
    asked.verb = "state";
    asked.container = *request;
    return -1;
}

int container_list(struct arena *arena, const char *root, const struct log *log,
                   struct container_info_list *ret_list, struct error *err)
{
    (void) arena;
    (void) log;
    asked.verb = "list";
    asked.container.root = root;
    if (!asked.told)
        return error_set(err, ERROR_OS, "list nothing");
    *ret_list = *asked.told;
    return 0;
}

const char *container_write_state(struct arena *arena, const struct container_info *info)
{
    (void) arena;
    return info->id;
}

const char *container_write_list(struct arena *arena, const struct container_info_list *list)
{
    (void) arena;
    (void) list;
    return "[written]";
}

int host_features(struct arena *arena, struct features_facts *ret_facts, struct error *err)
{
    (void) arena;
    (void) ret_facts;
    (void) err;
    asked.verb = "features";
    return -1;
}

/* What main.c does, without opening a log. */
static int call(struct arena *arena, const char *const *words, struct error *err)
{
    struct program_options program = {0};
    const struct invocation invocation = {.arena = arena, .program = &program};
    const struct command *command;
    const struct container_info_list *told = asked.told;
    void *request;

    memset(&asked, 0, sizeof(asked));
    asked.told = told;
    assert_int_equal(options_parse(arena, &command_program, words, &program, err), 0);
    command = commands_find(program.command, err);
    if (!command)
        return -1;
    request = arena_alloc(arena, command->request_size);
    if (options_parse(arena, command, program.arguments.items, request, err) != 0)
        return -1;
    return command->run(&invocation, request, err);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_conmon_create(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    const struct create_request *create = &asked.run.create;
    (void) state;

    assert_int_equal(call(&arena,
                          WORDS("--log-format=json", "--log", "/b/oci-log", "create", "--bundle",
                                "/b", "--pid-file", "/b/pid", "--console-socket", "/b/s", "id1"),
                          &err),
                     0);
    assert_string_equal(asked.verb, "create");
    assert_string_equal(create->container.id, "id1");
    assert_null(create->container.root);
    assert_string_equal(create->bundle, "/b");
    assert_string_equal(create->pid_file, "/b/pid");
    assert_string_equal(create->console_socket, "/b/s");
    assert_false(create->is_systemd_cgroup || create->no_pivot || create->no_new_keyring);
}

static void test_containerd_create(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    const struct create_request *create = &asked.run.create;
    (void) state;

    assert_int_equal(
        call(&arena,
             WORDS("--root", "/run/r", "--log", "/b/l", "--log-format", "json", "--systemd-cgroup",
                   "create", "--bundle", "/b", "--pid-file", "/p", "--no-pivot", "--no-new-keyring",
                   "--no-subreaper", "-f", "c.json", "id1"),
             &err),
        0);
    assert_string_equal(create->container.root, "/run/r");
    assert_string_equal(create->config, "c.json");
    assert_true(create->is_systemd_cgroup && create->no_pivot && create->no_new_keyring);
}

static void test_checkpoint_and_restore(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    (void) state;

    assert_int_equal(call(&arena,
                          WORDS("--root", "/r", "checkpoint", "--image-path=/i", "--work-path",
                                "/w", "--leave-running", "--tcp-established", "id1"),
                          &err),
                     0);
    assert_string_equal(asked.verb, "checkpoint");
    assert_string_equal(asked.container.root, "/r");
    assert_string_equal(asked.container.id, "id1");
    assert_string_equal(asked.criu.image_path, "/i");
    assert_string_equal(asked.criu.work_path, "/w");
    assert_true(asked.criu.leave_running && asked.criu.tcp_established);
    assert_false(asked.criu.pre_dump || asked.criu.file_locks);

    assert_int_equal(call(&arena,
                          WORDS("restore", "-db/x", "--pid-file=/p", "--manage-cgroups-mode=soft",
                                "--file-locks", "id2"),
                          &err),
                     7);
    assert_string_equal(asked.verb, "restore");
    assert_true(asked.run.is_detached && asked.criu.file_locks);
    assert_string_equal(asked.run.create.bundle, "/x");
    assert_string_equal(asked.run.create.pid_file, "/p");
    assert_string_equal(asked.run.create.container.id, "id2");

    assert_int_equal(call(&arena, WORDS("restore", "--leave-running", "id2"), &err), -1);
    assert_int_equal(call(&arena, WORDS("restore", "--manage-cgroups-mode=full", "id2"), &err), -1);
    assert_int_equal(call(&arena, WORDS("restore", "--no-pivot", "id2"), &err), -1);
    assert_string_equal(err.text, "--no-pivot is not supported");
    assert_int_equal(call(&arena, WORDS("restore", "--console-socket=/c", "id2"), &err), 7);
    assert_string_equal(asked.run.create.console_socket, "/c");
}

static void test_run(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    (void) state;

    assert_int_equal(
        call(&arena, WORDS("--cgroup-manager=systemd", "run", "-db/x", "--keep", "id1"), &err),
        143);
    assert_string_equal(asked.verb, "run");
    assert_true(asked.run.is_detached && asked.run.keeps_container);
    assert_true(asked.run.create.is_systemd_cgroup);
    assert_string_equal(asked.run.create.bundle, "/x");
    assert_string_equal(asked.run.create.container.id, "id1");
}

static void test_kill_and_delete(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    (void) state;

    assert_int_equal(call(&arena, WORDS("--root=/r", "kill", "--all", "id1", "9"), &err), 0);
    assert_true(asked.kill.is_all);
    assert_int_equal(asked.kill.signal, 9);
    assert_string_equal(asked.kill.container.id, "id1");
    assert_string_equal(asked.kill.container.root, "/r");
    assert_int_equal(call(&arena, WORDS("kill", "id1"), &err), 0);
    assert_int_equal(asked.kill.signal, 15);
    assert_int_equal(call(&arena, WORDS("kill", "id1", "NOSUCH"), &err), -1);
    assert_null(asked.verb);
    assert_string_equal(err.text, "unknown signal 'NOSUCH'");
    assert_int_equal(call(&arena, WORDS("delete", "--force", "id1"), &err), -1);
    assert_true(asked.delete.is_forced);
    assert_string_equal(err.text, "container id1 does not exist");
}

/* As conmon and containerd call it, and as people do: options after the id are the program's. */
static void test_exec(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    const struct exec_request *exec = &asked.exec;
    (void) state;

    assert_int_equal(call(&arena,
                          WORDS("--log-format=json", "exec", "--pid-file", "/p", "--process", "/f",
                                "--detach", "--tty", "--console-socket", "/s", "id1"),
                          &err),
                     3);
    assert_string_equal(exec->process_file, "/f");
    assert_string_equal(exec->pid_file, "/p");
    assert_string_equal(exec->console_socket, "/s");
    assert_true(exec->is_detached && exec->has_terminal && !exec->ignores_paused);
    assert_int_equal(exec->args.count, 0);
    assert_int_equal(call(&arena,
                          WORDS("exec", "-u", "1:2", "-e", "A=b", "-eC=d", "--cap=CAP_KILL",
                                "--ignore-paused", "id1", "--", "ls", "-l", "--", "--user"),
                          &err),
                     3);
    assert_string_equal(exec->container.id, "id1");
    assert_string_equal(exec->user, "1:2");
    assert_int_equal(exec->env.count, 2);
    assert_string_equal(exec->capabilities.items[0], "CAP_KILL");
    assert_int_equal(exec->args.count, 4);
    assert_string_equal(exec->args.items[0], "ls");
    assert_string_equal(exec->args.items[3], "--user");
    assert_int_equal(call(&arena, WORDS("exec", "-u", "", "id1", "ls"), &err), -1);
    assert_null(asked.verb);
    assert_int_equal(call(&arena, WORDS("exec"), &err), -1);
}

static void test_ps(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    (void) state;

    assert_int_equal(call(&arena, WORDS("ps", "id1", "-o", "pid"), &err), 0);
    assert_string_equal(asked.verb, "ps");
    assert_string_equal(asked.container.id, "id1");
    assert_int_equal(asked.ps_arguments.count, 2);
    assert_string_equal(asked.ps_arguments.items[0], "-o");
    assert_int_equal(call(&arena, WORDS("ps", "--format", "yaml", "id1"), &err), -1);
}

static void test_others(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    (void) state;

    assert_int_equal(call(&arena, WORDS("start", "id1"), &err), 0);
    assert_string_equal(asked.verb, "start");
    assert_string_equal(asked.container.id, "id1");
    assert_int_equal(call(&arena, WORDS("state", "id1"), &err), -1);
    assert_string_equal(asked.verb, "state");
    assert_int_equal(call(&arena, WORDS("--root", "/r", "list", "-q", "-fjson"), &err), -1);
    assert_string_equal(asked.container.root, "/r");
    assert_int_equal(call(&arena, WORDS("plan", "-b", "/b"), &err), 0);
    assert_string_equal(asked.verb, "plan");
    assert_null(asked.run.create.container.id);
    assert_int_equal(call(&arena, WORDS("features"), &err), -1);
    assert_string_equal(asked.verb, "features");
}

/* What a command that must succeed prints, in the arena. */
static const char *printed(struct arena *arena, const char *const *words)
{
    char *text = arena_alloc(arena, 4096);
    FILE *file = tmpfile();
    int saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    struct error err = {0};
    int exit_code;

    assert_true(file && saved >= 0);
    (void) fflush(stdout);
    assert_int_equal(dup2(fileno(file), STDOUT_FILENO), STDOUT_FILENO);
    exit_code = call(arena, words, &err);
    (void) fflush(stdout);
    assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
    (void) close(saved);
    assert_int_equal(exit_code, 0);
    rewind(file);
    (void) !fread(text, 1, 4095, file);
    (void) fclose(file);
    return text;
}

static void test_list(void **state)
{
    static struct container_info infos[] = {
        {.id = "a",
         .pid = 7,
         .status = CONTAINER_RUNNING,
         .bundle = "/bundles/a",
         .created = "2026-01-02T03:04:05.6Z",
         .owner = "root"},
        {.id = "a-much-longer-id", .status = CONTAINER_CREATING},
    };
    const struct container_info_list list = {infos, 2};
    const struct container_info_list none = {NULL, 0};
    owned_arena arena = {0};
    (void) state;

    asked.told = &list;
    assert_string_equal(
        printed(&arena, WORDS("list")),
        "ID                 PID         STATUS      BUNDLE       CREATED                  OWNER\n"
        "a                  7           running     /bundles/a   2026-01-02T03:04:05.6Z   root\n"
        "a-much-longer-id   0           creating                                          \n");
    assert_string_equal(printed(&arena, WORDS("list", "--quiet", "--format=json")),
                        "a\na-much-longer-id\n");
    assert_string_equal(printed(&arena, WORDS("list", "--format=json")), "[written]\n");
    asked.told = &none;
    assert_string_equal(printed(&arena, WORDS("list", "-f", "json")), "null\n");
    assert_string_equal(printed(&arena, WORDS("list", "-q")), "");
    asked.told = NULL;
}

static void test_help_of_help(void **state)
{
    owned_arena arena = {0};
    (void) state;

    assert_string_equal(printed(&arena, WORDS("help", "start")),
                        options_help(&arena, &command_start));
    assert_string_equal(printed(&arena, WORDS("help")), options_help(&arena, &command_program));
    assert_non_null(strstr(options_help(&arena, &command_program), "\n  create      Create"));
}

static void test_unknown_command(void **state)
{
    owned_arena arena = {0};
    struct error err = {0};
    (void) state;

    assert_int_equal(call(&arena, WORDS("creates", "--bundle", "x"), &err), -1);
    assert_string_equal(err.text,
                        "unknown command 'creates', did you mean 'create'? (see 'corun --help')");
    assert_int_equal(call(&arena, WORDS("explode"), &err), -1);
    assert_string_equal(err.text, "unknown command 'explode' (see 'corun --help')");
}

static void assert_rows_sound(const struct command *command)
{
    const struct option *row;
    const struct option *other;

    for (size_t i = 0; (row = options_row(command, i)); i++) {
        for (size_t j = 0; j < i && (other = options_row(command, j)); j++) {
            assert_string_not_equal(row->name, other->name);
            assert_true(row->letter == 0 || row->letter != other->letter);
        }
        for (size_t j = 1; row->names && j < row->names->count; j++)
            assert_true(strcmp(row->names->items[j - 1].name, row->names->items[j].name) < 0);
        assert_true(row->kind == OPTION_HELP || row->kind == OPTION_IGNORED ||
                    row->offset < command->request_size);
    }
}

static void test_tables(void **state)
{
    (void) state;
    assert_rows_sound(&command_program);
    for (size_t i = 0; commands[i]; i++) {
        assert_rows_sound(commands[i]);
        assert_non_null(commands[i]->run);
        assert_true(i == 0 || strcmp(commands[i - 1]->name, commands[i]->name) < 0);
    }
}

static const char *read_manual(struct arena *arena)
{
    const char *top = getenv("top_srcdir");
    const char *path = arena_format(arena, "%s/docs/corun.8", top ? top : ".");
    char *text = arena_alloc(arena, 65536);
    FILE *file = fopen(path, "re");

    assert_non_null(file);
    assert_in_range(fread(text, 1, 65535, file), 1, 65534);
    assert_int_equal(fclose(file), 0);
    return text;
}

/* The manual writes options as mdoc flags: "Fl -bundle". */
static void assert_described(struct arena *arena, const char *manual, const struct command *command)
{
    const struct option *row;

    if (command->run && !strstr(manual, arena_format(arena, ".It Cm %s", command->name)))
        fail_msg("docs/corun.8 says nothing of the command %s", command->name);
    for (size_t i = 0; (row = options_row(command, i)); i++)
        if (!strstr(manual, arena_format(arena, "Fl -%s", row->name)))
            fail_msg("docs/corun.8 says nothing of --%s", row->name);
}

static void test_manual(void **state)
{
    owned_arena arena = {0};
    const char *manual = read_manual(&arena);
    (void) state;

    assert_described(&arena, manual, &command_program);
    for (size_t i = 0; commands[i]; i++)
        assert_described(&arena, manual, commands[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conmon_create),
        cmocka_unit_test(test_containerd_create),
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_kill_and_delete),
        cmocka_unit_test(test_exec),
        cmocka_unit_test(test_ps),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_help_of_help),
        cmocka_unit_test(test_unknown_command),
        cmocka_unit_test(test_checkpoint_and_restore),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_manual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

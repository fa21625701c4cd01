/*
 * The helper (helpers/yaml) gets the document as a file in memory and writes another: what is secret in it stays off disks and command lines.
 */
#include "runtime/group/document.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/helper.h"
#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"
#include "runtime/container/content.h"

enum { HELPER_TIMEOUT_MS = 10000 };

struct exchange {
    int input;
    int output;
};

static bool is_yaml(const char *file, const struct content *content)
{
    size_t i = 0;

    if (text_has_suffix(file, ".yaml") || text_has_suffix(file, ".yml"))
        return true;
    while (i < content->size && isspace((unsigned char) content->bytes[i]))
        i++;
    return !text_has_suffix(file, ".json") && i < content->size && content->bytes[i] != '{' &&
           content->bytes[i] != '[';
}

static int set_streams(const void *context, const char **ret_what)
{
    const struct exchange *exchange = context;

    *ret_what = "hand over the document";
    return dup2(exchange->input, STDIN_FILENO) < 0 || dup2(exchange->output, STDOUT_FILENO) < 0
               ? -errno
               : 0;
}

static int run_helper(struct arena *arena, const struct exchange *exchange, struct error *err)
{
    const struct program program = {
        .path = helper_find(arena, "corun-yaml"),
        .timeout_ms = HELPER_TIMEOUT_MS,
        .prepare = set_streams,
        .context = exchange,
    };

    if (access(program.path, X_OK) < 0)
        return error_set(err, ERROR_UNSUPPORTED,
                         "YAML needs the program %s, which is built where libyaml is",
                         program.path);
    return helper_run(arena, &program, ERROR_INVALID, err);
}

static int convert(struct arena *arena, struct content *content, struct error *err)
{
    owned_fd input = sys_memfd("corun-yaml-input");
    owned_fd output = sys_memfd("corun-yaml-output");
    const struct exchange exchange = {input, output};
    int error = input < 0 ? input : (output < 0 ? output : 0);

    if (error == 0)
        error = sys_write_all(input, content->bytes, content->size);
    if (error == 0 && lseek(input, 0, SEEK_SET) < 0)
        error = -errno;
    if (error < 0)
        return error_os(err, -error, "hand over the document");
    if (run_helper(arena, &exchange, err) < 0)
        return -1;
    if (lseek(output, 0, SEEK_SET) < 0)
        return error_os(err, errno, "take back the document");
    error = content_read(arena, output, GROUP_FILE_MAX_BYTES, content);
    if (error == -EFBIG)
        return error_set(err, ERROR_INVALID, "as JSON it is larger than %zu bytes",
                         GROUP_FILE_MAX_BYTES);
    return error < 0 ? error_os(err, -error, "take back the document") : 0;
}

int group_document_read(struct arena *arena, const char *file, struct group_spec **ret_spec,
                        const char **ret_name, struct error *err)
{
    struct content content = {0};

    if (content_read_document(arena, file, &content, ret_name, err) < 0)
        return -1;
    if (content.size > GROUP_FILE_MAX_BYTES)
        return error_set(err, ERROR_INVALID, "%s is larger than %zu bytes", *ret_name,
                         GROUP_FILE_MAX_BYTES);
    if ((is_yaml(*ret_name, &content) && convert(arena, &content, err) < 0) ||
        group_spec_read(arena, content.bytes, content.size, ret_spec, err) < 0)
        return error_within(err, "%s", *ret_name);
    return 0;
}

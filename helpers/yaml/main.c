/*
 * corun-yaml: a YAML document on standard input, the same as JSON on standard output. corun runs it for group files, so that its own
 * small static program needs no libyaml. On failure it says "LINE:COLUMN: what" on standard error and ends with 1.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/sys/file.h"
#include "helpers/yaml/convert.h"

static int convert(struct arena *arena, struct error *err)
{
    char *bytes = arena_alloc(arena, YAML_MAX_BYTES + 1);
    ssize_t length = sys_read_all(STDIN_FILENO, bytes, YAML_MAX_BYTES + 1);
    struct yaml_text json = {0};
    int error;

    if (length < 0)
        return error_os(err, (int) -length, "read the document");
    if (yaml_convert(arena, &(struct yaml_text){bytes, (size_t) length}, &json, err) < 0)
        return -1;
    error = sys_write_all(STDOUT_FILENO, json.bytes, json.size);
    return error < 0 ? error_os(err, -error, "write the document") : 0;
}

int main(void)
{
    owned_arena arena = {0};
    struct error err = {0};

    if (convert(&arena, &err) == 0)
        return 0;
    (void) fprintf(stderr, "%s\n", err.text);
    return 1;
}

/*
 * corun-mount VOLUME: reads a group file (JSON) on standard input, makes the mount of one of its volumes, and sends its fd over the socket that is
 * its standard output. On failure it says why on standard error and ends with 1.
 *
 * A program of its own for three reasons: corun kills it when a server does not answer; looking up a server's name needs a C library that
 * loads modules; and the static program stays small.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/socket.h"
#include "helpers/mount/mounts.h"
#include "runtime/container/content.h"

static int mount_volume(struct arena *arena, const struct group_volume *volume, struct error *err)
{
    if (volume->image)
        return mount_image(arena, volume, err);
    if (volume->overlay)
        return mount_overlay(arena, volume, err);
    if (volume->cifs)
        return mount_cifs(arena, volume, err);
    if (volume->azure_file)
        return mount_azure_file(arena, volume, err);
    if (volume->nfs)
        return mount_nfs(arena, volume, err);
    return error_set(err, ERROR_INVALID, "it is no file system of its own");
}

static int run(struct arena *arena, const char *name, struct error *err)
{
    struct content content = {0};
    struct group_spec *spec = NULL;
    const struct group_volume *volume;
    owned_fd mount = -1;
    int error = content_read(arena, STDIN_FILENO, GROUP_FILE_MAX_BYTES, &content);

    if (error < 0)
        return error_os(err, -error, "read the group file");
    if (group_spec_read(arena, content.bytes, content.size, &spec, err) < 0)
        return -1;
    volume = group_spec_find_volume(spec, name);
    if (!volume)
        return error_set(err, ERROR_INVALID, "there is no volume \"%s\"", name);
    mount = mount_volume(arena, volume, err);
    if (mount < 0)
        return -1;
    error = sys_socket_send(STDOUT_FILENO, "", 1, mount);
    return error < 0 ? error_os(err, -error, "hand over the mount") : 0;
}

int main(int argc, char **argv)
{
    owned_arena arena = {0};
    struct error err = {0};

    if (argc == 2 && run(&arena, argv[1], &err) == 0)
        return 0;
    (void) fprintf(stderr, "%s\n", argc == 2 ? err.text : "usage: corun-mount VOLUME <FILE");
    return 1;
}

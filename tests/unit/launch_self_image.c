/*
 * launch/self_image.c. As root this seals in place, otherwise by executing a copy: then this program starts again, which
 * the argument tells. What counts is the same: /proc/self/exe is sealed, and no mapping is of the file by its old path.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/owned.h"
#include "runtime/launch/self_image.h"

/* Data that must survive being moved: relocated, initialised, and zero. */
static const char *const relocated[] = {"first", "second"};
static int initialised[5000] = {1, 2, 3};
static int zeroed[5000];

static int failed(const char *what)
{
    (void) fprintf(stderr, "launch_self_image: %s\n", what);
    return 1;
}

static bool maps_file(const char *path)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[512];
    bool is_mapped = false;

    while (maps && fgets(line, sizeof(line), maps))
        is_mapped = is_mapped || strstr(line, path);
    if (maps)
        (void) fclose(maps);
    return is_mapped || !maps;
}

static int check_sealed(const char *path)
{
    owned_fd executable = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    owned_fd writable = open("/proc/self/exe", O_RDWR | O_CLOEXEC);
    struct error err = {0};
    char *memory;

    if (executable < 0 || !(fcntl(executable, F_GET_SEALS) & F_SEAL_WRITE))
        return failed("/proc/self/exe is not sealed");
    if (writable >= 0)
        return failed("/proc/self/exe can be opened for writing");
    if (maps_file(path))
        return failed("the file is still mapped");
    if (self_image_seal(NULL, NULL, &err) != 0)
        return failed("sealing a second time fails");
    if (strcmp(relocated[1], "second") != 0 || initialised[2] != 3 || zeroed[4999] != 0)
        return failed("data was lost");
    initialised[2] = zeroed[4999] = 4;
    memory = malloc(1 << 20); /* brk and mmap work as before */
    if (!memory || !memset(memory, 1, 1 << 20))
        return failed("no more memory");
    free(memory);
    return 0;
}

int main(int argc, char **argv)
{
    char path[512] = "";
    char *again[] = {argv[0], path, NULL};
    struct error err = {0};

    if (argc == 2) /* the copy */
        return check_sealed(argv[1]);
    if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0 || !maps_file(path))
        return failed("the test does not know its own file");
    if (self_image_seal(again, NULL, &err) < 0)
        return failed(err.text);
    return check_sealed(path);
}

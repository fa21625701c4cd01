/* Runs a fuzz target over files, where libFuzzer is not at hand: replay FILE... */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* libFuzzer gives the name. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "re");
    size_t size;

    if (!file) {
        perror(path);
        return EXIT_FAILURE;
    }
    size = fread(bytes, 1, sizeof(bytes), file);
    (void) fclose(file); /* only read */
    (void) LLVMFuzzerTestOneInput(bytes, size);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    int status = EXIT_SUCCESS;

    for (int i = 1; i < argc; i++)
        if (replay_file(argv[i]) != EXIT_SUCCESS)
            status = EXIT_FAILURE;
    return status;
}

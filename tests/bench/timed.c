/*
 * Stands for a runtime before an engine, and notes what each call of it takes. The program is named TIMED-DIRECTORY/NAME and runs
 * TIMED-DIRECTORY/real/NAME with the same arguments; then it adds a line "NAME VERB MS" to TIMED-DIRECTORY/calls.
 *
 * The same program stands before all runtimes that are compared, so what it costs itself, less than a millisecond, is the same for all.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What engines call; an operand of an option is never called so. */
static const char *const verbs[] = {"create", "start", "kill", "delete", "state", "features"};

static const char *find_verb(char **argv)
{
    for (size_t i = 1; argv[i] != NULL; i++)
        for (size_t j = 0; j < sizeof(verbs) / sizeof(verbs[0]); j++)
            if (strcmp(argv[i], verbs[j]) == 0)
                return verbs[j];
    return "other";
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

/* One write, so that lines of calls at the same time do not mix. */
static void note(const char *directory, const char *line)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/calls", directory);
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, line, strlen(line)) < 0)
        perror(path);
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    char self[4096];
    char real[8192];
    char line[256];
    pid_t pid = 0;
    int status = 0;

    (void) argc;
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (length < 0)
        return 127;
    self[length] = '\0';
    char *name = strrchr(self, '/');
    *name++ = '\0'; /* self is the directory now */
    snprintf(real, sizeof(real), "%s/real/%s", self, name);

    double start = now_ms();
    int failure = posix_spawn(&pid, real, NULL, NULL, argv, environ);
    if (failure != 0 || waitpid(pid, &status, 0) < 0) {
        (void) fprintf(stderr, "timed: %s: %s\n", real, strerror(failure));
        return 127;
    }
    snprintf(line, sizeof(line), "%s %s %.3f\n", name, find_verb(argv), now_ms() - start);
    note(self, line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * Times commands against each other: every round runs each subject once, in rotating order, so that a machine that slows down slows all.
 *
 * A subject is NAME=STEP;STEP;... and a step is LABEL:COMMAND, timed and reported under its label, or -:COMMAND, run but not timed.
 * In a command, % stands for an id that is new in every round. The step "-:@reap" waits until every process that the earlier
 * steps left behind has ended: this program is their subreaper, so a `create` or `run --detach` leaves its container here.
 *
 * Time is CLOCK_MONOTONIC around posix_spawn and wait4. Memory is ru_maxrss: the largest process of the tree that the command waited for;
 * the program is kept small and static because a spawned process starts from its parent's figure.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_SUBJECTS 8
#define MAX_STEPS    8
#define MAX_WORDS    32
#define ID_SIZE      64

struct step {
    const char *label; /* NULL: not timed */
    const char *words[MAX_WORDS];
    double *samples_ms;
    long peak_kib;
};

struct subject {
    const char *name;
    size_t step_count;
    struct step steps[MAX_STEPS];
};

struct settings {
    size_t rounds;
    size_t warmup;
    unsigned int idle_ms;
    const char *base;
    const char *title;
    FILE *tsv;
};

__attribute__((noreturn)) static void fail(const char *what, const char *which)
{
    (void) fprintf(stderr, "measure: %s: %s\n", what, which);
    exit(1);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static void sleep_ms(unsigned int ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (long) (ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
}

static void parse_step(struct step *step, char *text, size_t rounds)
{
    const char *label = strsep(&text, ":");
    if (text == NULL)
        fail("a step without a label", label);
    step->label = strcmp(label, "-") == 0 ? NULL : label;
    size_t count = 0;
    for (char *word = strtok(text, " \t\n"); word != NULL; word = strtok(NULL, " \t\n")) {
        if (count == MAX_WORDS - 1)
            fail("too many words", label);
        step->words[count++] = word;
    }
    if (count == 0)
        fail("a step without a command", label);
    step->samples_ms = calloc(rounds, sizeof(double));
    if (step->samples_ms == NULL)
        fail("out of memory", label);
}

static void parse_subject(struct subject *subject, char *text, size_t rounds)
{
    subject->name = strsep(&text, "=");
    if (text == NULL || subject->name == NULL)
        fail("a subject without =", "NAME=LABEL:COMMAND");
    for (char *step = strsep(&text, ";"); step != NULL; step = strsep(&text, ";")) {
        if (subject->step_count == MAX_STEPS)
            fail("too many steps", subject->name);
        parse_step(&subject->steps[subject->step_count++], step, rounds);
    }
}

static void reap_all(const char *subject)
{
    double deadline = now_ms() + 10000;
    while (waitpid(-1, NULL, WNOHANG) >= 0) {
        if (now_ms() > deadline)
            fail("a process of the last step does not end", subject);
        sleep_ms(1);
    }
}

static void fill_argv(const struct step *step, const char *id, const char **ret_argv)
{
    size_t i = 0;
    for (; step->words[i] != NULL; i++)
        ret_argv[i] = strcmp(step->words[i], "%") == 0 ? id : step->words[i];
    ret_argv[i] = NULL;
}

static int spawn_quiet(const char **argv, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    if (argv[0] == NULL)
        return EINVAL;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int failure = posix_spawnp(ret_pid, argv[0], &actions, NULL, (char **) argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

static double run_step(const struct subject *subject, struct step *step, const char *id)
{
    const char *argv[MAX_WORDS];
    struct rusage usage = {0};
    pid_t pid = 0;
    int status = 0;

    fill_argv(step, id, argv);
    double start = now_ms();
    int failure = spawn_quiet(argv, &pid);
    if (failure != 0)
        fail(argv[0], strerror(failure));
    if (wait4(pid, &status, 0, &usage) < 0)
        fail("wait4", strerror(errno));
    double elapsed = now_ms() - start;
    if (status != 0)
        fail(subject->name, "the command failed");
    if (usage.ru_maxrss > step->peak_kib)
        step->peak_kib = usage.ru_maxrss;
    return elapsed;
}

/* round is negative while warming up: the steps run and are forgotten. */
static void run_subject(struct subject *subject, const struct settings *settings, long round)
{
    char id[ID_SIZE];
    snprintf(id, sizeof(id), "bench-%s-%d-%ld", subject->name, (int) getpid(), round + 1000);
    if (settings->idle_ms > 0)
        sleep_ms(settings->idle_ms);
    for (size_t i = 0; i < subject->step_count; i++) {
        struct step *step = &subject->steps[i];
        if (strcmp(step->words[0], "@reap") == 0) {
            reap_all(subject->name);
            continue;
        }
        double elapsed = run_step(subject, step, id);
        if (round >= 0)
            step->samples_ms[round] = elapsed;
    }
}

static int compare_doubles(const void *left, const void *right)
{
    double difference = *(const double *) left - *(const double *) right;
    return (difference > 0) - (difference < 0);
}

static double quantile(const struct step *step, size_t count, double share)
{
    return step->samples_ms[(size_t) ((double) (count - 1) * share + 0.5)];
}

static double median_of_base(const struct subject *subjects, size_t count,
                             const struct settings *settings, size_t step)
{
    for (size_t i = 0; i < count; i++)
        if (settings->base != NULL && step < subjects[i].step_count &&
            strcmp(subjects[i].name, settings->base) == 0)
            return quantile(&subjects[i].steps[step], settings->rounds, 0.5);
    return 0;
}

static void print_row(const struct subject *subject, const struct step *step,
                      const struct settings *settings, double base)
{
    double median = quantile(step, settings->rounds, 0.5);
    double low = quantile(step, settings->rounds, 0.1);
    double high = quantile(step, settings->rounds, 0.9);
    printf("  %-24s %-12s %9.3f %9.3f %9.3f", step->label, subject->name, median, low, high);
    if (base > 0)
        printf(" %7.2fx", median / base);
    else
        printf(" %8s", "");
    printf(" %9ld\n", step->peak_kib);
    if (settings->tsv != NULL)
        (void) fprintf(settings->tsv, "%s\t%s\t%s\t%.4f\t%.4f\t%.4f\t%ld\n", settings->title,
                       step->label, subject->name, median, low, high, step->peak_kib);
}

static void print_table(struct subject *subjects, size_t count, const struct settings *settings)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < subjects[i].step_count; j++)
            qsort(subjects[i].steps[j].samples_ms, settings->rounds, sizeof(double),
                  compare_doubles);

    printf("%s (%zu rounds)\n", settings->title, settings->rounds);
    printf("  %-24s %-12s %9s %9s %9s %8s %9s\n", "step", "who", "median ms", "p10", "p90",
           settings->base != NULL ? settings->base : "", "peak KiB");
    for (size_t j = 0; j < MAX_STEPS; j++) {
        double base = median_of_base(subjects, count, settings, j);
        for (size_t i = 0; i < count; i++)
            if (j < subjects[i].step_count && subjects[i].steps[j].label != NULL)
                print_row(&subjects[i], &subjects[i].steps[j], settings, base);
    }
    (void) fflush(stdout);
}

static unsigned int parse_count(const char *text)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value > 1000000)
        fail("not a number", text);
    return (unsigned int) value;
}

static int parse_options(int argc, char **argv, struct settings *settings)
{
    static const struct option rows[] = {
        {"rounds", required_argument, NULL, 'r'},
        {"warmup", required_argument, NULL, 'w'},
        {"idle",   required_argument, NULL, 'i'},
        {"base",   required_argument, NULL, 'b'},
        {"title",  required_argument, NULL, 't'},
        {"tsv",    required_argument, NULL, 'o'},
        {NULL,     0,                 NULL, 0  },
    };
    for (int c = 0; (c = getopt_long(argc, argv, "r:w:i:b:t:o:", rows, NULL)) != -1;) {
        if (c == 'r')
            settings->rounds = parse_count(optarg);
        else if (c == 'w')
            settings->warmup = parse_count(optarg);
        else if (c == 'i')
            settings->idle_ms = parse_count(optarg);
        else if (c == 'b')
            settings->base = optarg;
        else if (c == 't')
            settings->title = optarg;
        else if (c == 'o')
            settings->tsv = fopen(optarg, "ae");
        else
            exit(2);
    }
    return optind;
}

int main(int argc, char **argv)
{
    struct settings settings = {.rounds = 20, .warmup = 2, .title = "times"};
    static struct subject subjects[MAX_SUBJECTS];
    size_t count = 0;

    int first = parse_options(argc, argv, &settings);
    if (first >= argc || argc - first > MAX_SUBJECTS || settings.rounds == 0)
        fail("usage", "measure [--rounds N] [--warmup N] [--idle MS] [--base NAME] [--title TEXT] "
                      "[--tsv FILE] NAME=LABEL:COMMAND[;...]...");
    for (int i = first; i < argc; i++)
        parse_subject(&subjects[count++], argv[i], settings.rounds);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        fail("become a subreaper", strerror(errno));

    for (long round = -(long) settings.warmup; round < (long) settings.rounds; round++)
        for (size_t i = 0; i < count; i++)
            run_subject(&subjects[(i + (size_t) (round + 1000)) % count], &settings, round);
    print_table(subjects, count, &settings);
    return 0;
}

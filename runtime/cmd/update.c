/* corun update: other limits for a container that is there. */
#include <string.h>

#include "base/text.h"
#include "runtime/container/control.h"

#include "runtime/cmd/commands.h"
#include "runtime/cmd/create.h"
#include "runtime/cmd/quantity.h"
#include "runtime/cmd/update_words.h"

struct update_words {
    struct update_request update;
    const char *words[UPDATE_WORD_COUNT];
    const char *kernel_memory;
    const char *kernel_memory_tcp;
};

#define WORD_OPTION(name, argument, word, help) \
    TEXT_OPTION(0, name, argument, struct update_words, words[word], help)

static const struct option update_rows[] = {
    WORD_OPTION("blkio-weight", "N", UPDATE_BLKIO_WEIGHT, "share of block I/O, from 1 to 1000"),
    WORD_OPTION("cpu-burst", "N", UPDATE_CPU_BURST,
                "microseconds by which it may exceed the quota"),
    WORD_OPTION("cpu-idle", "0|1", UPDATE_CPU_IDLE, "1: run when nobody else does"),
    WORD_OPTION("cpu-period", "N", UPDATE_CPU_PERIOD, "microseconds of a period"),
    WORD_OPTION("cpu-quota", "N", UPDATE_CPU_QUOTA, "microseconds of CPU in a period, or -1"),
    WORD_OPTION("cpu-rt-period", "N", UPDATE_CPU_RT_PERIOD, "period for real-time processes"),
    WORD_OPTION("cpu-rt-runtime", "N", UPDATE_CPU_RT_RUNTIME, "quota for real-time processes"),
    WORD_OPTION("cpu-share", "N", UPDATE_CPU_SHARE, "share of CPU, from 2 to 262144"),
    WORD_OPTION("cpuset-cpus", "LIST", UPDATE_CPUSET_CPUS, "the CPUs it may use: 0-3,7"),
    WORD_OPTION("cpuset-mems", "LIST", UPDATE_CPUSET_MEMS, "the memory nodes it may use"),
    TEXT_OPTION(0, "kernel-memory", "SIZE", struct update_words, kernel_memory,
                "accepted, has no effect"),
    TEXT_OPTION(0, "kernel-memory-tcp", "SIZE", struct update_words, kernel_memory_tcp,
                "accepted, has no effect"),
    TEXT_OPTION(0, "l3-cache-schema", "TEXT", struct update_words, update.intel_rdt.l3_cache_schema,
                "L3:0=7f0;1=1f: the L3 cache of its RDT class"),
    TEXT_OPTION(0, "mem-bw-schema", "TEXT", struct update_words, update.intel_rdt.mem_bw_schema,
                "MB:0=20;1=70: the memory bandwidth of its RDT class"),
    WORD_OPTION("memory", "SIZE", UPDATE_MEMORY, "bytes, or 512k, 64m, 2g; -1: unlimited"),
    WORD_OPTION("memory-reservation", "SIZE", UPDATE_MEMORY_RESERVATION,
                "memory that is taken back last"),
    WORD_OPTION("memory-swap", "SIZE", UPDATE_MEMORY_SWAP, "memory and swap together"),
    WORD_OPTION("pids-limit", "N", UPDATE_PIDS_LIMIT, "how many processes, or -1"),
    TEXT_OPTION('r', "resources", "FILE", struct update_words, update.file,
                "a \"resources\" document instead; -: standard input"),
};

static const struct operand update_operands[] = {
    REQUIRED_OPERAND("ID", struct update_words, update.container.id),
};

static int ignore_size(const struct invocation *invocation, const char *name, const char *word,
                       struct error *err)
{
    int64_t size;

    if (!word)
        return 0;
    if (!quantity_parse_size(word, &size))
        return error_set(err, ERROR_INVALID,
                         "update: --%s: expected a size such as 512m, or -1, got '%s'", name, word);
    log_warning(invocation->log, "--%s has no effect", name);
    return 0;
}

static int check_schema(const char *name, const char *word, const char *prefix, struct error *err)
{
    if (!word || (text_has_prefix(word, prefix) && !strchr(word, '\n')))
        return 0;
    return error_set(err, ERROR_INVALID, "update: --%s: expected one line like %s0=..., got '%s'",
                     name, prefix, word);
}

static bool has_words(const struct update_words *words)
{
    for (size_t i = 0; i < UPDATE_WORD_COUNT; i++)
        if (words->words[i])
            return true;
    return false;
}

static int update_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct update_words *words = request;

    if (check_schema("l3-cache-schema", words->update.intel_rdt.l3_cache_schema, "L3:", err) < 0 ||
        check_schema("mem-bw-schema", words->update.intel_rdt.mem_bw_schema, "MB:", err) < 0 ||
        ignore_size(invocation, "kernel-memory", words->kernel_memory, err) < 0 ||
        ignore_size(invocation, "kernel-memory-tcp", words->kernel_memory_tcp, err) < 0 ||
        update_words_read(invocation->arena, words->words, &words->update.resources, err) < 0)
        return -1;
    if (words->update.file && has_words(words))
        log_warning(invocation->log, "--resources is given: other values have no effect");
    invocation_name_container(invocation, &words->update.container);
    return container_update(invocation->arena, &words->update, err);
}

const struct command command_update = {
    .name = "update",
    .summary = "Change the limits of a container",
    .description = "What is not given stays as it is. When it fails, what was changed is changed "
                   "back.\n",
    OPTIONS(update_rows),
    OPERANDS(update_operands),
    .request_size = sizeof(struct update_words),
    .run = update_run,
};

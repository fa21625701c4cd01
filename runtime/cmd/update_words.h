/* The options of update that are values of "resources", one row each: how it is written, and where it goes. */
#ifndef RUNTIME_CMD_UPDATE_WORDS_H
#define RUNTIME_CMD_UPDATE_WORDS_H

#include "base/arena.h"
#include "base/error.h"
#include "oci-spec/spec.h"

enum update_word {
    UPDATE_BLKIO_WEIGHT,
    UPDATE_CPU_BURST,
    UPDATE_CPU_IDLE,
    UPDATE_CPU_PERIOD,
    UPDATE_CPU_QUOTA,
    UPDATE_CPU_RT_PERIOD,
    UPDATE_CPU_RT_RUNTIME,
    UPDATE_CPU_SHARE,
    UPDATE_CPUSET_CPUS,
    UPDATE_CPUSET_MEMS,
    UPDATE_MEMORY,
    UPDATE_MEMORY_RESERVATION,
    UPDATE_MEMORY_SWAP,
    UPDATE_PIDS_LIMIT,
    UPDATE_WORD_COUNT,
};

/* words: the values as given, NULL for those that were not. ERROR_INVALID names the option. */
int update_words_read(struct arena *arena, const char *const words[UPDATE_WORD_COUNT],
                      struct spec_resources *ret_resources, struct error *err);

#endif

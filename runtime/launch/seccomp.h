/* The seccomp profile as BPF, compiled or from the cache. */
#ifndef RUNTIME_LAUNCH_SECCOMP_H
#define RUNTIME_LAUNCH_SECCOMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "runtime/plan/plan.h"

/* Fills seccomp->filter and filter_length. cache_directory NULL, or not to be trusted: compiles. */
int seccomp_open_filter(struct arena *arena, struct plan_seccomp *seccomp,
                        const char *cache_directory, struct error *err);

/* BPF bytes in the arena. Positive result: their number. */
struct seccomp_program {
    const void *bytes;
    size_t size;
};

int seccomp_compile(struct arena *arena, const struct spec_seccomp *profile,
                    struct seccomp_program *ret_program, struct error *err);

/*
 * seccomp_compact.c: puts a smaller program that decides the same in the place of one of libseccomp's; leaves it when it has a shape that is
 * not understood.
 */
void seccomp_compact(struct arena *arena, struct seccomp_program *program);

/*
 * seccomp_cache.c. The key is everything that the program depends on, as text; entries are found by its hash and then
 * compared in full. find: true when found and sound. store: failures are of no consequence, and silent.
 */
struct text_key {
    const char *bytes;
    size_t size;
};

struct text_key seccomp_cache_key(struct arena *arena, const struct spec_seccomp *profile);
int seccomp_cache_open(const char *directory); /* fd, or -1: missing, or not ours alone */
bool seccomp_cache_find(struct arena *arena, int directory, const struct text_key *key,
                        struct seccomp_program *ret_program);
void seccomp_cache_store(int directory, const struct text_key *key,
                         const struct seccomp_program *program);

#endif

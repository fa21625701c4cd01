/* The nearest known word for one that is not known: of all that are offered, the one with the fewest slips of a finger. */
#ifndef RUNTIME_CMD_SUGGEST_H
#define RUNTIME_CMD_SUGGEST_H

#include <stddef.h>

struct suggestion {
    const char *word; /* as typed; borrowed */
    const char *best; /* NULL: nothing is near enough */
    size_t best_distance;
};

struct suggestion suggestion_for(const char *word);
void suggestion_offer(struct suggestion *suggestion, const char *candidate);

/*
 * Letters to insert, delete, replace, or swap with their neighbour (each swap at most once). SIZE_MAX when one of the two is
 * longer than SUGGEST_MAX_LENGTH.
 */
#define SUGGEST_MAX_LENGTH 63
size_t suggest_distance(const char *from, const char *to);

#endif

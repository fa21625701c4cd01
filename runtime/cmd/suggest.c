/* Edit distance with neighbouring swaps (optimal string alignment), three rows at a time. */
#include "runtime/cmd/suggest.h"

#include <stdint.h>
#include <string.h>

static size_t smaller(size_t one, size_t other)
{
    return one < other ? one : other;
}

size_t suggest_distance(const char *from, const char *to)
{
    size_t rows[3][SUGGEST_MAX_LENGTH + 1];
    size_t from_length = strlen(from);
    size_t to_length = strlen(to);

    if (from_length > SUGGEST_MAX_LENGTH || to_length > SUGGEST_MAX_LENGTH)
        return SIZE_MAX;
    for (size_t j = 0; j <= to_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= from_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *two_above = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= to_length; j++) {
            size_t replace = above[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);

            row[j] = smaller(replace, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                row[j] = smaller(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[from_length % 3][to_length];
}

/* One slip in short words, two in longer ones: beyond that a suggestion is a guess. */
struct suggestion suggestion_for(const char *word)
{
    size_t length = strlen(word);
    size_t allowed = length < 3 ? 0 : length < 6 ? 1 : 2;

    return (struct suggestion){.word = word, .best_distance = allowed + 1};
}

void suggestion_offer(struct suggestion *suggestion, const char *candidate)
{
    size_t distance = suggest_distance(suggestion->word, candidate);

    if (distance < suggestion->best_distance) {
        suggestion->best = candidate;
        suggestion->best_distance = distance;
    }
}

/*
 * One arena per command: everything is allocated from it and given back at once.
 *
 * Nothing is freed singly, so nobody asks who owns a string. Out of memory ends the process with a
 * message: it can only happen before the container's process exists, so nothing is left behind.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks;
};

#define owned_arena __attribute__((cleanup(arena_release))) struct arena

/* Zeroed memory, aligned for any type, valid until arena_release(). size 0 gives a unique pointer. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));

/* count * size, zeroed; an overflowing product ends the process. */
void *arena_array(struct arena *arena, size_t count, size_t size) __attribute__((returns_nonnull));

char *arena_copy(struct arena *arena, const char *text) __attribute__((returns_nonnull));
char *arena_copy_bytes(struct arena *arena, const void *bytes, size_t size) /* NUL is appended */
    __attribute__((returns_nonnull));
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));

/* Empties it, for one round of many: what was allocated is gone, one block of memory is kept. */
void arena_reset(struct arena *arena);

/* Accepts a zeroed arena, and leaves it empty and usable. */
void arena_release(struct arena *arena);

#define ARENA_NEW(arena, type)          ((type *) arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *) arena_array((arena), (count), sizeof(type)))

#endif

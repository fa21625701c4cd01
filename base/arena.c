/* The arena: a list of blocks, the newest first; the only place that calls malloc. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    max_align_t data[];
};

static const size_t block_size_bytes = 32UL * 1024 - sizeof(struct arena_block);

static void die_out_of_memory(void)
{
    static const char message[] = "corun: out of memory\n";

    (void) !write(STDERR_FILENO, message, sizeof(message) - 1); /* nothing else can be done */
    _exit(1);
}

static struct arena_block *arena_add_block(struct arena *arena, size_t size)
{
    struct arena_block *block;

    if (size < block_size_bytes)
        size = block_size_bytes;
    /* calloc: fresh pages from the kernel are zero already, so large blocks are not touched twice. */
    block = calloc(1, sizeof(*block) + size);
    if (!block)
        die_out_of_memory();
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->blocks;
    char *result;

    if (size > SIZE_MAX / 2)
        die_out_of_memory();
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (size == 0)
        size = sizeof(max_align_t);
    if (!block || block->size - block->used < size)
        block = arena_add_block(arena, size);
    result = (char *) block->data + block->used;
    block->used += size;
    return result;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        die_out_of_memory();
    return arena_alloc(arena, total);
}

char *arena_copy_bytes(struct arena *arena, const void *bytes, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);

    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *arena_copy(struct arena *arena, const char *text)
{
    return arena_copy_bytes(arena, text, strlen(text));
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list args;
    char *text;
    int length;

    va_start(args, format);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        die_out_of_memory();
    text = arena_alloc(arena, (size_t) length + 1);
    va_start(args, format);
    (void) vsnprintf(text, (size_t) length + 1, format, args); /* measured above */
    va_end(args);
    return text;
}

static void arena_free_after(struct arena_block **place)
{
    while (*place) {
        struct arena_block *next = (*place)->next;

        free(*place);
        *place = next;
    }
}

void arena_reset(struct arena *arena)
{
    struct arena_block *newest = arena->blocks;

    if (!newest)
        return;
    arena_free_after(&newest->next);
    memset(newest->data, 0, newest->used);
    newest->used = 0;
}

void arena_release(struct arena *arena)
{
    arena_free_after(&arena->blocks);
}

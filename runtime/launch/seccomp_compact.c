/*
 * The same decisions in fewer instructions. libseccomp compares the number of the call with each that a profile names, one after the
 * other; the kernel converts, compiles and keeps all of that whenever a filter is loaded, and tries it for every call that there is.
 * Profiles treat long runs of numbers alike, so a search among the runs takes half the instructions, and eight steps for any call.
 *
 * What follows a load of the number is looked at as a whole: comparisons with constants, up to the first instruction that is
 * something else, the exit. Each number has one exit, and keeps it. Everything else is copied. BPF only jumps forward: so one
 * pass upwards finds what is needed, and one downwards writes it, the end first, when every target has its place.
 */
#include "runtime/launch/seccomp.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FAR 250 /* a condition jumps over 255 at most, and meanwhile a few more may come between */

/* A place in the new program is counted from its end, which is written first; 0: none yet. */

/* The numbers from first to that of the next choice. */
struct choice {
    uint32_t first;
    size_t exit;  /* index in the old program */
    size_t place; /* once an instruction decides among several */
};

struct choices {
    struct choice *items;
    size_t count;
};

/* Arrays are as long as the old program, with what is known of each of its instructions. */
struct compactor {
    const struct sock_filter *old;
    size_t old_count;
    bool *is_needed; /* is copied */
    bool *is_root;   /* the first of those that compare the number */
    size_t *equal;   /* of a return, the first one that says the same */
    size_t *place;   /* of what stands for it */
    struct choices *choices;
    struct sock_filter *reversed;
    size_t count;
    size_t capacity; /* that of the old: one that is not smaller is of no use */
};

static bool is_return(const struct sock_filter *instruction)
{
    return instruction->code == (BPF_RET | BPF_K);
}

static bool is_jump(const struct sock_filter *instruction)
{
    return instruction->code == (BPF_JMP | BPF_JA);
}

/* Other conditions are not among those that libseccomp makes of numbers. */
static bool is_comparison(const struct sock_filter *instruction)
{
    return instruction->code == (BPF_JMP | BPF_JEQ | BPF_K) ||
           instruction->code == (BPF_JMP | BPF_JGE | BPF_K) ||
           instruction->code == (BPF_JMP | BPF_JGT | BPF_K);
}

static bool is_decided(const struct sock_filter *instruction)
{
    return is_jump(instruction) || is_comparison(instruction);
}

static bool loads_number(const struct sock_filter *instruction)
{
    return instruction->code == (BPF_LD | BPF_W | BPF_ABS) &&
           instruction->k == offsetof(struct seccomp_data, nr);
}

/* --- upwards: what is needed --- */

static bool holds(const struct sock_filter *instruction, uint32_t number)
{
    switch (BPF_OP(instruction->code)) {
    case BPF_JEQ:
        return number == instruction->k;
    case BPF_JGE:
        return number >= instruction->k;
    default:
        return number > instruction->k;
    }
}

static size_t find_exit(const struct compactor *compactor, size_t root, uint32_t number)
{
    size_t at = root;

    while (is_decided(&compactor->old[at])) {
        const struct sock_filter *instruction = &compactor->old[at];

        if (is_jump(instruction))
            at += 1 + instruction->k;
        else
            at += 1 + (size_t) (holds(instruction, number) ? instruction->jt : instruction->jf);
    }
    return at;
}

/* Returns that say the same are one. */
static void find_equals(struct compactor *compactor)
{
    const struct sock_filter *old = compactor->old;

    for (size_t i = 0; i < compactor->old_count; i++) {
        size_t first = is_return(&old[i]) ? 0 : i;

        while (first < i && (!is_return(&old[first]) || old[first].k != old[i].k))
            first++;
        compactor->equal[i] = first;
    }
}

static int compare_numbers(const void *left, const void *right)
{
    uint32_t first = *(const uint32_t *) left;
    uint32_t second = *(const uint32_t *) right;

    return (first > second) - (first < second);
}

/* The comparisons that a number may meet. */
static void mark_comparisons(const struct compactor *compactor, size_t root, bool *is_met)
{
    is_met[root] = true;
    for (size_t i = root; i < compactor->old_count; i++) {
        const struct sock_filter *instruction = &compactor->old[i];

        if (!is_met[i] || !is_decided(instruction))
            continue;
        if (is_jump(instruction)) {
            is_met[i + 1 + instruction->k] = true;
        } else {
            is_met[i + 1 + instruction->jt] = true;
            is_met[i + 1 + instruction->jf] = true;
        }
    }
}

/* Every number at which the answer may change is one that something is compared with, or the next. */
static size_t list_numbers(struct arena *arena, const struct compactor *compactor, size_t root,
                           uint32_t **ret_numbers)
{
    uint32_t *numbers = ARENA_ARRAY(arena, uint32_t, 2 * (compactor->old_count - root) + 1);
    bool *is_met = ARENA_ARRAY(arena, bool, compactor->old_count);
    size_t count = 1; /* 0 */

    mark_comparisons(compactor, root, is_met);
    for (size_t i = root; i < compactor->old_count; i++)
        if (is_met[i] && is_comparison(&compactor->old[i])) {
            numbers[count++] = compactor->old[i].k;
            if (compactor->old[i].k < UINT32_MAX)
                numbers[count++] = compactor->old[i].k + 1;
        }
    qsort(numbers, count, sizeof(*numbers), compare_numbers);
    *ret_numbers = numbers;
    return count;
}

static void list_choices(struct arena *arena, const struct compactor *compactor, size_t root,
                         struct choices *ret_choices)
{
    uint32_t *numbers;
    size_t number_count = list_numbers(arena, compactor, root, &numbers);
    struct choice *choices = ARENA_ARRAY(arena, struct choice, number_count);
    size_t count = 0;

    for (size_t i = 0; i < number_count; i++) {
        size_t exit;

        if (i > 0 && numbers[i] == numbers[i - 1])
            continue;
        exit = compactor->equal[find_exit(compactor, root, numbers[i])];
        if (count == 0 || choices[count - 1].exit != exit)
            choices[count++] = (struct choice){.first = numbers[i], .exit = exit};
    }
    *ret_choices = (struct choices){choices, count};
}

static void mark_followers(struct compactor *compactor, size_t at)
{
    const struct sock_filter *instruction = &compactor->old[at];

    if (is_return(instruction))
        return;
    if (is_jump(instruction)) {
        compactor->is_needed[at + 1 + instruction->k] = true;
    } else if (BPF_CLASS(instruction->code) == BPF_JMP) {
        compactor->is_needed[at + 1 + instruction->jt] = true;
        compactor->is_needed[at + 1 + instruction->jf] = true;
    } else if (loads_number(instruction) && is_comparison(instruction + 1)) {
        compactor->is_root[at + 1] = true;
    } else {
        compactor->is_needed[at + 1] = true;
    }
}

/* False for a program in which comparisons are reached in other ways, too: with what, is not known then. */
static bool mark_needed(struct arena *arena, struct compactor *compactor)
{
    compactor->is_needed[0] = true;
    for (size_t i = 0; i < compactor->old_count; i++) {
        struct choices *choices = &compactor->choices[i];

        if (compactor->is_root[i] && compactor->is_needed[i])
            return false;
        if (compactor->is_needed[i])
            mark_followers(compactor, i);
        if (!compactor->is_root[i])
            continue;
        list_choices(arena, compactor, i, choices);
        for (size_t j = 0; j < choices->count; j++)
            if (!is_return(&compactor->old[choices->items[j].exit]))
                compactor->is_needed[choices->items[j].exit] = true;
    }
    return true;
}

/* --- downwards: the new program, its end first --- */

static size_t put(struct compactor *compactor, struct sock_filter instruction)
{
    if (compactor->count < compactor->capacity)
        compactor->reversed[compactor->count] = instruction;
    return ++compactor->count;
}

/* How far the next instruction would have to jump. */
static size_t distance(const struct compactor *compactor, size_t place)
{
    return compactor->count - place;
}

static size_t put_jump(struct compactor *compactor, size_t place)
{
    struct sock_filter jump = BPF_STMT(BPF_JMP | BPF_JA, (uint32_t) distance(compactor, place));

    return put(compactor, jump);
}

static size_t bring_near(struct compactor *compactor, size_t place)
{
    return distance(compactor, place) > FAR ? put_jump(compactor, place) : place;
}

/* The place of what stands for an old instruction, not far away. */
static size_t reach(struct compactor *compactor, size_t old)
{
    size_t exit = compactor->equal[old];
    size_t *place = &compactor->place[exit];

    if (*place != 0 && distance(compactor, *place) <= FAR)
        return *place;
    *place = is_return(&compactor->old[exit]) ? put(compactor, compactor->old[exit])
                                              : put_jump(compactor, *place);
    return *place;
}

static size_t reach_choice(struct compactor *compactor, const struct choice *choice)
{
    return choice->place ? bring_near(compactor, choice->place) : reach(compactor, choice->exit);
}

/* Neighbours become one, again and again. */
static size_t put_search(struct compactor *compactor, const struct choices *found)
{
    struct choice *choices = found->items;

    for (size_t count = found->count; count > 1; count = (count + 1) / 2) {
        for (size_t i = 0; i + 1 < count; i += 2) {
            size_t above = reach_choice(compactor, &choices[i + 1]);
            size_t below = reach_choice(compactor, &choices[i]);
            struct sock_filter decision = BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, choices[i + 1].first,
                                                   (uint8_t) distance(compactor, above),
                                                   (uint8_t) distance(compactor, below));

            choices[i / 2] = choices[i];
            choices[i / 2].place = put(compactor, decision);
        }
        if (count % 2 != 0)
            choices[count / 2] = choices[count - 1];
    }
    return reach_choice(compactor, &choices[0]);
}

static size_t put_copy(struct compactor *compactor, size_t at)
{
    struct sock_filter copy = compactor->old[at];

    if (is_jump(&copy))
        return reach(compactor, at + 1 + copy.k);
    if (BPF_CLASS(copy.code) == BPF_JMP) {
        size_t then = reach(compactor, at + 1 + copy.jt);
        size_t otherwise = reach(compactor, at + 1 + copy.jf);

        copy.jt = (uint8_t) distance(compactor, then);
        copy.jf = (uint8_t) distance(compactor, otherwise);
    } else if (!is_return(&copy)) {
        size_t next = reach(compactor, at + 1);

        if (distance(compactor, next) > 0)
            (void) put_jump(compactor, next);
    }
    return put(compactor, copy);
}

static void write_all(struct compactor *compactor)
{
    for (size_t at = compactor->old_count; at > 0; at--) {
        size_t i = at - 1;

        if (compactor->is_root[i])
            compactor->place[i] = put_search(compactor, &compactor->choices[i]);
        else if (compactor->is_needed[i] && !is_return(&compactor->old[i]))
            compactor->place[i] = put_copy(compactor, i);
    }
}

void seccomp_compact(struct arena *arena, struct seccomp_program *program)
{
    size_t count = program->size / sizeof(struct sock_filter);
    struct compactor compactor = {
        .old = program->bytes,
        .old_count = count,
        .is_needed = ARENA_ARRAY(arena, bool, count),
        .is_root = ARENA_ARRAY(arena, bool, count),
        .equal = ARENA_ARRAY(arena, size_t, count),
        .choices = ARENA_ARRAY(arena, struct choices, count),
        .place = ARENA_ARRAY(arena, size_t, count),
        .reversed = ARENA_ARRAY(arena, struct sock_filter, count),
        .capacity = count,
    };
    struct sock_filter *compact = ARENA_ARRAY(arena, struct sock_filter, count);

    if (count == 0 || is_return(&compactor.old[0]))
        return;
    find_equals(&compactor);
    if (!mark_needed(arena, &compactor))
        return;
    write_all(&compactor);
    if (compactor.count >= count || compactor.place[0] != compactor.count)
        return; /* no smaller, or begins elsewhere */
    for (size_t i = 0; i < compactor.count; i++)
        compact[i] = compactor.reversed[compactor.count - 1 - i];
    program->bytes = compact;
    program->size = compactor.count * sizeof(struct sock_filter);
}

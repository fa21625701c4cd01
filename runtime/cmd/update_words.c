/* Words into a struct spec_resources, by a table; whether the values make sense together is the plan's question. */
#include "runtime/cmd/update_words.h"

#include "base/text.h"
#include "runtime/cmd/quantity.h"

enum word_kind { WORD_SIZE, WORD_INT64, WORD_UINT64, WORD_UINT16, WORD_TEXT };

/* The section of struct spec_resources, and the member in it, which is a pointer. */
struct word_row {
    const char *name;
    enum word_kind kind;
    size_t section;
    size_t section_size;
    size_t member;
};

#define ROW(name, kind, section, member)                                          \
    {                                                                             \
        (name), (kind), offsetof(struct spec_resources, section),                 \
            sizeof(*((struct spec_resources *) NULL)->section),                   \
            offsetof(typeof(*((struct spec_resources *) NULL)->section), member), \
    }

static const struct word_row rows[UPDATE_WORD_COUNT] = {
    [UPDATE_BLKIO_WEIGHT] = ROW("blkio-weight", WORD_UINT16, block_io, weight),
    [UPDATE_CPU_BURST] = ROW("cpu-burst", WORD_UINT64, cpu, burst),
    [UPDATE_CPU_IDLE] = ROW("cpu-idle", WORD_INT64, cpu, idle),
    [UPDATE_CPU_PERIOD] = ROW("cpu-period", WORD_UINT64, cpu, period),
    [UPDATE_CPU_QUOTA] = ROW("cpu-quota", WORD_INT64, cpu, quota),
    [UPDATE_CPU_RT_PERIOD] = ROW("cpu-rt-period", WORD_UINT64, cpu, realtime_period),
    [UPDATE_CPU_RT_RUNTIME] = ROW("cpu-rt-runtime", WORD_INT64, cpu, realtime_runtime),
    [UPDATE_CPU_SHARE] = ROW("cpu-share", WORD_UINT64, cpu, shares),
    [UPDATE_CPUSET_CPUS] = ROW("cpuset-cpus", WORD_TEXT, cpu, cpus),
    [UPDATE_CPUSET_MEMS] = ROW("cpuset-mems", WORD_TEXT, cpu, mems),
    [UPDATE_MEMORY] = ROW("memory", WORD_SIZE, memory, limit),
    [UPDATE_MEMORY_RESERVATION] = ROW("memory-reservation", WORD_SIZE, memory, reservation),
    [UPDATE_MEMORY_SWAP] = ROW("memory-swap", WORD_SIZE, memory, swap),
    [UPDATE_PIDS_LIMIT] = ROW("pids-limit", WORD_INT64, pids, limit),
};

static const char *const expected[] = {
    [WORD_SIZE] = "a size such as 512m, or -1",
    [WORD_INT64] = "a number",
    [WORD_UINT64] = "a number that is not negative",
    [WORD_UINT16] = "a number from 0 to 65535",
    [WORD_TEXT] = "",
};

/* The value in the arena, or NULL. */
static const void *read_word(struct arena *arena, enum word_kind kind, const char *word)
{
    uint64_t *value = ARENA_NEW(arena, uint64_t);
    bool is_valid = false;

    switch (kind) {
    case WORD_SIZE:
        is_valid = quantity_parse_size(word, (int64_t *) value);
        break;
    case WORD_INT64:
        is_valid = text_parse_int64(word, (int64_t *) value);
        break;
    case WORD_UINT64:
        is_valid = text_parse_uint64(word, value);
        break;
    case WORD_UINT16:
        is_valid = text_parse_uint64(word, value) && *value <= UINT16_MAX;
        if (is_valid)
            *(uint16_t *) (void *) value = (uint16_t) *value;
        break;
    case WORD_TEXT:
        return word;
    }
    return is_valid ? value : NULL;
}

int update_words_read(struct arena *arena, const char *const words[UPDATE_WORD_COUNT],
                      struct spec_resources *ret_resources, struct error *err)
{
    struct spec_resources resources = {0};

    for (size_t i = 0; i < UPDATE_WORD_COUNT; i++) {
        void **section = (void **) (void *) ((char *) &resources + rows[i].section);
        const void *value = words[i] ? read_word(arena, rows[i].kind, words[i]) : NULL;

        if (!words[i])
            continue;
        if (!value)
            return error_set(err, ERROR_INVALID,
                             "update: --%s: expected %s, got '%s' (see 'corun update --help')",
                             rows[i].name, expected[rows[i].kind], words[i]);
        if (!*section)
            *section = arena_alloc(arena, rows[i].section_size);
        *(const void **) (void *) ((char *) *section + rows[i].member) = value;
    }
    *ret_resources = resources;
    return 0;
}

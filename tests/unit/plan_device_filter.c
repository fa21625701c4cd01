/*
 * The device program against a second opinion: a small interpreter runs the instructions for every combination of kind, number and
 * access that the rules tell apart, and a direct reading of the rules says what must come out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/bpf.h>
#include <string.h>

#include "runtime/plan/parts.h"

#define ALL 7 /* mknod, read, write */

/* --- the interpreter: only what cgroup device programs may use --- */

struct machine {
    struct bpf_cgroup_dev_ctx context;
    uint64_t registers[10];
    bool is_set[10]; /* the kernel's verifier refuses a read of a register that was never written */
};

static void machine_load(struct machine *machine, const struct bpf_insn *instruction)
{
    uint32_t word;

    assert_int_equal(instruction->code, BPF_LDX | BPF_MEM | BPF_W);
    assert_int_equal(instruction->src_reg, 1);
    assert_in_range(instruction->off, 0, sizeof(machine->context) - sizeof(word));
    memcpy(&word, (const char *) &machine->context + instruction->off, sizeof(word));
    machine->registers[instruction->dst_reg] = word;
    machine->is_set[instruction->dst_reg] = true;
}

static void machine_calculate(struct machine *machine, const struct bpf_insn *instruction)
{
    bool from_register = BPF_SRC(instruction->code) == BPF_X;
    uint32_t right = from_register ? (uint32_t) machine->registers[instruction->src_reg]
                                   : (uint32_t) instruction->imm;
    uint64_t *left = &machine->registers[instruction->dst_reg];

    assert_true(!from_register || machine->is_set[instruction->src_reg]);
    assert_true(instruction->dst_reg != 1);
    switch (BPF_OP(instruction->code)) {
    case BPF_MOV:
        *left = right;
        machine->is_set[instruction->dst_reg] = true;
        return;
    case BPF_AND:
        *left = (uint32_t) *left & right;
        break;
    case BPF_RSH:
        assert_in_range(right, 0, 31);
        *left = (uint32_t) *left >> right;
        break;
    default:
        fail_msg("unexpected calculation 0x%x", instruction->code);
    }
    assert_true(machine->is_set[instruction->dst_reg]);
}

static bool machine_jumps(const struct machine *machine, const struct bpf_insn *instruction)
{
    uint32_t left = (uint32_t) machine->registers[instruction->dst_reg];

    assert_true(machine->is_set[instruction->dst_reg]);
    assert_true(instruction->off >= 0); /* no loops */
    if (BPF_OP(instruction->code) == BPF_JEQ)
        return left == (uint32_t) instruction->imm;
    assert_int_equal(BPF_OP(instruction->code), BPF_JNE);
    return left != (uint32_t) instruction->imm;
}

/* What the program answers: 1 allowed, 0 refused. */
static uint64_t machine_run(const struct bpf_insn *program, size_t length,
                            struct bpf_cgroup_dev_ctx context)
{
    struct machine machine = {.context = context, .is_set = {[1] = true}};

    for (size_t at = 0; at < length; at++) {
        const struct bpf_insn *instruction = &program[at];

        switch (BPF_CLASS(instruction->code)) {
        case BPF_LDX:
            machine_load(&machine, instruction);
            break;
        case BPF_ALU:
            machine_calculate(&machine, instruction);
            break;
        case BPF_JMP32:
            if (machine_jumps(&machine, instruction))
                at += (size_t) instruction->off;
            break;
        case BPF_JMP:
            assert_int_equal(instruction->code, BPF_JMP | BPF_EXIT);
            assert_true(machine.is_set[0]);
            return machine.registers[0];
        default:
            fail_msg("unexpected instruction 0x%x", instruction->code);
        }
    }
    fail_msg("runs off the end");
    return 0;
}

/* --- the second opinion --- */

static bool rule_matches(const struct device_rule *rule, char type, int64_t major, int64_t minor)
{
    return (rule->type == 'a' || rule->type == type) && (rule->major < 0 || rule->major == major) &&
           (rule->minor < 0 || rule->minor == minor);
}

/* Each kind of access on its own, in the order of the list, the last word counts; nothing is allowed at first. */
static bool list_allows(const struct device_rule_list *rules, char type, int64_t major,
                        int64_t minor, unsigned int access)
{
    for (unsigned int bit = 1; bit <= DEVICE_ACCESS_WRITE; bit <<= 1) {
        bool allowed = false;

        if (!(access & bit))
            continue;
        for (size_t i = 0; i < rules->count; i++)
            if ((rules->items[i].access & bit) &&
                rule_matches(&rules->items[i], type, major, minor))
                allowed = rules->items[i].allows;
        if (!allowed)
            return false;
    }
    return true;
}

static void check_device(const struct device_rule_list *rules, const struct bpf_insn *program,
                         size_t length, const int64_t number[2])
{
    for (unsigned int access = 1; access <= ALL; access++) {
        for (unsigned int type = BPF_DEVCG_DEV_BLOCK; type <= BPF_DEVCG_DEV_CHAR; type++) {
            struct bpf_cgroup_dev_ctx context = {access << 16 | type, (uint32_t) number[0],
                                                 (uint32_t) number[1]};
            char letter = type == BPF_DEVCG_DEV_BLOCK ? 'b' : 'c';
            bool expected = list_allows(rules, letter, number[0], number[1], access);

            if (machine_run(program, length, context) != expected)
                fail_msg("%c %lld:%lld access %u: must be %d", letter, (long long) number[0],
                         (long long) number[1], access, expected);
        }
    }
}

static void check_list(const struct device_rule_list *rules)
{
    static const int64_t majors[] = {0, 1, 5, 8, 10, 136, 4095, 4294967295};
    static const int64_t minors[] = {0, 1, 2, 3, 5, 9, 229, 4294967295};
    owned_arena arena = {0};
    size_t length = 0;
    const struct bpf_insn *program = device_rules_compile(&arena, rules, &length);

    assert_in_range(length, 2, 4096);
    for (size_t i = 0; i < sizeof(majors) / sizeof(majors[0]); i++)
        for (size_t j = 0; j < sizeof(minors) / sizeof(minors[0]); j++)
            check_device(rules, program, length, (const int64_t[2]){majors[i], minors[j]});
}

static void check_rules(const struct device_rule *rules, size_t count)
{
    struct device_rule_list list = {(struct device_rule *) rules, count};

    check_list(&list);
}

#define CHECK_RULES(...)                                         \
    do {                                                         \
        static const struct device_rule rules[] = {__VA_ARGS__}; \
        check_rules(rules, sizeof(rules) / sizeof(rules[0]));    \
    } while (0)

/* --- tests --- */

static void test_nothing(void **state)
{
    struct device_rule_list none = {0};
    owned_arena arena = {0};
    size_t length = 0;
    const struct bpf_insn *program = device_rules_compile(&arena, &none, &length);

    (void) state;
    assert_int_equal(machine_run(program, length, (struct bpf_cgroup_dev_ctx){1U << 16 | 2, 1, 3}),
                     0);
    assert_false(device_rules_allow_all(&none));
    check_list(&none);
}

static void test_single_rules(void **state)
{
    (void) state;
    CHECK_RULES({true, 'a', -1, -1, ALL});
    CHECK_RULES({false, 'a', -1, -1, ALL});
    CHECK_RULES({true, 'c', 1, 3, ALL});
    CHECK_RULES({true, 'b', -1, 0, DEVICE_ACCESS_READ});
    CHECK_RULES({true, 'a', 8, -1, DEVICE_ACCESS_READ | DEVICE_ACCESS_WRITE});
    CHECK_RULES({true, 'c', 4294967295, 4294967295, DEVICE_ACCESS_WRITE});
    CHECK_RULES({true, 'c', 1, 3, 0});
}

static void test_order(void **state)
{
    (void) state;
    CHECK_RULES({true, 'a', -1, -1, ALL}, {false, 'c', 1, 3, DEVICE_ACCESS_WRITE});
    CHECK_RULES({false, 'c', 1, 3, DEVICE_ACCESS_WRITE}, {true, 'a', -1, -1, ALL});
    CHECK_RULES({true, 'c', 1, -1, ALL}, {false, 'c', 1, 3, DEVICE_ACCESS_MKNOD},
                {true, 'c', 1, 3, DEVICE_ACCESS_MKNOD}, {false, 'c', -1, 5, DEVICE_ACCESS_READ});
}

/* Two rules of which each allows a part allow the whole together. */
static void test_rules_add_up(void **state)
{
    (void) state;
    CHECK_RULES({true, 'c', 1, 3, DEVICE_ACCESS_READ}, {true, 'c', 1, 3, DEVICE_ACCESS_WRITE});
    CHECK_RULES({true, 'b', 8, -1, DEVICE_ACCESS_READ}, {true, 'a', -1, 1, DEVICE_ACCESS_WRITE},
                {true, 'a', -1, -1, DEVICE_ACCESS_MKNOD});
}

/* The list that every container gets: GHSA-g54h-m393-cpwq. */
static void test_defaults(void **state)
{
    owned_arena arena = {0};
    struct spec_resources resources = {0};
    struct device_rule_list rules = {0};
    struct error err = {0};

    (void) state;
    assert_int_equal(plan_device_rules(&arena, &resources, &rules, &err), 0);
    check_list(&rules);
    assert_false(device_rules_allow_all(&rules));
    assert_true(list_allows(&rules, 'c', 1, 3, ALL));
    assert_true(list_allows(&rules, 'c', 10, 229, DEVICE_ACCESS_MKNOD));
    assert_false(list_allows(&rules, 'c', 10, 229, DEVICE_ACCESS_READ));
    assert_false(list_allows(&rules, 'b', 8, 0, DEVICE_ACCESS_MKNOD | DEVICE_ACCESS_READ));
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void test_random_lists(void **state)
{
    static const int64_t numbers[] = {-1, 0, 1, 3, 5, 8, 136, 4294967295};
    uint64_t seed = 1;

    (void) state;
    for (int round = 0; round < 300; round++) {
        struct device_rule rules[8];
        size_t count = next_random(&seed) % 9;

        for (size_t i = 0; i < count; i++)
            rules[i] = (struct device_rule){
                .allows = next_random(&seed) % 2,
                .type = "abc"[next_random(&seed) % 3],
                .major = numbers[next_random(&seed) % 8],
                .minor = numbers[next_random(&seed) % 8],
                .access = (unsigned int) next_random(&seed) % 8,
            };
        check_rules(rules, count);
    }
}

static void test_allow_all(void **state)
{
    static struct device_rule rules[] = {
        {false, 'a', -1, -1, ALL},
        {true,  'a', -1, -1, ALL},
        {true,  'c', 1,  3,  ALL}
    };
    struct device_rule_list list = {rules, 3};

    (void) state;
    assert_true(device_rules_allow_all(&list));
    rules[2].allows = false;
    assert_false(device_rules_allow_all(&list));
    rules[2].allows = true;
    rules[1].access = DEVICE_ACCESS_READ;
    assert_false(device_rules_allow_all(&list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),   cmocka_unit_test(test_single_rules),
        cmocka_unit_test(test_order),     cmocka_unit_test(test_rules_add_up),
        cmocka_unit_test(test_defaults),  cmocka_unit_test(test_random_lists),
        cmocka_unit_test(test_allow_all),
    };

    return cmocka_run_group_tests_name("device filter", tests, NULL, NULL);
}

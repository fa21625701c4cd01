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

struct bpf_program {
    const struct bpf_insn *items;
    size_t count;
};

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

/* One instruction; returns how many to skip. */
static size_t machine_step(struct machine *machine, const struct bpf_insn *instruction)
{
    switch (BPF_CLASS(instruction->code)) {
    case BPF_LDX:
        machine_load(machine, instruction);
        return 0;
    case BPF_ALU:
        machine_calculate(machine, instruction);
        return 0;
    case BPF_JMP32:
        return machine_jumps(machine, instruction) ? (size_t) instruction->off : 0;
    default:
        fail_msg("unexpected instruction 0x%x", instruction->code);
        return 0;
    }
}

/* What the program answers: 1 allowed, 0 refused. */
static uint64_t machine_run(const struct bpf_insn *program, size_t length,
                            struct bpf_cgroup_dev_ctx context)
{
    struct machine machine = {.context = context, .is_set = {[1] = true}};
    size_t at = 0;

    while (at < length && program[at].code != (BPF_JMP | BPF_EXIT))
        at += 1 + machine_step(&machine, &program[at]);
    assert_true(at < length); /* or it runs off the end */
    assert_true(machine.is_set[0]);
    return machine.registers[0];
}

/* --- the second opinion --- */

/* asked is a device and kinds of access, told as a rule. */
static bool rule_matches(const struct device_rule *rule, const struct device_rule *asked)
{
    return (rule->type == 'a' || rule->type == asked->type) &&
           (rule->major < 0 || rule->major == asked->major) &&
           (rule->minor < 0 || rule->minor == asked->minor);
}

/* One kind of access, in the order of the list: the last word counts; nothing is allowed at first. */
static bool list_allows_one(const struct device_rule_list *rules, const struct device_rule *asked,
                            unsigned int access)
{
    bool allowed = false;

    SLICE_FOR_EACH(const struct device_rule, rule, *rules)
        if ((rule->access & access) && rule_matches(rule, asked))
            allowed = rule->allows;
    return allowed;
}

static bool list_allows(const struct device_rule_list *rules, const struct device_rule *asked)
{
    for (unsigned int access = 1; access <= DEVICE_ACCESS_WRITE; access <<= 1)
        if ((asked->access & access) && !list_allows_one(rules, asked, access))
            return false;
    return true;
}

/* number: major, minor. */
static void check_access(const struct device_rule_list *rules, const struct bpf_program *program,
                         const int64_t number[2], unsigned int access_type)
{
    struct bpf_cgroup_dev_ctx context = {access_type, (uint32_t) number[0], (uint32_t) number[1]};
    char letter = (access_type & 0xffff) == BPF_DEVCG_DEV_BLOCK ? 'b' : 'c';
    bool expected = list_allows(
        rules, &(const struct device_rule){number[0], number[1], access_type >> 16, letter, false});

    if (machine_run(program->items, program->count, context) != expected)
        fail_msg("%c %lld:%lld access %u: must be %d", letter, (long long) number[0],
                 (long long) number[1], access_type >> 16, expected);
}

static void check_device(const struct device_rule_list *rules, const struct bpf_program *program,
                         const int64_t number[2])
{
    for (unsigned int access = 1; access <= ALL; access++) {
        check_access(rules, program, number, access << 16 | BPF_DEVCG_DEV_BLOCK);
        check_access(rules, program, number, access << 16 | BPF_DEVCG_DEV_CHAR);
    }
}

static void check_list(const struct device_rule_list *rules)
{
    static const int64_t majors[] = {0, 1, 5, 8, 10, 136, 4095, 4294967295};
    static const int64_t minors[] = {0, 1, 2, 3, 5, 9, 229, 4294967295};
    owned_arena arena = {0};
    struct bpf_program program = {0};

    program.items = device_rules_compile(&arena, rules, &program.count);
    assert_in_range(program.count, 2, 4096);
    for (size_t i = 0; i < sizeof(majors) / sizeof(majors[0]); i++)
        for (size_t j = 0; j < sizeof(minors) / sizeof(minors[0]); j++)
            check_device(rules, &program, (const int64_t[2]){majors[i], minors[j]});
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
    CHECK_RULES({-1, -1, ALL, 'a', true});
    CHECK_RULES({-1, -1, ALL, 'a', false});
    CHECK_RULES({1, 3, ALL, 'c', true});
    CHECK_RULES({-1, 0, DEVICE_ACCESS_READ, 'b', true});
    CHECK_RULES({8, -1, DEVICE_ACCESS_READ | DEVICE_ACCESS_WRITE, 'a', true});
    CHECK_RULES({4294967295, 4294967295, DEVICE_ACCESS_WRITE, 'c', true});
    CHECK_RULES({1, 3, 0, 'c', true});
}

static void test_order(void **state)
{
    (void) state;
    CHECK_RULES({-1, -1, ALL, 'a', true}, {1, 3, DEVICE_ACCESS_WRITE, 'c', false});
    CHECK_RULES({1, 3, DEVICE_ACCESS_WRITE, 'c', false}, {-1, -1, ALL, 'a', true});
    CHECK_RULES({1, -1, ALL, 'c', true}, {1, 3, DEVICE_ACCESS_MKNOD, 'c', false},
                {1, 3, DEVICE_ACCESS_MKNOD, 'c', true}, {-1, 5, DEVICE_ACCESS_READ, 'c', false});
}

/* Two rules of which each allows a part allow the whole together. */
static void test_rules_add_up(void **state)
{
    (void) state;
    CHECK_RULES({1, 3, DEVICE_ACCESS_READ, 'c', true}, {1, 3, DEVICE_ACCESS_WRITE, 'c', true});
    CHECK_RULES({8, -1, DEVICE_ACCESS_READ, 'b', true}, {-1, 1, DEVICE_ACCESS_WRITE, 'a', true},
                {-1, -1, DEVICE_ACCESS_MKNOD, 'a', true});
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
    assert_true(list_allows(&rules, &(struct device_rule){1, 3, ALL, 'c', true}));
    assert_true(
        list_allows(&rules, &(struct device_rule){10, 229, DEVICE_ACCESS_MKNOD, 'c', true}));
    assert_false(
        list_allows(&rules, &(struct device_rule){10, 229, DEVICE_ACCESS_READ, 'c', true}));
    assert_false(list_allows(
        &rules, &(struct device_rule){8, 0, DEVICE_ACCESS_MKNOD | DEVICE_ACCESS_READ, 'b', true}));
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
        {-1, -1, ALL, 'a', false},
        {-1, -1, ALL, 'a', true },
        {1,  3,  ALL, 'c', true }
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

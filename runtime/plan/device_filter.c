/*
 * Which devices the processes may use: the spec's rules and the defaults as one ordered list, and that list as
 * instructions for a BPF_PROG_TYPE_CGROUP_DEVICE program (v2) or as writes (v1).
 *
 * Before the first rule everything is denied, so an empty list is not a way to get everything (GHSA-g54h-m393-cpwq). The defaults
 * come last: engines begin their lists with "deny all", and the devices of config-linux.md#default-devices must work.
 */
#include <linux/bpf.h>
#include <string.h>

#include "runtime/plan/parts.h"

#define ACCESS_ALL (DEVICE_ACCESS_MKNOD | DEVICE_ACCESS_READ | DEVICE_ACCESS_WRITE)

/* Making a node of any number is harmless, opening it is what counts; engines and udev rely on it. */
static const struct device_rule default_rules[] = {
    {-1,  -1, DEVICE_ACCESS_MKNOD, 'c', true},
    {-1,  -1, DEVICE_ACCESS_MKNOD, 'b', true},
    {1,   3,  ACCESS_ALL,          'c', true}, /* null */
    {1,   5,  ACCESS_ALL,          'c', true}, /* zero */
    {1,   7,  ACCESS_ALL,          'c', true}, /* full */
    {1,   8,  ACCESS_ALL,          'c', true}, /* random */
    {1,   9,  ACCESS_ALL,          'c', true}, /* urandom */
    {5,   0,  ACCESS_ALL,          'c', true}, /* tty */
    {5,   1,  ACCESS_ALL,          'c', true}, /* console */
    {5,   2,  ACCESS_ALL,          'c', true}, /* ptmx */
    {136, -1, ACCESS_ALL,          'c', true}, /* pts */
};

/* --- the list --- */

static int rule_parse_access(const char *text, size_t index, unsigned int *ret_access,
                             struct error *err)
{
    *ret_access = text ? 0 : ACCESS_ALL;
    for (; text && *text; text++) {
        if (*text == 'r')
            *ret_access |= DEVICE_ACCESS_READ;
        else if (*text == 'w')
            *ret_access |= DEVICE_ACCESS_WRITE;
        else if (*text == 'm')
            *ret_access |= DEVICE_ACCESS_MKNOD;
        else
            return error_set(err, ERROR_INVALID,
                             "/linux/resources/devices/%zu/access: must be of the letters r, w, m",
                             index);
    }
    return 0;
}

/* -1 is how some engines write "all". */
static int rule_parse_number(const int64_t *asked, const char *name, size_t index,
                             int64_t *ret_number, struct error *err)
{
    *ret_number = asked ? *asked : -1;
    if (*ret_number < -1 || *ret_number > UINT32_MAX)
        return error_set(err, ERROR_INVALID, "/linux/resources/devices/%zu/%s: not a device number",
                         index, name);
    return 0;
}

static int rule_parse(const struct spec_device_rule *asked, size_t index, struct device_rule *rule,
                      struct error *err)
{
    if (rule_parse_access(asked->access, index, &rule->access, err) < 0 ||
        rule_parse_number(asked->major, "major", index, &rule->major, err) < 0 ||
        rule_parse_number(asked->minor, "minor", index, &rule->minor, err) < 0)
        return -1;
    rule->allows = asked->allow;
    rule->type = 'a';
    if (asked->type)
        rule->type = asked->type[0];
    if (asked->type && (strlen(asked->type) != 1 || !strchr("abc", rule->type)))
        return error_set(err, ERROR_INVALID,
                         "/linux/resources/devices/%zu/type: must be \"a\", \"b\" or \"c\"", index);
    return 0;
}

int plan_device_rules(struct arena *arena, const struct spec_resources *resources,
                      struct device_rule_list *ret_rules, struct error *err)
{
    struct device_rule_list rules = {0};

    for (size_t i = 0; resources && i < resources->devices.count; i++) {
        struct device_rule rule;

        if (rule_parse(&resources->devices.items[i], i, &rule, err) < 0)
            return -1;
        *SLICE_PUSH(arena, &rules, struct device_rule) = rule;
    }
    for (size_t i = 0; i < sizeof(default_rules) / sizeof(default_rules[0]); i++)
        *SLICE_PUSH(arena, &rules, struct device_rule) = default_rules[i];
    *ret_rules = rules;
    return 0;
}

static bool rule_is_for_all(const struct device_rule *rule)
{
    return rule->type == 'a' && rule->major < 0 && rule->minor < 0 && rule->access == ACCESS_ALL;
}

bool device_rules_allow_all(const struct device_rule_list *rules)
{
    for (size_t i = rules->count; i-- > 0;) {
        if (!rules->items[i].allows)
            return false;
        if (rule_is_for_all(&rules->items[i]))
            return true;
    }
    return false;
}

/* --- v1: the kernel keeps the list itself --- */

static const char *rule_format_v1(struct arena *arena, const struct device_rule *rule, char type)
{
    const char *major =
        rule->major < 0 ? "*" : arena_format(arena, "%lld", (long long) rule->major);
    const char *minor =
        rule->minor < 0 ? "*" : arena_format(arena, "%lld", (long long) rule->minor);

    return arena_format(arena, "%c %s:%s %s%s%s", type, major, minor,
                        rule->access & DEVICE_ACCESS_READ ? "r" : "",
                        rule->access & DEVICE_ACCESS_WRITE ? "w" : "",
                        rule->access & DEVICE_ACCESS_MKNOD ? "m" : "");
}

static void add_device_write(const struct plan_builder *builder, bool allows, const char *value)
{
    plan_add_cgroup_write(builder, "devices", allows ? "devices.allow" : "devices.deny", value,
                          "devices");
}

void plan_add_device_writes(const struct plan_builder *builder,
                            const struct device_rule_list *rules)
{
    size_t first = 0;

    if (device_rules_allow_all(rules)) {
        add_device_write(builder, true, "a");
        return;
    }
    /* What stands before the last rule about everything is overridden by it. */
    for (size_t i = 0; i < rules->count; i++)
        if (rule_is_for_all(&rules->items[i]))
            first = i;
    if (rules->count == 0 || !rule_is_for_all(&rules->items[first]))
        add_device_write(builder, false, "a");
    for (size_t i = first; i < rules->count; i++) {
        const struct device_rule *rule = &rules->items[i];

        if (rule_is_for_all(rule)) {
            add_device_write(builder, rule->allows, "a");
        } else if (rule->access != 0 && rule->type != 'a') {
            add_device_write(builder, rule->allows,
                             rule_format_v1(builder->arena, rule, rule->type));
        } else if (rule->access != 0) {
            /* The kernel takes "a" for everything, whatever the numbers and letters after it. */
            add_device_write(builder, rule->allows, rule_format_v1(builder->arena, rule, 'b'));
            add_device_write(builder, rule->allows, rule_format_v1(builder->arena, rule, 'c'));
        }
    }
}

/* --- v2: a program --- */

/* Registers: 1 is the context; the others are loaded once, at the start. */
enum {
    REG_RESULT = 0,
    REG_CONTEXT = 1,
    REG_TYPE = 2,
    REG_ACCESS = 3,
    REG_MAJOR = 4,
    REG_MINOR = 5,
    REG_HIT = 6
};

SLICE_TYPE(bpf_program, struct bpf_insn);

struct bpf_writer {
    struct arena *arena;
    struct bpf_program program;
};

static void emit(struct bpf_writer *writer, struct bpf_insn instruction)
{
    *SLICE_PUSH(writer->arena, &writer->program, struct bpf_insn) = instruction;
}

static void emit_load(struct bpf_writer *writer, uint8_t to, size_t offset)
{
    emit(writer, (struct bpf_insn){.code = BPF_LDX | BPF_MEM | BPF_W,
                                   .dst_reg = to & 0xf,
                                   .src_reg = REG_CONTEXT,
                                   .off = (int16_t) offset});
}

static void emit_constant(struct bpf_writer *writer, uint8_t operation, uint8_t to, int64_t value)
{
    emit(writer, (struct bpf_insn){.code = (uint8_t) (BPF_ALU | operation | BPF_K),
                                   .dst_reg = to & 0xf,
                                   .imm = (int32_t) (uint32_t) value});
}

static void emit_return(struct bpf_writer *writer, bool allows)
{
    emit_constant(writer, BPF_MOV, REG_RESULT, allows);
    emit(writer, (struct bpf_insn){.code = BPF_JMP | BPF_EXIT});
}

/* A jump with a target that is not known yet; returns its index for patch_jump(). */
static size_t emit_jump(struct bpf_writer *writer, uint8_t condition, uint8_t left, int64_t right)
{
    emit(writer, (struct bpf_insn){.code = (uint8_t) (BPF_JMP32 | condition | BPF_K),
                                   .dst_reg = left & 0xf,
                                   .imm = (int32_t) (uint32_t) right});
    return writer->program.count - 1;
}

static void patch_jump(struct bpf_writer *writer, size_t jump)
{
    writer->program.items[jump].off = (int16_t) (writer->program.count - jump - 1);
}

/* Jumps over the rule when it is about other devices. Returns how many jumps wait to be patched. */
static size_t emit_match(struct bpf_writer *writer, const struct device_rule *rule, size_t *jumps)
{
    size_t count = 0;

    if (rule->type != 'a')
        jumps[count++] = emit_jump(writer, BPF_JNE, REG_TYPE,
                                   rule->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
    if (rule->major >= 0)
        jumps[count++] = emit_jump(writer, BPF_JNE, REG_MAJOR, rule->major);
    if (rule->minor >= 0)
        jumps[count++] = emit_jump(writer, BPF_JNE, REG_MINOR, rule->minor);
    return count;
}

/*
 * REG_ACCESS holds the kinds of access that no later rule has decided. A deny rule that has one of them ends in refusal; an allow
 * rule takes its kinds away, and when none is left all of them were allowed.
 */
static void emit_rule(struct bpf_writer *writer, const struct device_rule *rule)
{
    size_t jumps[4];
    size_t count = emit_match(writer, rule, jumps);

    if (rule->allows) {
        emit_constant(writer, BPF_AND, REG_ACCESS, ACCESS_ALL & ~rule->access);
        jumps[count++] = emit_jump(writer, BPF_JNE, REG_ACCESS, 0);
    } else {
        emit(writer, (struct bpf_insn){.code = BPF_ALU | BPF_MOV | BPF_X,
                                       .dst_reg = REG_HIT,
                                       .src_reg = REG_ACCESS});
        emit_constant(writer, BPF_AND, REG_HIT, rule->access);
        jumps[count++] = emit_jump(writer, BPF_JEQ, REG_HIT, 0);
    }
    emit_return(writer, rule->allows);
    for (size_t i = 0; i < count; i++)
        patch_jump(writer, jumps[i]);
}

/* struct bpf_cgroup_dev_ctx: access_type is the kinds of access << 16 | the kind of device. */
static void emit_start(struct bpf_writer *writer)
{
    emit_load(writer, REG_TYPE, offsetof(struct bpf_cgroup_dev_ctx, access_type));
    emit(writer, (struct bpf_insn){.code = BPF_ALU | BPF_MOV | BPF_X,
                                   .dst_reg = REG_ACCESS,
                                   .src_reg = REG_TYPE});
    emit_constant(writer, BPF_AND, REG_TYPE, 0xffff);
    emit_constant(writer, BPF_RSH, REG_ACCESS, 16);
    emit_load(writer, REG_MAJOR, offsetof(struct bpf_cgroup_dev_ctx, major));
    emit_load(writer, REG_MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
}

const struct bpf_insn *device_rules_compile(struct arena *arena,
                                            const struct device_rule_list *rules,
                                            size_t *ret_length)
{
    struct bpf_writer writer = {.arena = arena};
    bool is_decided = false;

    emit_start(&writer);
    for (size_t i = rules->count; i-- > 0 && !is_decided;) {
        is_decided = rule_is_for_all(&rules->items[i]);
        if (is_decided)
            emit_return(&writer, rules->items[i].allows);
        else if (rules->items[i].access != 0)
            emit_rule(&writer, &rules->items[i]);
    }
    if (!is_decided)
        emit_return(&writer, false);
    *ret_length = writer.program.count;
    return writer.program.items;
}

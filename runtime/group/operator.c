/* Read anew by each command that asks: it is small, and corun has no daemon. See operator.h. */
#include "runtime/group/operator.h"

#include "base/owned.h"
#include "base/trusted.h"
#include "oci-spec/json.h"
#include "runtime/container/content.h"

#define FILE_MAX_BYTES ((size_t) 64 * 1024)

static const struct json_field ledger_fields[] = {
    {"file", &json_absolute_path, AT(struct operator_ledger, file), JSON_REQUIRED},
};
static const struct json_type ledger = {
    JSON_OBJECT_OF("ledger", struct operator_ledger, ledger_fields)};
static const struct json_type ledger_pointer = {JSON_POINTER_TO(ledger)};
static const struct json_field verify_fields[] = {
    {"manifest",       &json_absolute_path, AT(struct operator_verify, manifest),   JSON_REQUIRED},
    {"everyContainer", &json_bool,          AT(struct operator_verify, is_for_all), 0            },
};
static const struct json_type verify = {
    JSON_OBJECT_OF("verify", struct operator_verify, verify_fields)};
static const struct json_type verify_pointer = {JSON_POINTER_TO(verify)};
static const struct json_field hooks_fields[] = {
    {"ledger", &ledger_pointer, AT(struct operator_hooks, ledger), 0},
    {"verify", &verify_pointer, AT(struct operator_hooks, verify), 0},
};
static const struct json_type hooks_type = {
    JSON_OBJECT_OF("group hooks", struct operator_hooks, hooks_fields)};

int operator_hooks_read(struct arena *arena, struct operator_hooks *ret_hooks, struct error *err)
{
    owned_fd file = trusted_open(OPERATOR_FILE, err);
    struct content content = {0};
    int error;

    *ret_hooks = (struct operator_hooks){0};
    if (file < 0)
        return err->kind == ERROR_NOT_FOUND ? 0 : -1;
    error = content_read(arena, file, FILE_MAX_BYTES, &content);
    if (error < 0)
        return error_os(err, -error, "read " OPERATOR_FILE);
    if (json_read(arena, &hooks_type, content.bytes, content.size, ret_hooks, err) < 0)
        return error_within(err, OPERATOR_FILE);
    if (!ret_hooks->ledger && !ret_hooks->verify)
        return error_set(err, ERROR_INVALID,
                         OPERATOR_FILE " has neither \"ledger\" nor \"verify\"");
    return 0;
}

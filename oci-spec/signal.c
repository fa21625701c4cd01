/* Signal names and numbers, by the one table of oci-spec. */
#include "oci-spec/signal.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "oci-spec/names.h"

#define SIGNAL_NAME_SIZE 16
#define SIGNAL_LAST      64 /* man 7 signal: SIGRTMAX on every architecture we build for */

/* ASCII only: the locale must not change what a signal is called. */
static char upper(char letter)
{
    if (letter >= 'a' && letter <= 'z')
        return (char) (letter - 'a' + 'A');
    return letter;
}

int signal_parse(const char *text, struct error *err)
{
    char name[SIGNAL_NAME_SIZE] = "";
    const struct name *found;
    uint32_t number;

    if (text_parse_uint32(text, &number) && number <= SIGNAL_LAST)
        return (int) number;
    for (size_t i = 0; text[i] && i < sizeof(name) - 1; i++)
        name[i] = upper(text[i]);
    found = strlen(text) < sizeof(name)
                ? names_find(&names_signals, text_has_prefix(name, "SIG") ? name + 3 : name)
                : NULL;
    if (!found)
        return error_set(err, ERROR_INVALID, "unknown signal '%s'", text);
    return (int) found->value;
}

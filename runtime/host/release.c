/* The numbers in a kernel's release text. */
#include "runtime/host/host.h"

/* Digits only; the text behind them is given back. */
static const char *parse_number(const char *text, unsigned int *ret_number)
{
    unsigned int number = 0;

    if (*text < '0' || *text > '9')
        return NULL;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (number > 100000)
            return NULL;
        number = number * 10 + (unsigned int) (*text - '0');
    }
    *ret_number = number;
    return text;
}

bool host_parse_release(const char *release, unsigned int *ret_major, unsigned int *ret_minor)
{
    unsigned int major;
    const char *rest = parse_number(release, &major);

    if (!rest || *rest != '.' || !parse_number(rest + 1, ret_minor))
        return false;
    *ret_major = major;
    return true;
}

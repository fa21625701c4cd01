/* Where resctrl is mounted, from the text of mountinfo (man 5 proc). */
#include <string.h>

#include "base/text.h"
#include "runtime/resctrl/resctrl.h"

static const char filesystem[] = " - resctrl ";

/* Blanks, tabs, newlines and backslashes in a path are written as three octal digits. */
static void unescape(char *path)
{
    char *end = path;

    for (const char *at = path; *at; at++) {
        if (at[0] == '\\' && at[1] && at[2] && at[3]) {
            *end++ = (char) ((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
            at += 3;
        } else {
            *end++ = *at;
        }
    }
    *end = '\0';
}

/* The word of this number, counted from 0. */
static const char *find_word(const char *line, int number)
{
    while (number-- > 0)
        line += strcspn(line, " ") + 1;
    return line;
}

const char *resctrl_find_mount(struct arena *arena, const char *mountinfo)
{
    for (const char *line = mountinfo; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        char *copy = arena_copy_bytes(arena, line, strcspn(line, "\n"));
        char *path;

        if (!strstr(copy, filesystem)) /* blanks in paths are escaped: this is between the fields */
            continue;
        path = copy + (find_word(copy, 4) - copy);
        if (!text_has_prefix(find_word(copy, 3), "/ ")) /* a bind mount of a class */
            continue;
        path[strcspn(path, " ")] = '\0';
        unescape(path);
        return path;
    }
    return NULL;
}

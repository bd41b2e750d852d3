/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "main/command.h"

static void print_help(const struct usage *usage)
{
    printf("usage: %s\n\n%s\n", usage->synopsis, usage->text);
    printf("\noptions:\n");
    for (size_t i = 0; i < usage->row_count; i++) {
        char head[64];
        snprintf(head, sizeof head, "%s%s%s", usage->rows[i].name, usage->rows[i].value ? " " : "",
                 usage->rows[i].value ? usage->rows[i].value : "");
        printf("  %-24s %s\n", head, usage->rows[i].help);
    }
    printf("  %-24s %s\n", "--help", "this text");
}

int options_fault(const struct usage *usage, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fprintf(stderr, "rekindle: ");
    vfprintf(stderr, format, list);
    va_end(list);
    fprintf(stderr, "\nusage: %s\n", usage->synopsis);
    return EXIT_USAGE;
}

/* The row of `word`, which may hold "=value" behind the name; NULL when there is none. */
static const struct option_row *find(const struct usage *usage, struct str name)
{
    for (size_t i = 0; i < usage->row_count; i++)
        if (str_equal(str_of(usage->rows[i].name), name))
            return &usage->rows[i];
    return NULL;
}

static int take_value(const struct usage *usage, const struct option_row *row, struct str value)
{
    if (!row->list) {
        *row->text = value;
        return OPTIONS_CONTINUE;
    }
    if (row->list->count == STR_LIST_MAX)
        return options_fault(usage, "%s is given more than %d times", row->name, STR_LIST_MAX);
    row->list->items[row->list->count++] = value;
    return OPTIONS_CONTINUE;
}

/* Reads the option at argv[*at] and moves *at to its last word. */
static int take_option(const struct usage *usage, int argc, char **argv, int *at)
{
    struct str value = str_of(argv[*at]);
    struct str name = str_cut(&value, '=');
    const struct option_row *row = find(usage, name);
    if (!row)
        return options_fault(usage, "unknown option '%.*s'", STR_ARG(name));
    if (!row->value) {
        if (!str_is_none(value))
            return options_fault(usage, "%s takes no value", row->name);
        *row->on = true;
        return OPTIONS_CONTINUE;
    }
    if (str_is_none(value)) {
        if (*at + 1 >= argc)
            return options_fault(usage, "%s needs a value (%s)", row->name, row->value);
        value = str_of(argv[++*at]);
    }
    return take_value(usage, row, value);
}

int options_read(const struct usage *usage, int argc, char **argv, struct str *arguments)
{
    size_t count = 0;
    bool options_end = false;
    for (int at = 1; at < argc; at++) {
        const char *word = argv[at];
        if (!options_end && strcmp(word, "--") == 0) {
            options_end = true;
        } else if (!options_end && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)) {
            print_help(usage);
            return EXIT_DONE;
        } else if (!options_end && word[0] == '-' && word[1] != '\0') {
            int result = take_option(usage, argc, argv, &at);
            if (result != OPTIONS_CONTINUE)
                return result;
        } else if (count == usage->most) {
            return options_fault(usage, "'%s' is one argument too many", word);
        } else {
            arguments[count++] = str_of(word);
        }
    }
    if (count < usage->least)
        return options_fault(usage, "an argument is missing");
    for (; count < usage->most; count++)
        arguments[count] = STR_NONE;
    return OPTIONS_CONTINUE;
}

bool options_number(struct str text, double least, double most, double *out)
{
    char digits[32];
    size_t points = 0;
    if (text.len == 0 || text.len >= sizeof digits)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        points += text.ptr[i] == '.';
        if (text.ptr[i] != '.' && (text.ptr[i] < '0' || text.ptr[i] > '9'))
            return false;
        digits[i] = text.ptr[i];
    }
    digits[text.len] = '\0';
    double value = strtod(digits, NULL);
    if (points > 1 || points == text.len || !(value >= least && value <= most))
        return false;
    *out = value;
    return true;
}

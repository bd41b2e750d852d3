/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Command line options by table: long names only, `--name value` or `--name=value`, `--` ends them. Options and positional
 * arguments may stand in any order. */
#ifndef REKINDLE_MAIN_OPTIONS_H
#define REKINDLE_MAIN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define OPTIONS_CONTINUE (-1)

struct option_row {
    const char *name;  /* "--port" */
    const char *value; /* what the help calls its value; NULL for a switch */
    const char *help;
    struct str *text;      /* set for an option with a value, borrowed from argv; the last one counts */
    bool *on;              /* set for a switch */
    struct str_list *list; /* instead of text: every one is kept */
};

#define STR_LIST_MAX 64
struct str_list {
    struct str items[STR_LIST_MAX];
    size_t count;
};

struct usage {
    const char *synopsis; /* "rekindle key create --name NAME --scope SCOPE" */
    const char *text;     /* what it does */
    const struct option_row *rows;
    size_t row_count;
    size_t least, most; /* positional arguments */
};

/* Reads argv[1..]. OPTIONS_CONTINUE, or the exit code: EXIT_DONE after --help, EXIT_USAGE with the wrong option or argument
 * named on stderr. Positional arguments go to `arguments` (room for usage->most); absent ones stay absent. */
int options_read(const struct usage *usage, int argc, char **argv, struct str *arguments);
/* A plain decimal number (digits and at most one point) from `least` to `most`. False, and *out as it was, for anything else. */
bool options_number(struct str text, double least, double most, double *out);
/* Says on stderr what is wrong, and where help is. Returns EXIT_USAGE. */
int options_fault(const struct usage *usage, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

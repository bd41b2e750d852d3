/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* struct str: a borrowed slice of bytes, usually UTF-8, not always NUL-terminated. It owns nothing; who made the bytes
 * keeps them alive. ptr NULL means "absent" (SQL NULL, JSON null); an empty text has ptr set and len 0. */
#ifndef REKINDLE_BASE_STR_H
#define REKINDLE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

struct str {
    const char *ptr;
    size_t len; /* bytes */
};

/* A literal as a slice: STR("due"). Only for string literals. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
/* The same as a constant initialiser for static tables. */
#define STR_INIT(literal)               \
    {                                   \
        "" literal, sizeof(literal) - 1 \
    }
/* For printf: "%.*s", STR_ARG(s). */
#define STR_ARG(s) (int)(s).len, ((s).ptr ? (s).ptr : "")
#define STR_NONE ((struct str){NULL, 0})

/* Borrows a C string; NULL gives STR_NONE. */
struct str str_of(const char *text);

static inline bool str_is_none(struct str s) { return s.ptr == NULL; }
/* True for absent and for empty. */
static inline bool str_is_empty(struct str s) { return s.len == 0; }

bool str_equal(struct str a, struct str b);        /* same bytes; absent equals absent only */
bool str_equal_nocase(struct str a, struct str b); /* ASCII letters folded */
int str_compare(struct str a, struct str b);       /* memcmp order, shorter first; absent first */
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);
bool str_contains(struct str s, struct str needle);        /* an empty needle is contained */
bool str_contains_nocase(struct str s, struct str needle); /* the same with ASCII letters folded */
struct str str_trim(struct str s);                         /* without ASCII blanks at both ends */

/* Cuts *rest at the first `separator`: returns what stands before it and moves *rest behind it. At the end *rest becomes
 * STR_NONE after the last piece, so `while (!str_is_none(rest))` walks all pieces, empty ones included. */
struct str str_cut(struct str *rest, char separator);

/* Index of `needle` in s, or SIZE_MAX. */
size_t str_find(struct str s, struct str needle);

/* Whole-slice decimal integer, optional '-', no blanks, no '+', no leading zeros rule. RC_INVALID on anything else or
 * overflow; *out untouched then. */
enum rc str_to_i64(struct str s, int64_t *out);

/* Heap NUL-terminated copy, freed by mem_free. Absent gives "". */
char *str_dup(struct str s);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* struct buf: owned, growing bytes. Always NUL-terminated behind len once anything was written. One thread at a time. */
#ifndef REKINDLE_BASE_BUF_H
#define REKINDLE_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf {
    char *ptr;
    size_t len;
    size_t cap;
};

void buf_init(struct buf *buf);  /* empty; `(struct buf){0}` is the same */
void buf_clear(struct buf *buf); /* frees; usable again */
void buf_reset(struct buf *buf); /* len 0, keeps the memory */
void buf_add(struct buf *buf, struct str text);
void buf_add_c(struct buf *buf, const char *text);
void buf_add_char(struct buf *buf, char c);
/* Text as HTML shows it, in an element or between the quotes of an attribute: & < > " and ' as entities. */
void buf_add_html(struct buf *buf, struct str text);
void buf_add_i64(struct buf *buf, int64_t value);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
/* Makes room for at least `more` bytes behind len and returns where they start; the caller raises len itself. */
char *buf_room(struct buf *buf, size_t more);
/* Borrowed view, valid until the next write or clear. */
struct str buf_str(const struct buf *buf);

#endif

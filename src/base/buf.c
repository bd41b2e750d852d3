/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Growing bytes. Invariant: ptr is NULL with cap 0, or cap > len and ptr[len] is NUL. Capacity doubles, so that n small
 * additions cost O(n). */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FIRST_CAP 64

void buf_init(struct buf *buf) { *buf = (struct buf){0}; }

void buf_clear(struct buf *buf)
{
    mem_free(buf->ptr);
    buf_init(buf);
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    if (buf->ptr != NULL)
        buf->ptr[0] = '\0';
}

char *buf_room(struct buf *buf, size_t more)
{
    if (buf->cap - buf->len > more) /* one byte stays for the NUL */
        return buf->ptr + buf->len;
    if (more > SIZE_MAX / 2 - buf->len - 1)
        return mem_resize(buf->ptr, SIZE_MAX, SIZE_MAX); /* ends the process, as any size nobody can have */
    size_t cap = buf->cap ? buf->cap * 2 : FIRST_CAP;
    if (cap < buf->len + more + 1)
        cap = buf->len + more + 1;
    buf->ptr = mem_resize(buf->ptr, cap, 1);
    buf->cap = cap;
    buf->ptr[buf->len] = '\0';
    return buf->ptr + buf->len;
}

void buf_add(struct buf *buf, struct str text)
{
    if (text.len == 0)
        return;
    memcpy(buf_room(buf, text.len), text.ptr, text.len);
    buf->len += text.len;
    buf->ptr[buf->len] = '\0';
}

void buf_add_c(struct buf *buf, const char *text) { buf_add(buf, str_of(text)); }

void buf_add_char(struct buf *buf, char c)
{
    *buf_room(buf, 1) = c;
    buf->ptr[++buf->len] = '\0';
}

void buf_add_i64(struct buf *buf, int64_t value)
{
    char digits[20]; /* 19 digits and a sign */
    size_t from = sizeof(digits);
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--from] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        digits[--from] = '-';
    buf_add(buf, (struct str){digits + from, sizeof(digits) - from});
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    size_t room = buf->cap - buf->len;
    int length = vsnprintf(room ? buf->ptr + buf->len : NULL, room, format, args);
    if (length < 0)
        abort(); /* a format this C library does not know: our bug */
    if ((size_t)length >= room)
        (void)vsnprintf(buf_room(buf, (size_t)length), (size_t)length + 1, format, again);
    va_end(again);
    buf->len += (size_t)length;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

struct str buf_str(const struct buf *buf) { return buf->ptr ? (struct str){buf->ptr, buf->len} : STR(""); }

void buf_add_html(struct buf *buf, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '&': buf_add_c(buf, "&amp;"); break;
        case '<': buf_add_c(buf, "&lt;"); break;
        case '>': buf_add_c(buf, "&gt;"); break;
        case '"': buf_add_c(buf, "&quot;"); break;
        case '\'': buf_add_c(buf, "&#39;"); break;
        default: buf_add_char(buf, text.ptr[i]);
        }
    }
}

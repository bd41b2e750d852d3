/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Writing JSON (the second half of json.h). The writer keeps just enough to place commas and to notice a caller that mixes
 * up objects, arrays and keys. Runs of text that need no escape, nearly all, are copied as one. */
#include "base/json.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

#define DEPTH_MAX 64

void json_out_init(struct json_out *out, struct buf *buf) { *out = (struct json_out){.buf = buf}; }

static bool in_object(const struct json_out *out)
{
    return out->depth > 0 && (out->objects >> (out->depth - 1) & 1) != 0;
}

static void comma(struct json_out *out)
{
    if (out->need_comma && out->depth > 0)
        buf_add_char(out->buf, ',');
    out->need_comma = false;
}

/* Before each value: inside an object it follows its key, which has placed the comma. */
static void before_value(struct json_out *out)
{
    assert(out->have_key == in_object(out)); /* RC_BUG: a member without a key, or a key without an object */
    if (!out->have_key)
        comma(out);
    out->have_key = false;
}

static void put(struct json_out *out, struct str text)
{
    before_value(out);
    buf_add(out->buf, text);
    out->need_comma = true;
}

static void begin(struct json_out *out, bool object)
{
    before_value(out);
    assert(out->depth >= 0 && out->depth < DEPTH_MAX); /* RC_BUG: nested too deep */
    uint64_t bit = UINT64_C(1) << out->depth;
    out->objects = object ? out->objects | bit : out->objects & ~bit;
    out->depth++;
    out->need_comma = false;
    buf_add_char(out->buf, object ? '{' : '[');
}

static void end(struct json_out *out, bool object)
{
    assert(out->depth > 0 && in_object(out) == object && !out->have_key); /* RC_BUG: ends what was not begun */
    out->depth--;
    out->need_comma = true;
    buf_add_char(out->buf, object ? '}' : ']');
}

void json_begin_object(struct json_out *out) { begin(out, true); }
void json_end_object(struct json_out *out) { end(out, true); }
void json_begin_array(struct json_out *out) { begin(out, false); }
void json_end_array(struct json_out *out) { end(out, false); }

/* One byte in the form RFC 8259 section 7 wants it. */
static void add_escaped(struct buf *buf, unsigned char byte)
{
    switch (byte) {
    case '"': buf_add(buf, STR("\\\"")); break;
    case '\\': buf_add(buf, STR("\\\\")); break;
    case '\b': buf_add(buf, STR("\\b")); break;
    case '\f': buf_add(buf, STR("\\f")); break;
    case '\n': buf_add(buf, STR("\\n")); break;
    case '\r': buf_add(buf, STR("\\r")); break;
    case '\t': buf_add(buf, STR("\\t")); break;
    default: buf_printf(buf, "\\u%04x", byte); break;
    }
}

/* How many bytes from `text` on can be copied as they are. */
static size_t clean_run(const char *text, size_t size)
{
    size_t at = 0;
    while (at < size) {
        unsigned char byte = (unsigned char)text[at];
        if (byte < 0x20 || byte == '"' || byte == '\\')
            break;
        size_t length = byte < 0x80 ? 1 : utf8_sequence(text + at, size - at);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

static void add_quoted(struct buf *buf, struct str text)
{
    (void)buf_room(buf, text.len + 2);
    buf_add_char(buf, '"');
    size_t at = 0;
    while (at < text.len) {
        size_t run = clean_run(text.ptr + at, text.len - at);
        buf_add(buf, (struct str){text.ptr + at, run});
        at += run;
        if (at == text.len)
            break;
        unsigned char byte = (unsigned char)text.ptr[at++];
        if (byte >= 0x80)
            buf_add(buf, STR("\xef\xbf\xbd")); /* U+FFFD */
        else
            add_escaped(buf, byte);
    }
    buf_add_char(buf, '"');
}

void json_key(struct json_out *out, const char *name)
{
    assert(in_object(out) && !out->have_key); /* RC_BUG: a key outside an object, or two in a row */
    comma(out);
    add_quoted(out->buf, str_of(name));
    buf_add_char(out->buf, ':');
    out->have_key = true;
}

void json_put_null(struct json_out *out) { put(out, STR("null")); }
void json_put_bool(struct json_out *out, bool value) { put(out, value ? STR("true") : STR("false")); }
void json_put_raw(struct json_out *out, struct str json) { put(out, str_is_empty(json) ? STR("null") : json); }

void json_put_str(struct json_out *out, struct str value)
{
    if (str_is_none(value)) {
        json_put_null(out);
        return;
    }
    before_value(out);
    add_quoted(out->buf, value);
    out->need_comma = true;
}

void json_put_i64(struct json_out *out, int64_t value)
{
    before_value(out);
    buf_add_i64(out->buf, value);
    out->need_comma = true;
}

/* The locale is never set in this program, so the point is a point. */
static void put_shortest(struct json_out *out, double value)
{
    char text[32];
    /* 15 digits always survive the way to a double and back, so fewer are only worth a try where it has less of them. */
    int digits = fabs(value) < DBL_MIN ? 1 : 15;
    int length;
    do {
        length = snprintf(text, sizeof(text), "%.*g", digits, value);
    } while (++digits <= 17 && strtod(text, NULL) != value);
    put(out, (struct str){text, (size_t)length});
}

void json_put_real(struct json_out *out, double value)
{
    if (!isfinite(value))
        json_put_null(out);
    else if (value == 0 && signbit(value))
        put(out, STR("-0.0")); /* "-0" would be read as an integer, which has no such thing */
    else if (fabs(value) < 1e15 && value == trunc(value))
        json_put_i64(out, (int64_t)value); /* the same digits as below, without the search */
    else
        put_shortest(out, value);
}

void json_pair_str(struct json_out *out, const char *name, struct str value)
{
    json_key(out, name);
    json_put_str(out, value);
}

void json_pair_i64(struct json_out *out, const char *name, int64_t value)
{
    json_key(out, name);
    json_put_i64(out, value);
}

void json_pair_real(struct json_out *out, const char *name, double value)
{
    json_key(out, name);
    json_put_real(out, value);
}

void json_pair_bool(struct json_out *out, const char *name, bool value)
{
    json_key(out, name);
    json_put_bool(out, value);
}

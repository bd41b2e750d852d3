/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/sse.h"

static const char MARK[] = "\xEF\xBB\xBF";

void sse_init(struct sse *sse, void (*on_data)(void *ctx, struct str data), void *ctx)
{
    *sse = (struct sse){.on_data = on_data, .ctx = ctx};
}

void sse_clear(struct sse *sse)
{
    buf_clear(&sse->line);
    buf_clear(&sse->data);
}

static void dispatch(struct sse *sse)
{
    if (sse->has_data)
        sse->on_data(sse->ctx, sse->data.len > 0 ? buf_str(&sse->data) : STR(""));
    sse->has_data = false;
    buf_reset(&sse->data);
}

/* A whole line without its end. */
static void take_line(struct sse *sse)
{
    struct str value = sse->line.len > 0 ? buf_str(&sse->line) : STR("");
    if (value.len == 0) {
        dispatch(sse);
        return;
    }
    struct str name = str_cut(&value, ':');
    if (str_equal(name, STR("data"))) { /* a comment has an empty name */
        if (value.len > 0 && value.ptr[0] == ' ')
            value = (struct str){value.ptr + 1, value.len - 1};
        if (sse->has_data)
            buf_add_char(&sse->data, '\n');
        if (value.len > 0)
            buf_add(&sse->data, value);
        sse->has_data = true;
    }
    buf_reset(&sse->line);
}

/* True when the byte belongs to a mark at the very start. Bytes that only began like one are put back as text. */
static bool skip_mark(struct sse *sse, char c)
{
    if (sse->at >= 3)
        return false;
    if (c == MARK[sse->at]) {
        sse->at++;
        return true;
    }
    buf_add(&sse->line, (struct str){MARK, sse->at});
    sse->at = 3;
    return false;
}

void sse_feed(struct sse *sse, struct str bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.ptr[i];
        if (skip_mark(sse, c))
            continue;
        bool second_half = c == '\n' && sse->after_cr;
        sse->after_cr = c == '\r';
        if (second_half)
            continue;
        if (c == '\r' || c == '\n')
            take_line(sse);
        else
            buf_add_char(&sse->line, c);
    }
}

void sse_end(struct sse *sse)
{
    if (sse->line.len > 0)
        take_line(sse);
    dispatch(sse);
}

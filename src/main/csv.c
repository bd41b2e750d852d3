/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A row is found first, in the window, with its quotes; then its text is taken out of them. So a fault can always be put
 * right by starting again behind the first line end of the row. */
#include "main/csv.h"

#include <string.h>

#include "base/mem.h"

#define WINDOW_BYTES (256 * 1024)

void csv_init(struct csv *csv, csv_read *read, void *ctx)
{
    memset(csv, 0, sizeof *csv);
    csv->read = read;
    csv->ctx = ctx;
    csv->line = 1;
}

void csv_clear(struct csv *csv)
{
    mem_free(csv->bytes);
    buf_clear(&csv->text);
    csv->bytes = NULL;
}

/* More bytes behind those that are there; is_over when there are none. Offsets from `at` stay right. */
static enum rc fill(struct csv *csv)
{
    if (csv->at > 0) {
        memmove(csv->bytes, csv->bytes + csv->at, csv->end - csv->at);
        csv->end -= csv->at;
        csv->at = 0;
    }
    if (csv->end + WINDOW_BYTES > csv->cap) {
        csv->cap = csv->end + WINDOW_BYTES;
        csv->bytes = mem_resize(csv->bytes, csv->cap, 1);
    }
    size_t got = 0;
    enum rc rc = csv->read(csv->ctx, csv->bytes + csv->end, csv->cap - csv->end, &got);
    csv->end += got;
    csv->is_over = rc == RC_OK && got == 0;
    return rc;
}

static enum rc skip_bom(struct csv *csv)
{
    while (csv->end - csv->at < 3 && !csv->is_over) {
        enum rc rc = fill(csv);
        if (rc != RC_OK)
            return rc;
    }
    if (csv->end - csv->at >= 3 && memcmp(csv->bytes + csv->at, "\xEF\xBB\xBF", 3) == 0)
        csv->at += 3;
    csv->is_begun = true;
    return RC_OK;
}

/* Where the search for a row's end stands: quotes mean something at the start of a field only. */
enum place { FIELD_START, PLAIN, QUOTED, QUOTE_SEEN /* inside quotes: the end, or the first of two */ };

static enum place next_place(enum place place, char c)
{
    if (place == QUOTED)
        return c == '"' ? QUOTE_SEEN : QUOTED;
    if (c == '"' && (place == FIELD_START || place == QUOTE_SEEN))
        return QUOTED;
    return c == ',' ? FIELD_START : PLAIN;
}

/* Length of the row at `at` without its line end, which is outside quotes; *whole false when the row is longer than it may
 * be or its quotes never close. */
static enum rc find_row(struct csv *csv, size_t *length, bool *whole)
{
    enum place place = FIELD_START;
    for (size_t i = 0;; i++) {
        while (csv->at + i >= csv->end && !csv->is_over) {
            enum rc rc = fill(csv);
            if (rc != RC_OK)
                return rc;
        }
        *length = i;
        *whole = place != QUOTED && i < CSV_ROW_MAX_BYTES;
        if (csv->at + i >= csv->end || i >= CSV_ROW_MAX_BYTES)
            return RC_OK;
        char c = csv->bytes[csv->at + i];
        if (c == '\n' && place != QUOTED)
            return RC_OK;
        place = next_place(place, c);
    }
}

/* Steps over `length` bytes and the line end behind them, counting lines. */
static void step_over(struct csv *csv, size_t length)
{
    if (csv->at + length < csv->end)
        length++;
    for (size_t i = 0; i < length; i++)
        csv->line += csv->bytes[csv->at + i] == '\n';
    csv->at += length;
}

/* Behind the first line end of the broken row. */
static enum rc skip_line(struct csv *csv)
{
    for (;;) {
        char *end = memchr(csv->bytes + csv->at, '\n', csv->end - csv->at);
        if (end) {
            step_over(csv, (size_t)(end - csv->bytes) - csv->at);
            return RC_OK;
        }
        csv->at = csv->end;
        if (csv->is_over)
            return RC_OK;
        enum rc rc = fill(csv);
        if (rc != RC_OK)
            return rc;
    }
}

/* One quoted field from its opening quote on: text without quotes to csv->text; returns where it stops. */
static size_t take_quoted(struct csv *csv, struct str row, size_t i)
{
    for (i++; i < row.len; i++) {
        if (row.ptr[i] == '"' && (i + 1 == row.len || row.ptr[i + 1] != '"'))
            return i + 1;
        if (row.ptr[i] == '"')
            i++;
        buf_add_char(&csv->text, row.ptr[i]);
    }
    return i;
}

static const char *split(struct csv *csv, struct str row, size_t *count)
{
    size_t i = 0;
    buf_reset(&csv->text);
    for (*count = 0;; i++) {
        if (*count == CSV_FIELDS_MAX)
            return "has more fields than a row may have";
        csv->starts[(*count)++] = csv->text.len;
        if (i < row.len && row.ptr[i] == '"') {
            i = take_quoted(csv, row, i);
            if (i < row.len && row.ptr[i] != ',')
                return "has text behind a closing quote";
        } else {
            const char *comma = i < row.len ? memchr(row.ptr + i, ',', row.len - i) : NULL;
            size_t stop = comma ? (size_t)(comma - row.ptr) : row.len;
            if (stop > i && memchr(row.ptr + i, '"', stop - i))
                return "has a quote inside a field that is not quoted";
            buf_add(&csv->text, (struct str){row.ptr + i, stop - i});
            i = stop;
        }
        if (i >= row.len)
            break;
    }
    csv->starts[*count] = csv->text.len;
    for (size_t field = 0; field < *count; field++)
        csv->fields[field] = (struct str){csv->text.ptr ? csv->text.ptr + csv->starts[field] : "",
                                          csv->starts[field + 1] - csv->starts[field]};
    return NULL;
}

static enum rc take_row(struct csv *csv, size_t length, bool whole, struct csv_row *row)
{
    struct str text = {csv->bytes + csv->at, length};
    *row = (struct csv_row){.fields = csv->fields, .line = csv->line};
    if (text.len > 0 && text.ptr[text.len - 1] == '\r')
        text.len--;
    if (!whole)
        row->fault = length >= CSV_ROW_MAX_BYTES ? "is longer than a row may be, perhaps a quote never closes"
                                                 : "has a quote that never closes";
    else
        row->fault = split(csv, text, &row->count);
    if (row->fault)
        return skip_line(csv);
    step_over(csv, length);
    return RC_OK;
}

enum rc csv_next(struct csv *csv, struct csv_row *row)
{
    enum rc rc = csv->is_begun ? RC_OK : skip_bom(csv);
    while (rc == RC_OK) {
        size_t length;
        bool whole;
        if ((rc = find_row(csv, &length, &whole)) != RC_OK)
            return rc;
        bool blank = length == 0 || (length == 1 && csv->bytes[csv->at] == '\r');
        if (length == 0 && csv->at >= csv->end)
            return RC_NOT_FOUND;
        if (!blank)
            return take_row(csv, length, whole, row);
        step_over(csv, length);
    }
    return rc;
}

void csv_add(struct buf *out, struct str field)
{
    bool plain = !str_contains(field, STR("\"")) && !str_contains(field, STR(",")) && !str_contains(field, STR("\n")) &&
                 !str_contains(field, STR("\r"));
    if (plain) {
        buf_add(out, field);
        return;
    }
    buf_add_char(out, '"');
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] == '"')
            buf_add_char(out, '"');
        buf_add_char(out, field.ptr[i]);
    }
    buf_add_char(out, '"');
}

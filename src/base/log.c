/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Why not just printf: a value with " id=7" inside it must not read like a field of its own, and only the format knows
 * where a value ends. So the blanks of the format are turned into a control character before formatting, and the text is
 * cut there after it. Should a value hold that character too, there are more of them than the format had; then nothing can
 * be told apart and the whole becomes one quoted value. A line is cut at LINE_BYTES and written by one call. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/thread.h"
#include "base/time_text.h"

#define LINE_BYTES 8192
#define VALUE_BYTES 1024 /* of a value at most; the rest of it is cut off */
#define SEPARATOR '\x1f' /* "unit separator" */

static const struct str LEVEL_NAMES[] = {STR_INIT("error"), STR_INIT("warn"), STR_INIT("info"), STR_INIT("debug")};

static _Atomic int shown_level = LOG_INFO;
static struct lock writing = {PTHREAD_MUTEX_INITIALIZER};

/* A line in the making; what does not fit is left off, and room for the newline is always kept. */
struct line {
    char bytes[LINE_BYTES];
    size_t len;
};

static void add_char(struct line *line, char c)
{
    if (line->len + 1 < sizeof(line->bytes))
        line->bytes[line->len++] = c;
}

static void add(struct line *line, struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        add_char(line, text.ptr[i]);
}

/* How many bytes from a '%' on are no text: the '%' and its flags, or both of "%%". */
static size_t flags_length(const char *percent) { return percent[1] == '%' ? 2 : 1 + strspn(percent + 1, " +-#0"); }

/* Copies the format with its separating blanks replaced and returns their number. A blank between quotes of the format
 * (reason=\"%s, %s\") separates nothing; the quotes themselves are left out, as the value gets its own. A blank that is a
 * flag ("% d") stays one. */
static size_t mark_separators(const char *format, struct buf *marked)
{
    size_t count = 0;
    bool quoted = false;
    for (const char *at = format; *at != '\0'; at++) {
        if (*at == '%') {
            size_t length = flags_length(at);
            buf_add(marked, (struct str){at, length});
            at += length - 1;
        } else if (*at == '"') {
            quoted = !quoted;
        } else if (*at == ' ' && !quoted) {
            buf_add_char(marked, SEPARATOR);
            count++;
        } else {
            buf_add_char(marked, *at);
        }
    }
    return count;
}

static size_t count_separators(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == SEPARATOR;
    return count;
}

static bool is_plain(unsigned char byte)
{
    return byte > ' ' && byte < 0x7f && byte != '"' && byte != '\\' && byte != '=';
}

/* Printable ASCII is shown as it is; all else as \xNN: terminals obey more bytes than one thinks. */
static void add_escaped(struct line *line, unsigned char byte)
{
    static const char DIGITS[] = "0123456789abcdef";
    if (byte == '"' || byte == '\\')
        add_char(line, '\\');
    if (byte >= ' ' && byte < 0x7f) {
        add_char(line, (char)byte);
    } else if (byte == '\n') {
        add(line, STR("\\n"));
    } else {
        add(line, STR("\\x"));
        add_char(line, DIGITS[byte >> 4]);
        add_char(line, DIGITS[byte & 0x0f]);
    }
}

static void add_value(struct line *line, struct str value)
{
    bool quotes = value.len == 0;
    for (size_t i = 0; i < value.len && !quotes; i++)
        quotes = !is_plain((unsigned char)value.ptr[i]);
    if (quotes)
        add_char(line, '"');
    for (size_t i = 0; i < value.len && i < VALUE_BYTES; i++)
        add_escaped(line, (unsigned char)value.ptr[i]);
    if (value.len > VALUE_BYTES)
        add(line, STR("..."));
    if (quotes)
        add_char(line, '"');
}

/* " key=value"; a piece without '=' stands alone. */
static void add_field(struct line *line, struct str piece)
{
    if (piece.len == 0)
        return;
    add_char(line, ' ');
    struct str value = piece;
    struct str key = str_cut(&value, '=');
    if (str_is_none(value)) {
        add_value(line, key);
        return;
    }
    for (size_t i = 0; i < key.len; i++)
        add_char(line, is_plain((unsigned char)key.ptr[i]) ? key.ptr[i] : '_');
    add_char(line, '=');
    add_value(line, value);
}

static void add_fields(struct line *line, struct str text, size_t separators)
{
    if (count_separators(text) != separators) {
        add(line, STR(" fields="));
        add_value(line, text);
        return;
    }
    while (!str_is_none(text))
        add_field(line, str_cut(&text, SEPARATOR));
}

/* One call a line keeps lines of other processes on the same pipe apart; the lock those of our threads, if the kernel takes
 * only a part. When stderr is gone, nothing is left to tell it to. */
static void write_line(struct line *line)
{
    line->bytes[line->len++] = '\n';
    size_t done = 0;
    lock_take(&writing);
    while (done < line->len) {
        ssize_t written = write(STDERR_FILENO, line->bytes + done, line->len - done);
        if (written < 0 && errno != EINTR)
            break;
        done += written > 0 ? (size_t)written : 0;
    }
    lock_drop(&writing);
}

static void log_at(enum log_level level, const char *event, const char *format, va_list args)
{
    if ((int)level > atomic_load_explicit(&shown_level, memory_order_relaxed))
        return;
    int error = errno; /* the caller may want to look at it after logging */
    struct buf marked = {0};
    struct buf text = {0};
    size_t separators = format ? mark_separators(format, &marked) : 0;
    /* The compiler has checked the caller's format by log.h; this one differs in its blanks only. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    buf_vprintf(&text, buf_str(&marked).ptr, args);
#pragma GCC diagnostic pop

    struct line line;
    char time[TIME_TEXT_BYTES];
    line.len = 0;
    add(&line, time_write(clock_wall(), time));
    add_char(&line, ' ');
    add(&line, LEVEL_NAMES[level]);
    add_char(&line, ' ');
    add_value(&line, str_of(event));
    add_fields(&line, buf_str(&text), separators);
    write_line(&line);

    buf_clear(&text);
    buf_clear(&marked);
    errno = error;
}

void log_set_level(enum log_level level) { atomic_store(&shown_level, (int)level); }

enum rc log_level_from(struct str name, enum log_level *out)
{
    for (size_t i = 0; i < sizeof(LEVEL_NAMES) / sizeof(LEVEL_NAMES[0]); i++) {
        if (str_equal(name, LEVEL_NAMES[i])) {
            *out = (enum log_level)i;
            return RC_OK;
        }
    }
    return RC_INVALID;
}

void log_error(const char *event, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    log_at(LOG_ERROR, event, format, args);
    va_end(args);
}

void log_warn(const char *event, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    log_at(LOG_WARN, event, format, args);
    va_end(args);
}

void log_info(const char *event, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    log_at(LOG_INFO, event, format, args);
    va_end(args);
}

void log_debug(const char *event, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    log_at(LOG_DEBUG, event, format, args);
    va_end(args);
}

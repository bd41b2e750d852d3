/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/notice_text.h"

#include "base/buf.h"
#include "base/utf8.h"

#define MASK STR("[address]")
#define SAID_MAX 4000 /* more is not looked at: a diagnostic is a few lines */

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* What an address or a local part is made of (RFC 5322 atext and dots), quotes left out. */
static bool is_address_byte(char c)
{
    static const struct str OTHERS = STR_INIT(".!#$%&'*+-/=?^_`{|}~@");
    for (size_t i = 0; i < OTHERS.len; i++)
        if (c == OTHERS.ptr[i])
            return true;
    return is_alphanumeric(c);
}

/* Valid UTF-8 on one line: whatever else there is becomes one blank. */
static void one_line(struct str said, struct buf *out)
{
    size_t end = said.len < SAID_MAX ? said.len : SAID_MAX;
    for (size_t i = 0; i < end;) {
        size_t size = utf8_sequence(said.ptr + i, end - i);
        struct str one = {said.ptr + i, size};
        bool good = size > 0 && !utf8_has_control(one) && said.ptr[i] != ' ';
        if (good)
            buf_add(out, one);
        else if (out->len > 0 && out->ptr[out->len - 1] != ' ')
            buf_add_char(out, ' ');
        i += size > 0 ? size : 1;
    }
}

/* `word` is the recipient's local part, dots and other ends of a sentence beside it not counted. */
static bool is_local_part(struct str word, struct str local)
{
    while (word.len > local.len && !is_alphanumeric(word.ptr[word.len - 1]))
        word.len--;
    while (word.len > local.len && !is_alphanumeric(word.ptr[0]))
        word = (struct str){word.ptr + 1, word.len - 1};
    return local.len > 0 && str_equal_nocase(word, local);
}

static void add_masked(struct buf *out, struct str line, struct str local)
{
    for (size_t i = 0; i < line.len;) {
        size_t end = i;
        while (end < line.len && is_address_byte(line.ptr[end]))
            end++;
        struct str word = {line.ptr + i, end - i};
        if (word.len == 0)
            buf_add_char(out, line.ptr[end++]);
        else if (str_contains(word, STR("@")) || is_local_part(word, local))
            buf_add(out, MASK);
        else
            buf_add(out, word);
        i = end;
    }
}

/* The longest beginning of at most `max` bytes that ends with a whole code point. */
static struct str cut(struct str text, size_t max)
{
    if (text.len <= max)
        return text;
    while (max > 0 && ((unsigned char)text.ptr[max] & 0xc0) == 0x80)
        max--;
    return (struct str){text.ptr, max};
}

struct str notice_detail(struct str said, struct str recipient, struct arena *arena)
{
    struct buf line = {0}, masked = {0};
    size_t at = str_find(recipient, STR("@"));
    struct str local = {recipient.ptr, at == SIZE_MAX ? 0 : at};
    one_line(said, &line);
    add_masked(&masked, str_trim(buf_str(&line)), local);
    struct str kept = str_trim(cut(buf_str(&masked), NOTICE_DETAIL_MAX));
    struct str result = str_is_empty(kept) ? STR_NONE : arena_str(arena, kept);
    buf_clear(&line);
    buf_clear(&masked);
    return result;
}

static bool is_number(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len >= 1 && text.len <= 3;
}

struct str notice_status(struct str text)
{
    struct str rest = text;
    struct str class = str_cut(&rest, '.'), subject = str_cut(&rest, '.');
    bool known = class.len == 1 && (class.ptr[0] == '2' || class.ptr[0] == '4' || class.ptr[0] == '5');
    return known && is_number(subject) && is_number(rest) ? text : STR_NONE;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Length of the digits at `at`, 0 when there are none or more than three. */
static size_t digits_at(struct str text, size_t at)
{
    size_t count = 0;
    while (at + count < text.len && is_digit(text.ptr[at + count]))
        count++;
    return count <= 3 ? count : 0;
}

/* Length of "5.1.1" at `at`; 0 when there is none, or it is part of a longer number such as an address. */
static size_t status_at(struct str text, size_t at, struct str classes)
{
    if (!str_contains(classes, (struct str){text.ptr + at, 1}))
        return 0;
    if (at > 0 && (is_digit(text.ptr[at - 1]) || text.ptr[at - 1] == '.'))
        return 0;
    size_t end = at + 1;
    for (int part = 0; part < 2; part++) {
        size_t count = end < text.len && text.ptr[end] == '.' ? digits_at(text, end + 1) : 0;
        if (count == 0)
            return 0;
        end += 1 + count;
    }
    bool goes_on = end + 1 < text.len && text.ptr[end] == '.' && is_digit(text.ptr[end + 1]);
    return goes_on ? 0 : end - at;
}

struct str notice_status_in(struct str text, struct str classes)
{
    for (size_t i = 0; i < text.len; i++) {
        size_t length = status_at(text, i, classes);
        if (length > 0)
            return (struct str){text.ptr + i, length};
    }
    return STR_NONE;
}

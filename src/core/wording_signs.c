/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Signs that no email's text needs: digits, money, links, markup. */
#include <string.h>

#include "base/unicode.h"
#include "base/utf8.h"
#include "core/wording.h"

static struct str slice(struct str s, size_t from, size_t len) { return (struct str){s.ptr + from, len}; }

struct str wording_find_digit(struct str text)
{
    struct str rest = text;
    while (rest.len > 0) {
        struct str before = rest;
        if (unicode_is_number(utf8_next(&rest)))
            return slice(before, 0, before.len - rest.len);
    }
    return STR_NONE;
}

static bool is_currency(int32_t c)
{
    static const int32_t SIGNS[] = {'$',    '%',    0x058F, 0x060B, 0x066A, 0x09F2,
                                    0x09F3, 0x0E3F, 0x17DB, 0x2030, 0x2031, 0xFDFC};
    for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++)
        if (c == SIGNS[i])
            return true;
    return (c >= 0xA2 && c <= 0xA5) || (c >= 0x20A0 && c <= 0x20CF);
}

struct str wording_find_currency(struct str folded)
{
    struct str rest = folded;
    while (rest.len > 0) {
        struct str before = rest;
        if (is_currency(utf8_next(&rest)))
            return slice(before, 0, before.len - rest.len);
    }
    return STR_NONE;
}

/* Letters of any script count in a domain: internationalised ones are links too. */
static bool is_domain_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}
static bool is_domain_char(char c) { return is_domain_letter(c) || (c >= '0' && c <= '9') || c == '-'; }

/* "shop.example", not "e.g. this", "well...then" or a full stop at the end of a sentence. */
static struct str find_domain(struct str s)
{
    for (size_t dot = 1; dot + 2 < s.len; dot++) {
        if (s.ptr[dot] != '.' || !is_domain_char(s.ptr[dot - 1]))
            continue;
        size_t end = dot + 1, start = dot;
        while (end < s.len && is_domain_letter(s.ptr[end]))
            end++;
        while (start > 0 && is_domain_char(s.ptr[start - 1]))
            start--;
        if (end - dot > 2)
            return slice(s, start, end - start);
    }
    return STR_NONE;
}

static struct str find_any(struct str s, const char *const *needles)
{
    for (; *needles != NULL; needles++) {
        size_t at = str_find(s, str_of(*needles));
        if (at != SIZE_MAX)
            return slice(s, at, strlen(*needles));
    }
    return STR_NONE;
}

struct str wording_find_link(struct str folded)
{
    static const char *const SIGNS[] = {"://", "www.", "mailto:", "http:", "https:", "tel:", NULL};
    struct str found = find_any(folded, SIGNS);
    return str_is_none(found) ? find_domain(folded) : found;
}

/* "&amp;", "&#60;", "&#x3c;" */
static struct str find_entity(struct str s)
{
    for (size_t at = 0; at < s.len; at++) {
        if (s.ptr[at] != '&')
            continue;
        size_t end = at + 1;
        while (end < s.len && (is_domain_char(s.ptr[end]) || s.ptr[end] == '#') && end - at < 12)
            end++;
        if (end < s.len && s.ptr[end] == ';' && end > at + 1)
            return slice(s, at, end + 1 - at);
    }
    return STR_NONE;
}

struct str wording_find_markup(struct str folded)
{
    static const char *const SIGNS[] = {"<", ">", "[",  "]", "{", "}", "`", "*",
                                        "_", "~", "\\", "|", "^", "#", "=", NULL};
    struct str found = find_any(folded, SIGNS);
    if (str_is_none(found))
        found = find_entity(folded);
    struct str start = str_trim(folded);
    if (str_is_none(found) && (str_starts_with(start, STR("# ")) || str_starts_with(start, STR("* ")) ||
                               str_starts_with(start, STR("- ")) || str_starts_with(start, STR("> "))))
        found = slice(start, 0, 1);
    return found;
}

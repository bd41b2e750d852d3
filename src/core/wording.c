/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Folding first, then plain byte searches: after NFKC case folding, fullwidth letters, ligatures and fractions have become
 * the characters they look like, so a rule that reads folded text cannot be passed by dressing up the same word. */
#include "core/wording.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define MARK '|' /* not a letter, digit or blank: no phrase has it */

static struct str slice(struct str s, size_t from, size_t len) { return (struct str){s.ptr + from, len}; }

static bool is_apostrophe(int32_t c) { return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x02BC || c == 0x201B; }

/* The "s" behind an apostrophe that ends a word. */
static bool is_possessive(struct str rest)
{
    int32_t s = utf8_next(&rest);
    return s == 's' && (rest.len == 0 || !utf8_is_letter(utf8_next(&rest)));
}

/* French drops the vowel of these before another: "l'offre" is the two words "l offre". No English word begins so. */
static bool is_elided(struct str so_far)
{
    static const char *const ELIDED[] = {"c", "d",  "j",     "l",      "m",      "n",      "s",
                                         "t", "qu", "jusqu", "lorsqu", "puisqu", "quelqu", NULL};
    size_t start = so_far.len;
    while (start > 0 && so_far.ptr[start - 1] != ' ')
        start--;
    for (const char *const *elided = ELIDED; *elided != NULL; elided++)
        if (str_equal(slice(so_far, start, so_far.len - start), str_of(*elided)))
            return true;
    return false;
}

static void add_words(struct buf *out, struct str folded, bool bare)
{
    while (folded.len > 0) {
        struct str before = folded;
        int32_t c = utf8_next(&folded);
        if (is_apostrophe(c)) {
            if (is_elided(buf_str(out)))
                buf_add_char(out, ' ');
            else if (bare && folded.len > 0 && is_possessive(folded))
                utf8_next(&folded);
            continue;
        }
        if (c == '&') /* read aloud: "Salt & Co" and "salt and co" are one name */
            buf_add_c(out, out->ptr[out->len - 1] == ' ' ? "and " : " and ");
        else if (utf8_is_letter(c) || utf8_is_digit(c))
            buf_add(out, slice(before, 0, before.len - folded.len));
        else if (out->ptr[out->len - 1] != ' ')
            buf_add_char(out, ' ');
    }
    if (out->ptr[out->len - 1] != ' ')
        buf_add_char(out, ' ');
}

static struct str make_words(struct str text, bool bare, struct arena *arena)
{
    struct buf out = {0};
    buf_add_char(&out, ' ');
    if (!str_is_empty(text) && utf8_is_valid(text))
        add_words(&out, utf8_fold(text, arena), bare);
    struct str words = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    return words;
}

struct str wording_words(struct str text, struct arena *arena) { return make_words(text, false, arena); }
struct str wording_bare_words(struct str text, struct arena *arena) { return make_words(text, true, arena); }

size_t wording_count(struct str words)
{
    size_t blanks = 0;
    for (size_t i = 0; i < words.len; i++)
        blanks += words.ptr[i] == ' ';
    return blanks > 0 ? blanks - 1 : 0;
}

size_t wording_find(struct str words, struct str phrase)
{
    phrase = str_trim(phrase);
    if (phrase.len == 0)
        return SIZE_MAX;
    for (size_t at = 1; at + phrase.len < words.len; at++) {
        const char *found = memchr(words.ptr + at, phrase.ptr[0], words.len - at - phrase.len);
        if (found == NULL)
            return SIZE_MAX;
        at = (size_t)(found - words.ptr);
        if (found[-1] == ' ' && found[phrase.len] == ' ' && memcmp(found, phrase.ptr, phrase.len) == 0)
            return at;
    }
    return SIZE_MAX;
}

struct str wording_without(struct str words, struct str phrase, struct arena *arena)
{
    phrase = str_trim(phrase);
    size_t at = wording_find(words, phrase);
    if (at == SIZE_MAX)
        return words;
    struct buf out = {0};
    while (at != SIZE_MAX) {
        buf_add(&out, slice(words, 0, at));
        buf_add_char(&out, MARK);
        words =
            slice(words, at + phrase.len, words.len - at - phrase.len); /* begins with the blank behind the phrase */
        at = wording_find(words, phrase);
    }
    buf_add(&out, words);
    struct str left = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    return left;
}

struct str wording_find_digit(struct str folded)
{
    struct str rest = folded;
    while (rest.len > 0) {
        struct str before = rest;
        if (utf8_is_digit(utf8_next(&rest)))
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
    static const char *const SIGNS[] = {"<",  ">",  "[",  "]",  "{",  "}",  "`",  "**",
                                        "__", "~~", "\\", "${", "##", "*|", "|*", NULL};
    struct str found = find_any(folded, SIGNS);
    if (str_is_none(found))
        found = find_entity(folded);
    struct str start = str_trim(folded);
    if (str_is_none(found) && (str_starts_with(start, STR("# ")) || str_starts_with(start, STR("* ")) ||
                               str_starts_with(start, STR("- ")) || str_starts_with(start, STR("> "))))
        found = slice(start, 0, 1);
    return found;
}

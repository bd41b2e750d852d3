/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Patterns against words, and the lists of a language. There are thousands of patterns and texts are short, so a text is
 * first asked whether it has a word that begins with the two letters that the pattern begins with; few are left then. */
#include <string.h>

#include "base/buf.h"
#include "core/wording.h"

#define GAP_WORDS_MAX 4
#define MARK_GONE STR("|")

/* --- one pattern --------------------------------------------------------------------------------------------------- */

static struct str slice(struct str s, size_t from, size_t len) { return (struct str){s.ptr + from, len}; }

static bool fits_one(struct str word, struct str wanted)
{
    if (wanted.len > 1 && wanted.ptr[wanted.len - 1] == '*')
        return str_starts_with(word, slice(wanted, 0, wanted.len - 1));
    if (wanted.len > 1 && wanted.ptr[0] == '*')
        return str_ends_with(word, slice(wanted, 1, wanted.len - 1)) && word.len >= wanted.len;
    return str_equal(word, wanted);
}

/* Whether the word is one of the element's alternatives. */
static bool fits(struct str word, struct str element)
{
    if (word.len == 0 || str_equal(word, STR(".")))
        return false;
    if (str_equal(element, STR("_")))
        return true;
    while (!str_is_none(element))
        if (fits_one(word, str_cut(&element, '|')))
            return true;
    return false;
}

/* The word that begins behind the blank `at`; empty at the end. */
static struct str word_at(const char *at, const char *end)
{
    const char *start = at + 1 < end ? at + 1 : end;
    const char *blank = memchr(start, ' ', (size_t)(end - start));
    return (struct str){start, blank != NULL ? (size_t)(blank - start) : 0};
}

/* Matches the pattern's elements from the blank `at` on; gives the blank behind the last word, or NULL. */
static const char *match(const char *at, const char *end, struct str pattern)
{
    if (str_is_none(pattern))
        return at;
    struct str rest = pattern, element = str_cut(&rest, ' ');
    bool gap = str_equal(element, STR("...")), optional = element.len > 1 && str_ends_with(element, STR("?"));
    for (int skipped = 0; gap && skipped <= GAP_WORDS_MAX; skipped++) {
        const char *found = match(at, end, rest);
        struct str word = word_at(at, end);
        if (found != NULL || word.len == 0 || str_equal(word, STR(".")))
            return found;
        at = word.ptr + word.len;
    }
    if (gap)
        return NULL;
    if (optional)
        element.len--;
    struct str word = word_at(at, end);
    if (fits(word, element)) {
        const char *found = match(word.ptr + word.len, end, rest);
        if (found != NULL)
            return found;
    }
    return optional ? match(at, end, rest) : NULL;
}

static struct str find_pattern(struct str words, struct str pattern)
{
    const char *end = words.ptr + words.len;
    for (const char *at = words.ptr; at != NULL && at + 1 < end; at = memchr(at + 1, ' ', (size_t)(end - at - 1))) {
        const char *found = match(at, end, pattern);
        if (found != NULL && found > at)
            return (struct str){at + 1, (size_t)(found - at - 1)};
    }
    return STR_NONE;
}

struct str wording_find_pattern(struct str words, const char *pattern)
{
    return words.len < 3 ? STR_NONE : find_pattern(words, str_of(pattern));
}

/* --- lists --------------------------------------------------------------------------------------------------------- */

/* Which two letters the words of a text begin with: no false "no". */
struct beginnings {
    uint64_t bits[16];
};

static unsigned beginning_of(const char *two)
{
    return ((unsigned)(unsigned char)two[0] * 31 + (unsigned char)two[1]) % 1024;
}

static struct beginnings read_beginnings(struct str words)
{
    struct beginnings seen = {{0}};
    for (size_t i = 0; i + 2 < words.len; i++) {
        unsigned bit = beginning_of(words.ptr + i + 1);
        if (words.ptr[i] == ' ')
            seen.bits[bit / 64] |= UINT64_C(1) << (bit % 64);
    }
    return seen;
}

/* Whether a word can begin so; a word of one letter is followed by its blank. */
static bool may_begin(const struct beginnings *seen, struct str wanted)
{
    if (wanted.len == 0 || wanted.ptr[0] == '*' || wanted.ptr[0] == '_' || wanted.ptr[0] == '.')
        return true;
    if (wanted.len < 2 || wanted.ptr[1] == '*' || wanted.ptr[1] == '?')
        return true;
    unsigned bit = beginning_of(wanted.ptr);
    return (seen->bits[bit / 64] >> (bit % 64) & 1) != 0;
}

static bool may_match(const struct beginnings *seen, const char *pattern)
{
    struct str rest = str_of(pattern), element = str_cut(&rest, ' ');
    if (str_ends_with(element, STR("?")))
        return true;
    while (!str_is_none(element))
        if (may_begin(seen, str_cut(&element, '|')))
            return true;
    return false;
}

struct str wording_without_listed(struct str words, const char *const *patterns, struct arena *arena)
{
    struct beginnings seen = read_beginnings(words);
    for (; *patterns != NULL; patterns++) {
        if (!may_match(&seen, *patterns))
            continue;
        struct str found = wording_find_pattern(words, *patterns);
        while (!str_is_none(found)) {
            size_t at = (size_t)(found.ptr - words.ptr);
            words = arena_printf(arena, "%.*s%.*s%.*s", (int)at, words.ptr, STR_ARG(MARK_GONE),
                                 (int)(words.len - at - found.len), found.ptr + found.len);
            found = wording_find_pattern(words, *patterns);
        }
    }
    return words;
}

static const char *const *harmless_of(const struct language *language, enum word_list list)
{
    static const char *const NOTHING[] = {NULL};
    if (list == WORDS_COLOUR || list == WORDS_MATERIAL)
        list = WORDS_GOODS;
    bool has = list + 1 < WORD_LISTS && str_ends_with(str_of(WORD_LIST_NAMES[list + 1]), STR("_harmless"));
    return has ? language->lists[list + 1] : NOTHING;
}

struct str wording_find_listed(struct str words, const struct language *language, enum word_list list,
                               struct arena *arena)
{
    words = wording_without_listed(words, harmless_of(language, list), arena);
    struct beginnings seen = read_beginnings(words);
    for (const char *const *pattern = language->lists[list]; *pattern != NULL; pattern++) {
        struct str found = may_match(&seen, *pattern) ? wording_find_pattern(words, *pattern) : STR_NONE;
        if (!str_is_none(found))
            return found;
    }
    return STR_NONE;
}

bool wording_is_listed(struct str word, const char *const *patterns)
{
    for (; *patterns != NULL; patterns++)
        if (strchr(*patterns, ' ') == NULL && fits(word, str_of(*patterns)))
            return true;
    return false;
}

bool wording_is_common(struct str word, const struct language *language)
{
    static const enum word_list ORDINARY[] = {WORDS_COMMON,   WORDS_FUNCTION, WORDS_GOODS,
                                              WORDS_MATERIAL, WORDS_COLOUR,   WORDS_DATE};
    for (size_t i = 0; i < sizeof ORDINARY / sizeof ORDINARY[0]; i++)
        if (wording_is_listed(word, language->lists[ORDINARY[i]]))
            return true;
    return false;
}

/* "two months", "a couple of weeks", "several long years", "half a year", "last month". "day" alone is no span: "one day"
 * and "every day" speak of nothing that passed. */
struct str wording_find_time_span(struct str words, const struct language *language)
{
    enum { AWAY_MAX = 4 };
    struct str rest = str_trim(words);
    int left = 0; /* words a unit may still be away from its number */
    const char *start = NULL;
    while (!str_is_none(rest)) {
        struct str word = str_cut(&rest, ' ');
        if (left > 0 && wording_is_listed(word, language->lists[WORDS_SPAN_UNIT]))
            return (struct str){start, (size_t)(word.ptr + word.len - start)};
        if (wording_is_listed(word, language->lists[WORDS_SPAN_NUMBER])) {
            left = AWAY_MAX;
            start = word.ptr;
        } else if (left > 0) {
            left = wording_is_listed(word, language->lists[WORDS_SPAN_BETWEEN]) ? left - 1 : 0;
        }
    }
    return STR_NONE;
}

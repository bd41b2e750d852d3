/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Patterns against words, and the lists of a language. There are thousands of patterns and texts are short, so a text is
 * first asked whether it has a word that begins as the pattern does; few patterns are left then. */
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

/* Whether the word is one of the element's alternatives; most begin with another letter. */
static bool fits(struct str word, struct str element)
{
    const char *at = element.ptr, *end = element.ptr + element.len;
    if (word.len == 0 || word.ptr[0] == '.')
        return false;
    if (element.len == 1 && *at == '_')
        return true;
    while (at < end) {
        const char *start = at;
        while (at < end && *at != '|')
            at++;
        if ((*start == word.ptr[0] || *start == '*') && fits_one(word, (struct str){start, (size_t)(at - start)}))
            return true;
        at++;
    }
    return false;
}

/* The word that begins behind the blank `at`; empty at the end. */
static struct str word_at(const char *at, const char *end)
{
    const char *start = at + 1 < end ? at + 1 : end, *blank = start;
    while (blank < end && *blank != ' ')
        blank++;
    return (struct str){start, blank < end ? (size_t)(blank - start) : 0};
}

/* Words begin with a blank and have none in a row, so what stands before a blank is the last word's end. */
static bool begins_sentence(const char *start, const char *at)
{
    return at == start || (at >= start + 2 && at[-1] == '.' && at[-2] == ' ');
}

/* Matches the pattern's elements from the blank `at` on; gives the blank behind the last word, or NULL. */
static const char *match(struct str words, const char *at, struct str pattern)
{
    if (str_is_none(pattern))
        return at;
    struct str rest = pattern, element = str_cut(&rest, ' ');
    if (str_equal(element, STR("^")))
        return begins_sentence(words.ptr, at) ? match(words, at, rest) : NULL;
    const char *end = words.ptr + words.len;
    bool gap = str_equal(element, STR("...")), optional = element.len > 1 && str_ends_with(element, STR("?"));
    for (int skipped = 0; gap && skipped <= GAP_WORDS_MAX; skipped++) {
        const char *found = match(words, at, rest);
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
        const char *found = match(words, word.ptr + word.len, rest);
        if (found != NULL)
            return found;
    }
    return optional ? match(words, at, rest) : NULL;
}

static struct str find_pattern(struct str words, struct str pattern)
{
    const char *end = words.ptr + words.len;
    for (const char *at = words.ptr; at != NULL && at + 1 < end; at = memchr(at + 1, ' ', (size_t)(end - at - 1))) {
        const char *found = match(words, at, pattern);
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

/* How the words of a text begin: a hash of up to four letters each. No false "no". */
struct beginnings {
    uint64_t bits[64];
};
enum { BEGINNING_BYTES = 4 };

/* Hashes the beginning of the word at `text`; *length says how many bytes of it there were, at most four. */
static unsigned beginning_of(const char *text, size_t *length)
{
    unsigned hash = 17;
    size_t i = 0;
    while (i < BEGINNING_BYTES && text[i] != '\0' && text[i] != ' ' && text[i] != '|' && text[i] != '*' &&
           text[i] != '?')
        hash = hash * 31 + (unsigned char)text[i++];
    *length = i;
    return (hash ^ hash >> 12) % 4096;
}

static struct beginnings read_beginnings(struct str words)
{
    struct beginnings seen = {{0}};
    size_t length;
    for (size_t i = 0; i + 2 < words.len; i++) {
        if (words.ptr[i] != ' ')
            continue;
        unsigned bit = beginning_of(words.ptr + i + 1, &length);
        seen.bits[bit / 64] |= UINT64_C(1) << (bit % 64);
    }
    return seen;
}

/* Whether the text has a word that begins as one of the element's alternatives; *element moves behind it. An element that
 * may be anything, or a beginning too short to tell, says yes. */
static bool may_have(const struct beginnings *seen, const char **element)
{
    bool found = false;
    const char *at = *element;
    for (;; at++) {
        size_t length;
        unsigned bit = found ? 0 : beginning_of(at, &length);
        if (!found)
            found = strchr("*_.^#$", *at) != NULL || (length < BEGINNING_BYTES && at[length] == '*') ||
                    (seen->bits[bit / 64] >> (bit % 64) & 1) != 0;
        while (*at != '|' && *at != ' ' && *at != '\0')
            at++;
        if (*at != '|')
            break;
    }
    found = found || at[-1] == '?';
    *element = *at == ' ' ? at + 1 : at;
    return found;
}

static bool may_match(const struct beginnings *seen, const char *pattern)
{
    while (*pattern != '\0')
        if (!may_have(seen, &pattern))
            return false;
    return true;
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

const char *const *wording_next(struct str words, const char *const *patterns, struct str *found)
{
    struct beginnings seen = read_beginnings(words);
    for (; *patterns != NULL; patterns++) {
        *found = may_match(&seen, *patterns) ? wording_find_pattern(words, *patterns) : STR_NONE;
        if (!str_is_none(*found))
            return patterns;
    }
    return NULL;
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
    struct str found = STR_NONE;
    words = wording_without_listed(words, harmless_of(language, list), arena);
    return wording_next(words, language->lists[list], &found) != NULL ? found : STR_NONE;
}

/* Most entries are one word that begins otherwise: those are passed over by their first letter. */
bool wording_is_listed(struct str word, const char *const *patterns)
{
    if (word.len == 0)
        return false;
    for (; *patterns != NULL; patterns++) {
        const char *at = *patterns;
        while (*at != '\0' && *at != ' ' && *at != word.ptr[0] && *at != '*') {
            while (*at != '|' && *at != ' ' && *at != '\0')
                at++;
            at += *at == '|';
        }
        if (*at != '\0' && *at != ' ' && strchr(at, ' ') == NULL && fits(word, str_of(*patterns)))
            return true;
    }
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

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

/* A full stop, question or exclamation mark with a blank behind it; dots in a row are a pause, not an end. */
static bool is_sentence_end(int32_t c, struct str before, const char *start, struct str rest)
{
    bool after_dot = before.ptr > start && before.ptr[-1] == '.';
    if (rest.len == 0 || (rest.ptr[0] != ' ' && rest.ptr[0] != '\n' && rest.ptr[0] != '"' && rest.ptr[0] != ')'))
        return false;
    return c == '!' || c == '?' || (c == '.' && !after_dot);
}

enum words_form { PLAIN, BARE, SENTENCES };

static void add_blank(struct buf *out)
{
    if (out->ptr[out->len - 1] != ' ')
        buf_add_char(out, ' ');
}

static void add_words(struct buf *out, struct str folded, enum words_form form)
{
    const char *start = folded.ptr;
    while (folded.len > 0) {
        struct str before = folded;
        int32_t c = utf8_next(&folded);
        if (is_apostrophe(c)) {
            if (is_elided(buf_str(out)))
                buf_add_char(out, ' ');
            else if (form == BARE && folded.len > 0 && is_possessive(folded))
                utf8_next(&folded);
            continue;
        }
        if (c == '&') /* read aloud: "Salt & Co" and "salt and co" are one name */
            buf_add_c(out, out->ptr[out->len - 1] == ' ' ? "and " : " and ");
        else if (utf8_is_letter(c) || utf8_is_digit(c))
            buf_add(out, slice(before, 0, before.len - folded.len));
        else
            add_blank(out);
        if (form == SENTENCES && is_sentence_end(c, before, start, folded))
            buf_add_c(out, ". ");
    }
    add_blank(out);
}

static struct str make_words(struct str text, enum words_form form, struct arena *arena)
{
    struct buf out = {0};
    buf_add_char(&out, ' ');
    if (!str_is_empty(text) && utf8_is_valid(text))
        add_words(&out, utf8_fold(text, arena), form);
    struct str words = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    return words;
}

struct str wording_words(struct str text, struct arena *arena) { return make_words(text, PLAIN, arena); }
struct str wording_bare_words(struct str text, struct arena *arena) { return make_words(text, BARE, arena); }
struct str wording_sentences(struct str text, struct arena *arena) { return make_words(text, SENTENCES, arena); }

/* --- letters spelled one by one -------------------------------------------------------------------------------- */

static bool is_one_letter(struct str word) { return word.len > 0 && word.ptr[0] != '.' && utf8_length(word) == 1; }

/* How many words of one letter `rest` begins with. */
static size_t count_letters(struct str rest)
{
    size_t count = 0;
    while (!str_is_none(rest) && is_one_letter(str_cut(&rest, ' ')))
        count++;
    return count;
}

struct str wording_joined(struct str words, struct arena *arena)
{
    enum { LETTERS_MIN = 3 };
    struct str rest = str_trim(words);
    struct buf out = {0};
    bool changed = false;
    buf_add_char(&out, ' ');
    while (!str_is_none(rest) && rest.len > 0) {
        size_t letters = count_letters(rest);
        size_t joined = letters >= LETTERS_MIN ? letters : 1;
        changed = changed || joined > 1;
        for (size_t i = 0; i < joined; i++)
            buf_add(&out, str_cut(&rest, ' '));
        buf_add_char(&out, ' ');
    }
    if (changed)
        words = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    return words;
}

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

/* --- other endings ---------------------------------------------------------------------------------------------- */

/* "dress", "dresses"; "Hemd", "Hemden"; "berry", "berries". Three letters must stay the same. */
static bool is_same_word(struct str a, struct str b)
{
    static const char *const ENDINGS[] = {"s", "es", "n", "en", "e", "er", "x", NULL};
    enum { STEM_MIN = 3 };
    struct str longer = a.len >= b.len ? a : b, shorter = a.len >= b.len ? b : a;
    if (str_equal(a, b))
        return true;
    if (shorter.len < STEM_MIN)
        return false;
    if (str_ends_with(shorter, STR("y")) && str_ends_with(longer, STR("ies")))
        return longer.len == shorter.len + 2 && memcmp(longer.ptr, shorter.ptr, shorter.len - 1) == 0;
    for (const char *const *ending = ENDINGS; *ending != NULL; ending++)
        if (str_starts_with(longer, shorter) &&
            str_equal(slice(longer, shorter.len, longer.len - shorter.len), str_of(*ending)))
            return true;
    return false;
}

struct str wording_find_loosely(struct str words, struct str phrase)
{
    struct str rest = str_trim(words);
    phrase = str_trim(phrase);
    while (phrase.len > 0 && !str_is_none(rest) && rest.len > 0) {
        struct str left = rest, wanted = phrase, word = STR_NONE;
        while (!str_is_none(wanted) && !str_is_none(left)) {
            word = str_cut(&left, ' ');
            if (!is_same_word(word, str_cut(&wanted, ' ')))
                break;
            if (str_is_none(wanted))
                return (struct str){rest.ptr, (size_t)(word.ptr + word.len - rest.ptr)};
        }
        str_cut(&rest, ' ');
    }
    return STR_NONE;
}

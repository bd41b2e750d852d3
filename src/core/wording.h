/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Wording: what a text says, apart from how it is spelled. The brief uses it to leave out what may not be said, the checks
 * to find what was said all the same, the template writer to cite what it names: one meaning of "names" for all three.
 *
 * "Words" are a text in one spelling: case folded (NFKC), letters and digits only, apostrophes dropped, & read as "and",
 * everything else one blank, a blank at both ends: "We HAVEN'T met!" is " we havent met ". A phrase is found only between blanks.
 *
 * A pattern is a phrase of the word lists (core/language.h). Its elements stand between blanks:
 *     word        that word                    see|saw     either
 *     order*      a word that begins so        *hemd       a word that ends so
 *     _           any one word                 again?      that word or nothing
 *     ...         up to four words, all of one sentence
 *     ^           where a sentence begins      $           the goods in question (of WORDS_SELLING only)
 *     #           the number of products picked, in words (of WORDS_NUMBER only) */
#ifndef REKINDLE_CORE_WORDING_H
#define REKINDLE_CORE_WORDING_H

#include "base/arena.h"
#include "base/str.h"
#include "core/language.h"

/* The text as words; " " when it has none or is not UTF-8. In the arena. */
struct str wording_words(struct str text, struct arena *arena);
/* The same without possessive endings: "Ada's cup" is " ada cup ". For names. */
struct str wording_bare_words(struct str text, struct arena *arena);
/* The same with the mark "." as a word where a sentence ends inside the text; no pattern reaches over it. "It was. A while"
 * is " it was . a while ". */
struct str wording_sentences(struct str text, struct arena *arena);
/* Words with letters spelled one by one put together: " f r e e tea " is " free tea "; the same slice when there are none.
 * Three letters or more, so that "a b" and "i e" stay. */
struct str wording_joined(struct str words, struct arena *arena);
size_t wording_count(struct str words);
/* Index of `phrase` ("havent met", or words with their blanks) in words, or SIZE_MAX. An empty phrase is nowhere. */
size_t wording_find(struct str words, struct str phrase);
static inline bool wording_has(struct str words, struct str phrase) { return wording_find(words, phrase) != SIZE_MAX; }
/* The part of words that is the phrase with other endings: "summer dress" for "summer dresses"; STR_NONE if none. */
struct str wording_find_loosely(struct str words, struct str phrase);
static inline bool wording_has_loosely(struct str words, struct str phrase)
{
    return !str_is_none(wording_find_loosely(words, phrase));
}
/* words with every `phrase` replaced by one mark that matches nothing. In the arena when it changed. */
struct str wording_without(struct str words, struct str phrase, struct arena *arena);

/* The part of words that fits the pattern, or STR_NONE. */
struct str wording_find_pattern(struct str words, const char *pattern);
/* The first of the patterns, from `patterns` on, that words have; NULL at the end. *found is the part that fits it. */
const char *const *wording_next(struct str words, const char *const *patterns, struct str *found);
/* The first phrase of the list that words have, or STR_NONE. Phrases that only look alike ("feel free", in the list's
 * _HARMLESS one) do not count. */
struct str wording_find_listed(struct str words, const struct language *language, enum word_list list,
                               struct arena *arena);
/* words with whatever fits the list taken out as by wording_without. */
struct str wording_without_listed(struct str words, const char *const *patterns, struct arena *arena);
/* A span of time told in words: "two months", "a few weeks", "last year". Not "the end of the year". STR_NONE if none. */
struct str wording_find_time_span(struct str words, const struct language *language);
/* True for the language's ordinary words (rose, mark, the, shop ...): as somebody's name they prove nothing by themselves. */
bool wording_is_common(struct str word, const struct language *language);
/* True when the word is in the list, or fits a pattern of one element in it. */
bool wording_is_listed(struct str word, const char *const *patterns);

/* Signs in a text; each gives the slice that shows it, or STR_NONE. `folded` is utf8_fold of the text. */
struct str wording_find_digit(struct str text); /* of the text as it is: any numeric sign, fractions and Roman too */
struct str wording_find_currency(struct str folded); /* currency and percent signs */
struct str wording_find_link(struct str folded);     /* scheme://, www., mailto:, anything shaped like a domain */
struct str wording_find_markup(struct str folded);   /* HTML, entities, markdown, template braces */

#endif

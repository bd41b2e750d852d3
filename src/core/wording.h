/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Wording: what a text says, apart from how it is spelled. The brief uses it to leave out what may not be said, the checks
 * to find what was said all the same, the template writer to cite what it names: one meaning of "names" for all three.
 *
 * "Words" are a text in one spelling: case folded (NFKC), letters and digits only, apostrophes dropped, & read as "and",
 * everything else one blank, a blank at both ends: "We HAVEN'T met!" is " we havent met ". A French elision is two words:
 * "L'offre" is " l offre ". A phrase is found only between blanks. */
#ifndef REKINDLE_CORE_WORDING_H
#define REKINDLE_CORE_WORDING_H

#include "base/arena.h"
#include "base/str.h"

/* The text as words; " " when it has none or is not UTF-8. In the arena. */
struct str wording_words(struct str text, struct arena *arena);
/* The same without possessive endings: "Ada's cup" is " ada cup ". For names. */
struct str wording_bare_words(struct str text, struct arena *arena);
size_t wording_count(struct str words);
/* Index of `phrase` ("havent met", or words with their blanks) in words, or SIZE_MAX. An empty phrase is nowhere. */
size_t wording_find(struct str words, struct str phrase);
static inline bool wording_has(struct str words, struct str phrase) { return wording_find(words, phrase) != SIZE_MAX; }
/* words with every `phrase` replaced by one mark that matches nothing. In the arena when it changed. */
struct str wording_without(struct str words, struct str phrase, struct arena *arena);

/* The lists: phrases no email may use, as English says them. */
enum wording_list {
    WORDING_OFFER,        /* sale, discount, urgency, guarantees */
    WORDING_PRICE,        /* money in words */
    WORDING_SURVEILLANCE, /* silence, absence, frequency, watching */
    WORDING_LINK,         /* addresses of the web and of mail spelled out */
    WORDING_AI
};
/* The first phrase of the list that words have, or STR_NONE. Phrases that only look alike ("feel free") do not count. */
struct str wording_find_listed(struct str words, enum wording_list list, struct arena *arena);
/* A span of time told in words: "two months", "a few weeks", "last year". Not "the end of the year". STR_NONE if none. */
struct str wording_find_time_span(struct str words);
/* True for ordinary English words (rose, mark, the, shop ...): as somebody's name they prove nothing by themselves. */
bool wording_is_common(struct str word);

/* Signs in a text; each gives the slice that shows it, or STR_NONE. `folded` is utf8_fold of the text. */
struct str wording_find_digit(struct str folded);
struct str wording_find_currency(struct str folded); /* currency and percent signs */
struct str wording_find_link(struct str folded);     /* scheme://, www., mailto:, anything shaped like a domain */
struct str wording_find_markup(struct str folded);   /* HTML, entities, markdown, template braces */

#endif

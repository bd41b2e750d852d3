/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a text hides: invisible characters, letters of another script, letters that only look like others. For texts that
 * nobody trusts; by ICU. Everything here is a property of its arguments and of ICU's version. Any thread. */
#ifndef REKINDLE_BASE_UNICODE_H
#define REKINDLE_BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* The first invisible character of valid UTF-8, as a slice, or STR_NONE: controls, bidi controls, zero width and every other
 * default-ignorable (UAX #44), unassigned and private-use code points, the blank Braille cell, and heaps of more than two
 * combining marks. Variation selectors and joiners inside an emoji are not hidden. */
struct str unicode_find_hidden(struct str text);

/* Any numeric character: Nd, Nl (Roman numeral signs) or No (fractions, circled digits). */
bool unicode_is_number(int32_t c);
bool unicode_is_upper(int32_t c); /* upper or title case letter */
bool unicode_is_emoji(int32_t c); /* a pictograph, not a digit or letter */

/* Scripts a locale is written in ("ja" has three), by likely subtags. Common and inherited characters fit any. */
#define UNICODE_SCRIPTS_MAX 8
struct unicode_scripts {
    int32_t codes[UNICODE_SCRIPTS_MAX]; /* ICU's UScriptCode */
    size_t count;                       /* 0: the locale is unknown, nothing but common characters fits */
};
struct unicode_scripts unicode_scripts_of(struct str locale);
bool unicode_fits(const struct unicode_scripts *scripts, int32_t c);
/* Letters of a right script that ordinary spelling does not use and that serve to dress up a word: fullwidth, mathematical,
 * phonetic, small capitals, letters in squares, overlaid marks. */
bool unicode_is_fancy_letter(int32_t c);

/* The text as it looks (UTS #39 skeleton of the folded text): two texts that can be mistaken for each other have the same
 * one. For comparing only; "rn" and "m" are one. In the arena; STR_NONE for text that is not UTF-8. */
struct str unicode_skeleton(struct str text, struct arena *arena);

/* A country's name in the language of `locale` ("DK", "de" gives "Dänemark"); STR_NONE when the code is none. */
struct str unicode_country_name(struct str code, struct str locale, struct arena *arena);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How easily a text reads: words, sentences, syllables, and from them the reading ease of its language. Syllables are counted
 * as groups of vowels, which errs by a few in a hundred words: good for comparing writers, not for judging one sentence. */
#ifndef REKINDLE_MAIN_EVAL_READING_H
#define REKINDLE_MAIN_EVAL_READING_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct reading_counts {
    int64_t words, sentences, syllables;
};
/* Adds what `text` (UTF-8) has. A text that ends without a full stop ends its sentence there. */
void reading_add(struct str text, struct str locale, struct arena *arena, struct reading_counts *counts);
/* 100 is very easy, under 30 hard. English by Flesch (1948), German by Amstad (1978), French by Kandel and Moles (1958),
 * Spanish by Fernandez Huerta (1959); any other language as English. NaN without a word. */
double reading_ease(const struct reading_counts *counts, struct str locale);

#endif

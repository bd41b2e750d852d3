/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/eval_reading.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "core/wording.h"

/* ease = constant - per_sentence * words/sentences - per_word * syllables/words */
struct formula {
    const char *language;
    double constant, per_sentence, per_word;
};
static const struct formula FORMULAS[] = {{"en", 206.835, 1.015, 84.6},
                                          {"de", 180, 1, 58.5},
                                          {"fr", 207, 1.015, 73.6},
                                          {"es", 206.84, 1.02, 60}};

static const struct formula *formula_of(struct str locale)
{
    struct str language = str_is_empty(locale) ? STR("en") : str_cut(&locale, '-');
    for (size_t i = 0; i < sizeof FORMULAS / sizeof FORMULAS[0]; i++)
        if (str_equal_nocase(language, str_of(FORMULAS[i].language)))
            return &FORMULAS[i];
    return &FORMULAS[0];
}

static bool is_vowel(int32_t c)
{
    static const int32_t MARKED[] = {0xE0, 0xE1, 0xE2, 0xE4, 0xE6, 0xE8, 0xE9, 0xEA, 0xEB, 0xEC, 0xED,
                                     0xEE, 0xEF, 0xF2, 0xF3, 0xF4, 0xF6, 0xF9, 0xFA, 0xFB, 0xFC, 0x153};
    if (c > 0 && c < 0x80)
        return strchr("aeiouy", (int)c) != NULL;
    for (size_t i = 0; i < sizeof MARKED / sizeof MARKED[0]; i++)
        if (c == MARKED[i])
            return true;
    return false;
}

/* At least one. English and French drop an e at the end that stands behind a consonant ("late", "table" keeps its own). */
static int64_t syllables(struct str word, bool drops_e)
{
    int64_t groups = 0;
    bool inside = false, last_began = false;
    int32_t last = 0, before = 0;
    for (struct str rest = word; rest.len > 0;) {
        int32_t c = utf8_next(&rest);
        bool vowel = is_vowel(c);
        last_began = vowel && !inside;
        groups += last_began;
        inside = vowel;
        before = last;
        last = c;
    }
    if (drops_e && last == 'e' && last_began && before != 'l' && groups > 1)
        groups--;
    return groups > 0 ? groups : 1;
}

static bool ends_sentence(char c) { return c == '.' || c == '!' || c == '?' || c == ':' || c == ';'; }

static int64_t count_sentences(struct str text, struct arena *arena)
{
    int64_t count = 0;
    size_t start = 0;
    for (size_t at = 0; at <= text.len; at++) {
        if (at < text.len && !ends_sentence(text.ptr[at]))
            continue;
        struct str piece = {text.ptr + start, at - start};
        count += wording_count(wording_words(piece, arena)) > 0;
        start = at + 1;
    }
    return count;
}

void reading_add(struct str text, struct str locale, struct arena *arena, struct reading_counts *counts)
{
    const struct formula *formula = formula_of(locale);
    bool drops_e = strcmp(formula->language, "en") == 0 || strcmp(formula->language, "fr") == 0;
    if (!utf8_is_valid(text))
        return;
    struct str rest = str_trim(wording_words(text, arena));
    while (!str_is_none(rest)) {
        struct str word = str_cut(&rest, ' ');
        counts->words += word.len > 0;
        counts->syllables += word.len > 0 ? syllables(word, drops_e) : 0;
    }
    counts->sentences += count_sentences(text, arena);
}

double reading_ease(const struct reading_counts *counts, struct str locale)
{
    const struct formula *formula = formula_of(locale);
    if (counts->words == 0 || counts->sentences == 0)
        return (double)NAN;
    double words = (double)counts->words;
    return formula->constant - formula->per_sentence * words / (double)counts->sentences -
           formula->per_word * (double)counts->syllables / words;
}

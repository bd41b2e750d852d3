/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules of grounding: goods, names, claims, numbers and dates may be said only where a fact says them. */
#include "base/unicode.h"
#include "base/utf8.h"
#include "core/check_text.h"
#include "core/wording.h"

/* --- goods --------------------------------------------------------------------------------------------------------- */

/* Offered products whose name no fact in reach gives (as its text or within it): one word of it is too little to tell. */
static struct str find_unsaid_product(const struct check_reading *reading, struct str rest, struct str ground)
{
    const struct brief *brief = reading->input->brief;
    for (size_t i = 0; i < brief->product_count; i++) {
        const struct product *product = &brief->products[i];
        struct str name = wording_words(product->name, reading->arena);
        if (!check_is_picked(reading->input->draft, product) && !check_is_fact_text(brief, product->name) &&
            wording_count(name) > 1 && wording_has(rest, name) && !wording_has(ground, name))
            return product->name;
    }
    return STR_NONE;
}

/* Whether the text names the fact, in another form too ("dress" for "Dresses"), unless that form is an ordinary word: a
 * "note" is not the category "Notes". */
static bool names_fact(const struct check_reading *reading, struct str rest, struct str words)
{
    if (wording_has(rest, words))
        return true;
    struct str found = wording_find_loosely(rest, words);
    return !str_is_none(found) && (wording_count(words) > 1 || !wording_is_common(found, reading->language) ||
                                   wording_is_listed(found, reading->language->lists[WORDS_GOODS]));
}

/* Longest first, each taken out once judged: "white tea" is not grounded by "tea", nor "tea" missed beside "white tea". */
static struct str find_uncited(const struct check_reading *reading, const struct check_text *text)
{
    const struct brief *brief = reading->input->brief;
    struct str rest = text->words;
    for (const struct fact *fact = check_next_fact(brief, NULL); fact != NULL; fact = check_next_fact(brief, fact)) {
        struct str words = wording_words(fact->text, reading->arena);
        if (check_is_naming(fact) && !wording_has(text->ground, words) && names_fact(reading, rest, words))
            return fact->text;
        rest = wording_without(rest, words, reading->arena);
    }
    return find_unsaid_product(reading, rest, text->ground);
}

/* The word's stem is a part of a word of the ground: "skin" by "skincare", "coats" by "raincoat". */
static bool is_part_of_ground(struct str word, struct str ground)
{
    enum { STEM_MIN = 4 };
    struct str stem = word, rest = str_trim(ground);
    if (stem.len > STEM_MIN && stem.ptr[stem.len - 1] == 's')
        stem.len--;
    while (stem.len >= STEM_MIN && !str_is_none(rest)) {
        struct str known = str_cut(&rest, ' ');
        if (str_starts_with(known, stem) || str_ends_with(known, stem) || str_ends_with(known, word))
            return true;
    }
    return false;
}

/* Whether the ground names what was found: by the same pattern (one pattern is one kind of thing: "coat" is grounded by
 * "coats"), in another form, or by a word of it ("deep blue" by "blue"). */
static bool is_grounded(const struct check_reading *reading, struct str found, const char *pattern, struct str ground)
{
    struct str rest = found;
    if (!str_is_none(wording_find_pattern(ground, pattern)) || wording_has_loosely(ground, found))
        return true;
    while (!str_is_none(rest)) {
        struct str word = str_cut(&rest, ' ');
        if (!wording_is_listed(word, reading->language->lists[WORDS_FUNCTION]) &&
            (wording_has_loosely(ground, word) || is_part_of_ground(word, ground)))
            return true;
    }
    return false;
}

/* Goods stand about in any text ("by the lamp", "a blanket fort"); they are a statement where they are offered. */
static bool is_offered_here(const struct check_reading *reading, struct str words, struct str found)
{
    const char *const *selling = reading->language->lists[WORDS_SELLING];
    size_t at = (size_t)(found.ptr - words.ptr);
    if (selling[0] == NULL)
        return true;
    struct str marked = arena_printf(reading->arena, "%.*s$%.*s", (int)at, words.ptr, (int)(words.len - at - found.len),
                                     found.ptr + found.len);
    return !str_is_none(wording_find_listed(marked, reading->language, WORDS_SELLING, reading->arena));
}

/* Goods, a colour or a material that nothing in the ground names. */
static struct str find_goods(const struct check_reading *reading, const struct check_text *text, enum word_list list)
{
    const struct language *language = reading->language;
    struct str words = wording_without_listed(text->rest, language->lists[WORDS_GOODS_HARMLESS], reading->arena);
    const char *const *pattern = language->lists[list];
    struct str found;
    while ((pattern = wording_next(words, pattern, &found)) != NULL) {
        if (is_grounded(reading, found, *pattern, text->ground)) {
            pattern++;
        } else {
            if (list != WORDS_GOODS || is_offered_here(reading, words, found))
                return found;
            words = wording_without(words, found, reading->arena); /* it may be offered in another sentence */
        }
    }
    return STR_NONE;
}

CHECK_RULE_RUN(check_ungrounded)
{
    static const enum word_list LEXICON[] = {WORDS_GOODS, WORDS_COLOUR, WORDS_MATERIAL};
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        bool cites = text->kind == TEXT_PARAGRAPH || text->kind == TEXT_REASON;
        struct str found = cites ? find_uncited(reading, text) : STR_NONE;
        for (size_t l = 0; l < sizeof LEXICON / sizeof LEXICON[0] && str_is_none(found); l++)
            found = find_goods(reading, text, LEXICON[l]);
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

/* --- names --------------------------------------------------------------------------------------------------------- */

/* Behind these a capital begins a sentence, a quotation or a clause. */
static bool begins_anew(int32_t c)
{
    static const int32_t SIGNS[] = {'.',    '!',    '?',    ':',    '"',  '(',  '-', ';',
                                    0x2013, 0x2014, 0x201c, 0x2026, 0xbb, 0xab, 0};
    for (const int32_t *sign = SIGNS; *sign != 0; sign++)
        if (c == *sign)
            return true;
    return false;
}

static int32_t last_of(struct str text)
{
    int32_t last = 0;
    while (text.len > 0)
        last = utf8_next(&text);
    return last;
}

/* "l'Aurore": the article of the Romance languages stands before its noun without a blank. */
static struct str without_article(struct str token)
{
    struct str rest = token;
    for (int letters = 0; letters < 3 && rest.len > 0; letters++) {
        int32_t c = utf8_next(&rest);
        if (letters > 0 && (c == '\'' || c == 0x2019))
            return rest;
    }
    return token;
}

/* "Aurora", not "aurora", "AURORA" or "A". */
static bool is_capitalised(struct str token)
{
    size_t letters = 0;
    bool first_upper = false, small = false;
    token = without_article(token);
    while (token.len > 0) {
        int32_t c = utf8_next(&token);
        if (!utf8_is_letter(c))
            continue;
        if (letters++ == 0)
            first_upper = unicode_is_upper(c);
        else
            small = small || !unicode_is_upper(c);
    }
    return first_upper && small;
}

static bool is_ordinary(struct str word, const struct language *language)
{
    return wording_is_listed(word, language->lists[WORDS_COMMON]) ||
           wording_is_listed(word, language->lists[WORDS_FUNCTION]) ||
           wording_is_listed(word, language->lists[WORDS_DATE]);
}

static bool is_known(const struct check_reading *reading, struct str token)
{
    struct str rest = str_trim(wording_bare_words(without_article(token), reading->arena));
    while (!str_is_none(rest) && rest.len > 0) {
        struct str word = str_cut(&rest, ' ');
        if (!wording_has_loosely(reading->known, word) && !is_ordinary(word, reading->language))
            return false;
    }
    return true;
}

struct names {
    size_t words, capitals; /* words inside sentences, and those with a capital */
    struct str unknown;     /* the first capitalised word that nobody gave */
    size_t unknown_count;
};

static void count_names(const struct check_reading *reading, struct str raw, struct names *names)
{
    struct str rest = raw;
    int32_t before = '.';
    while (!str_is_none(rest)) {
        struct str token = str_cut(&rest, ' ');
        if (token.len == 0)
            continue;
        struct str first = token;
        bool inside = !begins_anew(before) && !begins_anew(utf8_next(&first));
        bool capital = inside && is_capitalised(token);
        names->words += inside;
        names->capitals += capital;
        if (capital && !is_known(reading, token) && names->unknown_count++ == 0)
            names->unknown = token;
        before = last_of(token);
    }
}

/* "Ada, we picked these": a word that nobody gave, spoken to. What follows tells it from "Toast, and what to put on it". */
static struct str find_spoken_to(const struct check_reading *reading, const struct check_text *text)
{
    struct str rest = str_trim(text->rest_raw);
    struct str first = str_cut(&rest, ' ');
    struct str second = str_is_none(rest) ? STR_NONE : str_cut(&rest, ' ');
    if (first.len < 4 || first.ptr[first.len - 1] != ',' || str_is_none(second) || !is_capitalised(first) ||
        is_known(reading, first))
        return STR_NONE;
    struct str next = str_trim(wording_words(second, reading->arena));
    return wording_is_listed(next, reading->language->lists[WORDS_SPOKEN_TO]) ? first : STR_NONE;
}

/* Where many words of a text begin with a capital, as in a title, one more tells nothing. */
static bool tells_nothing(const struct names *names, bool title)
{
    enum { TITLE_PERCENT = 40, TEXT_PERCENT = 20 };
    return names->capitals * 100 > names->words * (title ? TITLE_PERCENT : TEXT_PERCENT);
}

/* A letter begins with the program's own greeting, and with one only. */
static void check_greeting(const struct check_reading *reading, struct check_findings *out,
                           const struct check_rule *rule)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        if (text->kind != TEXT_PARAGRAPH || text->index > 0)
            continue;
        struct str found = wording_find_listed(text->words, reading->language, WORDS_GREETING, reading->arena);
        if (!str_is_none(found) && found.ptr - text->words.ptr <= 1)
            check_add_found(out, rule, text, found, reading->arena);
    }
}

CHECK_RULE_RUN(check_unknown_name)
{
    struct names whole = {0, 0, STR_NONE, 0};
    check_greeting(reading, out, rule);
    if (reading->language->capital_nouns)
        return;
    for (size_t i = 0; i < reading->count; i++)
        if (reading->texts[i].kind == TEXT_PARAGRAPH)
            count_names(reading, reading->texts[i].rest_raw, &whole);
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct names names = {0, 0, STR_NONE, 0};
        if (text->kind == TEXT_CTA || !utf8_is_valid(text->raw))
            continue;
        count_names(reading, text->rest_raw, &names);
        bool title = text->kind != TEXT_PARAGRAPH && text->kind != TEXT_REASON;
        struct str found = tells_nothing(title ? &names : &whole, title) ? STR_NONE : names.unknown;
        if (str_is_none(found))
            found = find_spoken_to(reading, text);
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

/* --- claims -------------------------------------------------------------------------------------------------------- */

/* The first phrase of the list that the ground does not have. */
static struct str find_unfounded(const struct check_reading *reading, struct str words, enum word_list list,
                                 struct str ground)
{
    enum { TRIES = 16 };
    for (int i = 0; i < TRIES; i++) {
        struct str found = wording_find_listed(words, reading->language, list, reading->arena);
        if (str_is_none(found) || !wording_has_loosely(ground, found))
            return found;
        words = wording_without(words, found, reading->arena);
    }
    return STR_NONE;
}

/* A fact of a purchase: one of that kind, or of a kind made elsewhere, which then is in no catalogue. */
static bool is_purchase(const struct brief *brief, const struct fact *fact)
{
    for (size_t i = 0; i < brief->product_count; i++)
        if (str_equal(fact->text, brief->products[i].name) || str_equal(fact->text, brief->products[i].category))
            return fact->kind == FACT_BOUGHT;
    return fact->kind == FACT_BOUGHT || fact->kind == FACT_PRODUCT;
}

static bool cites_purchase(const struct check_reading *reading, const struct check_text *text)
{
    const struct brief *brief = reading->input->brief;
    for (size_t i = 0; i < brief->fact_count; i++)
        if (check_text_cites(text, brief->facts[i].id) && is_purchase(brief, &brief->facts[i]))
            return true;
    return false;
}

CHECK_RULE_RUN(check_claims)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct str found = find_unfounded(reading, text->rest, WORDS_CLAIM, text->ground);
        if (str_is_none(found) && !cites_purchase(reading, text))
            found = wording_find_listed(text->rest, reading->language, WORDS_HISTORY, reading->arena);
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

/* --- numbers and dates --------------------------------------------------------------------------------------------- */

/* The words with the number of picks as "#", so that "three ideas" above three picks is harmless. */
static struct str mark_picks(const struct check_reading *reading, struct str words)
{
    const char *const *numbers = reading->language->lists[WORDS_NUMBER];
    size_t count = reading->input->draft->pick_count;
    if (count == 0 || count > DRAFT_PICKS_MAX)
        return words;
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == NULL)
            return words;
    struct str found = wording_find_pattern(words, numbers[count - 1]);
    if (str_is_none(found))
        return words;
    size_t at = (size_t)(found.ptr - words.ptr);
    return arena_printf(reading->arena, "%.*s#%.*s", (int)at, words.ptr, (int)(words.len - at - found.len),
                        found.ptr + found.len);
}

/* A season that a fact gives is true in every text, cited or not, and so are the words it is told in. */
static struct str without_facts(const struct check_reading *reading, struct str words)
{
    const struct brief *brief = reading->input->brief;
    for (const struct fact *fact = check_next_fact(brief, NULL); fact != NULL; fact = check_next_fact(brief, fact))
        words = wording_without(words, wording_words(fact->text, reading->arena), reading->arena);
    return words;
}

CHECK_RULE_RUN(check_digits)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct str found = wording_find_digit(text->rest_raw);
        if (str_is_none(found))
            found = wording_find_listed(mark_picks(reading, without_facts(reading, text->said)), reading->language,
                                        WORDS_NUMBER, reading->arena);
        if (!str_is_none(found) && !str_equal(found, STR("#")))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

/* "until winter", "vor dem Herbst": a season as a deadline is no season. */
static bool is_deadline(const struct check_reading *reading, struct str words, struct str season)
{
    const char *pattern = arena_printf(reading->arena,
                                       "until|till|by|before|through|bis|vor|jusqu|avant|hasta|antes ... %.*s",
                                       STR_ARG(season))
                              .ptr;
    return !str_is_none(wording_find_pattern(words, pattern));
}

/* Where a fact tells the season in a sentence or behind a label, its words are true in other company too. */
static struct str without_season(const struct check_reading *reading, struct str words)
{
    enum { LETTERS_MIN = 4 };
    const struct brief *brief = reading->input->brief;
    for (size_t i = 0; i < brief->fact_count; i++) {
        struct str rest = str_trim(wording_words(brief->facts[i].text, reading->arena));
        while (brief->facts[i].kind == FACT_SEASON && !str_is_none(rest) && rest.len > 0) {
            struct str word = str_cut(&rest, ' ');
            if (word.len >= LETTERS_MIN && !wording_is_listed(word, reading->language->lists[WORDS_FUNCTION]) &&
                !is_deadline(reading, words, word))
                words = wording_without(words, word, reading->arena);
        }
    }
    return words;
}

CHECK_RULE_RUN(check_dates)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct str found = find_unfounded(reading, without_season(reading, without_facts(reading, text->rest)),
                                          WORDS_DATE, reading->facts);
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules of form: lengths, ids, signs and letters. Signs are looked for in folded text, where fullwidth and other disguises
 * have become the sign they look like. */
#include "base/utf8.h"
#include "core/check_text.h"
#include "core/draft_limits.h"
#include "core/wording.h"

/* --- limits -------------------------------------------------------------------------------------------------------- */

struct limit {
    size_t min, max;
};

static void check_length(struct check_findings *out, const struct check_rule *rule, const struct check_text *text,
                         struct limit limit, struct arena *arena)
{
    if (text->raw.len < limit.min || text->raw.len > limit.max)
        check_add(out, rule,
                  arena_printf(arena, "%.*s has %zu bytes, %zu to %zu are allowed", STR_ARG(text->where), text->raw.len,
                               limit.min, limit.max));
}

static bool is_target(struct str target)
{
    return str_equal(target, STR("shop")) || str_equal(target, STR("category")) || str_equal(target, STR("account"));
}

CHECK_RULE_RUN(check_limits)
{
    static const struct limit LIMITS[] = {[TEXT_SUBJECT] = {DRAFT_SUBJECT_MIN, DRAFT_SUBJECT_MAX},
                                          [TEXT_PREHEADER] = {DRAFT_PREHEADER_MIN, DRAFT_PREHEADER_MAX},
                                          [TEXT_PARAGRAPH] = {DRAFT_PARAGRAPH_MIN, DRAFT_PARAGRAPH_MAX},
                                          [TEXT_REASON] = {DRAFT_REASON_MIN, DRAFT_REASON_MAX},
                                          [TEXT_CTA] = {DRAFT_CTA_MIN, DRAFT_CTA_MAX},
                                          [TEXT_SIGN_OFF] = {0, 0}}; /* only one of the brand's */
    const struct check_texts *texts = check_texts_of(input, arena);
    const struct draft *draft = input->draft;
    size_t words = 0;
    if (draft->abstain)
        check_add(out, rule, STR("the writer abstained"));
    for (size_t i = 0; i < texts->count; i++) {
        check_length(out, rule, &texts->items[i], LIMITS[texts->items[i].kind], arena);
        if (texts->items[i].kind == TEXT_PARAGRAPH)
            words += wording_count(texts->items[i].words);
    }
    if (draft->paragraph_count < DRAFT_PARAGRAPH_COUNT_MIN || draft->paragraph_count > DRAFT_PARAGRAPH_COUNT_MAX)
        check_add(out, rule, arena_printf(arena, "%zu paragraphs, 2 to 4 are allowed", draft->paragraph_count));
    if (words < DRAFT_WORDS_MIN || words > DRAFT_WORDS_MAX)
        check_add(out, rule, arena_printf(arena, "%zu words, 60 to 160 are allowed", words));
    if (!is_target(draft->cta_target))
        check_add(out, rule, STR("the button leads nowhere known"));
}

/* --- ids ----------------------------------------------------------------------------------------------------------- */

static bool is_fact(const struct brief *brief, struct str id)
{
    for (size_t i = 0; i < brief->fact_count; i++)
        if (str_equal(brief->facts[i].id, id))
            return true;
    return false;
}

CHECK_RULE_RUN(check_unknown_fact)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++)
        for (size_t f = 0; f < texts->items[i].cited_count; f++)
            if (!is_fact(input->brief, texts->items[i].cited[f]))
                check_add_found(out, rule, &texts->items[i], texts->items[i].cited[f], arena);
}

static bool is_offered(const struct brief *brief, struct str id)
{
    for (size_t i = 0; i < brief->product_count; i++)
        if (str_equal(brief->products[i].id, id))
            return true;
    return false;
}

CHECK_RULE_RUN(check_unknown_product)
{
    const struct draft *draft = input->draft;
    for (size_t i = 0; i < draft->pick_count; i++) {
        if (!is_offered(input->brief, draft->picks[i].product_id))
            check_add(out, rule, arena_printf(arena, "pick %zu is no offered product", i + 1));
        for (size_t j = 0; j < i; j++)
            if (str_equal(draft->picks[i].product_id, draft->picks[j].product_id))
                check_add(out, rule, arena_printf(arena, "pick %zu is the same product as pick %zu", i + 1, j + 1));
    }
}

/* --- signs --------------------------------------------------------------------------------------------------------- */

CHECK_RULE_RUN(check_digits)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++) {
        struct str found = wording_find_digit(texts->items[i].raw);
        if (!str_is_none(found))
            check_add_found(out, rule, &texts->items[i], found, arena);
    }
}

CHECK_RULE_RUN(check_link)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++) {
        struct str found = wording_find_link(texts->items[i].folded);
        if (str_is_none(found))
            found = wording_find_listed(texts->items[i].words, check_language(input), WORDS_LINK, arena);
        if (!str_is_none(found))
            check_add_found(out, rule, &texts->items[i], found, arena);
    }
}

CHECK_RULE_RUN(check_address)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++)
        if (str_contains(texts->items[i].folded, STR("@")))
            check_add_found(out, rule, &texts->items[i], STR("@"), arena);
}

CHECK_RULE_RUN(check_markup)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++) {
        struct str found = wording_find_markup(texts->items[i].folded);
        if (!str_is_none(found))
            check_add_found(out, rule, &texts->items[i], found, arena);
    }
}

CHECK_RULE_RUN(check_control_chars)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++)
        if (!utf8_is_valid(texts->items[i].raw) || utf8_has_control(texts->items[i].raw))
            check_add_found(out, rule, &texts->items[i], STR_NONE, arena);
}

/* --- letters ------------------------------------------------------------------------------------------------------- */

/* Languages whose usual script is not Latin; a tag that names Latn is Latin all the same. */
static bool is_latin_locale(struct str locale)
{
    static const char *const OTHERS[] = {"ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg", "el",
                                         "he", "iw", "yi", "ar", "fa", "ur", "ps", "dv", "hi", "mr", "ne",
                                         "bn", "pa", "gu", "ta", "te", "kn", "ml", "si", "th", "lo", "my",
                                         "km", "ka", "hy", "am", "ti", "ja", "zh", "ko", NULL};
    if (str_contains(locale, STR("Latn")))
        return true;
    struct str language = str_cut(&locale, '-');
    for (const char *const *other = OTHERS; *other != NULL; other++)
        if (str_equal_nocase(language, str_of(*other)))
            return false;
    return true;
}

static struct str find_foreign_letter(struct str text)
{
    while (text.len > 0) {
        struct str before = text;
        int32_t c = utf8_next(&text);
        if (utf8_is_letter(c) && !utf8_is_script_latin_or_common(c))
            return (struct str){before.ptr, before.len - text.len};
    }
    return STR_NONE;
}

CHECK_RULE_RUN(check_script)
{
    struct str locale = str_is_empty(input->brief->locale) ? input->client->locale : input->brief->locale;
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count && is_latin_locale(locale); i++) {
        const struct check_text *text = &texts->items[i];
        struct str found = utf8_is_valid(text->raw) ? find_foreign_letter(text->rest_raw) : STR_NONE;
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, arena);
    }
}

/* Letters and words in capitals of a text. */
struct capitals {
    size_t letters, upper;
    size_t words; /* of 4 letters or more, all capitals */
};

static struct capitals count_capitals(struct str text, struct arena *arena)
{
    struct capitals count = {0, 0, 0};
    size_t run = 0;
    while (text.len > 0) {
        struct str before = text;
        int32_t c = utf8_next(&text);
        struct str one = {before.ptr, before.len - text.len};
        bool letter = utf8_is_letter(c);
        bool upper = letter && (one.len == 1 ? c >= 'A' && c <= 'Z' : !str_equal(utf8_fold(one, arena), one));
        count.letters += letter;
        count.upper += upper;
        run = upper ? run + 1 : 0;
        count.words += run == 4;
    }
    return count;
}

CHECK_RULE_RUN(check_shouting)
{
    enum { LETTERS_MIN = 10, SHARE_PERCENT = 50 };
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++) {
        const struct check_text *text = &texts->items[i];
        if (!utf8_is_valid(text->raw))
            continue;
        struct capitals count = count_capitals(text->rest_raw, arena);
        if (count.words > 1 || (count.letters >= LETTERS_MIN && count.upper * 100 > count.letters * SHARE_PERCENT))
            check_add_found(out, rule, text, STR_NONE, arena);
    }
}

CHECK_RULE_RUN(check_exclamation)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    size_t marks = 0;
    for (size_t i = 0; i < texts->count; i++)
        for (size_t at = 0; at < texts->items[i].folded.len; at++)
            marks += texts->items[i].folded.ptr[at] == '!';
    if (marks > 1)
        check_add(out, rule, arena_printf(arena, "%zu exclamation marks", marks));
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules of form: structure, lengths, ids and signs. Signs are looked for in folded text, where fullwidth and other
 * disguises have become the sign they look like. */
#include "base/utf8.h"
#include "core/check_text.h"
#include "core/draft_limits.h"
#include "core/wording.h"

/* --- structure ----------------------------------------------------------------------------------------------------- */

static bool is_target(struct str target)
{
    return str_equal(target, STR("shop")) || str_equal(target, STR("category")) || str_equal(target, STR("account"));
}

CHECK_RULE_RUN(check_schema)
{
    enum { SHOWN = 4 };
    const struct problems *problems = reading->input->reply_problems;
    bool listed;
    for (size_t i = 0; problems != NULL && i < problems->count && i < SHOWN; i++)
        check_add(out, rule,
                  arena_printf(reading->arena, "%.*s: %.*s", STR_ARG(problems->items[i].pointer),
                               STR_ARG(problems->items[i].rule)));
    if (!is_target(reading->input->draft->cta_target))
        check_add(out, rule, STR("the button leads nowhere known"));
    if (check_sign_off(reading->input, &listed) && !listed)
        check_add(out, rule, STR("the sign-off is none of the brand's"));
}

CHECK_RULE_RUN(check_abstain)
{
    if (reading->input->draft->abstain)
        check_add(out, rule, STR("the writer abstained"));
}

struct limit {
    size_t min, max;
};

static void check_length(const struct check_reading *reading, struct check_findings *out, const struct check_rule *rule,
                         const struct check_text *text, struct limit limit)
{
    size_t length = utf8_length(text->raw);
    if (length < limit.min || length > limit.max || str_trim(text->raw).len == 0)
        check_add(out, rule,
                  arena_printf(reading->arena, "%.*s has %zu characters, %zu to %zu are allowed", STR_ARG(text->where),
                               length, limit.min, limit.max));
}

CHECK_RULE_RUN(check_limits)
{
    static const struct limit LIMITS[] = {[TEXT_SUBJECT] = {DRAFT_SUBJECT_MIN, DRAFT_SUBJECT_MAX},
                                          [TEXT_PREHEADER] = {DRAFT_PREHEADER_MIN, DRAFT_PREHEADER_MAX},
                                          [TEXT_PARAGRAPH] = {DRAFT_PARAGRAPH_MIN, DRAFT_PARAGRAPH_MAX},
                                          [TEXT_REASON] = {DRAFT_REASON_MIN, DRAFT_REASON_MAX},
                                          [TEXT_CTA] = {DRAFT_CTA_MIN, DRAFT_CTA_MAX},
                                          [TEXT_SIGN_OFF_LINE] = {DRAFT_SIGN_OFF_MIN, DRAFT_SIGN_OFF_MAX}};
    const struct draft *draft = reading->input->draft;
    size_t words = 0;
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        check_length(reading, out, rule, text, LIMITS[text->kind]);
        if (text->kind == TEXT_PARAGRAPH)
            words += wording_count(wording_words(text->raw, reading->arena));
    }
    if (draft->paragraph_count < DRAFT_PARAGRAPH_COUNT_MIN || draft->paragraph_count > DRAFT_PARAGRAPH_COUNT_MAX)
        check_add(out, rule,
                  arena_printf(reading->arena, "%zu paragraphs, %d to %d are allowed", draft->paragraph_count,
                               DRAFT_PARAGRAPH_COUNT_MIN, DRAFT_PARAGRAPH_COUNT_MAX));
    if (words < DRAFT_WORDS_MIN || words > DRAFT_WORDS_MAX)
        check_add(
            out, rule,
            arena_printf(reading->arena, "%zu words, %d to %d are allowed", words, DRAFT_WORDS_MIN, DRAFT_WORDS_MAX));
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
    for (size_t i = 0; i < reading->count; i++)
        for (size_t f = 0; f < reading->texts[i].cited_count; f++)
            if (!is_fact(reading->input->brief, reading->texts[i].cited[f]))
                check_add_found(out, rule, &reading->texts[i], reading->texts[i].cited[f], reading->arena);
}

CHECK_RULE_RUN(check_unknown_product)
{
    const struct draft *draft = reading->input->draft;
    for (size_t i = 0; i < draft->pick_count; i++) {
        if (brief_product(reading->input->brief, draft->picks[i].product_id) == NULL)
            check_add(out, rule, arena_printf(reading->arena, "pick %zu is no offered product", i + 1));
        for (size_t j = 0; j < i; j++)
            if (str_equal(draft->picks[i].product_id, draft->picks[j].product_id))
                check_add(out, rule,
                          arena_printf(reading->arena, "pick %zu is the same product as pick %zu", i + 1, j + 1));
    }
}

/* --- signs --------------------------------------------------------------------------------------------------------- */

CHECK_RULE_RUN(check_link)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct str found = wording_find_link(utf8_fold(text->rest_raw, reading->arena));
        if (str_is_none(found))
            found = wording_find_listed(text->said, reading->language, WORDS_LINK, reading->arena);
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

CHECK_RULE_RUN(check_address)
{
    for (size_t i = 0; i < reading->count; i++)
        if (str_contains(reading->texts[i].folded, STR("@")))
            check_add_found(out, rule, &reading->texts[i], STR("@"), reading->arena);
}

CHECK_RULE_RUN(check_markup)
{
    for (size_t i = 0; i < reading->count; i++) {
        struct str found = wording_find_markup(utf8_fold(reading->texts[i].rest_raw, reading->arena));
        if (!str_is_none(found))
            check_add_found(out, rule, &reading->texts[i], found, reading->arena);
    }
}

/* --- cut off ------------------------------------------------------------------------------------------------------- */

static bool is_one_of(int32_t c, const int32_t *signs)
{
    for (; *signs != 0; signs++)
        if (c == *signs)
            return true;
    return false;
}

/* The last character that is no closing quote, bracket, blank or emoji. */
static int32_t last_sign(struct str text)
{
    static const int32_t CLOSING[] = {'"', '\'', ')', ' ', 0x201d, 0x2019, 0xbb, 0xab, 0x201c, 0xa0, 0xfe0f, 0};
    int32_t last = 0;
    while (text.len > 0) {
        int32_t c = utf8_next(&text);
        /* Beyond U+2190 stand arrows, hearts and pictographs: a text may end in one. */
        bool picture = (c >= 0x2190 && c < 0x2c00) || c >= 0x1f000;
        if (!picture && !is_one_of(c, CLOSING))
            last = c;
    }
    return last;
}

static size_t count_sign(struct str text, char sign)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == sign;
    return count;
}

/* A paragraph is whole sentences; a shorter text may end in a word, but not in the middle of a thought. */
CHECK_RULE_RUN(check_truncated)
{
    static const int32_t ENDS[] = {'.', '!', '?', ':', 0x2026, 0x3002, 0};
    static const int32_t MIDDLES[] = {',', ';', '-', '(', '/', 0x2013, 0x2014, 0};
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        int32_t last = last_sign(text->raw);
        bool sign_off = text->kind == TEXT_SIGN_OFF_LINE; /* "Warm regards," */
        bool open = count_sign(text->raw, '(') != count_sign(text->raw, ')');
        if (text->raw.len > 0 && !sign_off &&
            (open || is_one_of(last, MIDDLES) || (text->kind == TEXT_PARAGRAPH && !is_one_of(last, ENDS))))
            check_add_found(out, rule, text, STR_NONE, reading->arena);
    }
}

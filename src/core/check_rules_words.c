/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules of meaning: phrases, looked for as whole words in the one spelling of core/wording. */
#include "core/check_text.h"
#include "core/wording.h"

/* --- grounding ----------------------------------------------------------------------------------------------------- */

static const struct product *picked_product(const struct check_input *input, const struct check_text *text)
{
    if (text->kind != TEXT_REASON)
        return NULL;
    for (size_t i = 0; i < input->brief->product_count; i++)
        if (str_equal(input->brief->products[i].id, input->draft->picks[text->index].product_id))
            return &input->brief->products[i];
    return NULL;
}

/* Offered products whose name is no fact (an email may not say it): one word of it is too little to tell. */
static struct str find_unsaid_product(const struct check_input *input, struct str rest, const struct product *own,
                                      struct arena *arena)
{
    for (size_t i = 0; i < input->brief->product_count; i++) {
        const struct product *product = &input->brief->products[i];
        struct str name = wording_words(product->name, arena);
        bool is_fact = false;
        for (size_t f = 0; f < input->brief->fact_count; f++)
            is_fact = is_fact || str_equal(input->brief->facts[f].text, product->name);
        if (product != own && !is_fact && wording_count(name) > 1 && wording_has(rest, name))
            return product->name;
    }
    return STR_NONE;
}

static bool is_naming(const struct fact *fact)
{
    return fact->kind == FACT_CATEGORY || fact->kind == FACT_BOUGHT || fact->kind == FACT_PRODUCT;
}

/* A category and a product may have the same text; citing one of them grounds it. */
static bool is_grounded(const struct check_input *input, const struct check_text *text, const struct fact *fact)
{
    for (size_t i = 0; i < input->brief->fact_count; i++)
        if (check_text_cites(text, input->brief->facts[i].id) && str_equal(input->brief->facts[i].text, fact->text))
            return true;
    return false;
}

/* Longest first, each taken out once judged: "white tea" is not grounded by "tea", nor "tea" missed beside "white tea". */
static struct str find_ungrounded(const struct check_input *input, const struct check_text *text, struct arena *arena)
{
    const struct product *own = picked_product(input, text);
    struct str rest = text->words;
    if (own != NULL) { /* a reason may always name its own product */
        rest = wording_without(rest, wording_words(own->name, arena), arena);
        rest = wording_without(rest, wording_words(own->category, arena), arena);
    }
    const struct brief *brief = input->brief;
    for (const struct fact *fact = check_next_fact(brief, NULL); fact != NULL; fact = check_next_fact(brief, fact)) {
        struct str words = wording_words(fact->text, arena);
        if (is_naming(fact) && !is_grounded(input, text, fact) && wording_has(rest, words))
            return fact->text;
        rest = wording_without(rest, words, arena);
    }
    return find_unsaid_product(input, rest, own, arena);
}

CHECK_RULE_RUN(check_ungrounded)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++) {
        const struct check_text *text = &texts->items[i];
        if (text->kind != TEXT_PARAGRAPH && text->kind != TEXT_REASON)
            continue;
        struct str found = find_ungrounded(input, text, arena);
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, arena);
    }
}

/* --- phrases ------------------------------------------------------------------------------------------------------- */

CHECK_RULE_RUN(check_price)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++) {
        struct str found = wording_find_currency(texts->items[i].folded);
        if (str_is_none(found))
            found = wording_find_listed(texts->items[i].words, check_language(input), WORDS_PRICE, arena);
        if (!str_is_none(found))
            check_add_found(out, rule, &texts->items[i], found, arena);
    }
}

static void find_listed(const struct check_input *input, enum word_list list, struct arena *arena,
                        struct check_findings *out, const struct check_rule *rule)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++) {
        struct str found = wording_find_listed(texts->items[i].words, check_language(input), list, arena);
        if (!str_is_none(found))
            check_add_found(out, rule, &texts->items[i], found, arena);
    }
}

CHECK_RULE_RUN(check_offer_words) { find_listed(input, WORDS_OFFER, arena, out, rule); }
CHECK_RULE_RUN(check_ai_mention) { find_listed(input, WORDS_AI, arena, out, rule); }

CHECK_RULE_RUN(check_surveillance)
{
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++) {
        struct str found = wording_find_listed(texts->items[i].words, check_language(input), WORDS_WATCHING, arena);
        if (str_is_none(found))
            found = wording_find_time_span(texts->items[i].words, check_language(input));
        if (!str_is_none(found))
            check_add_found(out, rule, &texts->items[i], found, arena);
    }
}

/* One entry without letters ("!!", an emoji) is looked for as it stands. */
static bool has_entry(const struct check_text *text, struct str entry, struct arena *arena)
{
    struct str words = wording_words(entry, arena);
    if (wording_count(words) == 0)
        return entry.len > 0 && str_contains(text->raw, entry);
    return wording_has(text->words, words) || wording_has(text->bare, words);
}

static void find_entries(const struct check_input *input, struct str list, struct arena *arena,
                         struct check_findings *out, const struct check_rule *rule)
{
    struct json *entries = NULL;
    struct json_error error;
    if (str_is_empty(list) || json_parse(list, &entries, &error) != RC_OK)
        return;
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t t = 0; t < texts->count; t++)
        for (size_t i = 0; i < json_size(entries); i++)
            if (has_entry(&texts->items[t], json_str(json_at(entries, i)), arena))
                check_add_found(out, rule, &texts->items[t], arena_str(arena, json_str(json_at(entries, i))), arena);
    json_free(entries);
}

CHECK_RULE_RUN(check_banned) { find_entries(input, input->policy->brand_banned, arena, out, rule); }
CHECK_RULE_RUN(check_competitor) { find_entries(input, input->policy->brand_competitors, arena, out, rule); }

/* --- reading ease -------------------------------------------------------------------------------------------------- */

/* Words of the longest sentence; sentences end at . ! ? */
static size_t longest_sentence(struct str text, struct arena *arena)
{
    size_t longest = 0, start = 0;
    for (size_t at = 0; at <= text.len; at++) {
        if (at < text.len && text.ptr[at] != '.' && text.ptr[at] != '!' && text.ptr[at] != '?')
            continue;
        size_t words = wording_count(wording_words((struct str){text.ptr + start, at - start}, arena));
        longest = words > longest ? words : longest;
        start = at + 1;
    }
    return longest;
}

CHECK_RULE_RUN(check_long_sentences)
{
    enum { WORDS_MAX = 35 };
    const struct check_texts *texts = check_texts_of(input, arena);
    for (size_t i = 0; i < texts->count; i++) {
        size_t words = longest_sentence(texts->items[i].folded, arena);
        if (words > WORDS_MAX)
            check_add(out, rule,
                      arena_printf(arena, "%.*s: a sentence of %zu words", STR_ARG(texts->items[i].where), words));
    }
}

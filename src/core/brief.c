/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The brief is the wall between the shop's data and a writer. Two rules make it: only five kinds of facts exist, none of
 * them a name, an id, a date, an amount or a count; and a text becomes a fact only if an email may say it (core/wording),
 * so that a category called "Sale -50 %" or a product called "<b>" is offered but never spoken. */
#include "core/brief.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "core/brief_history.h"
#include "core/language.h"
#include "core/wording.h"

#define FACT_TEXT_MAX 80
#define FACT_WORDS_MAX 14 /* more make a sentence that holds them too long to read */
#define BOUGHT_NAMED_MAX 3

const char *const FACT_KIND_WORDS[] = {"shop", "category", "bought", "season", "product", NULL};

/* --- facts -------------------------------------------------------------------------------------------------------- */

/* True when an entry of the policy's JSON array (banned phrases, competitors) is in words. */
static bool has_entry(struct str words, struct str json_array, struct arena *arena)
{
    struct json *entries = NULL;
    struct json_error error;
    bool found = false;
    if (str_is_empty(json_array) || json_parse(json_array, &entries, &error) != RC_OK)
        return false;
    for (size_t i = 0; i < json_size(entries) && !found; i++)
        found = wording_has(words, wording_words(json_str(json_at(entries, i)), arena));
    json_free(entries);
    return found;
}

/* Whether an email may say this text of the shop's. */
static bool may_be_said(struct str text, const struct brief *brief, const struct policy *policy, struct arena *arena)
{
    static const enum word_list NEVER[] = {WORDS_OFFER, WORDS_PRICE, WORDS_WATCHING,
                                           WORDS_LINK,  WORDS_AI,    WORDS_SENSITIVE};
    const struct language *language = language_of(brief->locale);
    if (str_is_empty(text) || text.len > FACT_TEXT_MAX || !utf8_is_valid(text) || utf8_has_control(text))
        return false;
    struct str folded = utf8_fold(text, arena);
    struct str words = wording_words(text, arena);
    if (words.len < 3 || wording_count(words) > FACT_WORDS_MAX || str_contains(folded, STR("@")) ||
        str_contains(folded, STR("!")))
        return false;
    if (!str_is_none(wording_find_digit(text)) || !str_is_none(wording_find_currency(folded)) ||
        !str_is_none(wording_find_link(folded)) || !str_is_none(wording_find_markup(folded)) ||
        !str_is_none(wording_find_time_span(words, language)))
        return false;
    for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++)
        if (!str_is_none(wording_find_listed(words, language, NEVER[i], arena)))
            return false;
    return !has_entry(words, policy->brand_banned, arena) && !has_entry(words, policy->brand_competitors, arena);
}

static void add_fact(struct brief *brief, enum fact_kind kind, struct str text, struct arena *arena)
{
    if (brief->fact_count == BRIEF_FACTS_MAX)
        return;
    for (size_t i = 0; i < brief->fact_count; i++)
        if (brief->facts[i].kind == (int)kind && str_equal(brief->facts[i].text, text))
            return;
    struct fact *fact = &brief->facts[brief->fact_count++];
    *fact = (struct fact){arena_printf(arena, "F%zu", brief->fact_count), (int)kind, arena_str(arena, text)};
}

/* Wording that is true north and south of the equator. */
static struct str season_text(const struct language *language, int month)
{
    return str_of(language->phrases.seasons[month >= 1 && month <= 12 ? month - 1 : 0]);
}

/* The first three titles that may be said. */
static void name_bought(const struct brief_bought *bought, const struct policy *policy, struct arena *arena,
                        struct brief *brief)
{
    size_t before = brief->fact_count;
    for (size_t i = 0; i < bought->kept_count && brief->fact_count - before < BOUGHT_NAMED_MAX; i++)
        if (may_be_said(bought->kept[i], brief, policy, arena))
            add_fact(brief, FACT_BOUGHT, bought->kept[i], arena);
}

/* --- products ----------------------------------------------------------------------------------------------------- */

#define NOT_OFFERED (-1)

/* For each product the index of its category among the client's, or NOT_OFFERED. */
static int *sort_products(const struct brief_input *input, const struct str *categories, size_t category_count,
                          const struct brief_bought *bought, struct arena *arena)
{
    int *slots = arena_new(arena, input->product_count + 1, sizeof *slots);
    struct str folded[BRIEF_CATEGORIES_MAX];
    for (size_t c = 0; c < category_count; c++)
        folded[c] = utf8_fold(categories[c], arena);
    for (size_t i = 0; i < input->product_count; i++) {
        const struct product *product = &input->products[i];
        struct str category = utf8_fold(str_trim(product->category), arena);
        slots[i] = NOT_OFFERED;
        for (size_t c = 0; c < category_count; c++)
            if (slots[i] == NOT_OFFERED && str_equal(category, folded[c]))
                slots[i] = (int)c;
        if (!product->in_stock || str_is_empty(str_trim(product->name)) || brief_was_bought(bought, product, arena))
            slots[i] = NOT_OFFERED;
    }
    return slots;
}

/* The product of the slot whose hash is the smallest, or SIZE_MAX: a sample that differs from client to client and is the
 * same each time for one seed. */
static size_t draw(const struct brief_input *input, const int *slots, int slot, uint64_t seed)
{
    size_t best = SIZE_MAX;
    uint64_t best_rank = UINT64_MAX;
    for (size_t i = 0; i < input->product_count; i++) {
        uint64_t rank = slots[i] == slot ? hash_mix(input->products[i].id, seed) : UINT64_MAX;
        if (slots[i] == slot && (best == SIZE_MAX || rank < best_rank)) {
            best = i;
            best_rank = rank;
        }
    }
    return best;
}

/* Takes turns through the categories, so that a large one does not fill the brief alone. */
static void offer_products(const struct brief_input *input, int *slots, size_t category_count, struct brief *brief)
{
    bool found = true;
    while (found && brief->product_count < BRIEF_PRODUCTS_MAX) {
        found = false;
        for (size_t c = 0; c < category_count && brief->product_count < BRIEF_PRODUCTS_MAX; c++) {
            size_t drawn = draw(input, slots, (int)c, brief->seed);
            if (drawn == SIZE_MAX)
                continue;
            brief->products[brief->product_count++] = input->products[drawn];
            slots[drawn] = NOT_OFFERED;
            found = true;
        }
    }
}

/* --- the brief ---------------------------------------------------------------------------------------------------- */

static uint64_t make_seed(const struct brief_input *input)
{
    uint64_t seed = hash_mix(input->client->id, (uint64_t)input->draft_count);
    return input->order_count > 0 ? hash_mix(input->orders[0].id, seed) : seed;
}

/* The client's categories that the shop itself knows. */
static size_t known_categories(const struct brief_input *input, struct str out[BRIEF_CATEGORIES_MAX],
                               struct arena *arena)
{
    struct str all[BRIEF_CATEGORIES_MAX];
    size_t count = 0, all_count = brief_categories(input, all, arena);
    for (size_t i = 0; i < all_count; i++)
        if (brief_knows_category(input, all[i], arena))
            out[count++] = all[i];
    return count;
}

enum rc brief_make(const struct brief_input *input, struct arena *arena, struct brief *out)
{
    struct str categories[BRIEF_CATEGORIES_MAX];
    struct brief_bought bought;
    size_t category_count = known_categories(input, categories, arena);
    const struct language *language = language_for(input->client, input->policy);
    *out = (struct brief){0};
    if (language == NULL)
        return RC_INVALID;
    out->locale = language_locale(language, input->client->locale, arena);
    out->shop_name = arena_str(arena, input->shop_name);
    out->tone = input->policy->brand_tone;
    out->sign_offs = language_sign_offs(language, input->policy, arena);
    out->seed = make_seed(input);
    brief_read_bought(input, arena, &bought);
    offer_products(input, sort_products(input, categories, category_count, &bought, arena), category_count, out);
    if (category_count == 0 && out->product_count == 0 && input->order_count == 0)
        return RC_INVALID;
    if (may_be_said(out->shop_name, out, input->policy, arena))
        add_fact(out, FACT_SHOP, out->shop_name, arena);
    add_fact(out, FACT_SEASON, season_text(language, time_month(input->now_ms, input->shop_zone)), arena);
    for (size_t i = 0; i < category_count; i++)
        if (wording_count(wording_words(categories[i], arena)) <= BRIEF_CATEGORY_WORDS_MAX &&
            may_be_said(categories[i], out, input->policy, arena))
            add_fact(out, FACT_CATEGORY, categories[i], arena);
    name_bought(&bought, input->policy, arena, out);
    for (size_t i = 0; i < out->product_count; i++)
        if (may_be_said(out->products[i].name, out, input->policy, arena))
            add_fact(out, FACT_PRODUCT, out->products[i].name, arena);
    return RC_OK;
}

const struct product *brief_product(const struct brief *brief, struct str id)
{
    for (size_t i = 0; i < brief->product_count; i++)
        if (str_equal(brief->products[i].id, id))
            return &brief->products[i];
    return NULL;
}

void brief_facts_to_json(const struct brief *brief, struct json_out *out)
{
    json_begin_array(out);
    for (size_t i = 0; i < brief->fact_count; i++) {
        json_begin_object(out);
        json_pair_str(out, "id", brief->facts[i].id);
        json_pair_str(out, "kind", field_enum_word(FACT_KIND_WORDS, brief->facts[i].kind));
        json_pair_str(out, "text", brief->facts[i].text);
        json_end_object(out);
    }
    json_end_array(out);
}

enum rc brief_facts_from_json(struct str json, struct arena *arena, struct brief *out)
{
    struct json *array = NULL;
    struct json_error error;
    enum rc rc = RC_INVALID;
    *out = (struct brief){0};
    if (json_parse(json, &array, &error) != RC_OK || !json_is(array, JSON_ARRAY) || json_size(array) > BRIEF_FACTS_MAX)
        goto done;
    for (size_t i = 0; i < json_size(array); i++) {
        const struct json *item = json_at(array, i);
        struct str id = json_get_str(item, "id"), text = json_get_str(item, "text");
        int kind = field_enum_from(FACT_KIND_WORDS, json_get_str(item, "kind"));
        if (str_is_empty(id) || str_is_empty(text) || kind < 0)
            goto done;
        out->facts[i] = (struct fact){arena_str(arena, id), kind, arena_str(arena, text)};
        if (kind == FACT_SHOP)
            out->shop_name = out->facts[i].text;
    }
    out->fact_count = json_size(array);
    rc = RC_OK;
done:
    json_free(array);
    return rc;
}

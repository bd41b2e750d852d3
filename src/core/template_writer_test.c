/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/template_writer.c, over 2,000 made-up clients of varied shops, in all languages in turn. */
#include "core/template_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rand.h"
#include "core/check.h"
#include "core/draft_limits.h"
#include "core/language.h"
#include "core/simulate.h"
#include "core/wording.h"

#define CLIENTS 2000

/* Names that are words, short ones, capitals, other scripts; categories with signs, capitals and great length. */
static const char *const FIRST[] = {
    "Ada",    "Rose", "Will", "MARK",   "Grace",    "May",      "J\xC3\xB8rgen",
    "Li",     "Hope", "Ivy",  "Summer", "Jean-Luc", "Mary Ann", "\xD0\x90\xD0\xBD\xD0\xBD\xD0\xB0",
    "O'Neil", ""};
static const char *const LAST[] = {"Lovelace", "Long",       "Good", "Small", "Page",  "White", "Day",
                                   "Young",    "de la Cruz", "Love", "Shelf", "Smith", "Best",  ""};
static const char *const CATEGORIES[] = {"Tea",
                                         "Coffee",
                                         "Home & Garden",
                                         "KNITWEAR",
                                         "Caf\xC3\xA9 & Th\xC3\xA9",
                                         "Shoes",
                                         "Rose gardens",
                                         "Books",
                                         "Notes",
                                         "Small things",
                                         "Kitchen",
                                         "Sale",
                                         "Gifts",
                                         "Pens, paper and everything else that a desk could wish for in life",
                                         "A",
                                         "Summer dresses",
                                         "Dresses",
                                         "Toys 3-5",
                                         "Shop",
                                         "Piece"};
static const char *const NOUNS[] = {
    "cup",         "kettle",
    "Linen shirt", "Blanket",
    "vase No. 5",  "FREE RANGE lamp",
    "Rose",        "chair",
    "Wool hat",    "\xC3\x89toile bowl",
    "mug",         "scarf, a very long and very soft one made for windy places by the sea"};
static const char *const SHOPS[] = {"Kitchen Row",
                                    "A",
                                    "Studio 54",
                                    "Discount Shoes",
                                    "Kl\xC3\xA6r & S\xC3\xB8n",
                                    "The House of Very Long and Very Beautiful Names for Good Shops by the Sea"};
#define ANY_OF(list) list[rand_u64(&m->rand) % (sizeof list / sizeof list[0])]

struct made {
    struct arena arena;
    struct rand_stream rand;
    struct client client;
    struct order orders[6];
    struct product products[24];
    struct policy policy;
    struct brief_input input;
    struct brief brief;
    struct draft draft;
};

static size_t count_languages(void)
{
    size_t count = 0;
    while (LANGUAGES[count] != NULL)
        count++;
    return count;
}

/* The nth client's: all languages in turn; for the first one also a locale with its region, and none at all. */
static struct str locale_of(uint64_t number, struct arena *arena)
{
    const struct language *language = LANGUAGES[number % count_languages()];
    uint64_t form = number / count_languages() % 3;
    if (form == 0 && language == LANGUAGES[0])
        return STR_NONE;
    return arena_printf(arena, form == 1 ? "%s-XX" : "%s", language->code);
}

static void make_client(struct made *m, uint64_t number)
{
    const char *first = ANY_OF(FIRST), *last = ANY_OF(LAST);
    m->client = (struct client){.id = arena_printf(&m->arena, "client-%llu", (unsigned long long)number),
                                .first_name = str_of(first),
                                .last_name = str_of(last),
                                .time_zone = STR("Europe/Copenhagen"),
                                .country = STR("DK"),
                                .locale = locale_of(number, &m->arena)};
    m->client.email = arena_printf(&m->arena, "mail.%llu@example.com", (unsigned long long)number);
    m->client.attributes = STR("{\"city\":\"Odense\",\"phone\":\"+45 12345678\",\"vip\":true}");
    if (rand_u64(&m->rand) % 3 == 0)
        m->client.preferred_categories =
            arena_printf(&m->arena, "[\"%s\",\"%s\"]", ANY_OF(CATEGORIES), ANY_OF(CATEGORIES));
}

static void make_shop(struct made *m)
{
    m->input.product_count = rand_u64(&m->rand) % 25;
    for (size_t i = 0; i < m->input.product_count; i++)
        m->products[i] = (struct product){.id = arena_printf(&m->arena, "p%zu", i),
                                          .name = str_of(ANY_OF(NOUNS)),
                                          .category = str_of(ANY_OF(CATEGORIES)),
                                          .in_stock = rand_u64(&m->rand) % 4 != 0};
    m->input.order_count = 1 + rand_u64(&m->rand) % 6;
    for (size_t i = 0; i < m->input.order_count; i++) {
        m->orders[i] = (struct order){.id = arena_printf(&m->arena, "o%zu", i), .status = ORDER_SHIPPED};
        if (rand_u64(&m->rand) % 4 != 0)
            m->orders[i].items =
                arena_printf(&m->arena, "[{\"name\":\"%s\",\"category\":\"%s\"}]", ANY_OF(NOUNS), ANY_OF(CATEGORIES));
    }
}

/* The draft for client `number`: same number, same client. */
static void make(struct made *m, uint64_t number)
{
    memset(m, 0, sizeof *m);
    rand_seed(&m->rand, number);
    policy_default(&m->policy, STR("00"));
    m->input = (struct brief_input){.client = &m->client,
                                    .orders = m->orders,
                                    .products = m->products,
                                    .policy = &m->policy,
                                    .shop_name = str_of(ANY_OF(SHOPS)),
                                    .shop_zone = STR("UTC"),
                                    .now_ms = (int64_t)(number % 365) * TIME_DAY_MS};
    make_client(m, number);
    make_shop(m);
    assert_int_equal(brief_make(&m->input, &m->arena, &m->brief), RC_OK);
    assert_int_equal(template_write(&m->brief, &m->arena, &m->draft), RC_OK);
}

static void assert_within(const char *what, struct str text, size_t min, size_t max)
{
    if (text.len < min || text.len > max)
        fail_msg("%s has %zu bytes: %.*s", what, text.len, STR_ARG(text));
}

static void assert_limits(struct made *m)
{
    assert_false(m->draft.subject.ptr[0] >= 'a' &&
                 m->draft.subject.ptr[0] <= 'z'); /* a category may begin so, a subject not */
    const struct draft *draft = &m->draft;
    size_t words = 0;
    assert_within("subject", draft->subject, DRAFT_SUBJECT_MIN, DRAFT_SUBJECT_MAX);
    assert_within("preheader", draft->preheader, DRAFT_PREHEADER_MIN, DRAFT_PREHEADER_MAX);
    assert_within("cta", draft->cta_label, DRAFT_CTA_MIN, DRAFT_CTA_MAX);
    assert_true(draft->paragraph_count >= DRAFT_PARAGRAPH_COUNT_MIN &&
                draft->paragraph_count <= DRAFT_PARAGRAPH_COUNT_MAX);
    for (size_t i = 0; i < draft->paragraph_count; i++) {
        assert_within("paragraph", draft->paragraphs[i].text, DRAFT_PARAGRAPH_MIN, DRAFT_PARAGRAPH_MAX);
        words += wording_count(wording_words(draft->paragraphs[i].text, &m->arena));
    }
    assert_in_range(words, DRAFT_WORDS_MIN, DRAFT_WORDS_MAX);
    for (size_t i = 0; i < draft->pick_count; i++)
        assert_within("reason", draft->picks[i].reason, DRAFT_REASON_MIN, DRAFT_REASON_MAX);
    assert_false(draft->abstain);
}

static void every_draft_keeps_the_limits(void **state)
{
    (void)state;
    struct made *m = mem_new(1, sizeof *m);
    for (uint64_t i = 0; i < CLIENTS; i++) {
        make(m, i);
        assert_limits(m);
        arena_clear(&m->arena);
    }
    mem_free(m);
}

/* The promise to the rest of the program: the built-in writer never needs a person to mend its words. */
static void every_draft_passes_every_check(void **state)
{
    (void)state;
    struct made *m = mem_new(1, sizeof *m);
    struct check_findings findings;
    for (uint64_t i = 0; i < CLIENTS; i++) {
        make(m, i);
        struct check_input input = {.draft = &m->draft, .brief = &m->brief, .client = &m->client, .policy = &m->policy};
        check_draft(&input, &m->arena, &findings);
        if (findings.count > 0)
            fail_msg("client %d: %s %.*s", (int)i, findings.items[0].code, STR_ARG(findings.items[0].detail));
        arena_clear(&m->arena);
    }
    mem_free(m);
}

static bool is_common(const struct language *language, struct str word)
{
    for (const char *const *common = language->lists[WORDS_COMMON]; *common != NULL; common++)
        if (str_equal(word, str_of(*common)))
            return true;
    return false;
}

static void assert_words_are_common(const struct language *language, const char *const *phrases, struct arena *arena)
{
    for (; *phrases != NULL; phrases++) {
        struct str rest = str_trim(wording_words(str_of(*phrases), arena));
        while (!str_is_none(rest)) {
            struct str word = str_cut(&rest, ' ');
            bool is_placeholder = str_equal(word, STR("shop")) || str_equal(word, STR("season")) ||
                                  str_equal(word, STR("category")) || str_equal(word, STR("bought"));
            if (word.len >= 3 && !is_placeholder && !is_common(language, word))
                fail_msg("\"%.*s\" is missing in %s.checks.json, common", STR_ARG(word), language->code);
        }
    }
}

/* The orders of one client, newest first, at most 50: what the draft step reads. */
static size_t orders_of(const struct simulate *shop, struct str client_id, struct order out[50])
{
    size_t count = 0;
    for (size_t i = shop->order_count; i > 0 && count < 50; i--)
        if (str_equal(shop->orders[i - 1].client_id, client_id))
            out[count++] = shop->orders[i - 1];
    return count;
}

static void every_client_of_a_simulated_shop_can_be_written_to(void **state)
{
    (void)state;
    struct arena shop_arena = {0}, arena = {0};
    struct simulate shop;
    struct policy policy;
    struct order *orders = mem_new(50, sizeof *orders);
    struct simulate_options options = {.clients = CLIENTS,
                                       .seed = 11,
                                       .from_ms = 1700000000000LL,
                                       .to_ms = 1790000000000LL,
                                       .zone = STR("UTC"),
                                       .currency = STR("EUR")};
    simulate_shop(&options, &shop_arena, &shop);
    policy_default(&policy, STR("00"));
    size_t drafts = 0;
    for (size_t i = 0; i < shop.client_count; i++) {
        struct brief brief;
        struct draft draft;
        struct check_findings findings;
        struct brief_input input = {.client = &shop.clients[i],
                                    .orders = orders,
                                    .products = shop.products,
                                    .product_count = shop.product_count,
                                    .policy = &policy,
                                    .shop_name = STR("Kitchen Row"),
                                    .shop_zone = STR("UTC"),
                                    .now_ms = options.to_ms};
        input.order_count = orders_of(&shop, shop.clients[i].id, orders);
        if (brief_make(&input, &arena, &brief) == RC_OK && template_write(&brief, &arena, &draft) == RC_OK) {
            struct check_input checked = {
                .draft = &draft, .brief = &brief, .client = &shop.clients[i], .policy = &policy};
            check_draft(&checked, &arena, &findings);
            if (findings.count > 0)
                fail_msg("client %zu: %s %.*s", i, findings.items[0].code, STR_ARG(findings.items[0].detail));
            drafts++;
        }
        arena_clear(&arena);
    }
    assert_true(drafts >= CLIENTS / 2); /* others have another language or no order */
    mem_free(orders);
    arena_clear(&shop_arena);
}

/* The longest facts there may be, in every phrase that takes them. */
static void long_facts_make_no_sentence_too_long(void **state)
{
    (void)state;
    struct made *m = mem_new(1, sizeof *m);
    struct check_findings findings;
    struct str longest = STR("Pens, inks, paper, pads and all the things a desk could wish for here");
    for (uint64_t seed = 0; seed < 800; seed++) {
        make(m, seed % count_languages());
        m->brief.seed = seed;
        for (size_t i = 0; i < m->brief.fact_count; i++)
            m->brief.facts[i].text = longest;
        assert_int_equal(template_write(&m->brief, &m->arena, &m->draft), RC_OK);
        struct check_input input = {.draft = &m->draft, .brief = &m->brief, .client = &m->client, .policy = &m->policy};
        check_draft(&input, &m->arena, &findings);
        for (size_t i = 0; i < findings.count; i++)
            assert_string_not_equal(findings.items[i].code, "long_sentences");
        assert_limits(m);
        arena_clear(&m->arena);
    }
    mem_free(m);
}

/* Else a client of that name could never be written to. */
static void no_word_of_the_phrases_is_proof_of_a_name(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (const struct language *const *language = LANGUAGES; *language != NULL; language++) {
        const struct template_phrases *p = &(*language)->phrases;
        const char *const *const LISTS[] = {p->subjects, p->preheaders, p->preheaders_picks,
                                            p->openings, p->middles,    p->middles_picks,
                                            p->closings, p->reasons,    p->ctas};
        for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++)
            assert_words_are_common(*language, LISTS[i], &arena);
    }
    arena_clear(&arena);
}

static bool is_offered(const struct brief *brief, struct str product_id)
{
    for (size_t i = 0; i < brief->product_count; i++)
        if (str_equal(brief->products[i].id, product_id))
            return true;
    return false;
}

static void picks_are_offered_and_no_two_read_the_same(void **state)
{
    (void)state;
    struct made *m = mem_new(1, sizeof *m);
    for (uint64_t i = 0; i < CLIENTS; i++) {
        make(m, i);
        for (size_t a = 0; a < m->draft.pick_count; a++) {
            assert_true(is_offered(&m->brief, m->draft.picks[a].product_id));
            for (size_t b = 0; b < a; b++) {
                assert_false(str_equal(m->draft.picks[a].product_id, m->draft.picks[b].product_id));
                assert_false(str_equal(m->draft.picks[a].reason, m->draft.picks[b].reason));
            }
        }
        arena_clear(&m->arena);
    }
    mem_free(m);
}

static void the_same_brief_gives_the_same_bytes(void **state)
{
    (void)state;
    struct made *m = mem_new(1, sizeof *m);
    struct draft again;
    for (uint64_t i = 0; i < 50; i++) {
        make(m, i);
        assert_int_equal(template_write(&m->brief, &m->arena, &again), RC_OK);
        assert_true(str_equal(again.subject, m->draft.subject));
        assert_true(str_equal(again.sign_off, m->draft.sign_off));
        assert_int_equal(again.paragraph_count, m->draft.paragraph_count);
        for (size_t p = 0; p < again.paragraph_count; p++)
            assert_true(str_equal(again.paragraphs[p].text, m->draft.paragraphs[p].text));
        arena_clear(&m->arena);
    }
    mem_free(m);
}

/* One shop, one kind of client: only the ids differ, so what differs in the text is the choice of phrases. */
static void assert_neighbours_differ(struct made *m, struct arena *kept)
{
    struct str last_subject = STR_NONE, last_opening = STR_NONE;
    int same_subject = 0, same_both = 0;
    for (int i = 0; i < 500; i++) {
        m->client.id = arena_printf(kept, "client-%d", i);
        assert_int_equal(brief_make(&m->input, &m->arena, &m->brief), RC_OK);
        assert_int_equal(template_write(&m->brief, &m->arena, &m->draft), RC_OK);
        bool subject = str_equal(m->draft.subject, last_subject),
             opening = str_equal(m->draft.paragraphs[0].text, last_opening);
        same_subject += subject;
        same_both += subject && opening;
        last_subject = arena_str(kept, m->draft.subject);
        last_opening = arena_str(kept, m->draft.paragraphs[0].text);
    }
    assert_true(same_subject < 125); /* at least six subjects: about 83 by chance */
    assert_true(same_both < 25);
}

static void neighbours_do_not_read_alike(void **state)
{
    (void)state;
    struct made *m = mem_new(1, sizeof *m);
    struct arena kept = {0};
    for (const struct language *const *language = LANGUAGES; *language != NULL; language++) {
        make(m, 7);
        m->client.locale = str_of((*language)->code);
        assert_neighbours_differ(m, &kept);
        arena_clear(&kept);
        arena_clear(&m->arena);
    }
    mem_free(m);
}

static bool contains_id(const struct str *ids, size_t count, struct str id)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(ids[i], id))
            return true;
    return false;
}

static void every_fact_a_paragraph_names_is_cited(void **state)
{
    (void)state;
    struct made *m = mem_new(1, sizeof *m);
    for (uint64_t n = 0; n < CLIENTS; n++) {
        make(m, n);
        for (size_t p = 0; p < m->draft.paragraph_count; p++) {
            const struct draft_paragraph *paragraph = &m->draft.paragraphs[p];
            for (size_t i = 0; i < m->brief.fact_count; i++)
                if (str_contains(paragraph->text, m->brief.facts[i].text) && m->brief.facts[i].text.len > 5)
                    assert_true(contains_id(paragraph->facts, paragraph->fact_count, m->brief.facts[i].id));
        }
        arena_clear(&m->arena);
    }
    mem_free(m);
}

static void the_sign_off_is_one_of_the_brands(void **state)
{
    (void)state;
    struct made *m = mem_new(1, sizeof *m);
    make(m, 3);
    m->brief.sign_offs = STR("[\"Med hilsen,\"]");
    assert_int_equal(template_write(&m->brief, &m->arena, &m->draft), RC_OK);
    assert_string_equal(m->draft.sign_off.ptr, "Med hilsen,");
    arena_clear(&m->arena);
    mem_free(m);
}

static void a_language_without_phrases_is_refused(void **state)
{
    (void)state;
    static const char *const OTHERS[] = {"da", "pl-PL", "eng", "e", "-"};
    struct made *m = mem_new(1, sizeof *m);
    make(m, 3);
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        m->brief.locale = str_of(OTHERS[i]);
        assert_int_equal(template_write(&m->brief, &m->arena, &m->draft), RC_INVALID);
    }
    static const char *const OURS[] = {"EN-us", "en", ""};
    for (size_t i = 0; i < sizeof OURS / sizeof OURS[0]; i++) {
        m->brief.locale = str_of(OURS[i]);
        assert_int_equal(template_write(&m->brief, &m->arena, &m->draft), RC_OK);
    }
    arena_clear(&m->arena);
    mem_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_draft_keeps_the_limits),
        cmocka_unit_test(every_draft_passes_every_check),
        cmocka_unit_test(every_client_of_a_simulated_shop_can_be_written_to),
        cmocka_unit_test(long_facts_make_no_sentence_too_long),
        cmocka_unit_test(no_word_of_the_phrases_is_proof_of_a_name),
        cmocka_unit_test(picks_are_offered_and_no_two_read_the_same),
        cmocka_unit_test(the_same_brief_gives_the_same_bytes),
        cmocka_unit_test(neighbours_do_not_read_alike),
        cmocka_unit_test(every_fact_a_paragraph_names_is_cited),
        cmocka_unit_test(the_sign_off_is_one_of_the_brands),
        cmocka_unit_test(a_language_without_phrases_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

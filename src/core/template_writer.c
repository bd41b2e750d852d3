/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The built-in writer fills phrases with facts. The choice is a hash of the brief's seed and the place in the email, then
 * the next phrase that has its facts and fits its limits; so two clients with neighbouring ids read differently and the
 * same brief gives the same bytes. What a finished text names is cited by the same search that the checks use. */
#include "core/template_writer.h"

#include <string.h>

#include "base/hash.h"
#include "core/draft_limits.h"
#include "core/language.h"
#include "core/locale.h"
#include "core/wording.h"

struct template
{
    const struct brief *brief;
    const struct language *language;
    const struct template_phrases *phrases; /* of that language */
    struct arena *arena;
    struct str shop, season, category, bought; /* STR_NONE when there is no such fact */
};

static uint64_t choose(const struct template *t, const char *place) { return hash_mix(str_of(place), t->brief->seed); }

/* --- which facts --------------------------------------------------------------------------------------------------- */

static size_t count_facts(const struct brief *brief, enum fact_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < brief->fact_count; i++)
        count += brief->facts[i].kind == (int)kind;
    return count;
}

/* The text of the nth fact of the kind, counted round; STR_NONE when there is none. */
static struct str nth_fact(const struct brief *brief, enum fact_kind kind, uint64_t n)
{
    size_t count = count_facts(brief, kind), seen = 0;
    for (size_t i = 0; i < brief->fact_count && count > 0; i++)
        if (brief->facts[i].kind == (int)kind && seen++ == n % count)
            return brief->facts[i].text;
    return STR_NONE;
}

static bool is_in_category(const struct template *t, const struct product *product)
{
    return str_equal(wording_words(product->category, t->arena), wording_words(t->category, t->arena));
}

static size_t count_in_category(const struct template *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->brief->product_count; i++)
        count += is_in_category(t, &t->brief->products[i]);
    return count;
}

/* The email speaks of one category: the first, counted from a hashed start, that has something to show; else any. */
static void choose_facts(struct template *t)
{
    size_t categories = count_facts(t->brief, FACT_CATEGORY);
    uint64_t start = choose(t, "category");
    t->shop = nth_fact(t->brief, FACT_SHOP, 0);
    t->season = nth_fact(t->brief, FACT_SEASON, 0);
    t->bought = nth_fact(t->brief, FACT_BOUGHT, choose(t, "bought"));
    for (size_t i = 0; i < categories; i++) {
        t->category = nth_fact(t->brief, FACT_CATEGORY, start + i);
        if (count_in_category(t) > 0)
            return;
    }
    t->category = nth_fact(t->brief, FACT_CATEGORY, start);
}

/* --- filling phrases ----------------------------------------------------------------------------------------------- */

static struct str value_of(const struct template *t, struct str name)
{
    if (str_equal(name, STR("shop")))
        return t->shop;
    if (str_equal(name, STR("season")))
        return t->season;
    if (str_equal(name, STR("bought")))
        return t->bought;
    return t->category;
}

/* The phrase with its facts put in; STR_NONE when one is missing. */
static struct str fill(const struct template *t, const char *phrase)
{
    struct buf out = {0};
    struct str rest = str_of(phrase), filled = STR_NONE;
    while (!str_is_none(rest)) {
        buf_add(&out, str_cut(&rest, '{'));
        if (str_is_none(rest))
            break;
        struct str value = value_of(t, str_cut(&rest, '}'));
        if (str_is_none(value))
            goto done;
        buf_add(&out, value);
    }
    filled = arena_str(t->arena, buf_str(&out));
done:
    buf_clear(&out);
    return filled;
}

/* The first phrase from position `start` that can be filled within the limits; the lists end in some that always can. */
static struct str pick_phrase(const struct template *t, const char *const *phrases, uint64_t start, size_t min,
                              size_t max)
{
    size_t count = 0;
    while (phrases[count] != NULL)
        count++;
    for (size_t i = 0; i < count; i++) {
        struct str text = fill(t, phrases[(start + i) % count]);
        if (!str_is_none(text) && text.len >= min && text.len <= max)
            return text;
    }
    return fill(t, phrases[count - 1]);
}

/* Cites every fact that the text names. */
static void cite(const struct template *t, struct str text, struct str facts[DRAFT_FACTS_MAX], size_t *count)
{
    struct str words = wording_words(text, t->arena);
    for (size_t i = 0; i < t->brief->fact_count && *count < DRAFT_FACTS_MAX; i++)
        if (wording_has(words, wording_words(t->brief->facts[i].text, t->arena)))
            facts[(*count)++] = t->brief->facts[i].id;
}

static void add_paragraph(const struct template *t, struct str text, struct draft *out)
{
    struct draft_paragraph *paragraph = &out->paragraphs[out->paragraph_count++];
    paragraph->text = text;
    cite(t, text, paragraph->facts, &paragraph->fact_count);
}

/* --- parts of the draft -------------------------------------------------------------------------------------------- */

static bool is_said_already(const struct draft *draft, struct str reason)
{
    for (size_t i = 0; i < draft->pick_count; i++)
        if (str_equal(draft->picks[i].reason, reason))
            return true;
    return false;
}

/* Passed-over phrases make neighbouring starts meet, so look on until the reason is a new one; the list ends in three that
 * need no fact. */
static struct str choose_reason(const struct template *t, const struct draft *draft)
{
    enum { TRIES = 16 };
    struct str reason = STR_NONE;
    uint64_t start = choose(t, "reason");
    for (uint64_t i = 0; i < TRIES; i++) {
        reason = pick_phrase(t, t->phrases->reasons, start + i, DRAFT_REASON_MIN, DRAFT_REASON_MAX);
        if (!is_said_already(draft, reason))
            break;
    }
    return reason;
}

static void add_pick(const struct template *t, const struct product *product, struct draft *out)
{
    struct draft_pick *pick = &out->picks[out->pick_count];
    pick->product_id = product->id;
    pick->reason = choose_reason(t, out);
    cite(t, pick->reason, pick->facts, &pick->fact_count);
    for (size_t i = 0; i < t->brief->fact_count && pick->fact_count < DRAFT_FACTS_MAX; i++) {
        const struct fact *fact = &t->brief->facts[i];
        if (fact->kind == FACT_PRODUCT && str_equal(fact->text, product->name))
            pick->facts[pick->fact_count++] = fact->id;
    }
    out->pick_count++;
}

/* Products of the category spoken of; without a category that may be said, the first ones, and their reasons name none. */
static void add_picks(const struct template *t, struct draft *out)
{
    for (size_t i = 0; i < t->brief->product_count && out->pick_count < DRAFT_PICKS_MAX; i++)
        if (str_is_none(t->category) || is_in_category(t, &t->brief->products[i]))
            add_pick(t, &t->brief->products[i], out);
}

static void add_body(const struct template *t, struct draft *out)
{
    const char *const *middles = out->pick_count > 0 ? t->phrases->middles_picks : t->phrases->middles;
    struct str middle = pick_phrase(t, middles, choose(t, "middle"), DRAFT_PARAGRAPH_MIN, DRAFT_PARAGRAPH_MAX);
    struct str closing =
        pick_phrase(t, t->phrases->closings, choose(t, "closing"), DRAFT_PARAGRAPH_MIN, DRAFT_PARAGRAPH_MAX);
    add_paragraph(
        t, pick_phrase(t, t->phrases->openings, choose(t, "opening"), DRAFT_PARAGRAPH_MIN, DRAFT_PARAGRAPH_MAX), out);
    /* One in three emails has two paragraphs. */
    if (choose(t, "paragraphs") % 3 == 0 && middle.len + 1 + closing.len <= DRAFT_PARAGRAPH_MAX) {
        add_paragraph(t, arena_printf(t->arena, "%.*s %.*s", STR_ARG(middle), STR_ARG(closing)), out);
        return;
    }
    add_paragraph(t, middle, out);
    add_paragraph(t, closing, out);
}

static struct str choose_sign_off(const struct template *t)
{
    struct json *list = NULL;
    struct json_error error;
    struct str sign_off = str_of(t->language->texts[TEXT_REGARDS]);
    if (!str_is_empty(t->brief->sign_offs) && json_parse(t->brief->sign_offs, &list, &error) == RC_OK &&
        json_size(list) > 0) {
        struct str chosen = json_str(json_at(list, (size_t)(choose(t, "sign_off") % json_size(list))));
        if (!str_is_empty(chosen))
            sign_off = arena_str(t->arena, chosen);
    }
    json_free(list);
    return sign_off;
}

enum rc template_write(const struct brief *brief, struct arena *arena, struct draft *out)
{
    struct template t = {.brief = brief, .language = language_of(brief->locale), .arena = arena};
    *out = (struct draft){0};
    if (t.language == NULL)
        return RC_INVALID;
    t.phrases = &t.language->phrases;
    choose_facts(&t);
    add_picks(&t, out);
    const char *const *preheaders = out->pick_count > 0 ? t.phrases->preheaders_picks : t.phrases->preheaders;
    out->subject = pick_phrase(&t, t.phrases->subjects, choose(&t, "subject"), DRAFT_SUBJECT_MIN, DRAFT_SUBJECT_MAX);
    out->subject =
        locale_capital(out->subject, arena); /* a category's name may begin in lower case; a subject does not */
    out->preheader = pick_phrase(&t, preheaders, choose(&t, "preheader"), DRAFT_PREHEADER_MIN, DRAFT_PREHEADER_MAX);
    out->preheader = locale_capital(out->preheader, arena);
    add_body(&t, out);
    out->cta_label = pick_phrase(&t, t.phrases->ctas, choose(&t, "cta"), DRAFT_CTA_MIN, DRAFT_CTA_MAX);
    out->cta_target = str_is_none(t.category) ? STR("shop") : STR("category");
    out->sign_off = choose_sign_off(&t);
    return RC_OK;
}

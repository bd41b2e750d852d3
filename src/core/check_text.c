/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading a draft for the rules, once. Texts are taken apart into what the shop's own records say (names, facts) and the
 * rest, which is the writer's; longest first, so that "summer dresses" is not read as "dresses". Names of goods are taken
 * out for every rule (a client called Rose, a category in capitals, a lamp called Free Standing); other facts only for the
 * rules that a fact excuses: that a fact says how long somebody was silent does not make it sayable. */
#include "core/check_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "core/wording.h"

bool check_text_cites(const struct check_text *text, struct str fact_id)
{
    for (size_t i = 0; i < text->cited_count; i++)
        if (str_equal(text->cited[i], fact_id))
            return true;
    return text->cited == NULL;
}

bool check_is_naming(const struct fact *fact) { return fact->kind != FACT_SHOP && fact->kind != FACT_SEASON; }

bool check_is_fact_text(const struct brief *brief, struct str text)
{
    for (size_t i = 0; i < brief->fact_count; i++)
        if (str_equal(brief->facts[i].text, text))
            return true;
    return false;
}

bool check_is_picked(const struct draft *draft, const struct product *product)
{
    for (size_t i = 0; i < draft->pick_count; i++)
        if (str_equal(draft->picks[i].product_id, product->id))
            return true;
    return false;
}

const struct fact *check_next_fact(const struct brief *brief, const struct fact *last)
{
    const struct fact *best = NULL;
    for (size_t i = 0; i < brief->fact_count; i++) {
        const struct fact *fact = &brief->facts[i];
        bool behind = last == NULL || fact->text.len < last->text.len ||
                      (fact->text.len == last->text.len && fact > last);
        if (behind && (best == NULL || fact->text.len > best->text.len))
            best = fact;
    }
    return best;
}

/* --- taking names out ---------------------------------------------------------------------------------------------- */

static bool is_of_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Whole words only: a category called "A" is not in every word. */
static bool has_at(struct str raw, size_t at, struct str part)
{
    if (part.len > raw.len - at || !str_equal_nocase((struct str){raw.ptr + at, part.len}, part))
        return false;
    size_t end = at + part.len;
    bool cut_before = at > 0 && is_of_word(raw.ptr[at - 1]) && is_of_word(part.ptr[0]);
    bool cut_behind = end < raw.len && is_of_word(raw.ptr[end]) && is_of_word(part.ptr[part.len - 1]);
    return !cut_before && !cut_behind;
}

/* raw with every occurrence of `part` blanked, capitals or not. */
static struct str blank_out(struct str raw, struct str part, struct arena *arena)
{
    struct str copy = STR_NONE;
    for (size_t at = 0; part.len > 0 && at + part.len <= raw.len; at++) {
        if (!has_at(raw, at, part))
            continue;
        if (str_is_none(copy))
            copy = arena_str(arena, raw);
        for (size_t i = 0; i < part.len; i++)
            ((char *)(uintptr_t)copy.ptr)[at + i] = ' ';
    }
    return str_is_none(copy) ? raw : copy;
}

static bool is_goods_kind(int kind) { return kind == FACT_BOUGHT || kind == FACT_PRODUCT; }

/* A name of the shop's: what its catalogue or its sign over the door says. A fact that is a sentence, that counts or that
 * tells of time or money ("about five months") is none, whatever its kind; goods may have a size or a number in their name. */
static bool is_name(const struct check_reading *reading, const struct fact *fact)
{
    enum { NAME_WORDS_MAX = 4, GOODS_WORDS_MAX = 12 };
    static const enum word_list NEVER[] = {WORDS_OFFER, WORDS_PRICE, WORDS_WATCHING, WORDS_SENSITIVE, WORDS_NUMBER};
    const struct brief *brief = reading->input->brief;
    for (size_t i = 0; i < brief->product_count; i++)
        if (str_equal(fact->text, brief->products[i].name) || str_equal(fact->text, brief->products[i].category))
            return true;
    struct str words = wording_words(fact->text, reading->arena);
    bool goods = is_goods_kind(fact->kind);
    bool counts = !goods && !str_is_none(wording_find_digit(fact->text));
    if (fact->kind == FACT_SEASON || wording_count(words) > (goods ? GOODS_WORDS_MAX : NAME_WORDS_MAX) || counts ||
        !str_is_none(wording_find_time_span(words, reading->language)))
        return false;
    for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++)
        if (!str_is_none(wording_find_listed(words, reading->language, NEVER[i], reading->arena)))
            return false;
    return true;
}

static void take_out(const struct check_reading *reading, struct check_text *text, struct str name, bool is_a_name)
{
    struct arena *arena = reading->arena;
    struct str words = wording_joined(wording_words(name, arena), arena);
    text->rest = wording_without(text->rest, words, arena);
    text->bare = wording_without(text->bare, wording_bare_words(name, arena), arena);
    if (!is_a_name)
        return;
    text->said = wording_without(text->said, words, arena);
    text->rest_raw = blank_out(text->rest_raw, name, arena);
}

/* Whether take_out of the name would change anything: far cheaper to ask than what the name tells. */
static bool stands_in(const struct check_reading *reading, const struct check_text *text, struct str name)
{
    struct arena *arena = reading->arena;
    struct str words = wording_joined(wording_words(name, arena), arena);
    return wording_has(text->rest, str_trim(words)) || wording_has(text->said, str_trim(words)) ||
           wording_has(text->bare, str_trim(wording_bare_words(name, arena))) ||
           blank_out(text->rest_raw, name, arena).ptr != text->rest_raw.ptr;
}

/* Whether a part of a name is worth recognising: two words of function ("of the") are not, and a claim is no name. */
static bool tells_name(const struct check_reading *reading, struct str part)
{
    static const enum word_list NEVER[] = {WORDS_CLAIM, WORDS_OFFER, WORDS_PRICE, WORDS_WATCHING, WORDS_SENSITIVE};
    struct str words = wording_words(part, reading->arena), rest = str_trim(words);
    for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++)
        if (!str_is_none(wording_find_listed(words, reading->language, NEVER[i], reading->arena)))
            return false;
    while (!str_is_none(rest) && rest.len > 0)
        if (!wording_is_listed(str_cut(&rest, ' '), reading->language->lists[WORDS_FUNCTION]))
            return true;
    return false;
}

static bool is_at_name(char c) { return c != ' ' && c != ',' && c != '(' && c != ')' && c != '-'; }

/* The raw part of `name` from word `first` on, `count` words long; STR_NONE when it has not so many. */
static struct str part_of(struct str name, size_t first, size_t count)
{
    size_t at = 0, word = 0, start = SIZE_MAX;
    while (at < name.len) {
        while (at < name.len && !is_at_name(name.ptr[at]))
            at++;
        if (at < name.len && word == first)
            start = at;
        while (at < name.len && is_at_name(name.ptr[at]))
            at++;
        if (++word < first + count || start == SIZE_MAX)
            continue;
        while (at > start && strchr(".,;:!?", name.ptr[at - 1]) != NULL)
            at--; /* a sign that ends a sentence is the sentence's */
        return (struct str){name.ptr + start, at - start};
    }
    return STR_NONE;
}

/* Goods are seldom called by their whole name: "Aero Glide 3" for "Aero Glide 3 Road Running Shoe (Women's 8.5)". Two words
 * of it in a row, or more, are the name too. */
static void take_parts_out(const struct check_reading *reading, struct check_text *text, struct str name)
{
    enum { PARTS_WORDS_MAX = 14 };
    if (!tells_name(reading, name))
        return;
    for (size_t count = PARTS_WORDS_MAX; count >= 2; count--)
        for (size_t first = 0; first + count <= PARTS_WORDS_MAX; first++) {
            struct str part = part_of(name, first, count);
            if (str_is_none(part))
                break;
            if (part.len < name.len && stands_in(reading, text, part) && tells_name(reading, part))
                take_out(reading, text, part, true);
        }
}

static void take_facts_out(const struct check_reading *reading, struct check_text *text)
{
    const struct check_input *input = reading->input;
    text->rest = text->said = text->words;
    text->bare = wording_bare_words(text->raw, reading->arena);
    text->rest_raw = text->raw;
    for (size_t i = 0; i < input->brief->product_count; i++) {
        const struct product *product = &input->brief->products[i];
        bool several_words = wording_count(wording_words(product->name, reading->arena)) > 1;
        if (several_words || check_is_picked(input->draft, product))
            take_out(reading, text, product->name, true);
    }
    for (const struct fact *fact = check_next_fact(input->brief, NULL); fact != NULL;
         fact = check_next_fact(input->brief, fact)) {
        bool name = is_name(reading, fact);
        if (name || check_text_cites(text, fact->id))
            take_out(reading, text, fact->text, name);
        if (name && is_goods_kind(fact->kind))
            take_parts_out(reading, text, fact->text);
    }
    take_out(reading, text, input->brief->shop_name, true);
}

/* --- what is known ------------------------------------------------------------------------------------------------- */

static void add_known(struct buf *out, struct str text, struct arena *arena)
{
    buf_add(out, wording_words(text, arena));
    buf_add_char(out, '|');
}

/* A category as long as a sentence excuses no words of it. */
static void add_category(struct buf *out, struct str category, struct arena *arena)
{
    if (wording_count(wording_words(category, arena)) <= BRIEF_CATEGORY_WORDS_MAX)
        add_known(out, category, arena);
}

static struct str finish(struct buf *out, struct arena *arena)
{
    buf_add_char(out, ' ');
    struct str text = arena_str(arena, buf_str(out));
    buf_clear(out);
    return text;
}

/* A picked product may be spoken of in the whole draft; where its name is a fact, by citing that. */
static void add_picked(const struct check_input *input, const struct check_text *text, struct buf *out,
                       struct arena *arena)
{
    for (size_t i = 0; i < input->brief->product_count; i++)
        if (check_is_picked(input->draft, &input->brief->products[i])) {
            bool own = text != NULL && text->kind == TEXT_REASON &&
                       str_equal(input->draft->picks[text->index].product_id, input->brief->products[i].id);
            if (text == NULL || text->cited == NULL || own ||
                !check_is_fact_text(input->brief, input->brief->products[i].name))
                add_known(out, input->brief->products[i].name, arena);
            if (text == NULL || text->cited == NULL || own ||
                !check_is_fact_text(input->brief, input->brief->products[i].category))
                add_category(out, input->brief->products[i].category, arena);
        }
}

/* What `text` may state; NULL: what any text may. */
static struct str ground_of(const struct check_input *input, const struct check_text *text, struct arena *arena)
{
    struct buf out = {0};
    for (size_t i = 0; i < input->brief->fact_count; i++) {
        const struct fact *fact = &input->brief->facts[i];
        if (text == NULL || !check_is_naming(fact) || check_text_cites(text, fact->id))
            add_known(&out, fact->text, arena);
    }
    add_picked(input, text, &out, arena);
    add_known(&out, input->brief->shop_name, arena);
    return finish(&out, arena);
}

/* All words that people gave: a capitalised word that is none of them was made up. */
static struct str known_of(const struct check_input *input, struct arena *arena)
{
    const struct policy *policy = input->policy;
    struct buf out = {0};
    for (size_t i = 0; i < input->brief->fact_count; i++)
        add_known(&out, input->brief->facts[i].text, arena);
    for (size_t i = 0; i < input->brief->product_count; i++) {
        add_known(&out, input->brief->products[i].name, arena);
        add_category(&out, input->brief->products[i].category, arena);
    }
    add_known(&out, input->brief->shop_name, arena);
    add_known(&out, policy->brand_sign_offs, arena);
    add_known(&out, policy->brand_tone, arena);
    add_known(&out, policy->brand_do, arena);
    add_known(&out, policy->brand_example, arena);
    return finish(&out, arena);
}

/* --- names --------------------------------------------------------------------------------------------------------- */

static bool ends_sentence(char c) { return c == '.' || c == '!' || c == '?' || c == ':' || c == '"' || c == '('; }

bool check_is_written_as_name(struct str raw, struct str word, struct arena *arena)
{
    enum { TITLE_PERCENT = 60, TITLE_WORDS_MIN = 3 };
    struct str rest = raw;
    char before = '.';
    size_t words = 0, capitals = 0;
    bool found = false;
    while (!str_is_none(rest)) {
        struct str token = str_cut(&rest, ' ');
        if (token.len == 0)
            continue;
        bool capital = token.ptr[0] >= 'A' && token.ptr[0] <= 'Z';
        words++;
        capitals += capital;
        found = found || (capital && !ends_sentence(before) && wording_has(wording_bare_words(token, arena), word));
        before = token.ptr[token.len - 1];
    }
    return found && (words < TITLE_WORDS_MIN || capitals * 100 < words * TITLE_PERCENT);
}

/* --- the texts ----------------------------------------------------------------------------------------------------- */

bool check_sign_off(const struct check_input *input, bool *listed)
{
    struct str list = str_is_none(input->brief->sign_offs) ? input->policy->brand_sign_offs : input->brief->sign_offs;
    struct json *array = NULL;
    struct json_error error;
    *listed = false;
    if (str_is_empty(list) || json_parse(list, &array, &error) != RC_OK)
        return false;
    size_t count = json_size(array);
    for (size_t i = 0; i < count; i++)
        *listed = *listed || str_equal(json_str(json_at(array, i)), input->draft->sign_off);
    json_free(array);
    return count > 0;
}

static struct check_text *add(struct check_reading *reading, enum check_text_kind kind, struct str where,
                              struct str raw)
{
    struct check_text *text = &reading->texts[reading->count++];
    *text = (struct check_text){.kind = kind, .where = where, .raw = str_is_none(raw) ? STR("") : raw};
    return text;
}

static void add_texts(struct check_reading *reading, const struct draft *draft)
{
    struct arena *arena = reading->arena;
    bool listed;
    add(reading, TEXT_SUBJECT, STR("subject"), draft->subject);
    add(reading, TEXT_PREHEADER, STR("preheader"), draft->preheader);
    for (size_t i = 0; i < draft->paragraph_count; i++) {
        const struct draft_paragraph *paragraph = &draft->paragraphs[i];
        struct check_text *text =
            add(reading, TEXT_PARAGRAPH, arena_printf(arena, "paragraph %zu", i + 1), paragraph->text);
        text->index = i;
        text->cited = paragraph->facts;
        text->cited_count = paragraph->fact_count;
    }
    for (size_t i = 0; i < draft->pick_count; i++) {
        const struct draft_pick *pick = &draft->picks[i];
        struct check_text *text = add(reading, TEXT_REASON, arena_printf(arena, "pick %zu", i + 1), pick->reason);
        text->index = i;
        text->cited = pick->facts;
        text->cited_count = pick->fact_count;
    }
    add(reading, TEXT_CTA, STR("button"), draft->cta_label);
    if (!check_sign_off(reading->input, &listed) || !listed)
        add(reading, TEXT_SIGN_OFF_LINE, STR("sign-off"), draft->sign_off);
}

void check_read(const struct check_input *input, struct arena *arena, struct check_reading *reading)
{
    const struct language *own = language_of(input->brief->locale);
    *reading = (struct check_reading){
        .input = input, .arena = arena, .language = own != NULL ? own : LANGUAGES[0], .is_spoken = own != NULL};
    reading->known = known_of(input, arena);
    reading->facts = ground_of(input, NULL, arena);
    add_texts(reading, input->draft);
    for (size_t i = 0; i < reading->count; i++) {
        struct check_text *text = &reading->texts[i];
        text->folded = utf8_is_valid(text->raw) && text->raw.len > 0 ? utf8_fold(text->raw, arena) : STR("");
        text->words = wording_joined(wording_sentences(text->raw, arena), arena);
        text->ground = ground_of(input, text, arena);
        take_facts_out(reading, text);
    }
}

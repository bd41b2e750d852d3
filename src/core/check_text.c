/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading a draft for the rules. Facts a text may name are taken out for the rules that could trip over the shop's own
 * words (a client called Rose, a category in capitals), longest first, so that "summer dresses" is not read as "dresses". */
#include "core/check_text.h"

#include "base/utf8.h"
#include "core/wording.h"

bool check_text_cites(const struct check_text *text, struct str fact_id)
{
    for (size_t i = 0; i < text->cited_count; i++)
        if (str_equal(text->cited[i], fact_id))
            return true;
    return text->cited == NULL;
}

/* raw with every occurrence of `part` blanked. */
static struct str blank_out(struct str raw, struct str part, struct arena *arena)
{
    size_t at = str_find(raw, part);
    if (part.len == 0 || at == SIZE_MAX)
        return raw;
    struct str copy = arena_str(arena, raw);
    for (; at != SIZE_MAX; at = str_find(copy, part))
        for (size_t i = 0; i < part.len; i++)
            ((char *)(uintptr_t)copy.ptr)[at + i] = ' ';
    return copy;
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

static void take_facts_out(const struct check_input *input, struct arena *arena, struct check_text *text)
{
    text->rest = text->words;
    text->bare = wording_bare_words(text->raw, arena);
    text->rest_raw = text->raw;
    for (const struct fact *fact = check_next_fact(input->brief, NULL); fact;
         fact = check_next_fact(input->brief, fact)) {
        if (!check_text_cites(text, fact->id))
            continue;
        text->rest = wording_without(text->rest, wording_words(fact->text, arena), arena);
        text->bare = wording_without(text->bare, wording_bare_words(fact->text, arena), arena);
        text->rest_raw = blank_out(text->rest_raw, fact->text, arena);
    }
}

static struct check_text *add(struct check_texts *texts, enum check_text_kind kind, struct str where, struct str raw)
{
    struct check_text *text = &texts->items[texts->count++];
    *text = (struct check_text){.kind = kind, .where = where, .raw = str_is_none(raw) ? STR("") : raw};
    return text;
}

static void finish(const struct check_input *input, struct arena *arena, struct check_text *text)
{
    text->folded = utf8_is_valid(text->raw) && text->raw.len > 0 ? utf8_fold(text->raw, arena) : STR("");
    text->words = wording_words(text->raw, arena);
    take_facts_out(input, arena, text);
}

static bool is_brand_sign_off(const struct check_input *input)
{
    struct str list = str_is_empty(input->brief->sign_offs) ? input->policy->brand_sign_offs : input->brief->sign_offs;
    struct json *array = NULL;
    struct json_error error;
    bool found = false;
    if (str_is_empty(list) || json_parse(list, &array, &error) != RC_OK)
        return false;
    for (size_t i = 0; i < json_size(array) && !found; i++)
        found = str_equal(json_str(json_at(array, i)), input->draft->sign_off);
    json_free(array);
    return found;
}

const struct check_texts *check_texts_of(const struct check_input *input, struct arena *arena)
{
    if (input->texts != NULL)
        return input->texts;
    const struct draft *draft = input->draft;
    struct check_texts *texts = arena_new(arena, 1, sizeof *texts);
    add(texts, TEXT_SUBJECT, STR("subject"), draft->subject);
    add(texts, TEXT_PREHEADER, STR("preheader"), draft->preheader);
    for (size_t i = 0; i < draft->paragraph_count; i++) {
        struct check_text *text =
            add(texts, TEXT_PARAGRAPH, arena_printf(arena, "paragraph %zu", i + 1), draft->paragraphs[i].text);
        text->index = i;
        text->cited = draft->paragraphs[i].facts;
        text->cited_count = draft->paragraphs[i].fact_count;
    }
    for (size_t i = 0; i < draft->pick_count; i++) {
        struct check_text *text =
            add(texts, TEXT_REASON, arena_printf(arena, "pick %zu", i + 1), draft->picks[i].reason);
        text->index = i;
        text->cited = draft->picks[i].facts;
        text->cited_count = draft->picks[i].fact_count;
    }
    add(texts, TEXT_CTA, STR("button"), draft->cta_label);
    if (!is_brand_sign_off(input))
        add(texts, TEXT_SIGN_OFF, STR("sign-off"), draft->sign_off);
    for (size_t i = 0; i < texts->count; i++)
        finish(input, arena, &texts->items[i]);
    return texts;
}

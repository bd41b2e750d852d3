/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Drafts as JSON. Reading checks the form only (types, counts, bytes that could do harm); whether the words may be said is
 * core/check's business, so that staff get a finding they can mend and not a refusal. */
#include "core/draft.h"

#define TEXT_MAX_BYTES 4000
#define ID_TEXT_MAX_BYTES 128

void draft_facts_to_json(const struct str *facts, size_t count, struct json_out *out)
{
    json_key(out, "facts");
    json_begin_array(out);
    for (size_t i = 0; i < count; i++)
        json_put_str(out, facts[i]);
    json_end_array(out);
}

void draft_paragraphs_to_json(const struct draft *draft, struct json_out *out)
{
    json_begin_array(out);
    for (size_t i = 0; i < draft->paragraph_count; i++) {
        const struct draft_paragraph *paragraph = &draft->paragraphs[i];
        json_begin_object(out);
        json_pair_str(out, "text", paragraph->text);
        draft_facts_to_json(paragraph->facts, paragraph->fact_count, out);
        json_end_object(out);
    }
    json_end_array(out);
}

/* Where a fault is: "/paragraphs/2/text". */
struct place {
    struct arena *arena;
    struct problems *problems;
    size_t index;
};

static void fault(const struct place *place, const char *member, const char *rule, const char *detail)
{
    struct str pointer = arena_printf(place->arena, "/paragraphs/%zu%s", place->index, member);
    problems_add(place->problems, place->arena, pointer, rule, detail);
}

static void read_text(const struct place *place, const struct json *value, struct str *out)
{
    struct str text = json_str(value);
    if (str_is_none(text))
        fault(place, "/text", "type", "must be a text");
    else if (text.len > TEXT_MAX_BYTES)
        fault(place, "/text", "length", "must have at most 4000 bytes");
    else if (!RULE_TEXT.holds(text))
        fault(place, "/text", RULE_TEXT.name, RULE_TEXT.detail);
    else
        *out = arena_str(place->arena, text);
}

/* Copies up to DRAFT_FACTS_MAX fact ids; false when the value is anything but a list of short texts. NULL is an empty list. */
static bool copy_facts(const struct json *value, struct arena *arena, struct str *out, size_t *count)
{
    *count = 0;
    if (value == NULL)
        return true;
    if (!json_is(value, JSON_ARRAY) || json_size(value) > DRAFT_FACTS_MAX)
        return false;
    for (size_t i = 0; i < json_size(value); i++) {
        struct str id = json_str(json_at(value, i));
        if (str_is_empty(id) || id.len > ID_TEXT_MAX_BYTES)
            return false;
        out[(*count)++] = arena_str(arena, id);
    }
    return true;
}

static void read_paragraph(const struct place *place, const struct json *value, struct draft_paragraph *out)
{
    void *iter = NULL;
    struct str name;
    const struct json *member;
    struct str here = arena_printf(place->arena, "/paragraphs/%zu", place->index);
    if (!json_is(value, JSON_OBJECT)) {
        fault(place, "", "type", "must be an object with text and facts");
        return;
    }
    while (json_each(value, &iter, &name, &member)) {
        if (!str_equal(name, STR("text")) && !str_equal(name, STR("facts")))
            problems_add(place->problems, place->arena, pointer_below(here, name, place->arena), "unknown",
                         "is not a known field");
    }
    read_text(place, json_get(value, "text"), &out->text);
    if (!copy_facts(json_get(value, "facts"), place->arena, out->facts, &out->fact_count))
        fault(place, "/facts", "type", "must be a list of at most 8 fact ids");
}

enum rc draft_paragraphs_from_json(const struct json *array, struct arena *arena, struct draft *draft,
                                   struct problems *problems)
{
    size_t before = problems->count, count = json_size(array);
    draft->paragraph_count = 0;
    if (!json_is(array, JSON_ARRAY) || count == 0 || count > DRAFT_PARAGRAPHS_MAX) {
        problems_add(problems, arena, STR("/paragraphs"), "type", "must be a list of 1 to 8 paragraphs");
        return RC_INVALID;
    }
    for (size_t i = 0; i < count; i++) {
        struct place place = {arena, problems, i};
        draft->paragraphs[i] = (struct draft_paragraph){0};
        read_paragraph(&place, json_at(array, i), &draft->paragraphs[i]);
    }
    if (problems->count != before)
        return RC_INVALID;
    draft->paragraph_count = count;
    return RC_OK;
}

enum rc draft_picks_from_json(const struct json *array, struct arena *arena, struct draft *draft)
{
    size_t count = json_size(array);
    draft->pick_count = 0;
    if (!json_is(array, JSON_ARRAY) || count > DRAFT_PICKS_MAX)
        return RC_INVALID;
    for (size_t i = 0; i < count; i++) {
        struct draft_pick *pick = &draft->picks[i];
        struct str id = json_get_str(json_at(array, i), "product_id");
        struct str reason = json_get_str(json_at(array, i), "reason");
        *pick = (struct draft_pick){0};
        if (str_is_empty(id) || id.len > ID_TEXT_MAX_BYTES || reason.len > TEXT_MAX_BYTES ||
            !copy_facts(json_get(json_at(array, i), "facts"), arena, pick->facts, &pick->fact_count))
            return RC_INVALID;
        pick->product_id = arena_str(arena, id);
        pick->reason = arena_str(arena, str_is_none(reason) ? STR("") : reason);
    }
    draft->pick_count = count;
    return RC_OK;
}

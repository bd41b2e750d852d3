/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A writer's whole answer as JSON, both ways. A model's text is an untrusted input: the object must have every member, each
 * of its type and size, and no other; whatever else comes is a fault, never a guess. */
#include "core/draft.h"

#define TEXT_MAX_BYTES 4000
#define ID_MAX_BYTES 128
#define REPLY_MAX_BYTES (64 * 1024)

static const char *const MEMBERS[] = {"subject",    "preheader", "paragraphs", "picks",          "cta_label",
                                      "cta_target", "sign_off",  "abstain",    "abstain_reason", NULL};
static const char *const PARAGRAPH_MEMBERS[] = {"text", "facts", NULL};
static const char *const PICK_MEMBERS[] = {"product_id", "reason", "facts", NULL};

struct reading {
    struct arena *arena;
    struct problems *problems;
};

static void fault(const struct reading *in, struct str pointer, const char *rule, const char *detail)
{
    problems_add(in->problems, in->arena, pointer, rule, detail);
}

/* Every member must be there, and no other. */
static void check_members(const struct reading *in, struct str here, const struct json *object,
                          const char *const *members)
{
    void *iter = NULL;
    struct str name;
    const struct json *value;
    for (const char *const *member = members; *member != NULL; member++)
        if (json_get(object, *member) == NULL)
            fault(in, pointer_below(here, str_of(*member), in->arena), "required", "is missing");
    while (json_each(object, &iter, &name, &value)) {
        bool known = false;
        for (const char *const *member = members; *member != NULL; member++)
            known = known || str_equal(name, str_of(*member));
        if (!known)
            fault(in, pointer_below(here, name, in->arena), "unknown", "is not a known field");
    }
}

static struct str read_text(const struct reading *in, struct str here, const struct json *object, const char *name,
                            size_t max)
{
    const struct json *value = json_get(object, name);
    struct str text = json_str(value);
    struct str pointer = pointer_below(here, str_of(name), in->arena);
    if (value == NULL)
        return STR("");
    if (str_is_none(text))
        fault(in, pointer, "type", "must be a text");
    else if (text.len > max)
        fault(in, pointer, "length", arena_printf(in->arena, "must have at most %zu bytes", max).ptr);
    else
        return arena_str(in->arena, text);
    return STR("");
}

static void read_facts(const struct reading *in, struct str here, const struct json *object, struct str *facts,
                       size_t *count)
{
    const struct json *list = json_get(object, "facts");
    struct str pointer = pointer_below(here, STR("facts"), in->arena);
    *count = 0;
    if (list == NULL)
        return;
    if (!json_is(list, JSON_ARRAY) || json_size(list) > DRAFT_FACTS_MAX) {
        fault(in, pointer, "type", "must be a list of at most 8 fact ids");
        return;
    }
    for (size_t i = 0; i < json_size(list); i++) {
        struct str id = json_str(json_at(list, i));
        if (str_is_empty(id) || id.len > ID_MAX_BYTES)
            fault(in, pointer, "type", "must be a list of at most 8 fact ids");
        else
            facts[(*count)++] = arena_str(in->arena, id);
    }
}

/* The list `name`, NULL (and a fault) when it is none or longer than `max`. */
static const struct json *read_list(const struct reading *in, const struct json *object, const char *name, size_t max)
{
    const struct json *list = json_get(object, name);
    struct str pointer = pointer_below(STR_NONE, str_of(name), in->arena);
    if (list == NULL)
        return NULL;
    if (json_is(list, JSON_ARRAY) && json_size(list) <= max)
        return list;
    fault(in, pointer, "type", arena_printf(in->arena, "must be a list of at most %zu entries", max).ptr);
    return NULL;
}

static bool begin_entry(const struct reading *in, struct str here, const struct json *entry, const char *const *members)
{
    if (!json_is(entry, JSON_OBJECT)) {
        fault(in, here, "type", "must be an object");
        return false;
    }
    check_members(in, here, entry, members);
    return true;
}

static void read_paragraphs(const struct reading *in, const struct json *object, struct draft *draft)
{
    const struct json *list = read_list(in, object, "paragraphs", DRAFT_PARAGRAPHS_MAX);
    for (size_t i = 0; i < json_size(list); i++) {
        struct str here = arena_printf(in->arena, "/paragraphs/%zu", i);
        struct draft_paragraph *paragraph = &draft->paragraphs[draft->paragraph_count++];
        if (!begin_entry(in, here, json_at(list, i), PARAGRAPH_MEMBERS))
            continue;
        paragraph->text = read_text(in, here, json_at(list, i), "text", TEXT_MAX_BYTES);
        read_facts(in, here, json_at(list, i), paragraph->facts, &paragraph->fact_count);
    }
}

static void read_picks(const struct reading *in, const struct json *object, struct draft *draft)
{
    const struct json *list = read_list(in, object, "picks", DRAFT_PICKS_MAX);
    for (size_t i = 0; i < json_size(list); i++) {
        struct str here = arena_printf(in->arena, "/picks/%zu", i);
        struct draft_pick *pick = &draft->picks[draft->pick_count++];
        if (!begin_entry(in, here, json_at(list, i), PICK_MEMBERS))
            continue;
        pick->product_id = read_text(in, here, json_at(list, i), "product_id", ID_MAX_BYTES);
        pick->reason = read_text(in, here, json_at(list, i), "reason", TEXT_MAX_BYTES);
        read_facts(in, here, json_at(list, i), pick->facts, &pick->fact_count);
    }
}

static void read_object(const struct reading *in, const struct json *object, struct draft *draft)
{
    const struct json *abstain = json_get(object, "abstain");
    check_members(in, STR_NONE, object, MEMBERS);
    draft->subject = read_text(in, STR_NONE, object, "subject", TEXT_MAX_BYTES);
    draft->preheader = read_text(in, STR_NONE, object, "preheader", TEXT_MAX_BYTES);
    read_paragraphs(in, object, draft);
    read_picks(in, object, draft);
    draft->cta_label = read_text(in, STR_NONE, object, "cta_label", TEXT_MAX_BYTES);
    draft->cta_target = read_text(in, STR_NONE, object, "cta_target", ID_MAX_BYTES);
    draft->sign_off = read_text(in, STR_NONE, object, "sign_off", TEXT_MAX_BYTES);
    draft->abstain_reason = read_text(in, STR_NONE, object, "abstain_reason", TEXT_MAX_BYTES);
    if (abstain != NULL && !json_is(abstain, JSON_BOOL))
        fault(in, STR("/abstain"), "type", "must be true or false");
    draft->abstain = json_bool(abstain);
}

enum rc draft_from_reply(struct str raw, struct arena *arena, struct draft *draft, struct problems *problems)
{
    struct reading in = {arena, problems};
    struct json *object = NULL;
    struct json_error error;
    size_t before = problems->count;
    *draft = (struct draft){.subject = STR(""),
                            .preheader = STR(""),
                            .cta_label = STR(""),
                            .cta_target = STR(""),
                            .sign_off = STR(""),
                            .abstain_reason = STR("")};
    if (raw.len > REPLY_MAX_BYTES)
        fault(&in, STR(""), "length", "is longer than 64 kB");
    else if (json_parse(raw, &object, &error) != RC_OK)
        fault(&in, STR(""), "json", arena_str(arena, str_of(error.text)).ptr);
    else if (!json_is(object, JSON_OBJECT))
        fault(&in, STR(""), "type", "must be an object");
    else
        read_object(&in, object, draft);
    json_free(object);
    return problems->count == before ? RC_OK : RC_INVALID;
}

void draft_to_reply(const struct draft *draft, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "subject", draft->subject);
    json_pair_str(out, "preheader", draft->preheader);
    json_key(out, "paragraphs");
    draft_paragraphs_to_json(draft, out);
    json_key(out, "picks");
    json_begin_array(out);
    for (size_t i = 0; i < draft->pick_count; i++) {
        const struct draft_pick *pick = &draft->picks[i];
        json_begin_object(out);
        json_pair_str(out, "product_id", pick->product_id);
        json_pair_str(out, "reason", pick->reason);
        draft_facts_to_json(pick->facts, pick->fact_count, out);
        json_end_object(out);
    }
    json_end_array(out);
    json_pair_str(out, "cta_label", draft->cta_label);
    json_pair_str(out, "cta_target", draft->cta_target);
    json_pair_str(out, "sign_off", draft->sign_off);
    json_pair_bool(out, "abstain", draft->abstain);
    json_pair_str(out, "abstain_reason", str_is_none(draft->abstain_reason) ? STR("") : draft->abstain_reason);
    json_end_object(out);
}

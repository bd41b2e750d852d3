/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/offer.h"

#include "base/hash.h"
#include "core/record_counts.h"

const char *const OFFER_CODE_STATE_WORDS[] = {"free", "used", NULL};

#define AT(member) offsetof(struct offer_code, member)

const struct field OFFER_CODE_FIELDS[] = {
    {.name = "id", .type = FIELD_STR, .offset = AT(id), .flags = FIELD_KEY | FIELD_STORED},
    {.name = "state", .type = FIELD_ENUM, .offset = AT(state), .flags = FIELD_STORED, .words = OFFER_CODE_STATE_WORDS},
    {.name = "email_id", .type = FIELD_STR, .offset = AT(email_id)},
    {.name = "used_at", .type = FIELD_TIME, .offset = AT(used_at)},
    {.name = "created_at", .type = FIELD_TIME, .offset = AT(created_at), .flags = FIELD_STORED},
    {.name = "updated_at", .type = FIELD_TIME, .offset = AT(updated_at), .flags = FIELD_STORED},
    {.name = "version", .type = FIELD_I64, .offset = AT(version), .flags = FIELD_STORED},
};
const size_t OFFER_CODE_FIELD_COUNT = OFFER_CODE_ROWS;
RECORD_ROWS(OFFER_CODE_FIELDS, OFFER_CODE_ROWS);

static bool code_holds(struct str code)
{
    if (code.len < 3 || code.len > 40)
        return false;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.ptr[i];
        bool good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!good)
            return false;
    }
    return true;
}

const struct field_rule RULE_OFFER_CODE = {"code", "must be 3 to 40 of A-Z a-z 0-9 _ -", code_holds};

static bool is_over(int64_t ends_at, int64_t now_ms) { return ends_at != TIME_NONE && ends_at <= now_ms; }

bool offer_is_made(const struct policy *policy, struct str language, int64_t now_ms)
{
    struct json *texts = NULL;
    struct json_error error;
    if (!policy->offer_on || is_over(policy->offer_ends_at, now_ms) ||
        json_parse(policy->offer_texts, &texts, &error) != RC_OK)
        return false;
    struct arena arena = {0};
    bool made = !str_is_empty(json_get_str(texts, arena_str(&arena, language).ptr));
    arena_clear(&arena);
    json_free(texts);
    return made;
}

enum episode_offer offer_draw(struct str holdout_salt, struct str episode_id)
{
    uint64_t draw = hash_mix(episode_id, hash_mix(holdout_salt, hash_mix(STR("offer"), 0)));
    return draw >> 63 ? OFFER_WITH : OFFER_WITHOUT;
}

struct str offer_to_json(const struct policy *policy, struct str language, struct str code, struct arena *arena)
{
    struct json *texts = NULL;
    struct json_error error;
    struct buf text = {0};
    struct json_out out;
    if (json_parse(policy->offer_texts, &texts, &error) != RC_OK)
        return STR_NONE;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, "text", json_get_str(texts, arena_str(arena, language).ptr));
    if (!str_is_empty(code))
        json_pair_str(&out, "code", code);
    if (policy->offer_ends_at != TIME_NONE)
        json_pair_str(&out, "ends_at", time_to_text(policy->offer_ends_at, arena));
    json_end_object(&out);
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    json_free(texts);
    return result;
}

enum rc offer_from_json(struct str json, struct arena *arena, struct offer *out)
{
    struct json *object = NULL;
    struct json_error error;
    *out = (struct offer){.ends_at = TIME_NONE};
    if (str_is_empty(json))
        return RC_NOT_FOUND;
    enum rc rc = json_parse(json, &object, &error);
    if (rc == RC_OK && !str_is_empty(json_get_str(object, "text"))) {
        struct str code = json_get_str(object, "code"), ends = json_get_str(object, "ends_at");
        out->text = arena_str(arena, json_get_str(object, "text"));
        out->code = str_is_none(code) ? STR_NONE : arena_str(arena, code);
        if (!str_is_none(ends))
            rc = time_from_text(ends, &out->ends_at);
    } else {
        rc = RC_CORRUPT;
    }
    json_free(object);
    return rc == RC_OK ? RC_OK : RC_CORRUPT;
}

bool offer_holds(const struct offer *printed, const struct policy *policy, int64_t now_ms)
{
    return policy->offer_on && !is_over(printed->ends_at, now_ms) && !is_over(policy->offer_ends_at, now_ms);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The texts are printed as they are, in text and HTML, under the shop's name: so they are plain, and what leads somewhere is
 * the shop's own button. An offer that is on must be one: with a text, and with its code where it says it has one. */
#include "core/policy_offer.h"

#include <math.h>

#include "base/utf8.h"
#include "core/offer.h"
#include "core/policy_rows.h"
#include "core/wording.h"

enum offer_codes { CODES_NONE, CODES_FIXED, CODES_ONE_TIME };
const char *const OFFER_CODES_WORDS[] = {"none", "fixed", "one_time", NULL};

struct reader {
    struct arena *arena;
    struct problems *problems;
    struct policy *policy;
    int codes; /* enum offer_codes */
    size_t faults;
};

static void fault(struct reader *in, struct str pointer, const char *rule, const char *detail)
{
    in->faults++;
    problems_add(in->problems, in->arena, pointer, rule, detail);
}

static void read_text(struct reader *in, struct str pointer, struct str language, const struct json *value)
{
    struct str text = json_str(value);
    if (!policy_speaks(language))
        fault(in, pointer, "language", "is no language that emails are written in");
    if (str_is_none(text)) {
        fault(in, pointer, "type", "must be a text");
        return;
    }
    if (!RULE_TEXT.holds(text)) {
        fault(in, pointer, RULE_TEXT.name, RULE_TEXT.detail);
        return;
    }
    size_t length = utf8_length(text);
    struct str folded = utf8_fold(text, in->arena);
    if (length < 1 || length > OFFER_TEXT_MAX)
        fault(in, pointer, "length", "must have 1 to 300 characters");
    else if (!str_is_none(wording_find_link(folded)))
        fault(in, pointer, "link", "must not have a link or an address: the email's button leads to the shop");
    else if (!str_is_none(wording_find_markup(folded)))
        fault(in, pointer, "markup", "must be plain text");
}

static void read_texts(struct reader *in, struct str pointer, const struct json *value)
{
    struct str language;
    const struct json *text;
    void *iter = NULL;
    struct buf kept = {0};
    if (!json_is(value, JSON_OBJECT)) {
        fault(in, pointer, "type", "must be an object of language and text");
        return;
    }
    while (json_each(value, &iter, &language, &text))
        read_text(in, pointer_below(pointer, language, in->arena), language, text);
    json_dump_sorted(value, &kept);
    in->policy->offer_texts = arena_str(in->arena, buf_str(&kept));
    buf_clear(&kept);
}

static void read_codes(struct reader *in, struct str pointer, const struct json *value)
{
    in->codes = field_enum_from(OFFER_CODES_WORDS, json_str(value));
    if (in->codes < 0)
        fault(in, pointer, "enum", "must be one of none, fixed, one_time");
}

static void read_code(struct reader *in, struct str pointer, const struct json *value)
{
    struct str code = json_str(value);
    if (str_is_none(code))
        fault(in, pointer, "type", "must be a text");
    else if (code.len > 0 && !RULE_OFFER_CODE.holds(code))
        fault(in, pointer, RULE_OFFER_CODE.name, RULE_OFFER_CODE.detail);
    else
        in->policy->offer_code = arena_str(in->arena, code);
}

static void read_end(struct reader *in, struct str pointer, const struct json *value)
{
    if (!json_is(value, JSON_NULL) && time_from_instant(json_str(value), &in->policy->offer_ends_at) != RC_OK)
        fault(in, pointer, "instant", "must be an instant such as 2026-12-01T00:00:00Z, or null");
}

static void read_cost(struct reader *in, struct str pointer, const struct json *value)
{
    double cost = json_real(value);
    if (json_is(value, JSON_NULL))
        return;
    if (!json_is(value, JSON_INT) && !json_is(value, JSON_REAL))
        fault(in, pointer, "type", "must be a number or null");
    else if (!(cost >= 0 && cost <= OFFER_COST_MAX))
        fault(in, pointer, "range", "must be 0 to 1e+07");
    else
        in->policy->offer_cost_minor = cost;
}

static void read_on(struct reader *in, struct str pointer, const struct json *value)
{
    in->policy->offer_on = json_bool(value);
    if (!json_is(value, JSON_BOOL))
        fault(in, pointer, "type", "must be true or false");
}

static const struct {
    const char *name;
    void (*read)(struct reader *in, struct str pointer, const struct json *value);
} MEMBERS[] = {
    {"on", read_on},     {"texts", read_texts}, {"codes", read_codes},
    {"code", read_code}, {"ends_at", read_end}, {"cost_minor", read_cost},
};

static void read_member(struct reader *in, struct str name, const struct json *value)
{
    struct str pointer = pointer_below(STR("/offer"), name, in->arena);
    for (size_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++)
        if (str_equal(name, str_of(MEMBERS[i].name))) {
            MEMBERS[i].read(in, pointer, value);
            return;
        }
    fault(in, pointer, "unknown", "is not a known field");
}

/* What the members must be to each other, once each is good by itself. */
static void check_whole(struct reader *in)
{
    struct policy *policy = in->policy;
    if (policy->offer_on && str_equal(policy->offer_texts, STR("{}")))
        fault(in, STR("/offer/texts"), "required", "an offer that is on needs a text in one language at least");
    if (in->codes == CODES_FIXED && str_is_empty(policy->offer_code))
        fault(in, STR("/offer/code"), "required", "a fixed code must be given");
    if (in->codes != CODES_FIXED && !str_is_empty(policy->offer_code))
        fault(in, STR("/offer/code"), "unused", "is printed only when codes is fixed");
}

static void set_defaults(struct policy *policy)
{
    policy->offer_on = false;
    policy->offer_texts = STR("{}");
    policy->offer_code = STR("");
    policy->offer_one_time = false;
    policy->offer_ends_at = TIME_NONE;
    policy->offer_cost_minor = NAN;
}

size_t policy_offer_read(const struct json *value, struct arena *arena, struct policy *policy,
                         struct problems *problems)
{
    struct reader in = {.arena = arena, .problems = problems, .policy = policy, .codes = CODES_NONE};
    struct str name;
    const struct json *member;
    void *iter = NULL;
    set_defaults(policy);
    if (!json_is(value, JSON_OBJECT)) {
        fault(&in, STR("/offer"), "type", "must be an object");
        return in.faults;
    }
    while (json_each(value, &iter, &name, &member))
        read_member(&in, name, member);
    policy->offer_one_time = in.codes == CODES_ONE_TIME;
    if (in.faults == 0)
        check_whole(&in);
    return in.faults;
}

enum rc policy_offer_check_complete(const struct json *value, struct arena *arena, struct problems *problems)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0] && json_size(value) > 0; i++) {
        if (json_get(value, MEMBERS[i].name))
            continue;
        rc = RC_INVALID;
        problems_add(problems, arena, pointer_below(STR("/offer"), str_of(MEMBERS[i].name), arena), "required",
                     "is missing");
    }
    return rc;
}

void policy_offer_copy(const struct policy *from, struct policy *to)
{
    to->offer_on = from->offer_on;
    to->offer_texts = from->offer_texts;
    to->offer_code = from->offer_code;
    to->offer_one_time = from->offer_one_time;
    to->offer_ends_at = from->offer_ends_at;
    to->offer_cost_minor = from->offer_cost_minor;
}

void policy_offer_to_json(const struct policy *policy, struct json_out *out)
{
    char end[TIME_TEXT_BYTES];
    enum offer_codes codes = policy->offer_one_time             ? CODES_ONE_TIME
                             : str_is_empty(policy->offer_code) ? CODES_NONE
                                                                : CODES_FIXED;
    json_begin_object(out);
    json_pair_bool(out, "on", policy->offer_on);
    json_key(out, "texts");
    json_put_raw(out, policy->offer_texts);
    json_pair_str(out, "codes", str_of(OFFER_CODES_WORDS[codes]));
    json_pair_str(out, "code", policy->offer_code);
    json_pair_str(out, "ends_at", time_write(policy->offer_ends_at, end));
    json_pair_real(out, "cost_minor", policy->offer_cost_minor);
    json_end_object(out);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy record's table and the defaults of a new shop. Reading and writing its JSON is core/policy_json.c. */
#include "core/policy.h"

#include <math.h>

#include "base/hash.h"
#include "core/record_counts.h"

#define AT(member) offsetof(struct policy_record, member)

const struct field POLICY_FIELDS[] = {
    {.name = "id", .type = FIELD_STR, .offset = AT(id), .flags = FIELD_KEY | FIELD_STORED},
    {.name = "body", .type = FIELD_JSON, .offset = AT(body), .flags = FIELD_STORED},
    {.name = "armed_version", .type = FIELD_I64, .offset = AT(armed_version)},
    {.name = "updated_at", .type = FIELD_TIME, .offset = AT(updated_at), .flags = FIELD_STORED},
    {.name = "version", .type = FIELD_I64, .offset = AT(version), .flags = FIELD_STORED},
};
const size_t POLICY_FIELD_COUNT = POLICY_ROWS;
RECORD_ROWS(POLICY_FIELDS, POLICY_ROWS);

const char *const DETECTOR_WORDS[] = {"score", "rfm", "chance", NULL};

void policy_default(struct policy *policy, struct str salt_hex)
{
    *policy = (struct policy){
        .drafting = false,
        .threshold = 50,
        .detector = {.kind = DETECTOR_SCORE,
                     .base_days = 90,
                     .rhythm_power = 0.25,
                     .fade_gaps = 6,
                     .chance = 0.05,
                     .frequency_days = 30},
        .daily_episodes = 50,
        .max_in_review = 200,
        .review_days = 7,
        .holdout_share = 0.20,
        .holdout_salt = salt_hex,
        .approval_mode = STR("manual"),
        .approval_daily_cap = 0,
        .approval_sample_share = 0.1,
        .cap_days = 30,
        .quiet_from = 21 * 60,
        .quiet_to = 8 * 60,
        .feed_max_age_hours = 24,
        .backlog_max_silence_days = 548,
        .brand_tone = STR("warm and plain"),
        .brand_do = STR("[]"),
        .brand_dont = STR("[]"),
        .brand_sign_offs = STR("[\"Warm regards\"]"),
        .brand_banned = STR("[]"),
        .brand_competitors = STR("[]"),
        .brand_example = STR(""),
        .brand_language = STR(""),
        .brand_logo_url = STR(""),
        .brand_color = STR("#1c5f4a"),
        .brand_footer = STR(""),
        .brand_postal_address = STR(""),
        .warm_up_first_day = 50,
        .warm_up_growth = 1.5,
        .soft_bounces = 3,
        .soft_bounce_days = 14,
        .brake_hard_bounces = 0.02,
        .brake_complaints = 0.001,
        .shop_country = STR(""),
        .client_drafts = 5,
        .offer_on = false,
        .offer_texts = STR("{}"),
        .offer_code = STR(""),
        .offer_one_time = false,
        .offer_ends_at = TIME_NONE,
        .offer_cost_minor = NAN,
        .gross_margin = NAN,
        .usual_gap_days = NAN,
        .review_hour_minor = NAN,
        .email_minor = NAN,
        .retention_changes_days = 7,
        .retention_raw_replies_days = 90,
    };
}

struct str policy_period(const struct policy *policy, struct arena *arena)
{
    const struct detector *d = &policy->detector;
    struct str text = arena_printf(arena, "%.17g %.*s %s %.17g %.17g %.17g %.17g %.17g", policy->holdout_share,
                                   STR_ARG(policy->holdout_salt), DETECTOR_WORDS[d->kind], policy->threshold,
                                   d->base_days, d->rhythm_power, d->fade_gaps, d->chance);
    if (policy->offer_on) /* no offer leaves the text as it was before there were any: such periods go on */
        text = arena_printf(arena, "%.*s %.*s %.*s %d", STR_ARG(text), STR_ARG(policy->offer_texts),
                            STR_ARG(policy->offer_code), policy->offer_one_time);
    struct str hex = hash_sha256_hex(text, arena);
    return (struct str){hex.ptr, 12};
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/policy_rows.h"

#include <string.h>

#include "core/language.h"

#define AT(member) offsetof(struct policy, member)

const struct policy_row POLICY_ROWS_JSON[] = {
    {"drafting", POLICY_SWITCH, AT(drafting), 0, 0, false},
    {"threshold", POLICY_NUMBER, AT(threshold), 10, 90, false},
    {"detector.kind", POLICY_DETECTOR, AT(detector.kind), 0, 0, true},
    {"detector.half_life_days", POLICY_NUMBER, AT(detector.base_days), 30, 360, false},
    {"detector.rhythm_power", POLICY_NUMBER, AT(detector.rhythm_power), 0, 0.5, false},
    {"detector.fade_gaps", POLICY_NUMBER, AT(detector.fade_gaps), 4, 9, false},
    {"detector.chance", POLICY_NUMBER, AT(detector.chance), 0.001, 0.9, true},
    {"daily_episodes", POLICY_INT, AT(daily_episodes), 0, 100000, false},
    {"max_in_review", POLICY_INT, AT(max_in_review), 1, 10000, false},
    {"review_days", POLICY_INT, AT(review_days), 1, 60, false},
    {"holdout_share", POLICY_NUMBER, AT(holdout_share), 0, 0.5, false},
    {"holdout_salt", POLICY_LINE, AT(holdout_salt), 8, 64, false},
    {"approval.mode", POLICY_MANUAL, AT(approval_mode), 0, 0, false},
    {"approval.daily_cap", POLICY_INT, AT(approval_daily_cap), 0, 100000, false},
    {"approval.sample_share", POLICY_NUMBER, AT(approval_sample_share), 0, 1, false},
    {"approval.four_eyes", POLICY_BOOL, AT(four_eyes), 0, 0, false},
    {"cap_days", POLICY_INT, AT(cap_days), 0, 365, false},
    {"quiet_hours.from", POLICY_CLOCK, AT(quiet_from), 0, 0, false},
    {"quiet_hours.to", POLICY_CLOCK, AT(quiet_to), 0, 0, false},
    {"feed_max_age_hours", POLICY_INT, AT(feed_max_age_hours), 1, 720, false},
    {"backlog_max_silence_days", POLICY_INT, AT(backlog_max_silence_days), 1, 36500, false},
    {"brand.tone", POLICY_LINE, AT(brand_tone), 0, 500, false},
    {"brand.do", POLICY_WORDS, AT(brand_do), 0, 0, false},
    {"brand.dont", POLICY_WORDS, AT(brand_dont), 0, 0, false},
    {"brand.sign_offs", POLICY_WORDS, AT(brand_sign_offs), 1, 0, false},
    {"brand.banned_phrases", POLICY_WORDS, AT(brand_banned), 0, 0, false},
    {"brand.competitors", POLICY_WORDS, AT(brand_competitors), 0, 0, false},
    {"brand.example", POLICY_TEXT, AT(brand_example), 0, 4000, false},
    {"brand.language", POLICY_LANGUAGE, AT(brand_language), 0, 0, true},
    {"brand.logo_url", POLICY_IMAGE, AT(brand_logo_url), 0, 2000, true},
    {"brand.color", POLICY_COLOR, AT(brand_color), 0, 0, true},
    {"brand.footer", POLICY_TEXT, AT(brand_footer), 0, 500, true},
    {"brand.postal_address", POLICY_TEXT, AT(brand_postal_address), 0, 300, true},
    {"sending.warm_up_first_day", POLICY_INT, AT(warm_up_first_day), 0, 100000, true},
    {"sending.warm_up_growth", POLICY_NUMBER, AT(warm_up_growth), 1.05, 3, true},
    {"sending.soft_bounces", POLICY_INT, AT(soft_bounces), 1, 100, true},
    {"sending.soft_bounce_days", POLICY_INT, AT(soft_bounce_days), 1, 365, true},
    {"sending.brake_hard_bounces", POLICY_NUMBER, AT(brake_hard_bounces), 0.001, 0.1, true},
    {"sending.brake_complaints", POLICY_NUMBER, AT(brake_complaints), 0.0002, 0.01, true},
    {"shop_country", POLICY_COUNTRY, AT(shop_country), 0, 0, true},
    {"client_drafts", POLICY_INT, AT(client_drafts), 1, 50, true},
    {"offer", POLICY_OFFER, 0, 0, 0, true},
    {"gross_margin", POLICY_NUMBER_OR_NULL, AT(gross_margin), 0, 1, false},
    {"usual_gap_days", POLICY_NUMBER_OR_NULL, AT(usual_gap_days), 1, 3650, true},
    {"costs.review_hour_minor", POLICY_NUMBER_OR_NULL, AT(review_hour_minor), 0, 10000000, true},
    {"costs.email_minor", POLICY_NUMBER_OR_NULL, AT(email_minor), 0, 10000000, true},
    {"retention.changes_days", POLICY_INT, AT(retention_changes_days), 1, 365, false},
    {"retention.raw_replies_days", POLICY_INT, AT(retention_raw_replies_days), 1, 365, false},
};
const size_t POLICY_ROW_COUNT = sizeof(POLICY_ROWS_JSON) / sizeof(POLICY_ROWS_JSON[0]);

const struct policy_row *policy_row_of(struct str group, struct str name)
{
    for (size_t i = 0; i < POLICY_ROW_COUNT; i++) {
        struct str rest = str_of(POLICY_ROWS_JSON[i].name);
        if (rest.len != group.len + name.len || !str_starts_with(rest, group))
            continue;
        if (memcmp(rest.ptr + group.len, name.ptr, name.len) == 0)
            return &POLICY_ROWS_JSON[i];
    }
    return NULL;
}

bool policy_is_group(struct str group)
{
    for (size_t i = 0; i < POLICY_ROW_COUNT; i++)
        if (str_starts_with(str_of(POLICY_ROWS_JSON[i].name), group))
            return true;
    return false;
}

bool policy_row_is_text(const struct policy_row *row)
{
    return row->type == POLICY_LINE || row->type == POLICY_TEXT || row->type == POLICY_WORDS ||
           row->type == POLICY_MANUAL || row->type == POLICY_LANGUAGE || row->type == POLICY_IMAGE ||
           row->type == POLICY_COLOR || row->type == POLICY_COUNTRY;
}

size_t policy_row_size(const struct policy_row *row)
{
    if (policy_row_is_text(row))
        return sizeof(struct str);
    switch (row->type) {
    case POLICY_SWITCH:
    case POLICY_BOOL: return sizeof(bool);
    case POLICY_DETECTOR: return sizeof(int);
    case POLICY_OFFER: return 0;
    case POLICY_INT:
    case POLICY_CLOCK: return sizeof(int64_t);
    default: return sizeof(double);
    }
}

bool policy_speaks(struct str code)
{
    for (const struct language *const *language = LANGUAGES; *language; language++)
        if (str_equal(code, str_of((*language)->code)))
            return true;
    return false;
}

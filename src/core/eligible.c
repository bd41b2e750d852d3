/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rules about who may be mailed, one table in the order in which they are asked; the first that fails is the answer.
 * None sees the arm, so both arms of the experiment are the same mailable people. */
#include "core/eligible.h"

static bool has_address(const struct eligible_input *in)
{
    return !str_is_none(in->client->email) && RULE_EMAIL.holds(in->client->email);
}

static bool until_is_over(const struct eligible_input *in)
{
    return in->client->consent_until != TIME_NONE && in->client->consent_until <= in->now_ms;
}

static bool is_consented(const struct eligible_input *in) { return in->client->consent_status != CONSENT_UNKNOWN; }

static bool is_not_unsubscribed(const struct eligible_input *in)
{
    return in->client->consent_status != CONSENT_UNSUBSCRIBED;
}

/* A pause with an end is over at that end; one without lasts until the person says otherwise. */
static bool is_not_paused(const struct eligible_input *in)
{
    return in->client->consent_status != CONSENT_PAUSED || until_is_over(in);
}

static bool is_not_expired(const struct eligible_input *in)
{
    return in->client->consent_status != CONSENT_SUBSCRIBED || !until_is_over(in);
}

static bool may_profile(const struct eligible_input *in) { return in->client->profiling != PROFILING_OBJECTED; }

static bool is_known(const struct eligible_input *in) { return !in->erased; }

static bool is_not_suppressed(const struct eligible_input *in) { return !in->suppressed; }

static bool is_not_capped(const struct eligible_input *in)
{
    if (in->forced || in->rehearsal || !in->person || in->person->last_email_at == TIME_NONE)
        return true;
    return in->now_ms - in->person->last_email_at >= in->policy->cap_days * TIME_DAY_MS;
}

/* We write, check and render English; a client who reads another language waits until we can. Absent: the shop's. */
static bool speaks_our_language(const struct eligible_input *in)
{
    struct str locale = in->client->locale;
    if (str_is_empty(locale))
        return true;
    bool english = locale.len >= 2 && str_equal_nocase((struct str){locale.ptr, 2}, STR("en"));
    return english && (locale.len == 2 || locale.ptr[2] == '-' || locale.ptr[2] == '_');
}

static bool has_not_ordered(const struct eligible_input *in) { return !in->ordered_since; }

static bool is_fresh(const struct eligible_input *in)
{
    return in->drafted_at == TIME_NONE || in->now_ms - in->drafted_at <= in->policy->review_days * TIME_DAY_MS;
}

static bool is_not_stopped(const struct eligible_input *in) { return !in->kill_switch; }

static bool has_live_feed(const struct eligible_input *in) { return !in->feed_stale; }

static const struct eligible_rule {
    const char *name;
    bool (*holds)(const struct eligible_input *input);
    bool at_due;                   /* asked at the due moment too */
    enum eligible_verdict verdict; /* when it does not hold */
} RULES[] = {
    {"erased", is_known, true, ELIGIBLE_NO},
    {"no_address", has_address, true, ELIGIBLE_NO},
    {"consent_unknown", is_consented, true, ELIGIBLE_NO},
    {"consent_unsubscribed", is_not_unsubscribed, true, ELIGIBLE_NO},
    {"consent_paused", is_not_paused, true, ELIGIBLE_NO},
    {"consent_expired", is_not_expired, true, ELIGIBLE_NO},
    {"objected", may_profile, true, ELIGIBLE_NO},
    {"suppressed", is_not_suppressed, true, ELIGIBLE_NO},
    {"capped", is_not_capped, true, ELIGIBLE_NO},
    {"locale", speaks_our_language, true, ELIGIBLE_NO},
    {"ordered_since", has_not_ordered, false, ELIGIBLE_NO},
    {"draft_too_old", is_fresh, false, ELIGIBLE_NO},
    {"kill_switch", is_not_stopped, false, ELIGIBLE_HOLD},
    {"feed_stale", has_live_feed, false, ELIGIBLE_HOLD},
};

static struct eligible_answer ask(const struct eligible_input *input, bool at_due)
{
    for (size_t i = 0; i < sizeof(RULES) / sizeof(RULES[0]); i++)
        if ((RULES[i].at_due || !at_due) && !RULES[i].holds(input))
            return (struct eligible_answer){RULES[i].verdict, RULES[i].name, TIME_NONE};
    return (struct eligible_answer){ELIGIBLE_YES, "", TIME_NONE};
}

/* From `from` up to, not including, `to`; over midnight when from > to; never when they are equal. */
static bool is_quiet(const struct policy *policy, int64_t minute)
{
    if (policy->quiet_from <= policy->quiet_to)
        return minute >= policy->quiet_from && minute < policy->quiet_to;
    return minute >= policy->quiet_from || minute < policy->quiet_to;
}

/* The next instant at which the zone's wall clock shows `minute`. A day that clocks were changed on is mended by the
 * difference; where the minute does not exist on that day, the result is a moment beside it and is looked at again. */
static int64_t next_at(int64_t minute, struct str zone, int64_t now_ms)
{
    int64_t day = time_day(now_ms, zone), at = now_ms;
    for (int ahead = 0; ahead < 3 && at <= now_ms; ahead++) {
        at = time_day_start(day + ahead, zone) + minute * TIME_MINUTE_MS;
        at += (minute - time_minute_of_day(at, zone)) * TIME_MINUTE_MS;
    }
    return at > now_ms ? at : now_ms + TIME_HOUR_MS;
}

struct eligible_answer eligible_at_due(const struct eligible_input *input) { return ask(input, true); }

struct eligible_answer eligible_to_send(const struct eligible_input *input, struct str shop_zone)
{
    struct eligible_answer answer = ask(input, false);
    if (answer.verdict != ELIGIBLE_YES)
        return answer;
    struct str zone = str_is_empty(input->client->time_zone) ? shop_zone : input->client->time_zone;
    if (is_quiet(input->policy, time_minute_of_day(input->now_ms, zone)))
        answer = (struct eligible_answer){ELIGIBLE_LATER, "quiet_hours",
                                          next_at(input->policy->quiet_to, zone, input->now_ms)};
    return answer;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rules about who may be mailed, one table in the order in which they are asked; the first that fails is the answer.
 * None sees the arm, so both arms of the experiment are the same mailable people. */
#include "core/eligible.h"

#include "core/consent_rules.h"
#include "core/language.h"

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

/* What a purchase alone allows; express consent, and a basis that the shop does not state, are its own word. */
static enum consent_word ask_country(const struct eligible_input *in)
{
    const struct client *client = in->client;
    struct str country = str_is_empty(client->country) ? in->policy->shop_country : client->country;
    bool soft = client->consent_basis == CONSENT_BASIS_SOFT_OPT_IN && client->consent_status != CONSENT_UNSUBSCRIBED;
    return soft ? consent_rule_ask(country, in->last_order_at, in->now_ms) : CONSENT_HOLDS;
}

static bool has_a_country(const struct eligible_input *in) { return ask_country(in) != CONSENT_NO_RULE; }

static bool has_not_run_out(const struct eligible_input *in) { return ask_country(in) != CONSENT_RAN_OUT; }

static bool may_profile(const struct eligible_input *in) { return in->client->profiling != PROFILING_OBJECTED; }

static bool is_known(const struct eligible_input *in) { return !in->erased; }

static bool is_not_suppressed(const struct eligible_input *in) { return !in->suppressed; }

static bool cap_is_over(const struct eligible_input *in, int64_t since)
{
    bool over = since == TIME_NONE || in->now_ms - since >= in->policy->cap_days * TIME_DAY_MS;
    return in->forced || in->rehearsal || over;
}

/* Only the treated have mails. What may not see the arm asks for admissions instead: both arms have them. */
static bool was_not_admitted(const struct eligible_input *in)
{
    return !in->person || cap_is_over(in, in->person->contact_at);
}

static bool was_not_mailed(const struct eligible_input *in)
{
    return !in->person || cap_is_over(in, in->person->last_email_at);
}

/* A client of a language that we cannot write, check and render waits until we can, or until people name a stand-in. */
static bool reads_our_language(const struct eligible_input *in) { return language_for(in->client, in->policy) != NULL; }

static bool has_not_ordered(const struct eligible_input *in) { return !in->ordered_since; }

static bool is_fresh(const struct eligible_input *in)
{
    return in->drafted_at == TIME_NONE || in->now_ms - in->drafted_at <= in->policy->review_days * TIME_DAY_MS;
}

static bool is_not_stopped(const struct eligible_input *in) { return !in->kill_switch; }

static bool is_not_braked(const struct eligible_input *in) { return !in->brake; }

static bool has_live_feed(const struct eligible_input *in) { return !in->feed_stale; }

/* When a rule is asked. */
enum { OF_CLIENT = 1, AT_DUE = 2, AT_WAIT = 4, AT_SEND = 8, AT_ALL = AT_DUE | AT_WAIT | AT_SEND };

static const struct eligible_rule {
    const char *name;
    bool (*holds)(const struct eligible_input *input);
    unsigned when;
    enum eligible_verdict verdict; /* when it does not hold */
} RULES[] = {
    {"erased", is_known, AT_ALL, ELIGIBLE_NO},
    {"no_address", has_address, AT_ALL | OF_CLIENT, ELIGIBLE_NO},
    {"consent_unknown", is_consented, AT_ALL | OF_CLIENT, ELIGIBLE_NO},
    {"consent_unsubscribed", is_not_unsubscribed, AT_ALL | OF_CLIENT, ELIGIBLE_NO},
    {"consent_paused", is_not_paused, AT_ALL | OF_CLIENT, ELIGIBLE_NO},
    {"consent_expired", is_not_expired, AT_ALL | OF_CLIENT, ELIGIBLE_NO},
    {"consent_country", has_a_country, AT_ALL | OF_CLIENT, ELIGIBLE_NO},
    {"consent_expired", has_not_run_out, AT_ALL | OF_CLIENT, ELIGIBLE_NO},
    {"objected", may_profile, AT_ALL, ELIGIBLE_NO},
    {"suppressed", is_not_suppressed, AT_ALL, ELIGIBLE_NO},
    {"capped", was_not_admitted, AT_DUE, ELIGIBLE_NO},
    {"capped", was_not_mailed, AT_WAIT | AT_SEND, ELIGIBLE_NO},
    {"locale", reads_our_language, AT_ALL | OF_CLIENT, ELIGIBLE_NO},
    {"ordered_since", has_not_ordered, AT_SEND, ELIGIBLE_NO},
    {"draft_too_old", is_fresh, AT_SEND, ELIGIBLE_NO},
    {"kill_switch", is_not_stopped, AT_SEND, ELIGIBLE_HOLD},
    {"brake", is_not_braked, AT_SEND, ELIGIBLE_HOLD},
    {"feed_stale", has_live_feed, AT_SEND, ELIGIBLE_HOLD},
};

static struct eligible_answer ask(const struct eligible_input *input, unsigned when)
{
    for (size_t i = 0; i < sizeof(RULES) / sizeof(RULES[0]); i++)
        if ((RULES[i].when & when) && !RULES[i].holds(input))
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

struct eligible_answer eligible_at_due(const struct eligible_input *input) { return ask(input, AT_DUE); }

struct eligible_answer eligible_to_wait(const struct eligible_input *input) { return ask(input, AT_WAIT); }

bool eligible_mailable(const struct client *client, const struct policy *policy, int64_t last_order_at, int64_t now_ms)
{
    struct eligible_input input = {
        .client = client, .policy = policy, .last_order_at = last_order_at, .now_ms = now_ms};
    return ask(&input, OF_CLIENT).verdict == ELIGIBLE_YES;
}

struct eligible_answer eligible_to_send(const struct eligible_input *input, struct str shop_zone)
{
    struct eligible_answer answer = ask(input, AT_SEND);
    if (answer.verdict != ELIGIBLE_YES)
        return answer;
    int64_t awake = eligible_awake_at(input->client, input->policy, shop_zone, input->now_ms);
    if (awake > input->now_ms)
        answer = (struct eligible_answer){ELIGIBLE_LATER, "quiet_hours", awake};
    return answer;
}

int64_t eligible_awake_at(const struct client *client, const struct policy *policy, struct str shop_zone, int64_t at_ms)
{
    struct str zone = str_is_empty(client->time_zone) ? shop_zone : client->time_zone;
    return is_quiet(policy, time_minute_of_day(at_ms, zone)) ? next_at(policy->quiet_to, zone, at_ms) : at_ms;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/guard.h"

#include "core/engagement.h"
#include "core/records_small.h"
#include "step/admin_acts.h"
#include "step/brake.h"
#include "step/reads.h"

/* How long a purchase alone lets us write is counted from the last one. */
static enum rc read_last_order(const struct step_env *env, struct str client_id, struct arena *arena, int64_t *at)
{
    struct engagement engagement;
    *at = TIME_NONE;
    enum rc rc = store_get(env->store, RECORD_ENGAGEMENT, client_id, arena, &engagement);
    if (rc == RC_OK)
        *at = engagement.last_at;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc guard_read(const struct step_env *env, const struct episode *episode, struct arena *arena, struct guard *out)
{
    enum rc rc = store_get(env->store, RECORD_CLIENT, episode->client_id, arena, &out->client);
    if (rc != RC_OK)
        return rc;
    if ((rc = env_policy(env, arena, &out->policy)) != RC_OK)
        return rc;
    rc = store_get(env->store, RECORD_PERSON, episode->person, arena, &out->person);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool seen = rc == RC_OK;
    out->person_version = seen ? out->person.version : STORE_ABSENT;
    if (!seen) {
        record_init(RECORD_PERSON, &out->person);
        out->person.id = episode->person;
    }
    struct suppression suppression;
    rc = store_get(env->store, RECORD_SUPPRESSION, out->client.person, arena, &suppression);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool suppressed = rc == RC_OK;
    bool ordered_since;
    if ((rc = read_ordered_since(env, episode, out->client.person, arena, &ordered_since)) != RC_OK)
        return rc;
    int64_t last_order_at;
    if ((rc = read_last_order(env, out->client.id, arena, &last_order_at)) != RC_OK)
        return rc;
    out->input = (struct eligible_input){.client = &out->client,
                                         .person = seen ? &out->person : NULL,
                                         .policy = &out->policy,
                                         .suppressed = suppressed,
                                         .ordered_since = ordered_since,
                                         .last_order_at = last_order_at,
                                         .drafted_at = TIME_NONE,
                                         .forced = episode->arm == ARM_FORCED,
                                         .rehearsal = env->rehearsal,
                                         .now_ms = clock_now(env->clock)};
    return RC_OK;
}

const char *guard_refusal(const struct guard *guard)
{
    struct eligible_answer answer = eligible_at_due(&guard->input);
    if (answer.verdict != ELIGIBLE_YES)
        return answer.rule;
    if (guard->input.ordered_since)
        return "ordered_since"; /* under another client of the same address */
    return str_is_empty(guard->person.episode_id) ? NULL : "person_has_episode";
}

enum rc guard_read_sending(const struct step_env *env, int64_t drafted_at, struct arena *arena, struct guard *guard)
{
    struct feed_verdict feed;
    enum rc rc = feed_verdict_now(env, &guard->policy, arena, &feed);
    if (rc != RC_OK)
        return rc;
    struct str json;
    if ((rc = kill_switch_get(env, arena, &guard->input.kill_switch, &json)) != RC_OK)
        return rc;
    struct brake brake;
    if ((rc = brake_read(env, arena, &brake)) != RC_OK)
        return rc;
    guard->input.brake = brake.on;
    guard->input.feed_stale = feed.state != FEED_OK;
    guard->input.drafted_at = drafted_at;
    return RC_OK;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* See client_acts.h. */
#include "step/client_acts.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/eligible.h"
#include "core/score.h"
#include "step/audit.h"
#include "step/guard.h"
#include "step/moves.h"
#include "step/outbound.h"
#include "step/reads.h"

#define REDO_MAX 20
#define RELEASE_AT_ONCE 20
#define PERSON_CLIENTS_MAX 40 /* clients of one address changed in one commit */

/* What the shop's other tools are told. Of what staff or a list said they are not: the shop knows it. */
static bool event_of(enum suppression_reason reason, enum outbound_type *out)
{
    static const enum outbound_type EVENTS[] = {[SUPPRESSED_UNSUBSCRIBE] = OUTBOUND_UNSUBSCRIBED,
                                                [SUPPRESSED_HARD_BOUNCE] = OUTBOUND_HARD_BOUNCED,
                                                [SUPPRESSED_COMPLAINT] = OUTBOUND_COMPLAINED};
    if (reason == SUPPRESSED_STAFF || reason == SUPPRESSED_IMPORT)
        return false;
    *out = EVENTS[reason];
    return true;
}

/* All clients of the person unsubscribe in the commit that suppresses the address. */
static enum rc try_unsubscribe(const struct step_env *env, struct str person, enum suppression_reason reason,
                               struct str source, struct arena *arena)
{
    struct client *clients;
    size_t count;
    enum outbound_type event;
    int64_t now = clock_now(env->clock);
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    enum rc rc = read_person_clients(env, person, arena, &clients, &count);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < count && i < PERSON_CLIENTS_MAX; i++) {
        if (clients[i].consent_status == CONSENT_UNSUBSCRIBED)
            continue;
        client_opt_out(&clients[i], source, now);
        batch_put(batch, RECORD_CLIENT, &clients[i], clients[i].version);
        batch_job(batch, STORE_JOB_EARLIEST, JOB_CANCEL, clients[i].id, now);
        if (event_of(reason, &event))
            outbound_add(env, batch, event, &clients[i], arena);
    }
    struct suppression *suppression = arena_new(arena, 1, sizeof *suppression);
    rc = store_get(env->store, RECORD_SUPPRESSION, person, arena, suppression);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_NOT_FOUND) {
        *suppression = (struct suppression){
            .id = person, .reason = (int)reason, .source = source, .created_at = now, .updated_at = now};
        batch_put(batch, RECORD_SUPPRESSION, suppression, STORE_ABSENT);
    }
    if (batch->write_count == 0)
        return RC_OK;
    struct audit_entry entry = {.actor = audit_actor(source),
                                .action = STR("address.suppressed"),
                                .subject = person,
                                .detail = arena_printf(arena, "{\"reason\":\"%s\"}", SUPPRESSION_REASON_WORDS[reason])};
    if (reason != SUPPRESSED_UNSUBSCRIBE) /* whoever unsubscribes acts for themselves */
        audit_add(env, batch, &entry, arena);
    return batch_commit(env, batch);
}

enum rc client_unsubscribe(const struct step_env *env, struct str email_id, struct str source, struct arena *arena)
{
    struct email *email = arena_new(arena, 1, sizeof *email);
    enum rc rc = store_get(env->store, RECORD_EMAIL, email_id, arena, email);
    if (rc != RC_OK)
        return rc;
    rc = RC_CONFLICT;
    for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++)
        rc = try_unsubscribe(env, email->person, SUPPRESSED_UNSUBSCRIBE, source, arena);
    if (rc != RC_OK)
        return rc == RC_CONFLICT ? RC_BUSY : rc;
    metrics_add("rekindle_unsubscribes_total", NULL, 1);
    log_info("client_unsubscribed", "email=" LOG_STR " client=" LOG_STR, LOG_ARG(email_id), LOG_ARG(email->client_id));
    return RC_OK;
}

enum rc suppression_add(const struct step_env *env, struct str email, enum suppression_reason reason, struct str source,
                        struct arena *arena, struct suppression *out)
{
    if (!RULE_EMAIL.holds(email))
        return RC_INVALID;
    struct str person = env_person(env, email, STR_NONE, arena);
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++)
        rc = try_unsubscribe(env, person, reason, source, arena);
    if (rc != RC_OK)
        return rc == RC_CONFLICT ? RC_BUSY : rc;
    log_info("address_suppressed", "suppression=" LOG_STR " reason=%s", LOG_ARG(person),
             SUPPRESSION_REASON_WORDS[reason]);
    return store_get(env->store, RECORD_SUPPRESSION, person, arena, out);
}

/* An episode of the client's current silence, not yet in the store. */
static enum rc begin_episode(const struct step_env *env, const struct client *client,
                             const struct engagement *engagement, enum episode_stratum stratum, struct arena *arena,
                             struct episode *out)
{
    struct policy policy;
    struct scale scale;
    struct score score;
    enum rc rc = env_policy(env, arena, &policy);
    if (rc == RC_OK)
        rc = read_scale(env, arena, &scale);
    if (rc != RC_OK)
        return rc;
    int64_t now = clock_now(env->clock);
    score_at(engagement, &scale, &policy.detector, now, &score);
    record_init(RECORD_EPISODE, out);
    out->id = episode_id_of(client->id, engagement->last_order_id, arena);
    out->client_id = client->id;
    out->person = client->person;
    out->last_order_id = engagement->last_order_id;
    out->due_at = engagement->due_at;
    out->opened_at = now;
    out->state = EPISODE_WAITING;
    out->stratum = (int)stratum;
    out->rank = engagement->value_minor;
    out->score = score.total;
    out->chance = score_chance(engagement, &scale, CHANCE_SHOWN_DAYS, now);
    return RC_OK;
}

/* Episode, person's lock, engagement and the admission, in one batch. */
static void add_opening(const struct step_env *env, struct batch *batch, struct episode *episode, struct guard *guard,
                        struct engagement *engagement, struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    if (episode->arm == ARM_FORCED) /* a person asked: no limit and no draw stand in between */
        email_begin(env, batch, episode, guard->client.email, arena);
    episode_begin(batch, episode, now);
    guard->person.episode_id = episode->id;
    guard->person.updated_at = now;
    batch_put(batch, RECORD_PERSON, &guard->person, guard->person_version);
    engagement->episode_id = episode->id;
    engagement->last_episode_id = episode->id;
    engagement->backlog = BACKLOG_NONE;
    engagement->backlog_rank = I64_NONE;
    engagement->updated_at = now;
    batch_put(batch, RECORD_ENGAGEMENT, engagement, engagement->version);
    batch_job(batch, STORE_JOB_CANCEL, JOB_DUE, engagement->client_id, 0);
    batch_job(batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, now);
}

enum rc client_force_draft(const struct step_env *env, struct str client_id, struct str actor, struct str reason,
                           struct arena *arena, struct episode *out, const char **rule)
{
    struct client client;
    struct engagement *engagement = arena_new(arena, 1, sizeof *engagement);
    struct guard *guard = arena_new(arena, 1, sizeof *guard);
    *rule = "";
    enum rc rc = store_get(env->store, RECORD_CLIENT, client_id, arena, &client);
    if (rc != RC_OK)
        return rc;
    rc = store_get(env->store, RECORD_ENGAGEMENT, client_id, arena, engagement);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_NOT_FOUND || engagement->visits == 0) {
        *rule = "no_orders";
        return RC_INVALID;
    }
    if ((rc = begin_episode(env, &client, engagement, STRATUM_FORCED, arena, out)) != RC_OK)
        return rc;
    out->arm = ARM_FORCED;
    out->state = EPISODE_DRAFTING;
    out->admitted_at = out->opened_at;
    out->reason = reason;
    if ((rc = guard_read(env, out, arena, guard)) != RC_OK)
        return rc;
    struct eligible_answer answer = eligible_at_due(&guard->input);
    if (answer.verdict != ELIGIBLE_YES)
        *rule = answer.rule;
    else if (!str_is_empty(guard->person.episode_id))
        *rule = "person_has_episode";
    else if (str_equal(engagement->last_episode_id, out->id))
        *rule = "silence_had_its_episode";
    if (**rule != '\0')
        return RC_INVALID;
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    add_opening(env, batch, out, guard, engagement, arena);
    struct audit_entry entry = {
        .actor = audit_actor(actor), .action = STR("draft.forced"), .subject = out->email_id, .detail = STR("{}")};
    audit_add(env, batch, &entry, arena);
    if ((rc = batch_commit(env, batch)) != RC_OK)
        return rc;
    out->version = 1;
    log_info("draft_forced", "episode=" LOG_STR " by=" LOG_STR, LOG_ARG(out->id), LOG_ARG(actor));
    env_publish(env, "due", "episode_id", out->id, out->client_id);
    return RC_OK;
}

struct release {
    struct str actor;
    struct policy policy;
    struct backlog_release *count; /* the caller's */
    int64_t wanted;
};

/* One client out of the backlog: an episode waiting, or ineligible with its rule. RC_LIMITED: silent too long. */
static enum rc release_one(const struct step_env *env, struct engagement *engagement, const struct release *release,
                           struct arena *arena)
{
    const struct policy *policy = &release->policy;
    int64_t now = clock_now(env->clock);
    if (now - engagement->last_at > policy->backlog_max_silence_days * TIME_DAY_MS)
        return RC_LIMITED;
    struct client client;
    struct episode *episode = arena_new(arena, 1, sizeof *episode);
    struct guard *guard = arena_new(arena, 1, sizeof *guard);
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    enum rc rc = store_get(env->store, RECORD_CLIENT, engagement->client_id, arena, &client);
    if (rc == RC_OK)
        rc = begin_episode(env, &client, engagement, STRATUM_BACKLOG, arena, episode);
    if (rc == RC_OK)
        rc = guard_read(env, episode, arena, guard);
    if (rc != RC_OK)
        return rc;
    batch_init(batch);
    batch->durable = true;
    const char *rule = guard_refusal(guard);
    if (rule == NULL) {
        add_opening(env, batch, episode, guard, engagement, arena);
        struct audit_entry entry = {.actor = audit_actor(release->actor),
                                    .action = STR("backlog.released"),
                                    .subject = episode->id,
                                    .detail = STR("{}")};
        audit_add(env, batch, &entry, arena);
        return batch_commit(env, batch);
    }
    episode->state = EPISODE_INELIGIBLE;
    episode->reason = str_of(rule);
    episode_begin(batch, episode, now);
    engagement->episode_id = episode->id;
    engagement->last_episode_id = episode->id;
    engagement->backlog = BACKLOG_NONE;
    engagement->backlog_rank = I64_NONE;
    engagement->updated_at = now;
    batch_put(batch, RECORD_ENGAGEMENT, engagement, engagement->version);
    return batch_commit(env, batch);
}

/* One page of the backlog, most valuable first. *cursor moves on; absent at the end. */
static enum rc release_page(const struct step_env *env, const struct release *release, struct str *cursor,
                            struct arena *arena)
{
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_BACKLOG);
    query.descending = true;
    query.limit = RELEASE_AT_ONCE;
    query.cursor = *cursor;
    struct store_page page;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    struct engagement *engagements = page.items;
    for (size_t i = 0; i < page.count && release->count->count < release->wanted; i++) {
        rc = release_one(env, &engagements[i], release, arena);
        if (rc == RC_OK)
            release->count->count++;
        else if (rc == RC_LIMITED)
            release->count->skipped++;
        else if (rc != RC_CONFLICT && rc != RC_NOT_FOUND)
            return rc; /* it moved on: it is not in the backlog as we saw it */
    }
    *cursor = page.cursor;
    return RC_OK;
}

static enum rc count_backlog(const struct step_env *env, struct arena *arena, int64_t *left)
{
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_BACKLOG);
    *left = 0;
    do {
        struct store_page page;
        enum rc rc = store_list(env->store, &query, arena, &page);
        if (rc != RC_OK)
            return rc;
        *left += (int64_t)page.count;
        query.cursor = page.cursor;
    } while (!str_is_none(query.cursor));
    return RC_OK;
}

enum rc backlog_release(const struct step_env *env, struct str actor, struct backlog_release *release,
                        struct arena *arena)
{
    struct release act = {.actor = actor, .count = release, .wanted = release->count};
    release->count = release->skipped = release->left = 0;
    enum rc rc = env_policy(env, arena, &act.policy);
    struct str cursor = STR_NONE;
    do {
        if (rc == RC_OK)
            rc = release_page(env, &act, &cursor, arena);
    } while (rc == RC_OK && release->count < act.wanted && !str_is_none(cursor));
    if (rc == RC_OK)
        rc = count_backlog(env, arena, &release->left);
    log_info("backlog_released", "by=" LOG_STR " count=%lld skipped=%lld left=%lld", LOG_ARG(actor),
             (long long)release->count, (long long)release->skipped, (long long)release->left);
    return rc;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Admit: lets waiting episodes in, most valuable first, as far as the day's limit and the room in the review queue reach,
 * and only then draws the arm: eligibility (by rules that cannot see the arm), daily limit, arm. So both arms are the same
 * mailable people, counted from the same instant. */
#include "base/log.h"
#include "base/metrics.h"
#include "core/holdout.h"
#include "step/admin_acts.h"
#include "step/guard.h"
#include "step/moves.h"
#include "step/reads.h"
#include "step/steps.h"

#define ADMIT_AT_ONCE 8 /* episodes a commit; each takes up to 9 of the 100 writes */
#define HOLD_MS TIME_HOUR_MS

struct admit {
    const struct step_env *env;
    struct arena *arena;
    int64_t now;
    struct policy policy;
    struct batch *batch;
    struct str day_counter;
    int64_t left_today; /* of the day's limit */
    int64_t room;       /* in the review queue */
    int64_t admitted;
};

static enum rc read_limits(struct admit *admit)
{
    int64_t day = time_day(admit->now, admit->env->shop.time_zone);
    admit->day_counter = arena_printf(admit->arena, "admitted:%.*s", STR_ARG(time_day_to_text(day, admit->arena)));
    int64_t today, drafting, in_review, blocked;
    enum rc rc = read_counter(admit->env, admit->day_counter, admit->arena, &today);
    if (rc == RC_OK)
        rc = read_counter(admit->env, STR("email:drafting"), admit->arena, &drafting);
    if (rc == RC_OK)
        rc = read_counter(admit->env, STR("email:in_review"), admit->arena, &in_review);
    if (rc == RC_OK)
        rc = read_counter(admit->env, STR("email:blocked"), admit->arena, &blocked);
    if (rc != RC_OK)
        return rc;
    admit->left_today = admit->policy.daily_episodes - today;
    admit->room = admit->policy.max_in_review - drafting - in_review - blocked;
    return RC_OK;
}

/* Draws the arm, and notes whether it is the first draw of this person that counts. Every admission is a contact, whatever
 * the arm: what decides on the next one must not see it. Nothing of a rehearsal is remembered: going live starts clean. */
static void draw_arm(struct admit *admit, struct episode *episode, struct guard *guard)
{
    bool rehearsal = admit->env->rehearsal, drawn = admit->policy.holdout_share > 0;
    struct person *person = &guard->person;
    episode->admitted_at = admit->now;
    episode->arm = (int)holdout_arm(admit->policy.holdout_salt, episode->person, admit->policy.holdout_share);
    episode->period = rehearsal ? PERIOD_REHEARSAL
                      : drawn   ? policy_period(&admit->policy, admit->arena)
                                : PERIOD_UNDRAWN;
    episode->counts = !rehearsal && drawn && person->entered_at == TIME_NONE;
    episode->revenue_30_minor = episode->revenue_60_minor = episode->revenue_90_minor = 0;
    if (rehearsal)
        return;
    if (episode->counts)
        person->entered_at = admit->now;
    person->contact_at = admit->now;
    person->updated_at = admit->now;
    batch_put(admit->batch, RECORD_PERSON, person, guard->person_version);
}

/* Gives up the person's lock when the episode is not going to mail. */
static void release_person(struct admit *admit, struct guard *guard)
{
    if (guard->person_version == STORE_ABSENT)
        return;
    guard->person.episode_id = STR_NONE;
    guard->person.updated_at = admit->now;
    batch_put(admit->batch, RECORD_PERSON, &guard->person, guard->person_version);
}

static enum rc admit_one(struct admit *admit, struct episode *episode)
{
    struct guard *guard = arena_new(admit->arena, 1, sizeof *guard);
    enum rc rc = guard_read(admit->env, episode, admit->arena, guard);
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* erased: its own step clears the episode */
    if (rc != RC_OK)
        return rc;
    if (guard->input.ordered_since) { /* the outcome step is about to close it */
        batch_job(admit->batch, STORE_JOB_EARLIEST, JOB_OUTCOME, episode->client_id, admit->now);
        return RC_OK;
    }
    struct eligible_answer answer = eligible_at_due(&guard->input);
    if (answer.verdict != ELIGIBLE_YES) {
        release_person(admit, guard);
        episode_move(admit->batch, episode, EPISODE_INELIGIBLE, str_of(answer.rule), admit->now);
        return RC_OK;
    }
    if (admit->left_today <= 0 || admit->room <= 0)
        return RC_LIMITED;
    draw_arm(admit, episode, guard);
    if (episode->arm != ARM_HOLDOUT) {
        email_begin(admit->env, admit->batch, episode, guard->client.email, admit->arena);
        admit->room--;
    }
    episode_move(admit->batch, episode, episode->arm == ARM_HOLDOUT ? EPISODE_HOLDOUT : EPISODE_DRAFTING, STR_NONE,
                 admit->now);
    admit->left_today--;
    admit->admitted++;
    return RC_OK;
}

/* Looks at the most valuable few. *more: others wait that could be let in now. */
static enum rc admit_page(struct admit *admit, bool *more)
{
    struct store_query query = STORE_QUERY(EPISODE_BY_STATE);
    query.equal = STR("waiting");
    query.descending = true;
    query.limit = ADMIT_AT_ONCE;
    struct store_page page;
    enum rc rc = store_list(admit->env->store, &query, admit->arena, &page);
    if (rc != RC_OK)
        return rc;
    struct episode *episodes = page.items;
    size_t before = admit->batch->write_count;
    for (size_t i = 0; i < page.count; i++) {
        rc = admit_one(admit, &episodes[i]);
        if (rc == RC_LIMITED) { /* what is left waits: the next day, or until a draft leaves the review queue */
            *more = false;
            if (admit->left_today <= 0)
                batch_job(
                    admit->batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP,
                    time_day_start(time_day(admit->now, admit->env->shop.time_zone) + 1, admit->env->shop.time_zone));
            return RC_OK;
        }
        if (rc != RC_OK)
            return rc;
    }
    *more = !str_is_none(page.cursor) && admit->batch->write_count > before;
    return RC_OK;
}

enum rc admit_episodes(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct admit *admit = arena_new(arena, 1, sizeof *admit);
    *admit = (struct admit){
        .env = env, .arena = arena, .now = clock_now(env->clock), .batch = arena_new(arena, 1, sizeof(struct batch))};
    batch_init(admit->batch);
    enum rc rc = env_policy(env, arena, &admit->policy);
    if (rc != RC_OK)
        return rc;
    struct feed_verdict feed;
    if ((rc = feed_verdict_now(env, &admit->policy, arena, &feed)) != RC_OK)
        return rc;
    if (!admit->policy.drafting) {
        batch_ack(admit->batch, job); /* switching it on puts this job again */
        return batch_commit(env, admit->batch);
    }
    if (feed.state != FEED_OK) {
        batch_later(admit->batch, job, admit->now + HOLD_MS);
        return batch_commit(env, admit->batch);
    }
    if ((rc = read_limits(admit)) != RC_OK)
        return rc;
    bool more = false;
    if ((rc = admit_page(admit, &more)) != RC_OK)
        return rc;
    batch_add(admit->batch, admit->day_counter, admit->admitted);
    if (more)
        batch_later(admit->batch, job, admit->now);
    else
        batch_ack(admit->batch, job);
    rc = batch_commit(env, admit->batch);
    if (rc == RC_OK && admit->admitted > 0) {
        metrics_add("rekindle_episodes_admitted_total", NULL, admit->admitted);
        log_info("episodes_admitted", "count=%lld left_today=%lld room=%lld", (long long)admit->admitted,
                 (long long)admit->left_today, (long long)admit->room);
    }
    return rc;
}

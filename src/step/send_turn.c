/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/send_turn.h"

#include "base/log.h"
#include "core/eligible.h"
#include "core/ramp.h"
#include "step/mail_pace.h"
#include "step/reads.h"
#include "step/settings.h"

#define SETTING_RAMP STR("ramp") /* {"began_day":N}: the shop's day on which the first live mail left */
#define RACE_MS TIME_SECOND_MS   /* the last places of a day are taken by mails that are not counted yet */

static struct str counter_of(int64_t day, struct arena *arena)
{
    return arena_printf(arena, "mails:day:%lld", (long long)day);
}

/* *day is today when none has left yet. */
static enum rc read_began(const struct step_env *env, struct arena *arena, int64_t today, int64_t *day, bool *first)
{
    struct json *json;
    int64_t version;
    enum rc rc = setting_read(env, SETTING_RAMP, arena, &json, &version);
    *day = json_get_i64(json, "began_day", today);
    *first = version == STORE_ABSENT;
    json_free(json);
    return rc;
}

/* Sets counts, first and day; the rule when the day has no place left. */
static enum rc ask_ramp(const struct step_env *env, const struct guard *guard, struct arena *arena,
                        struct send_turn *turn)
{
    int64_t now = clock_now(env->clock), began, count, mine = 1;
    turn->day = time_day(now, env->shop.time_zone);
    turn->counts = true;
    enum rc rc = read_began(env, arena, turn->day, &began, &turn->first);
    int64_t limit = ramp_limit(&guard->policy, turn->day - began);
    if (rc != RC_OK || limit == RAMP_NO_LIMIT)
        return rc;
    if (env->pace != NULL) {
        mail_pace_enter(env->pace, &mine);
        turn->inside = true;
    }
    if ((rc = read_counter(env, counter_of(turn->day, arena), arena, &count)) != RC_OK || count + mine <= limit)
        return rc;
    turn->rule = "warm_up";
    int64_t tomorrow = time_day_start(turn->day + 1, env->shop.time_zone);
    turn->until = count < limit ? now + RACE_MS
                                : eligible_awake_at(&guard->client, &guard->policy, env->shop.time_zone, tomorrow);
    return RC_OK;
}

static void ask_pace(const struct step_env *env, struct str recipient, struct send_turn *turn)
{
    bool slowed;
    if (env->pace == NULL)
        return;
    int64_t wait = mail_pace_ask(env->pace, email_domain(recipient), mail_pace_now(env->clock), &slowed);
    if (wait == 0)
        return;
    turn->rule = slowed ? "relay_slowed" : "pace";
    turn->until = clock_now(env->clock) + wait;
}

enum rc send_turn_letter(const struct step_env *env, struct str recipient, struct arena *arena, struct send_turn *out)
{
    int64_t now = clock_now(env->clock);
    *out = (struct send_turn){.rule = NULL};
    enum rc rc = relay_stop_read(env, arena, &out->stop);
    if (rc != RC_OK || env->rehearsal)
        return rc;
    if (!out->stop.on) {
        ask_pace(env, recipient, out);
        return RC_OK;
    }
    out->rule = "relay_stopped";
    out->until = now < out->stop.trial_at ? out->stop.trial_at : now + RELAY_TRIAL_MS;
    return RC_OK;
}

void send_turn_heard(const struct step_env *env, const struct reply *reply)
{
    if (env->pace == NULL)
        return;
    int64_t now = mail_pace_now(env->clock);
    if (reply->class == REPLY_ACCEPTED)
        mail_pace_accepted(env->pace, now);
    if (reply->class != REPLY_SLOW_RELAY)
        return;
    mail_pace_slow(env->pace, now);
    log_warn("relay_slowed", "code=%d wait_ms=%lld", reply->code, (long long)mail_pace_slowed_ms(env->pace, now));
}

enum rc send_turn_take(const struct step_env *env, const struct email *email, const struct guard *guard,
                       struct arena *arena, struct send_turn *out)
{
    *out = (struct send_turn){.rule = NULL};
    enum rc rc = relay_stop_read(env, arena, &out->stop);
    if (rc != RC_OK)
        return rc;
    if (out->stop.on && clock_now(env->clock) < out->stop.trial_at) {
        out->rule = "relay_stopped";
        out->until = out->stop.trial_at;
        return RC_OK;
    }
    out->trial = out->stop.on;
    if (env->rehearsal)
        return RC_OK;
    rc = ask_ramp(env, guard, arena, out);
    if (rc == RC_OK && out->rule == NULL)
        ask_pace(env, email->recipient, out);
    return rc;
}

void send_turn_add(const struct step_env *env, struct batch *batch, const struct send_turn *turn, struct arena *arena)
{
    if (turn->trial)
        relay_stop_try(env, batch, &turn->stop, arena);
    if (turn->counts)
        batch_add(batch, counter_of(turn->day, arena), 1);
    if (turn->first)
        setting_put(batch, SETTING_RAMP, arena_printf(arena, "{\"began_day\":%lld}", (long long)turn->day),
                    STORE_ABSENT, clock_now(env->clock), arena);
}

void send_turn_end(const struct step_env *env, struct send_turn *turn)
{
    if (turn->inside)
        mail_pace_leave(env->pace);
    turn->inside = false;
}

void send_turn_give_back(struct batch *batch, const struct send_turn *turn, struct arena *arena)
{
    if (turn->counts)
        batch_add(batch, counter_of(turn->day, arena), -1);
}

enum rc ramp_read(const struct step_env *env, struct arena *arena, struct ramp_state *out)
{
    struct policy policy;
    bool first;
    int64_t began, today = time_day(clock_now(env->clock), env->shop.time_zone);
    enum rc rc = env_policy(env, arena, &policy);
    if (rc == RC_OK)
        rc = read_began(env, arena, today, &began, &first);
    if (rc == RC_OK)
        rc = read_counter(env, counter_of(today, arena), arena, &out->sent_today);
    if (rc == RC_OK)
        out->limit = ramp_limit(&policy, today - began);
    return rc;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Send: hands one approved email to the relay, exactly once. Two commits: the intent (sending, attempt, Message-ID), on the
 * disk before the connection opens, and the result with the acknowledgement. An email found in `sending` when its job is
 * claimed lost its process between the two: it is uncertain and never sent again by itself. The guard runs right before the
 * intent, and the intent fails if the suppression list or the client changed in between. */
#include "base/log.h"
#include "base/metrics.h"
#include "base/rand.h"
#include "core/render.h"
#include "core/retry.h"
#include "step/audit_email.h"
#include "step/guard.h"
#include "step/moves.h"
#include "step/rewrite.h"
#include "step/send_message.h"
#include "step/send_result.h"
#include "step/send_turn.h"
#include "step/steps.h"

#define HOLD_MS TIME_HOUR_MS
#define SHOWN_WAIT_MS TIME_MINUTE_MS /* a shorter wait is nothing to tell anybody of */

struct sending {
    const struct step_env *env;
    const struct job *job;
    struct arena *arena;
    int64_t now;
    struct email email;
    struct episode episode;
    struct guard guard;
    struct send_turn turn;
    struct batch *batch;
};

/* What the program did with it by itself: noted, committed, told. */
static enum rc commit_state(struct sending *s, const char *action)
{
    struct email_act act = {.action = action, .rule = s->email.reason};
    audit_email(s->env, s->batch, &s->email, &act, s->arena);
    enum rc rc = batch_commit(s->env, s->batch);
    if (rc == RC_OK)
        env_publish(s->env, "sent", "email_id", s->email.id, s->email.client_id);
    return rc;
}

/* The process that held this email died between intent and result. */
static enum rc found_sending(struct sending *s)
{
    batch_ack(s->batch, s->job);
    s->batch->durable = true;
    struct trail entry = {.action = STR("found_in_sending")};
    s->email.attempts = trail_append(s->email.attempts, s->now, &entry, s->arena);
    enum rc rc = email_move(s->batch, &s->email, EMAIL_EV_BROKEN_AFTER_DOT, STR("found_in_sending"), s->now);
    if (rc == RC_OK)
        rc = commit_state(s, "email.uncertain");
    if (rc == RC_OK)
        log_error("email_uncertain", "email=" LOG_STR " cause=found_in_sending", LOG_ARG(s->email.id));
    return rc;
}

static enum rc cancel(struct sending *s, const char *rule)
{
    batch_ack(s->batch, s->job);
    s->batch->durable = true;
    batch_job(s->batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, s->now);
    enum rc rc = email_move(s->batch, &s->email, EMAIL_EV_CANCEL, str_of(rule), s->now);
    if (rc == RC_OK)
        rc = commit_state(s, "email.cancelled");
    if (rc == RC_OK)
        log_info("email_cancelled", "email=" LOG_STR " rule=%s", LOG_ARG(s->email.id), rule);
    return rc;
}

static enum rc hold(struct sending *s, const char *rule)
{
    batch_later(s->batch, s->job, s->now + HOLD_MS);
    if (s->email.status == EMAIL_HELD && str_equal(s->email.reason, str_of(rule)))
        return batch_commit(s->env, s->batch);
    enum rc rc = email_move(s->batch, &s->email, EMAIL_EV_HOLD, str_of(rule), s->now);
    if (rc == RC_OK)
        rc = commit_state(s, "email.held");
    if (rc == RC_OK)
        log_warn("email_held", "email=" LOG_STR " rule=%s", LOG_ARG(s->email.id), rule);
    return rc;
}

/* Nothing is wrong with it, it is only not its time: it stays approved, and says for what it waits and until when. */
static enum rc wait_until(struct sending *s, const char *rule, int64_t until)
{
    bool shown = until - s->now >= SHOWN_WAIT_MS;
    batch_later(s->batch, s->job, until);
    if (shown) {
        s->email.reason = str_of(rule);
        s->email.send_after = until;
        s->email.updated_at = s->now;
        batch_put(s->batch, RECORD_EMAIL, &s->email, s->email.version);
    }
    enum rc rc = batch_commit(s->env, s->batch);
    if (rc == RC_OK && shown)
        env_publish(s->env, "sent", "email_id", s->email.id, s->email.client_id);
    return rc;
}

/* What held it is over: approved again, and looked at at once. */
static enum rc unhold(struct sending *s)
{
    batch_later(s->batch, s->job, s->now);
    enum rc rc = email_move(s->batch, &s->email, EMAIL_EV_UNHOLD, STR_NONE, s->now);
    return rc == RC_OK ? commit_state(s, "email.released") : rc;
}

/* An offer that is over is not sent: it is taken out, and people see what is left of the email before it goes. */
static enum rc drop_ended_offer(struct sending *s, struct str *difference)
{
    bool ended;
    enum rc rc = rewrite_offer_ended(&s->email, &s->guard.policy, s->now, s->arena, &ended);
    if (rc != RC_OK || !ended)
        return rc;
    *difference = STR("offer_ended");
    return rewrite_without_offer(s->env, &s->email, s->arena);
}

static enum rc back_to_review(struct sending *s, struct str difference)
{
    batch_ack(s->batch, s->job);
    enum rc rc = email_move(s->batch, &s->email, EMAIL_EV_STALE_PICKS, difference, s->now);
    if (rc == RC_OK)
        rc = commit_state(s, "email.back_to_review");
    if (rc == RC_OK)
        log_info("email_back_to_review", "email=" LOG_STR, LOG_ARG(s->email.id));
    return rc;
}

/* Commits the intent. After RC_OK the email is `sending` and this process alone holds it. */
static enum rc commit_intent(struct sending *s)
{
    if (str_is_none(s->email.message_id)) {
        uint8_t random[16];
        rand_bytes(random, sizeof random);
        s->email.message_id = arena_printf(s->arena, "%.*s@%.*s", STR_ARG(hash_to_hex(random, sizeof random, s->arena)),
                                           STR_ARG(send_message_domain(s->env)));
    }
    s->email.attempt_count++;
    s->batch->durable = true;
    batch_check(s->batch, RECORD_SUPPRESSION, s->email.person, STORE_ABSENT);
    batch_check(s->batch, RECORD_CLIENT, s->email.client_id, s->guard.client.version);
    send_turn_add(s->env, s->batch, &s->turn, s->arena);
    enum rc rc = email_move(s->batch, &s->email, EMAIL_EV_CLAIM, STR_NONE, s->now);
    if (rc == RC_OK)
        rc = batch_commit(s->env, s->batch);
    if (rc == RC_OK)
        s->email.version++;
    return rc;
}

static enum rc hand_over(struct sending *s)
{
    struct send_result result = {.env = s->env, .job = s->job, .arena = s->arena, .email = &s->email, .turn = s->turn};
    struct buf message = {0};
    struct mail mail = {.email_id = s->email.id, .recipient = s->email.recipient};
    enum rc rc = send_message_build(s->env, &s->email, &s->guard.client, s->arena, &message);
    if (rc == RC_OK) {
        mail.envelope_from = send_envelope_from(s->env, s->email.id, s->arena);
        mail.message = buf_str(&message);
        result.message_hash = hash_sha256_hex(mail.message, s->arena);
        rc = s->env->mailer->vtable->send(s->env->mailer, &mail, s->arena, &result.reply);
    } else { /* nothing was opened: refused for good, by our own check */
        result.reply =
            (struct reply){.class = REPLY_REFUSED, .phase = REPLY_CONNECT, .text = STR("message_cannot_be_built")};
        rc = RC_DENIED;
    }
    buf_clear(&message);
    result.rc = rc;
    return send_result_commit(&result);
}

static enum rc read_records(struct sending *s)
{
    enum rc rc = store_get(s->env->store, RECORD_EPISODE, s->email.episode_id, s->arena, &s->episode);
    if (rc == RC_OK)
        rc = guard_read(s->env, &s->episode, s->arena, &s->guard);
    if (rc == RC_OK)
        rc = guard_read_sending(s->env, s->email.drafted_at, s->arena, &s->guard);
    return rc;
}

/* A rehearsed mail never leaves the machine and its file is named for the email: writing it again changes nothing. */
static enum rc rehearse_again(struct sending *s)
{
    enum rc rc = read_records(s);
    return rc == RC_OK ? hand_over(s) : rc;
}

/* Its turn, and the intent that takes it. */
static enum rc take_turn(struct sending *s)
{
    enum rc rc = send_turn_take(s->env, &s->email, &s->guard, s->arena, &s->turn);
    bool waits = s->turn.rule != NULL;
    if (rc == RC_OK)
        rc = waits ? wait_until(s, s->turn.rule, s->turn.until) : commit_intent(s);
    send_turn_end(s->env, &s->turn);
    return rc == RC_OK && !waits ? hand_over(s) : rc;
}

/* The guard's word, and everything else that stops a message before the intent. */
static enum rc guard_and_send(struct sending *s)
{
    struct eligible_answer answer = eligible_to_send(&s->guard.input, s->env->shop.time_zone);
    if (answer.verdict == ELIGIBLE_NO)
        return cancel(s, answer.rule);
    if (s->episode.state == EPISODE_CLOSED)
        return cancel(s, "episode_closed");
    if (!send_may_reach(s->env, s->email.recipient))
        return cancel(s, "mail_only_to");
    if (answer.verdict == ELIGIBLE_HOLD)
        return hold(s, answer.rule);
    if (s->email.status == EMAIL_HELD)
        return unhold(s);
    if (answer.verdict == ELIGIBLE_LATER)
        return wait_until(s, answer.rule, answer.until);
    struct str difference = STR_NONE;
    enum rc rc = send_picks_differ(s->env, &s->email, s->arena, &difference);
    if (rc == RC_OK && str_is_none(difference))
        rc = drop_ended_offer(s, &difference);
    if (rc != RC_OK)
        return rc;
    if (!str_is_none(difference))
        return back_to_review(s, difference);
    if (!str_equal(s->email.content_hash, render_content_hash(&s->email, s->arena))) {
        log_error("email_hash_differs", "email=" LOG_STR, LOG_ARG(s->email.id));
        return RC_BUG; /* what was approved is not what is stored: nobody gets it */
    }
    return take_turn(s);
}

enum rc send_email(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct sending *s = arena_new(arena, 1, sizeof *s);
    *s = (struct sending){.env = env,
                          .job = job,
                          .arena = arena,
                          .now = clock_now(env->clock),
                          .batch = arena_new(arena, 1, sizeof(struct batch))};
    batch_init(s->batch);
    enum rc rc = store_get(env->store, RECORD_EMAIL, job->key, arena, &s->email);
    bool gone = rc == RC_NOT_FOUND;
    if (rc != RC_OK && !gone)
        return rc;
    if (!gone && s->email.status == EMAIL_SENDING)
        return env->rehearsal ? rehearse_again(s) : found_sending(s);
    if (gone || (s->email.status != EMAIL_APPROVED && s->email.status != EMAIL_HELD)) {
        batch_ack(s->batch, job); /* undone, cancelled or erased since */
        return batch_commit(env, s->batch);
    }
    if ((rc = read_records(s)) == RC_NOT_FOUND)
        return cancel(s, "erased");
    if (rc != RC_OK)
        return rc;
    return guard_and_send(s);
}

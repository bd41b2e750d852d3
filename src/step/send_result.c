/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/send_result.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/notice_text.h"
#include "core/records_small.h"
#include "core/retry.h"
#include "step/audit_email.h"
#include "step/brake.h"
#include "step/moves.h"
#include "step/outbound.h"
#include "step/record_notice.h"

#define COMMIT_TRIES 10

/* The relay's own line where there was one; else how far we got and what broke. */
static struct str attempt_entry(const struct send_result *r, int64_t now)
{
    struct trail entry = {.action = str_of(REPLY_CLASS_WORDS[r->reply.class]), .reason = r->reply.text};
    if (r->reply.code == 0)
        entry.reason = arena_printf(r->arena, "%s: %.*s", REPLY_PHASE_WORDS[r->reply.phase], STR_ARG(r->reply.text));
    return trail_append(r->email->attempts, now, &entry, r->arena);
}

/* The address is no good: it is written to no more, the mail counts as bounced, and other tools hear of it. */
static enum rc bounce(const struct send_result *r, struct batch *batch, struct email *email, int64_t now)
{
    struct suppression *suppression = arena_new(r->arena, 1, sizeof *suppression);
    struct client *client = arena_new(r->arena, 1, sizeof *client);
    *suppression = (struct suppression){.id = email->person,
                                        .reason = SUPPRESSED_HARD_BOUNCE,
                                        .source = STR("relay"),
                                        .created_at = now,
                                        .updated_at = now};
    batch_put(batch, RECORD_SUPPRESSION, suppression, STORE_ANY);
    email->delivery = DELIVERY_HARD_BOUNCE;
    email->delivery_at = now;
    brake_add_mail(r->env, batch, email, DELIVERY_HARD_BOUNCE, r->arena);
    enum rc rc = store_get(r->env->store, RECORD_CLIENT, email->client_id, r->arena, client);
    if (rc == RC_OK)
        outbound_add(r->env, batch, OUTBOUND_HARD_BOUNCED, client, r->arena);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* The mailbox takes no more for now: one of the soft bounces that the policy counts. */
static enum rc bounce_softly(const struct send_result *r, struct batch *batch, struct email *email, int64_t now)
{
    /* by its time: staff may have a failed mail sent again, under the same Message-ID */
    const struct notice_in in = {.id = arena_printf(r->arena, "%.*s %lld", STR_ARG(email->message_id), (long long)now),
                                 .email_id = email->id,
                                 .kind = NOTICE_SOFT_BOUNCE,
                                 .source = NOTICE_BY_RELAY,
                                 .status = notice_status_in(r->reply.text, NOTICE_CLASSES),
                                 .detail = r->reply.text};
    email->delivery = DELIVERY_SOFT_BOUNCE;
    email->delivery_at = now;
    return notice_add_soft_bounce(r->env, batch, email, &in, r->arena);
}

static enum rc run_again(struct batch *batch, struct email *email, struct str reason, int64_t run_at, int64_t now)
{
    email->send_after = run_at;
    return email_move(batch, email, EMAIL_EV_DEFERRED, reason, now);
}

/* Not accepted, may be tried again: approved with a later run, or failed when its time is up. */
static enum rc defer(const struct send_result *r, struct batch *batch, struct email *email, int64_t now)
{
    struct str class_word = str_of(REPLY_CLASS_WORDS[r->reply.class]);
    double spread = retry_spread(email->id, r->job->attempts);
    struct retry retry = retry_decide(JOB_SEND, r->rc, r->job->attempts, spread);
    if (retry.action == RETRY_BURY)
        return email_move(batch, email, EMAIL_EV_REFUSED, STR("given_up"), now);
    batch->finish = (struct store_finish){
        .op = STORE_FINISH_RETRY, .job = r->job, .run_at = now + retry.delay_ms, .reason = class_word};
    return run_again(batch, email, class_word, now + retry.delay_ms, now);
}

/* Our own fault: the relay is stopped, unless it is already by another's. That uses up none of the mail's tries; it comes a
 * moment behind the others, so that if the fault is this message's alone the next trial is made with another. */
static enum rc stop_relay(struct send_result *r, struct batch *batch, struct email *email, int64_t now)
{
    struct relay_stop stop;
    enum rc rc = relay_stop_read(r->env, r->arena, &stop);
    if (rc != RC_OK)
        return rc;
    r->stopped = !stop.on;
    if (!stop.on || r->turn.trial)
        relay_stop_add(r->env, batch, &stop, &r->reply, r->arena);
    int64_t run_at = (stop.trial_at > now ? stop.trial_at : now) + TIME_SECOND_MS;
    batch_later(batch, r->job, run_at);
    return run_again(batch, email, STR("relay_stopped"), run_at, now);
}

/* The trial got through: all may send again. Somebody may have lifted the stop meanwhile. */
static enum rc lift_stop(const struct send_result *r, struct batch *batch)
{
    struct relay_stop stop;
    enum rc rc = r->turn.trial ? relay_stop_read(r->env, r->arena, &stop) : RC_OK;
    if (rc == RC_OK && r->turn.trial && stop.on)
        relay_stop_lift(r->env, batch, &stop, AUDIT_ACTOR_SELF, r->arena);
    return rc;
}

static enum rc accept(const struct send_result *r, struct batch *batch, struct email *email, int64_t now)
{
    email->sent_at = now;
    enum rc rc = lift_stop(r, batch);
    if (rc == RC_OK)
        rc = email_move(batch, email, r->env->rehearsal ? EMAIL_EV_REHEARSED : EMAIL_EV_ACCEPTED, STR_NONE, now);
    return rc == RC_OK ? email_left(r->env, batch, email, now, r->arena) : rc;
}

static enum rc refuse(const struct send_result *r, struct batch *batch, struct email *email, int64_t now)
{
    enum rc rc = RC_OK;
    if (r->reply.class == REPLY_BAD_ADDRESS)
        rc = bounce(r, batch, email, now);
    else if (r->reply.class == REPLY_MAILBOX_FULL)
        rc = bounce_softly(r, batch, email, now);
    return rc == RC_OK ? email_move(batch, email, EMAIL_EV_REFUSED, str_of(REPLY_CLASS_WORDS[r->reply.class]), now)
                       : rc;
}

static enum rc decide(struct send_result *r, struct batch *batch, struct email *email, int64_t now)
{
    struct str class_word = str_of(REPLY_CLASS_WORDS[r->reply.class]);
    batch_ack(batch, r->job);
    if (r->rc == RC_BUSY || r->rc == RC_IO || r->rc == RC_DENIED)
        send_turn_give_back(batch, &r->turn, r->arena);
    switch (r->rc) {
    case RC_OK: return accept(r, batch, email, now);
    case RC_BUSY: return defer(r, batch, email, now);
    case RC_IO: return stop_relay(r, batch, email, now);
    case RC_DENIED: return refuse(r, batch, email, now);
    default: return email_move(batch, email, EMAIL_EV_BROKEN_AFTER_DOT, class_word, now);
    }
}

/* What the answer means for all senders, after it is written down. */
static void tell_others(const struct send_result *r)
{
    enum rc rc = RC_OK;
    send_turn_heard(r->env, &r->reply);
    if (r->stopped)
        log_error("relay_stopped", "phase=%s code=%d", REPLY_PHASE_WORDS[r->reply.phase], r->reply.code);
    if (r->rc == RC_OK && r->turn.trial)
        rc = sending_wake(r->env, STR("relay_stopped"));
    if (rc == RC_OK && r->reply.class == REPLY_BAD_ADDRESS && !r->env->rehearsal)
        rc = brake_look(r->env, r->arena);
    if (rc != RC_OK) /* the mail's own result stands; what waits looks again by itself, the next bounce counts again */
        log_error("sending_not_told", "email=" LOG_STR " rc=%s", LOG_ARG(r->email->id), rc_name(rc));
}

static void report(const struct send_result *r)
{
    static const char *const LABELS[EMAIL_STATUS_COUNT] = {[EMAIL_APPROVED] = "result=\"deferred\"",
                                                           [EMAIL_SENT] = "result=\"sent\"",
                                                           [EMAIL_REHEARSED] = "result=\"rehearsed\"",
                                                           [EMAIL_FAILED] = "result=\"failed\"",
                                                           [EMAIL_UNCERTAIN] = "result=\"uncertain\""};
    metrics_add("rekindle_sends_total", LABELS[r->email->status], 1);
    if (r->email->status == EMAIL_SENT || r->email->status == EMAIL_REHEARSED)
        log_info("email_sent", "email=" LOG_STR " status=%s code=%d", LOG_ARG(r->email->id),
                 EMAIL_STATUS_WORDS[r->email->status], r->reply.code);
    else if (r->email->status == EMAIL_APPROVED)
        log_warn("email_deferred", "email=" LOG_STR " class=%s phase=%s code=%d", LOG_ARG(r->email->id),
                 REPLY_CLASS_WORDS[r->reply.class], REPLY_PHASE_WORDS[r->reply.phase], r->reply.code);
    else
        log_error("email_not_sent", "email=" LOG_STR " status=%s class=%s phase=%s code=%d", LOG_ARG(r->email->id),
                  EMAIL_STATUS_WORDS[r->email->status], REPLY_CLASS_WORDS[r->reply.class],
                  REPLY_PHASE_WORDS[r->reply.phase], r->reply.code);
    env_publish(r->env, "sent", "email_id", r->email->id, r->email->client_id);
}

enum rc send_result_commit(struct send_result *r)
{
    int64_t now = clock_now(r->env->clock);
    r->email->attempts = attempt_entry(r, now);
    const struct email sending = *r->email;
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < COMMIT_TRIES && rc == RC_CONFLICT; i++) {
        struct batch *batch = arena_new(r->arena, 1, sizeof *batch);
        batch_init(batch);
        batch->durable = true;
        *r->email = sending;
        rc = decide(r, batch, r->email, now);
        if (rc != RC_OK)
            break;
        audit_sent(r->env, batch, r->email, &r->reply, r->message_hash, r->arena);
        rc = batch_commit(r->env, batch);
    }
    if (rc == RC_OK) {
        report(r);
        tell_others(r);
        return RC_OK;
    }
    /* The message may be out and we cannot write it down: the email stays `sending` and is uncertain when looked at next. */
    log_error("send_result_lost", "email=" LOG_STR " rc=%s", LOG_ARG(sending.id), rc_name(rc));
    return rc;
}

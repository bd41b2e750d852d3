/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/send_result.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/records_small.h"
#include "core/retry.h"
#include "step/audit_email.h"
#include "step/moves.h"
#include "step/outbound.h"

#define COMMIT_TRIES 10
#define OUR_FAULT_PAUSE_MS (15 * TIME_MINUTE_MS)

/* The relay's own line where there was one; else how far we got and what broke. */
static struct str attempt_entry(const struct send_result *r, int64_t now)
{
    struct trail entry = {.action = str_of(REPLY_CLASS_WORDS[r->reply.class]), .reason = r->reply.text};
    if (r->reply.code == 0)
        entry.reason = arena_printf(r->arena, "%s: %.*s", REPLY_PHASE_WORDS[r->reply.phase], STR_ARG(r->reply.text));
    return trail_append(r->email->attempts, now, &entry, r->arena);
}

static void suppress(const struct send_result *r, struct batch *batch, int64_t now)
{
    struct suppression *suppression = arena_new(r->arena, 1, sizeof *suppression);
    *suppression = (struct suppression){.id = r->email->person,
                                        .reason = SUPPRESSED_HARD_BOUNCE,
                                        .source = STR("relay"),
                                        .created_at = now,
                                        .updated_at = now};
    batch_put(batch, RECORD_SUPPRESSION, suppression, STORE_ANY);
}

/* That the address cannot be reached, for the shop's other tools. */
static enum rc tell_tools(const struct send_result *r, struct batch *batch)
{
    struct client *client = arena_new(r->arena, 1, sizeof *client);
    enum rc rc = store_get(r->env->store, RECORD_CLIENT, r->email->client_id, r->arena, client);
    if (rc == RC_OK)
        outbound_add(r->env, batch, OUTBOUND_HARD_BOUNCED, client, r->arena);
    return rc == RC_NOT_FOUND ? RC_OK : rc; /* erased in between: nobody is told */
}

/* Not accepted, may be tried again: approved with a later run, or failed when its time is up. */
static enum rc defer(const struct send_result *r, struct batch *batch, struct email *email, int64_t now)
{
    double spread = retry_spread(email->id, r->job->attempts);
    struct retry retry = retry_decide(JOB_SEND, r->rc, r->job->attempts, spread);
    if (r->rc == RC_IO)
        retry = (struct retry){RETRY_LATER, OUR_FAULT_PAUSE_MS}; /* waits for a person to mend the relay */
    if (retry.action == RETRY_BURY) {
        batch_ack(batch, r->job);
        return email_move(batch, email, EMAIL_EV_REFUSED, STR("given_up"), now);
    }
    batch->finish = (struct store_finish){.op = STORE_FINISH_RETRY,
                                          .job = r->job,
                                          .run_at = now + retry.delay_ms,
                                          .reason = str_of(REPLY_CLASS_WORDS[r->reply.class])};
    return email_move(batch, email, EMAIL_EV_DEFERRED, str_of(REPLY_CLASS_WORDS[r->reply.class]), now);
}

static enum rc decide(const struct send_result *r, struct batch *batch, struct email *email, int64_t now)
{
    struct str class_word = str_of(REPLY_CLASS_WORDS[r->reply.class]);
    batch_ack(batch, r->job);
    switch (r->rc) {
    case RC_OK:
        email->sent_at = now;
        if (email_move(batch, email, r->env->rehearsal ? EMAIL_EV_REHEARSED : EMAIL_EV_ACCEPTED, STR_NONE, now) !=
            RC_OK)
            return RC_BUG;
        return email_left(r->env, batch, email, now, r->arena);
    case RC_BUSY:
    case RC_IO: return defer(r, batch, email, now);
    case RC_DENIED:
        if (r->reply.class == REPLY_BAD_ADDRESS) {
            suppress(r, batch, now);
            enum rc rc = tell_tools(r, batch);
            if (rc != RC_OK)
                return rc;
        }
        return email_move(batch, email, EMAIL_EV_REFUSED, class_word, now);
    default: return email_move(batch, email, EMAIL_EV_BROKEN_AFTER_DOT, class_word, now);
    }
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
    else if (r->rc == RC_BUSY)
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
        return RC_OK;
    }
    /* The message may be out and we cannot write it down: the email stays `sending` and is uncertain when looked at next. */
    log_error("send_result_lost", "email=" LOG_STR " rc=%s", LOG_ARG(sending.id), rc_name(rc));
    return rc;
}

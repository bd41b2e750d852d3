/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/drafting.h"

#include "base/log.h"
#include "base/metrics.h"
#include "step/draft_note.h"
#include "step/moves.h"

bool drafting_asks(const struct drafting *d) { return d->request.body.len > 0; }

struct batch *drafting_batch(struct drafting *d)
{
    struct batch *batch = arena_new(d->arena, 1, sizeof *batch);
    batch_init(batch);
    return batch;
}

enum rc drafting_done(struct drafting *d)
{
    struct batch *batch = drafting_batch(d);
    batch_ack(batch, d->job);
    return batch_commit(d->env, batch);
}

void drafting_note(struct drafting *d, struct batch *batch, struct str reason)
{
    d->email.reason = reason;
    d->email.updated_at = d->now;
    batch_put(batch, RECORD_EMAIL, &d->email, d->email.version);
}

enum rc drafting_put_off(struct drafting *d, struct str reason, int64_t run_at)
{
    struct batch *batch = drafting_batch(d);
    bool noted = !str_is_none(reason) && !str_equal(d->email.reason, reason);
    batch_later(batch, d->job, run_at);
    if (noted)
        drafting_note(d, batch, reason);
    enum rc rc = batch_commit(d->env, batch);
    if (rc != RC_OK)
        return rc;
    if (noted) {
        log_info("draft_put_off", "email=" LOG_STR " reason=" LOG_STR, LOG_ARG(d->email.id), LOG_ARG(reason));
        env_publish(d->env, "draft", "email_id", d->email.id, d->email.client_id);
    }
    return RC_OK;
}

enum rc drafting_fail(struct drafting *d, struct batch *batch, struct str reason)
{
    batch_ack(batch, d->job); /* the email itself is the visible dead letter: retry makes a new job */
    batch_job(batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, d->now);
    return email_move(batch, &d->email, EMAIL_EV_DRAFT_GIVEN_UP, reason, d->now);
}

enum rc drafting_give_up_with(struct drafting *d, struct batch *batch, struct str reason)
{
    enum rc rc = drafting_fail(d, batch, reason);
    if (rc != RC_OK)
        return rc;
    draft_note_add(d, batch);
    rc = batch_commit(d->env, batch);
    if (rc == RC_OK)
        drafting_report(d);
    return rc;
}

enum rc drafting_give_up(struct drafting *d, struct str reason)
{
    return drafting_give_up_with(d, drafting_batch(d), reason);
}

void drafting_report(const struct drafting *d)
{
    static const char *const LABELS[EMAIL_STATUS_COUNT] = {[EMAIL_DRAFT_FAILED] = "result=\"failed\"",
                                                           [EMAIL_BLOCKED] = "result=\"blocked\"",
                                                           [EMAIL_IN_REVIEW] = "result=\"in_review\""};
    const struct email *email = &d->email;
    metrics_add("rekindle_drafts_total", LABELS[email->status], 1);
    if (email->status == EMAIL_DRAFT_FAILED)
        log_error("draft_failed", "email=" LOG_STR " reason=" LOG_STR, LOG_ARG(email->id), LOG_ARG(email->reason));
    else
        log_info("email_drafted", "email=" LOG_STR " status=%s", LOG_ARG(email->id), EMAIL_STATUS_WORDS[email->status]);
    env_publish(d->env, "draft", "email_id", email->id, email->client_id);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* See review_email.h. Every act reads the email, checks the version the person saw, moves along the table and commits once. */
#include "step/review_email.h"

#include "base/log.h"
#include "base/metrics.h"
#include "base/utf8.h"
#include "core/call.h"
#include "core/edits.h"
#include "core/episode.h"
#include "core/prompt.h"
#include "core/render.h"
#include "step/audit_email.h"
#include "step/moves.h"
#include "step/rewrite.h"

struct act {
    const struct step_env *env;
    struct arena *arena;
    struct review *review;
    struct email *email;
    int64_t now;
    struct batch *batch;
};

static enum rc begin(struct act *act, const struct step_env *env, struct review *review, struct arena *arena)
{
    *act = (struct act){.env = env,
                        .arena = arena,
                        .review = review,
                        .email = review->out,
                        .now = clock_now(env->clock),
                        .batch = arena_new(arena, 1, sizeof(struct batch))};
    review->why = "";
    batch_init(act->batch);
    act->batch->durable = true;
    enum rc rc = store_get(env->store, RECORD_EMAIL, review->email_id, arena, act->email);
    if (rc != RC_OK)
        return rc;
    return act->email->version == review->expect ? RC_OK : RC_CONFLICT;
}

static enum rc refuse(struct act *act, const char *why)
{
    act->review->why = why;
    return RC_INVALID;
}

/* Moves, writes the trail and commits. `event_name` is the act's word in approvals. */
static enum rc finish(struct act *act, enum email_event event, const char *action, struct str reason)
{
    enum email_status next;
    if (email_next((enum email_status)act->email->status, event, &next) != RC_OK)
        return refuse(act, "wrong_state");
    if (act->review->review_ms < 0 || act->review->review_ms > REVIEW_MS_MAX)
        return refuse(act, "review_ms");
    struct trail entry = {.by = act->review->actor,
                          .action = str_of(action),
                          .content_hash = act->email->content_hash,
                          .reason = reason,
                          .review_ms = act->review->review_ms};
    if (!act->env->rehearsal)
        batch_add(act->batch, STR("review_ms:total"), act->review->review_ms);
    act->email->approvals = trail_append(act->email->approvals, act->now, &entry, act->arena);
    enum rc rc = email_move(act->batch, act->email, event, reason, act->now);
    if (rc != RC_OK)
        return rc;
    audit_review(act->env, act->batch, act->email, act->review->actor, action, act->arena);
    rc = batch_commit(act->env, act->batch);
    if (rc != RC_OK)
        return rc;
    act->email->version++;
    metrics_add("rekindle_reviews_total", NULL, 1);
    log_info("email_reviewed", "email=" LOG_STR " action=%s by=" LOG_STR " status=%s", LOG_ARG(act->email->id), action,
             LOG_ARG(act->review->actor), EMAIL_STATUS_WORDS[act->email->status]);
    env_publish(act->env, "review", "email_id", act->email->id, act->email->client_id);
    return RC_OK;
}

/* Room in the review queue: whoever waits may come in. */
static void admit_next(struct act *act) { batch_job(act->batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, act->now); }

/* With four eyes, who changed the text last may not approve it. */
static bool edited_by_actor(const struct act *act)
{
    struct json *trail = NULL;
    struct json_error error;
    if (str_is_none(act->email->approvals) || json_parse(act->email->approvals, &trail, &error) != RC_OK)
        return false;
    bool own = false;
    for (size_t i = 0; i < json_size(trail); i++) {
        const struct json *entry = json_at(trail, i);
        if (str_equal(json_get_str(entry, "action"), STR("edit")))
            own = str_equal(json_get_str(entry, "by"), act->review->actor);
    }
    json_free(trail);
    return own;
}

enum rc review_approve(const struct step_env *env, struct review *review, struct str content_hash, struct arena *arena)
{
    struct act act;
    enum rc rc = begin(&act, env, review, arena);
    if (rc != RC_OK)
        return rc;
    if (act.email->status != EMAIL_IN_REVIEW)
        return refuse(&act, "wrong_state");
    if (!str_equal(content_hash, act.email->content_hash) ||
        !str_equal(content_hash, render_content_hash(act.email, arena)))
        return refuse(&act, "hash_differs");
    struct policy policy;
    if ((rc = env_policy(env, arena, &policy)) != RC_OK)
        return rc;
    if (policy.four_eyes && edited_by_actor(&act))
        return refuse(&act, "four_eyes");
    act.email->approved_at = act.now;
    act.email->send_after = act.now + REVIEW_UNDO_MS;
    batch_job(act.batch, STORE_JOB_SET, JOB_SEND, act.email->id, act.email->send_after);
    admit_next(&act);
    return finish(&act, EMAIL_EV_APPROVE, "approve", STR_NONE);
}

enum rc review_undo(const struct step_env *env, struct review *review, struct arena *arena)
{
    struct act act;
    enum rc rc = begin(&act, env, review, arena);
    if (rc != RC_OK)
        return rc;
    act.email->approved_at = TIME_NONE;
    act.email->send_after = TIME_NONE;
    batch_job(act.batch, STORE_JOB_CANCEL, JOB_SEND, act.email->id, 0);
    return finish(&act, EMAIL_EV_UNDO, "undo", STR_NONE);
}

enum rc review_reject(const struct step_env *env, struct review *review, struct str reason, struct arena *arena)
{
    struct act act;
    enum rc rc = begin(&act, env, review, arena);
    if (rc != RC_OK)
        return rc;
    admit_next(&act);
    return finish(&act, EMAIL_EV_REJECT, "reject", reason);
}

/* Puts other words into the email and checks it anew, as a draft is checked. */
static enum rc rewrite(struct act *act, const struct draft *edited, struct rewrite *w)
{
    if (act->email->status != EMAIL_IN_REVIEW && act->email->status != EMAIL_BLOCKED)
        return refuse(act, "wrong_state");
    enum rc rc = rewrite_read(act->env, act->email, act->arena, w);
    if (rc != RC_OK)
        return rc;
    w->after.subject = edited->subject;
    w->after.preheader = edited->preheader;
    w->after.paragraph_count = edited->paragraph_count;
    for (size_t i = 0; i < edited->paragraph_count; i++)
        w->after.paragraphs[i] = edited->paragraphs[i];
    return rewrite_email(act->env, w, act->now, act->arena, act->email);
}

enum rc review_check(const struct step_env *env, struct review *review, const struct draft *edited, struct arena *arena,
                     bool *hard)
{
    struct act act;
    struct rewrite *w = arena_new(arena, 1, sizeof *w);
    enum rc rc = begin(&act, env, review, arena);
    if (rc == RC_OK || rc == RC_CONFLICT)
        rc = rewrite(&act, edited, w);
    *hard = w->findings.hard > 0;
    return rc;
}

enum rc review_edit(const struct step_env *env, struct review *review, const struct draft *edited, struct arena *arena)
{
    struct act act;
    struct rewrite *w = arena_new(arena, 1, sizeof *w);
    enum rc rc = begin(&act, env, review, arena);
    if (rc == RC_OK)
        rc = rewrite(&act, edited, w);
    if (rc != RC_OK)
        return rc;
    bool hard = w->findings.hard > 0;
    struct edit_entry entry = {.by = review->actor, .at = act.now, .before = &w->before, .after = &w->after};
    act.email->edits = edits_append(act.email->edits, &entry, arena);
    act.email->codes = compose_codes(&w->findings, true, arena); /* what a regeneration would have to mend */
    return finish(&act, hard ? EMAIL_EV_EDIT_HARD : EMAIL_EV_EDIT_CLEAN, "edit",
                  hard ? STR("hard_findings") : STR_NONE);
}

static bool is_hint(struct str hint)
{
    return str_is_empty(hint) || (RULE_TEXT.holds(hint) && utf8_length(hint) <= PROMPT_HINT_MAX);
}

/* Whether the person's calls are used up, so that a further draft would only fail. */
static enum rc is_capped(const struct act *act, bool *capped)
{
    struct person person;
    struct policy policy;
    *capped = false;
    enum rc rc = store_get(act->env->store, RECORD_PERSON, act->email->person, act->arena, &person);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc == RC_OK)
        rc = env_policy(act->env, act->arena, &policy);
    if (rc == RC_OK)
        *capped = calls_recent(person.calls, act->now) >= policy.client_drafts;
    return rc;
}

enum rc review_regenerate(const struct step_env *env, struct review *review, struct arena *arena)
{
    struct act act;
    bool capped = false;
    enum rc rc = begin(&act, env, review, arena);
    if (rc == RC_OK)
        rc = is_capped(&act, &capped);
    if (rc != RC_OK)
        return rc;
    struct str hint = str_trim(review->hint);
    if (!is_hint(hint))
        return refuse(&act, "hint");
    if (capped)
        return refuse(&act, "client_cap");
    act.email->hint = str_is_empty(hint) ? STR_NONE : hint;
    act.email->regenerations = 0;
    batch_job(act.batch, STORE_JOB_SET, JOB_DRAFT, act.email->id, act.now);
    return finish(&act, EMAIL_EV_REGENERATE, "regenerate", STR_NONE);
}

enum rc review_retry(const struct step_env *env, struct review *review, struct arena *arena)
{
    struct act act;
    enum rc rc = begin(&act, env, review, arena);
    if (rc != RC_OK)
        return rc;
    bool draft = act.email->status == EMAIL_DRAFT_FAILED;
    if (draft)
        act.email->regenerations = 0;
    batch_job(act.batch, STORE_JOB_SET, draft ? JOB_DRAFT : JOB_SEND, act.email->id, act.now);
    return finish(&act, EMAIL_EV_RETRY, "retry", STR_NONE);
}

enum rc review_resolve(const struct step_env *env, struct review *review, bool was_sent, struct arena *arena)
{
    struct act act;
    enum rc rc = begin(&act, env, review, arena);
    if (rc != RC_OK)
        return rc;
    if (act.email->status != EMAIL_UNCERTAIN)
        return refuse(&act, "wrong_state");
    if (was_sent) {
        act.email->sent_at = act.now;
        if ((rc = email_left(env, act.batch, act.email, act.now, arena)) != RC_OK)
            return rc;
    }
    return finish(&act, was_sent ? EMAIL_EV_RESOLVE_SENT : EMAIL_EV_RESOLVE_FAILED,
                  was_sent ? "resolve_sent" : "resolve_failed", was_sent ? STR_NONE : STR("resolved_by_person"));
}

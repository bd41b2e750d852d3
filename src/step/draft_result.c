/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/draft_result.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/check.h"
#include "core/episode.h"
#include "core/retry.h"
#include "core/score.h"
#include "step/budget.h"
#include "step/compose.h"
#include "step/draft_call.h"
#include "step/draft_note.h"
#include "step/draft_offer.h"
#include "step/moves.h"

#define COMMIT_TRIES 50 /* others settle their calls on the same day's budget */
#define MISCONFIGURED_MS TIME_MINUTE_MS

/* --- the money --- */

static void describe_reply(const struct drafting *d, struct call *call)
{
    static const enum call_state STATES[] = {
        [WRITER_BILL_NOTHING] = CALL_FREE, [WRITER_BILL_KNOWN] = CALL_SETTLED, [WRITER_BILL_UNKNOWN] = CALL_UNKNOWN};
    const struct writer_reply *reply = &d->reply;
    call->state = (int)STATES[reply->bill];
    call->cost_microusd = reply->bill == WRITER_BILL_KNOWN ? reply->cost_microusd : 0;
    call->prompt_tokens = reply->prompt_tokens;
    call->completion_tokens = reply->completion_tokens;
    call->kind = reply->kind;
    call->model = reply->model;
    call->provider = reply->provider;
    call->generation_id = reply->generation_id;
    call->finish = reply->finish;
    call->outcome = str_of(WRITER_OUTCOME_WORDS[reply->outcome]);
    call->error = reply->error;
    call->raw = reply->raw;
    if (!str_is_none(reply->raw))
        call->raw_hash = hash_sha256_hex(reply->raw, d->arena);
    call->latency_ms = reply->latency_ms;
    call->updated_at = d->now;
}

/* Settles call and budget. An erased call is gone for good, its money is not. */
static enum rc settle(struct drafting *d, struct batch *batch)
{
    struct call *stored = arena_new(d->arena, 1, sizeof *stored);
    struct budget *budget = arena_new(d->arena, 1, sizeof *budget);
    enum rc rc = store_get(d->env->store, RECORD_CALL, d->call.id, d->arena, stored);
    bool erased = rc == RC_NOT_FOUND;
    if (rc != RC_OK && !erased)
        return rc;
    if (!erased && stored->state != CALL_RESERVED)
        return RC_BUG; /* nobody else settles the call of a job that runs */
    if ((rc = budget_read(d->env, d->call.day, d->arena, budget)) != RC_OK)
        return rc;
    describe_reply(d, &d->call);
    budget_settle(budget, &d->call);
    budget_write(batch, budget, d->now);
    if (!erased)
        batch_put(batch, RECORD_CALL, &d->call, stored->version);
    if (!d->env->rehearsal && d->call.cost_microusd > 0)
        batch_add(batch, COUNTER_MODEL_COST, d->call.cost_microusd);
    /* An outage must not use a person's calls up: only what brought a text counts, whatever it cost. */
    bool fruitless = d->call.state == CALL_FREE || (d->call.state == CALL_UNKNOWN && str_is_empty(d->call.raw));
    return fruitless ? draft_call_give_back(d, &d->call, batch) : RC_OK;
}

/* --- the draft --- */

static struct str finish_text(struct buf *text, struct arena *arena)
{
    struct str result = arena_str(arena, buf_str(text));
    buf_clear(text);
    return result;
}

/* What staff see beside the draft: why this client, why now, in the program's own numbers. */
static struct str evidence_json(const struct drafting *d)
{
    const struct brief_records *r = &d->records;
    struct score score;
    score_at(&r->engagement, &r->scale, &r->policy.detector, d->now, &score);
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_real(&out, "score", score.total);
    json_key(&out, "parts");
    json_begin_object(&out);
    json_pair_real(&out, "recency", score.rhythm);
    json_pair_real(&out, "frequency", score.frequency);
    json_pair_real(&out, "value", score.value);
    json_end_object(&out);
    json_pair_real(&out, "silence_days", score.silence_days);
    json_pair_real(&out, "usual_gap_days", score.usual_gap_days);
    json_pair_str(&out, "sentence", score_sentence(&r->engagement, &r->scale, &r->policy.detector, d->now, d->arena));
    json_end_object(&out);
    return finish_text(&text, d->arena);
}

static void keep_receipt(struct drafting *d)
{
    d->email.writer_kind = d->reply.kind;
    d->email.writer_model = d->reply.model;
    d->email.writer_provider = d->reply.provider;
    d->email.writer_generation_id = d->reply.generation_id;
    d->email.writer_tokens = d->reply.prompt_tokens + d->reply.completion_tokens;
    d->email.writer_cost_usd = (double)d->reply.cost_microusd / 1e6;
    d->email.writer_latency_ms = d->reply.latency_ms;
}

/* The program asks a model once more by itself, then people decide. (Absent in emails of an older program.) */
static bool may_regenerate(const struct drafting *d)
{
    struct person person;
    if (!drafting_asks(d) || d->email.regenerations >= 1)
        return false;
    enum rc rc = store_get(d->env->store, RECORD_PERSON, d->email.person, d->arena, &person);
    return rc != RC_OK || calls_recent(person.calls, d->now) < d->records.policy.client_drafts;
}

static void regenerate(struct drafting *d, struct batch *batch, struct str codes)
{
    d->email.regenerations = 1;
    d->email.codes = codes;
    d->email.draft_count++;
    batch_later(batch, d->job, d->now);
    drafting_note(d, batch, DRAFTING_AGAIN);
}

static enum rc broken(struct drafting *d, struct batch *batch)
{
    if (!may_regenerate(d))
        return drafting_fail(d, batch, STR("bad_reply"));
    regenerate(d, batch, STR_NONE);
    return RC_OK;
}

/* Before people: in review, or blocked by what is hard. */
static enum rc put_before_people(struct drafting *d, struct batch *batch, const struct check_findings *findings)
{
    bool hard = findings->hard > 0;
    keep_receipt(d);
    d->email.evidence = evidence_json(d);
    d->email.draft_count++;
    d->email.drafted_at = d->now;
    d->email.codes = compose_codes(findings, true, d->arena); /* what a person's regenerate has to mend */
    batch_ack(batch, d->job);
    return email_move(batch, &d->email, hard ? EMAIL_EV_DRAFTED_HARD : EMAIL_EV_DRAFTED_CLEAN,
                      hard ? STR("hard_findings") : STR_NONE, d->now);
}

/* The draft passes the gate, with the offer it may print, as the email it would become. */
static enum rc gate(struct drafting *d, struct batch *batch, const struct draft *draft, const struct problems *problems,
                    struct check_findings *findings)
{
    struct compose compose = {.client = &d->records.client,
                              .policy = &d->records.policy,
                              .brief = &d->records.brief,
                              .draft = draft,
                              .reply_problems = problems};
    enum rc rc = draft_offer_add(d, batch);
    if (rc == RC_OK)
        rc = compose_email(d->env, &compose, d->arena, &d->email, findings);
    if (rc == RC_OK)
        d->call.codes = compose_codes(findings, false, d->arena);
    return rc;
}

static enum rc take_draft(struct drafting *d, struct batch *batch)
{
    struct draft *draft = arena_new(d->arena, 1, sizeof *draft);
    struct problems *problems = arena_new(d->arena, 1, sizeof *problems);
    struct check_findings *findings = arena_new(d->arena, 1, sizeof *findings);
    bool whole = draft_from_reply(d->reply.raw, d->arena, draft, problems) == RC_OK;
    if (whole && draft->abstain)
        return drafting_fail(d, batch, STR("writer_abstained"));
    if (!whole && (!drafting_asks(d) || draft->paragraph_count == 0))
        return broken(d, batch); /* there is nothing in it to look at */
    const struct email before = d->email;
    enum rc rc = gate(d, batch, draft, whole ? NULL : problems, findings);
    if (rc == RC_LIMITED)
        return drafting_fail(d, batch, DRAFT_OFFER_REASON);
    if (rc != RC_OK)
        return rc;
    if (findings->hard == 0 || !may_regenerate(d))
        return put_before_people(d, batch, findings);
    struct str codes = compose_codes(findings, true, d->arena);
    d->email = before; /* its text is shown to nobody, not even to the model */
    regenerate(d, batch, codes);
    return RC_OK;
}

/* --- what came of the call --- */

static enum rc try_later(struct drafting *d, struct batch *batch, enum rc rc)
{
    struct str word = str_of(WRITER_OUTCOME_WORDS[d->reply.outcome]);
    double spread = retry_spread(d->job->key, d->job->attempts);
    struct retry retry =
        retry_after(retry_decide(JOB_DRAFT, rc, d->job->attempts, spread), d->reply.retry_after_ms, spread);
    if (retry.action == RETRY_BURY)
        return drafting_fail(d, batch, word);
    batch->finish = (struct store_finish){
        .op = STORE_FINISH_RETRY, .job = d->job, .run_at = d->now + retry.delay_ms, .reason = word};
    drafting_note(d, batch, word);
    return RC_OK;
}

static enum rc decide(struct drafting *d, struct batch *batch)
{
    switch (d->reply.outcome) {
    case WRITER_ANSWERED: return take_draft(d, batch);
    case WRITER_BAD_REPLY: return broken(d, batch);
    case WRITER_LIMITED: return try_later(d, batch, RC_LIMITED);
    case WRITER_UNAVAILABLE: return try_later(d, batch, RC_IO);
    case WRITER_TIMED_OUT: return try_later(d, batch, RC_TIMEOUT);
    case WRITER_MISCONFIGURED: /* no fault of this email's: it waits until a person has mended the writer */
        batch_later(batch, d->job, d->now + MISCONFIGURED_MS);
        drafting_note(d, batch, STR("misconfigured"));
        return RC_OK;
    case WRITER_REFUSED: return drafting_fail(d, batch, STR("refused"));
    case WRITER_OUTCOMES: break;
    }
    return RC_BUG;
}

/* One try of the commit, from records read anew. */
static enum rc try_commit(struct drafting *d)
{
    struct batch *batch = drafting_batch(d);
    batch->durable = true; /* a draft may have cost money */
    enum rc rc = store_get(d->env->store, RECORD_EMAIL, d->job->key, d->arena, &d->email);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    d->gone = rc == RC_NOT_FOUND || d->email.status != EMAIL_DRAFTING;
    if (d->gone) {
        batch_ack(batch, d->job); /* cancelled or erased while the writer was thinking: only the money is left */
        rc = RC_OK;
    } else {
        rc = decide(d, batch);
    }
    if (rc == RC_OK && !str_is_none(d->call.id))
        rc = settle(d, batch);
    if (rc != RC_OK)
        return rc;
    if (!d->gone)
        draft_note_add(d, batch);
    return batch_commit(d->env, batch);
}

static void report(const struct drafting *d)
{
    static const char *const LABELS[WRITER_OUTCOMES] = {
        [WRITER_ANSWERED] = "outcome=\"answered\"",          [WRITER_LIMITED] = "outcome=\"limited\"",
        [WRITER_UNAVAILABLE] = "outcome=\"unavailable\"",    [WRITER_TIMED_OUT] = "outcome=\"timed_out\"",
        [WRITER_BAD_REPLY] = "outcome=\"bad_reply\"",        [WRITER_REFUSED] = "outcome=\"refused\"",
        [WRITER_MISCONFIGURED] = "outcome=\"misconfigured\""};
    if (drafting_asks(d))
        metrics_add("rekindle_draft_calls_total", LABELS[d->reply.outcome], 1);
    if (d->reply.outcome != WRITER_ANSWERED)
        log_warn("draft_call_failed", "email=" LOG_STR " outcome=%s attempts=%lld error=" LOG_STR, LOG_ARG(d->job->key),
                 WRITER_OUTCOME_WORDS[d->reply.outcome], (long long)d->job->attempts + 1, LOG_ARG(d->reply.error));
    if (d->gone) {
        log_info("draft_not_wanted", "email=" LOG_STR, LOG_ARG(d->job->key));
    } else if (d->email.status == EMAIL_DRAFTING) {
        log_info("draft_again", "email=" LOG_STR " reason=" LOG_STR, LOG_ARG(d->email.id), LOG_ARG(d->email.reason));
        env_publish(d->env, "draft", "email_id", d->email.id, d->email.client_id);
    } else {
        drafting_report(d);
    }
}

enum rc draft_result_commit(struct drafting *d)
{
    enum rc rc = RC_CONFLICT;
    d->now = clock_now(d->env->clock);
    for (int i = 0; i < COMMIT_TRIES && rc == RC_CONFLICT; i++)
        rc = try_commit(d);
    if (rc == RC_OK) {
        report(d);
        return RC_OK;
    }
    log_error("draft_result_lost", "email=" LOG_STR " rc=%s", LOG_ARG(d->job->key), rc_name(rc));
    return rc == RC_CONFLICT && !str_is_none(d->call.id) ? RC_BUSY : rc;
}

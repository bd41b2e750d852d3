/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Draft: makes the text of one email through the writer, checks it against its facts and puts it before people. No
 * fallback: when the writer fails for good the email is draft_failed with its reason until someone retries it. */
#include "step/draft_email.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/score.h"
#include "step/compose.h"
#include "step/moves.h"
#include "step/reads.h"
#include "step/steps.h"

#define ORDERS_READ 50  /* newest orders the brief may look at */
#define PER_CATEGORY 40 /* candidates of the catalogue per category */

struct drafting {
    const struct step_env *env;
    struct arena *arena;
    int64_t now;
    struct email email;
    struct client client;
    struct policy policy;
    struct engagement engagement;
    struct scale scale;
    struct brief_input input;
    struct brief brief;
    struct draft draft;
    struct problems problems;
    struct writer_reply reply;
};

static enum rc read_records(struct drafting *d)
{
    struct store *store = d->env->store;
    enum rc rc = store_get(store, RECORD_CLIENT, d->email.client_id, d->arena, &d->client);
    if (rc == RC_OK)
        rc = store_get(store, RECORD_ENGAGEMENT, d->email.client_id, d->arena, &d->engagement);
    if (rc == RC_OK)
        rc = env_policy(d->env, d->arena, &d->policy);
    if (rc == RC_OK)
        rc = read_scale(d->env, d->arena, &d->scale);
    if (rc != RC_OK)
        return rc;
    struct store_query query = STORE_QUERY(ORDER_BY_CLIENT);
    query.equal = d->email.client_id;
    query.descending = true;
    query.limit = ORDERS_READ;
    struct store_page page;
    if ((rc = store_list(store, &query, d->arena, &page)) != RC_OK)
        return rc;
    d->input = (struct brief_input){.client = &d->client,
                                    .orders = page.items,
                                    .order_count = page.count,
                                    .policy = &d->policy,
                                    .shop_name = d->env->shop.name,
                                    .shop_zone = d->env->shop.time_zone,
                                    .now_ms = d->now,
                                    .draft_count = d->email.draft_count};
    return RC_OK;
}

/* Candidates for picks: the catalogue's products in the client's categories. */
static enum rc read_products(struct drafting *d)
{
    struct str categories[3];
    size_t count = brief_categories(&d->input, categories, d->arena);
    struct product *products = arena_new(d->arena, 3 * PER_CATEGORY, sizeof *products);
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        struct store_query query = STORE_QUERY(PRODUCT_BY_CATEGORY);
        query.equal = categories[i];
        query.limit = PER_CATEGORY;
        struct store_page page;
        enum rc rc = store_list(d->env->store, &query, d->arena, &page);
        if (rc != RC_OK)
            return rc;
        for (size_t p = 0; p < page.count; p++)
            products[total++] = ((struct product *)page.items)[p];
    }
    d->input.products = products;
    d->input.product_count = total;
    return RC_OK;
}

/* What staff see beside the draft: why this client, why now, in the program's own numbers. */
static struct str evidence_json(const struct drafting *d)
{
    struct score score;
    score_at(&d->engagement, &d->scale, &d->policy.detector, d->now, &score);
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
    json_pair_str(&out, "sentence", score_sentence(&d->engagement, &d->scale, &d->policy.detector, d->now, d->arena));
    json_end_object(&out);
    struct str result = arena_str(d->arena, buf_str(&text));
    buf_clear(&text);
    return result;
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

static enum rc commit_draft(struct drafting *d, const struct job *job)
{
    struct compose compose = {.client = &d->client, .policy = &d->policy, .brief = &d->brief, .draft = &d->draft};
    bool hard;
    enum rc rc = compose_email(d->env, &compose, d->arena, &d->email, &hard);
    if (rc != RC_OK)
        return rc;
    keep_receipt(d);
    d->email.evidence = evidence_json(d);
    d->email.draft_count++;
    d->email.drafted_at = d->now;
    struct batch *batch = arena_new(d->arena, 1, sizeof *batch);
    batch_init(batch);
    batch_ack(batch, job);
    batch->durable = true; /* a draft may have cost money */
    if (!d->env->rehearsal && d->reply.cost_microusd > 0)
        batch_add(batch, STR("model_microusd:total"), d->reply.cost_microusd);
    rc = email_move(batch, &d->email, hard ? EMAIL_EV_DRAFTED_HARD : EMAIL_EV_DRAFTED_CLEAN,
                    hard ? STR("hard_findings") : STR_NONE, d->now);
    if (rc == RC_OK)
        rc = batch_commit(d->env, batch);
    if (rc != RC_OK)
        return rc;
    metrics_add("rekindle_drafts_total", hard ? "result=\"blocked\"" : "result=\"in_review\"", 1);
    log_info("email_drafted", "email=" LOG_STR " status=%s", LOG_ARG(d->email.id), EMAIL_STATUS_WORDS[d->email.status]);
    env_publish(d->env, "draft", "email_id", d->email.id, d->email.client_id);
    return RC_OK;
}

static enum rc ask_writer(struct drafting *d)
{
    struct writer *writer = d->env->writer;
    struct prompt_input input = {.brief = &d->brief, .policy = &d->policy};
    struct prompt prompt;
    struct writer_call call;
    int64_t wait_ms = 0;
    enum rc rc = prompt_make(&input, d->arena, &prompt);
    if (rc == RC_OK)
        rc = writer->vtable->prepare(writer, &d->brief, &prompt, d->arena, &call);
    if (rc == RC_OK)
        rc = writer->vtable->admit(writer, &call, &wait_ms);
    return rc == RC_OK ? writer->vtable->send(writer, &call, d->arena, &d->reply) : rc;
}

static enum rc ack_only(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch_ack(batch, job);
    return batch_commit(env, batch);
}

enum rc draft_email(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct drafting *d = arena_new(arena, 1, sizeof *d);
    *d = (struct drafting){.env = env, .arena = arena, .now = clock_now(env->clock)};
    enum rc rc = store_get(env->store, RECORD_EMAIL, job->key, arena, &d->email);
    if (rc == RC_NOT_FOUND)
        return ack_only(env, job, arena); /* erased since */
    if (rc != RC_OK)
        return rc;
    if (d->email.status != EMAIL_DRAFTING)
        return ack_only(env, job, arena);
    if ((rc = read_records(d)) != RC_OK)
        return rc;
    if ((rc = read_products(d)) != RC_OK)
        return rc;
    if ((rc = brief_make(&d->input, arena, &d->brief)) != RC_OK)
        return draft_give_up(env, job, STR("nothing_to_say"), arena);
    if ((rc = ask_writer(d)) != RC_OK)
        return rc;
    if (d->reply.outcome != WRITER_ANSWERED || draft_from_reply(d->reply.raw, arena, &d->draft, &d->problems) != RC_OK)
        return draft_give_up(env, job, str_of(WRITER_OUTCOME_WORDS[d->reply.outcome]), arena);
    if (d->draft.abstain)
        return draft_give_up(env, job, STR("writer_abstained"), arena);
    return commit_draft(d, job);
}

enum rc draft_give_up(const struct step_env *env, const struct job *job, struct str reason, struct arena *arena)
{
    struct email *email = arena_new(arena, 1, sizeof *email);
    enum rc rc = store_get(env->store, RECORD_EMAIL, job->key, arena, email);
    if (rc == RC_NOT_FOUND)
        return ack_only(env, job, arena);
    if (rc != RC_OK)
        return rc;
    if (email->status != EMAIL_DRAFTING)
        return ack_only(env, job, arena);
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch_ack(batch, job); /* the email itself is the visible dead letter: retry makes a new job */
    batch_job(batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, clock_now(env->clock));
    rc = email_move(batch, email, EMAIL_EV_DRAFT_GIVEN_UP, reason, clock_now(env->clock));
    if (rc == RC_OK)
        rc = batch_commit(env, batch);
    if (rc != RC_OK)
        return rc;
    log_error("draft_failed", "email=" LOG_STR " reason=" LOG_STR, LOG_ARG(email->id), LOG_ARG(reason));
    metrics_add("rekindle_drafts_total", "result=\"failed\"", 1);
    env_publish(env, "draft", "email_id", email->id, email->client_id);
    return RC_OK;
}

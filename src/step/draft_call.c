/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/draft_call.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/egress.h"
#include "core/episode.h"
#include "step/budget.h"

#define INTENT_TRIES 20
#define UNDER_WAY_MS TIME_MINUTE_MS /* reservations of calls under way may come back: look again soon */
#define WAIT_LEAST_MS 100

/* --- the request --- */

static void read_codes(struct str codes, struct arena *arena, struct prompt_input *input)
{
    struct json *list = NULL;
    struct json_error error;
    if (str_is_empty(codes) || json_parse(codes, &list, &error) != RC_OK)
        return;
    for (size_t i = 0; i < json_size(list) && input->code_count < PROMPT_CODES_MAX; i++)
        input->codes[input->code_count++] = arena_str(arena, json_str(json_at(list, i)));
    json_free(list);
}

static enum rc make_request(struct drafting *d)
{
    struct writer *writer = d->env->writer;
    struct prompt_input input = {
        .brief = &d->records.brief, .policy = &d->records.policy, .hint = d->email.hint, .code_count = 0};
    read_codes(d->email.codes, d->arena, &input);
    enum rc rc = prompt_make(&input, d->arena, &d->prompt);
    if (rc != RC_OK)
        return rc;
    return writer->vtable->prepare(writer, &d->records.brief, &d->prompt, d->arena, &d->request);
}

/* Personal data in the bytes is a hole of ours or a wish of staff's: nothing leaves, and a retry begins without the wish. */
static enum rc refuse_egress(struct drafting *d, const char *kind)
{
    log_error("egress_refused", "email=" LOG_STR " kind=%s", LOG_ARG(d->email.id), kind);
    metrics_add("rekindle_egress_refused_total", NULL, 1);
    d->email.hint = STR_NONE;
    return drafting_give_up(d, STR("personal_data"));
}

/* --- the intent --- */

struct intent {
    struct batch *batch;
    struct budget budget;
    struct person person;
    const char *refusal; /* NULL, "budget" or "client_cap" */
};

static enum rc read_person(const struct drafting *d, struct person *out)
{
    enum rc rc = store_get(d->env->store, RECORD_PERSON, d->email.person, d->arena, out);
    if (rc != RC_NOT_FOUND)
        return rc;
    record_init(RECORD_PERSON, out);
    out->id = d->email.person;
    out->version = STORE_ABSENT;
    return RC_OK;
}

static void describe_call(struct drafting *d)
{
    record_init(RECORD_CALL, &d->call);
    d->call.id = env_new_id(d->env, d->arena);
    d->call.email_id = d->email.id;
    d->call.client_id = d->email.client_id;
    d->call.person = d->email.person;
    d->call.at = d->now;
    d->call.day = budget_day(d->now, d->arena);
    d->call.state = CALL_RESERVED;
    d->call.reserved_microusd = d->request.cost_microusd;
    d->call.prompt_version = d->prompt.version;
    d->call.request_hash = hash_sha256_hex(d->request.body, d->arena);
    d->call.created_at = d->call.updated_at = d->now;
    d->email.call_id = d->call.id;
    d->email.prompt_version = d->call.prompt_version;
    d->email.request_hash = d->call.request_hash;
    d->email.egress = egress_manifest(&d->prompt, d->arena);
}

static enum rc try_intent(struct drafting *d, struct intent *intent)
{
    enum rc rc = budget_read(d->env, d->call.day, d->arena, &intent->budget);
    if (rc == RC_OK)
        rc = read_person(d, &intent->person);
    if (rc != RC_OK)
        return rc;
    if (calls_recent(intent->person.calls, d->now) >= d->records.policy.client_drafts)
        intent->refusal = "client_cap";
    else if (!budget_reserve(&intent->budget, d->request.cost_microusd, d->env->llm_daily_microusd))
        intent->refusal = "budget";
    if (intent->refusal != NULL)
        return RC_LIMITED;
    intent->person.calls = calls_add(intent->person.calls, d->now, d->arena);
    intent->person.updated_at = d->now;
    intent->batch = drafting_batch(d);
    intent->batch->durable = true;
    batch_put(intent->batch, RECORD_CALL, &d->call, STORE_ABSENT);
    budget_write(intent->batch, &intent->budget, d->now);
    batch_put(intent->batch, RECORD_PERSON, &intent->person, intent->person.version);
    drafting_note(d, intent->batch, STR_NONE);
    return batch_commit(d->env, intent->batch);
}

/* Whether a failed intent is to be decided anew from the start: the email itself moved on. */
static bool email_moved(const struct drafting *d)
{
    struct email email;
    return store_get(d->env->store, RECORD_EMAIL, d->email.id, d->arena, &email) != RC_OK ||
           email.version != d->email.version;
}

static enum rc commit_intent(struct drafting *d, struct intent *intent)
{
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < INTENT_TRIES && rc == RC_CONFLICT; i++) {
        rc = try_intent(d, intent);
        if (rc == RC_CONFLICT && email_moved(d))
            break;
    }
    if (rc == RC_OK) {
        d->email.version++;
        d->call.version = 1;
    }
    return rc;
}

static enum rc refuse_intent(struct drafting *d, const struct intent *intent, const struct email *before)
{
    d->email = *before; /* there was no call */
    d->call.id = STR_NONE;
    if (str_equal(str_of(intent->refusal), STR("client_cap")))
        return drafting_give_up(d, STR("client_cap"));
    metrics_add("rekindle_budget_refused_total", NULL, 1);
    int64_t until = budget_next_day(d->now);
    if (intent->budget.reserved_microusd > 0 && d->now + UNDER_WAY_MS < until)
        until = d->now + UNDER_WAY_MS;
    return drafting_put_off(d, BUDGET_REASON, until);
}

/* --- the call --- */

/* A place is held. Without RC_OK and DRAFT_REPLIED it has been given back. */
static enum rc reserve_and_send(struct drafting *d, enum draft_turn *turn)
{
    struct writer *writer = d->env->writer;
    if (drafting_asks(d)) {
        const struct email before = d->email;
        struct intent *intent = arena_new(d->arena, 1, sizeof *intent);
        *intent = (struct intent){.refusal = NULL};
        describe_call(d);
        enum rc rc = commit_intent(d, intent);
        if (rc != RC_OK)
            writer->vtable->leave(writer, &d->request);
        if (intent->refusal != NULL)
            return refuse_intent(d, intent, &before);
        if (rc != RC_OK)
            return rc;
    }
    enum rc rc = writer->vtable->send(writer, &d->request, d->arena, &d->reply);
    if (rc == RC_OK)
        *turn = DRAFT_REPLIED;
    return rc;
}

enum rc draft_call(struct drafting *d, enum draft_turn *turn)
{
    struct writer *writer = d->env->writer;
    const char *kind = NULL;
    int64_t wait_ms = 0;
    *turn = DRAFT_ENDED;
    enum rc rc = make_request(d);
    if (rc != RC_OK)
        return rc;
    if (drafting_asks(d)) {
        rc = egress_search(d->request.body, &d->prompt, &d->records.brief, &d->records.client, d->arena, &kind);
        if (rc == RC_DENIED)
            return refuse_egress(d, kind);
        if (rc != RC_OK)
            return rc;
    }
    rc = writer->vtable->admit(writer, &d->request, &wait_ms);
    d->now = clock_now(d->env->clock); /* it may have waited */
    if (wait_ms < WAIT_LEAST_MS)
        wait_ms = WAIT_LEAST_MS;
    switch (rc) {
    case RC_OK: return reserve_and_send(d, turn);
    case RC_LIMITED: return drafting_put_off(d, STR_NONE, d->now + wait_ms);
    case RC_DENIED: return drafting_put_off(d, STR("writer_degraded"), d->now + wait_ms);
    case RC_BUSY: /* we stop: the job is as it was when the next process claims it */
        d->env->queue->vtable->drop(d->env->queue, d->job);
        return RC_OK;
    default: return rc;
    }
}

/* --- what was left behind --- */

enum rc draft_call_give_back(const struct drafting *d, const struct call *call, struct batch *batch)
{
    struct person *person = arena_new(d->arena, 1, sizeof *person);
    enum rc rc = store_get(d->env->store, RECORD_PERSON, call->person, d->arena, person);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    person->calls = calls_remove(person->calls, call->at, d->arena);
    person->updated_at = d->now;
    batch_put(batch, RECORD_PERSON, person, person->version);
    return RC_OK;
}

static void cut_off(struct call *call, struct budget *budget)
{
    call->state = CALL_UNKNOWN;
    call->outcome = STR("cut_off");
    budget_settle(budget, call);
}

/* Asks what it cost; false when that is not known (yet). */
static bool look_up(struct drafting *d, struct call *call, struct budget *budget)
{
    struct writer *writer = d->env->writer;
    int64_t cost = 0;
    if (call->state != CALL_UNKNOWN || str_is_empty(call->generation_id) || writer == NULL ||
        writer->vtable->look_up(writer, call->generation_id, &cost) != RC_OK)
        return false;
    call->state = CALL_SETTLED;
    call->cost_microusd = cost;
    budget_learn(budget, call);
    return true;
}

enum rc draft_call_settle_last(struct drafting *d)
{
    struct call *call = arena_new(d->arena, 1, sizeof *call);
    struct budget *budget = arena_new(d->arena, 1, sizeof *budget);
    if (str_is_empty(d->email.call_id))
        return RC_OK;
    enum rc rc = store_get(d->env->store, RECORD_CALL, d->email.call_id, d->arena, call);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc == RC_OK)
        rc = budget_read(d->env, call->day, d->arena, budget);
    if (rc != RC_OK)
        return rc;
    bool found_reserved = call->state == CALL_RESERVED;
    if (found_reserved)
        cut_off(call, budget);
    bool learnt = look_up(d, call, budget);
    if (!found_reserved && !learnt)
        return RC_OK;
    struct batch *batch = drafting_batch(d);
    batch->durable = true;
    call->updated_at = d->now;
    batch_put(batch, RECORD_CALL, call, call->version);
    budget_write(batch, budget, d->now);
    if (found_reserved && (rc = draft_call_give_back(d, call, batch)) != RC_OK)
        return rc;
    if (learnt && !d->env->rehearsal)
        batch_add(batch, COUNTER_MODEL_COST, call->cost_microusd);
    rc = batch_commit(d->env, batch);
    if (rc == RC_OK && found_reserved)
        log_warn("call_cut_off", "call=" LOG_STR " email=" LOG_STR " reserved_microusd=%lld", LOG_ARG(call->id),
                 LOG_ARG(d->email.id), (long long)call->reserved_microusd);
    return rc;
}

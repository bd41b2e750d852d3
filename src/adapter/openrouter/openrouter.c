/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The verbs of the port over the parts: ask.c makes the bytes, turnstile.c keeps the pace, service.c makes the one try,
 * outcome.c says what came of it, and a thread of its own looks at the service (vet.c) and keeps the condition. */
#include "adapter/openrouter/openrouter.h"

#include <string.h>

#include "adapter/openrouter/condition.h"
#include "adapter/openrouter/model_id.h"
#include "adapter/openrouter/outcome.h"
#include "adapter/openrouter/service.h"
#include "adapter/openrouter/turnstile.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/metrics.h"

#define KIND STR("openrouter")
#define IDLE_MS 45000
#define TOTAL_MS 120000
#define PATIENCE_MS 10000
#define CHECK_MS 60000

struct openrouter {
    struct writer writer; /* first: the port points here */
    struct arena texts;   /* of the terms */
    struct ask_terms terms;
    struct service service;
    struct turnstile turnstile;
    struct condition condition;
    struct thread looker;
    bool looking; /* the thread was started */
    int64_t patience_ms;
    struct lock lock;       /* of the next one */
    int64_t spent_microusd; /* since the start */
};

/* --- looking at the service ---------------------------------------------------------------------------------------- */

/* One answer of the service, shown to one of vet's readers. */
static void look_at(struct openrouter *router, struct str path, struct vet *vet,
                    void (*read)(struct vet *vet, int status, const struct json *document,
                                 const struct ask_terms *terms))
{
    struct json *document = NULL;
    struct https_answer end;
    if (vet->result != VET_FIT)
        return;
    int status = service_get(&router->service, path, &document, &end);
    if (status == 0)
        vet_unreached(vet, &end);
    else
        read(vet, status, document, &router->terms);
    json_free(document);
}

static void read_key(struct vet *vet, int status, const struct json *document, const struct ask_terms *terms)
{
    (void)terms;
    vet_key(vet, status, document, clock_wall());
}

static void look(struct openrouter *router, struct vet *vet)
{
    struct arena arena = {0};
    vet_init(vet, &router->terms);
    if (router->terms.dialect == ASK_OPENAI) {
        look_at(router, STR("/models"), vet, vet_models);
    } else {
        look_at(router, STR("/key"), vet, read_key);
        struct str base = model_id_base(router->terms.model);
        look_at(router, arena_printf(&arena, "/models/%.*s/endpoints", STR_ARG(base)), vet, vet_endpoints);
    }
    arena_clear(&arena);
}

static void keep_looking(void *context)
{
    struct openrouter *router = context;
    struct vet vet;
    while (condition_next_look(&router->condition)) {
        look(router, &vet);
        condition_looked(&router->condition, &vet);
    }
}

/* --- a call -------------------------------------------------------------------------------------------------------- */

static struct openrouter *self_of(struct writer *writer) { return (struct openrouter *)writer; }

static enum rc prepare(struct writer *writer, const struct brief *brief, const struct prompt *prompt,
                       struct arena *arena, struct writer_call *out)
{
    struct openrouter *router = self_of(writer);
    struct condition_view view;
    struct buf body = {0};
    ask_write(&router->terms, prompt, &body);
    condition_read(&router->condition, &view);
    int64_t prompt_tokens = ask_prompt_tokens(body.len);
    *out = (struct writer_call){
        .body = arena_str(arena, buf_str(&body)),
        .tokens = prompt_tokens + ASK_COMPLETION_TOKENS,
        .cost_microusd = price_cost_microusd(&view.learned.price, prompt_tokens, ASK_COMPLETION_TOKENS),
        .brief = brief};
    buf_clear(&body);
    return RC_OK;
}

static enum rc admit(struct writer *writer, const struct writer_call *call, int64_t *wait_ms)
{
    struct openrouter *router = self_of(writer);
    int64_t began = clock_mono();
    *wait_ms = 0;
    enum rc rc = condition_await(&router->condition, router->patience_ms, wait_ms);
    if (rc != RC_OK)
        return rc;
    int64_t patience = router->patience_ms - (clock_mono() - began);
    rc = turnstile_enter(&router->turnstile, call->tokens, patience > 0 ? patience : 0, wait_ms);
    if (rc == RC_OK && !condition_may_call(&router->condition, wait_ms)) { /* it turned while we stood in line */
        turnstile_leave(&router->turnstile, call->tokens);
        rc = RC_DENIED;
    }
    if (rc != RC_OK)
        condition_not_called(&router->condition);
    return rc;
}

static void leave(struct writer *writer, const struct writer_call *call)
{
    struct openrouter *router = self_of(writer);
    turnstile_leave(&router->turnstile, call->tokens);
    condition_not_called(&router->condition);
}

/* All that is known to have been paid since the start. */
static int64_t spend(struct openrouter *router, int64_t microusd)
{
    lock_take(&router->lock);
    int64_t spent = router->spent_microusd += microusd;
    lock_drop(&router->lock);
    return spent;
}

static void count(struct openrouter *router, const struct writer_reply *reply)
{
    static const char *const LABELS[WRITER_OUTCOMES] = {
        "outcome=\"answered\"",  "outcome=\"limited\"", "outcome=\"unavailable\"",  "outcome=\"timed_out\"",
        "outcome=\"bad_reply\"", "outcome=\"refused\"", "outcome=\"misconfigured\""};
    metrics_add("rekindle_writer_requests_total", LABELS[reply->outcome], 1);
    metrics_add("rekindle_writer_tokens_total", "kind=\"prompt\"", reply->prompt_tokens);
    metrics_add("rekindle_writer_tokens_total", "kind=\"completion\"", reply->completion_tokens);
    metrics_set("rekindle_writer_cost_usd", NULL, (double)spend(router, reply->cost_microusd) / 1e6);
    metrics_observe("rekindle_writer_seconds", NULL, (double)reply->latency_ms / 1000);
}

/* The request leaves here, once. */
static void make_try(struct openrouter *router, struct str body, struct arena *arena, struct writer_reply *reply)
{
    struct answer answer;
    struct retry_after said = {0};
    struct https_answer end;
    struct condition_view view;
    answer_init(&answer);
    service_chat(&router->service, body, &answer, &said, &end);
    condition_read(&router->condition, &view);
    struct outcome_input input = {.answer = &answer,
                                  .end = &end,
                                  .terms = &router->terms,
                                  .canonical = str_of(view.learned.canonical),
                                  .price = &view.learned.price,
                                  .retry_after_ms = retry_after_ms(&said)};
    outcome_judge(&input, arena, reply);
    reply->kind = KIND;
    count(router, reply);
    /* first the condition, then the place: who takes it next must know */
    condition_called(&router->condition, reply->outcome, reply->error);
    turnstile_done(&router->turnstile, outcome_pace(&answer, reply), reply->retry_after_ms);
    answer_clear(&answer);
}

static enum rc send_call(struct writer *writer, const struct writer_call *call, struct arena *arena,
                         struct writer_reply *reply)
{
    struct openrouter *router = self_of(writer);
    int64_t wait = 0;
    if (condition_may_call(&router->condition, &wait))
        wait = turnstile_start(&router->turnstile, call->tokens);
    else
        turnstile_leave(&router->turnstile, call->tokens);
    if (wait == 0) {
        make_try(router, call->body, arena, reply);
        return RC_OK;
    }
    condition_not_called(&router->condition);
    *reply = (struct writer_reply){.kind = KIND,
                                   .outcome = WRITER_LIMITED,
                                   .bill = WRITER_BILL_NOTHING,
                                   .retry_after_ms = wait,
                                   .error = STR("another call was told to wait just before this one left: it did not")};
    return RC_OK;
}

/* --- what a call cost, and how all is ------------------------------------------------------------------------------ */

/* Such as go into a URL as they are. */
static bool is_plain_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!good)
            return false;
    }
    return id.len > 0 && id.len <= ANSWER_NAME_BYTES;
}

static enum rc look_up(struct writer *writer, struct str generation_id, int64_t *cost_microusd)
{
    struct openrouter *router = self_of(writer);
    struct arena arena = {0};
    struct json *document = NULL;
    struct https_answer end;
    enum rc rc = RC_NOT_FOUND;
    if (router->terms.dialect != ASK_OPENROUTER || !is_plain_id(generation_id))
        return rc;
    struct str path = arena_printf(&arena, "/generation?id=%.*s", STR_ARG(generation_id));
    int status = service_get(&router->service, path, &document, &end);
    const struct json *cost = json_get(json_get(document, "data"), "total_cost");
    if (status == 200 && (json_is(cost, JSON_INT) || json_is(cost, JSON_REAL))) {
        *cost_microusd = price_microusd(json_number(cost));
        rc = RC_OK;
    }
    json_free(document);
    arena_clear(&arena);
    return rc;
}

static void tell_state(struct writer *writer, struct arena *arena, struct writer_state *out)
{
    struct openrouter *router = self_of(writer);
    struct condition_view view;
    struct turnstile_state pace;
    condition_read(&router->condition, &view);
    turnstile_state(&router->turnstile, &pace);
    *out = (struct writer_state){.kind = KIND,
                                 .model = arena_str(arena, router->terms.model),
                                 .provider = arena_str(arena, router->terms.provider),
                                 .health = view.health,
                                 .why = arena_str(arena, str_of(view.why)),
                                 .waiting = pace.waiting,
                                 .in_flight = pace.under_way,
                                 .concurrency = pace.concurrency,
                                 .concurrency_max = pace.concurrency_max,
                                 .requests_per_minute = pace.requests_per_minute,
                                 .requests_last_minute = pace.last_minute,
                                 .breaker = pace.breaker,
                                 .not_before_ms = pace.not_before_ms,
                                 .last_error_ms_ago = view.last_error_ms_ago,
                                 .key_left_microusd = view.learned.key_left_microusd};
    if (view.last_error[0] != '\0')
        out->last_error = arena_str(arena, str_of(view.last_error));
}

/* --- life ---------------------------------------------------------------------------------------------------------- */

static void stop(struct writer *writer)
{
    struct openrouter *router = self_of(writer);
    condition_stop(&router->condition);
    turnstile_stop(&router->turnstile);
    https_stop(router->service.https);
}

static void close_writer(struct writer *writer)
{
    struct openrouter *router = self_of(writer);
    stop(writer);
    if (router->looking)
        thread_join(&router->looker);
    condition_clear(&router->condition);
    turnstile_clear(&router->turnstile);
    service_clear(&router->service);
    lock_clear(&router->lock);
    arena_clear(&router->texts);
    mem_free(router);
}

static const struct writer_vtable VTABLE = {.prepare = prepare,
                                            .admit = admit,
                                            .leave = leave,
                                            .send = send_call,
                                            .look_up = look_up,
                                            .state = tell_state,
                                            .stop = stop,
                                            .close = close_writer};

static int64_t or_default(int64_t value, int64_t fallback) { return value > 0 ? value : fallback; }

enum rc openrouter_open(const struct openrouter_options *options, struct writer **out, struct str *why)
{
    struct openrouter *router = mem_new(1, sizeof *router);
    struct pace_limits limits = {.requests_per_minute = options->requests_per_minute,
                                 .tokens_per_minute = options->tokens_per_minute,
                                 .concurrency = options->concurrency};
    if (service_init(&router->service, options->url, options->key, options->ca_file, why) != RC_OK) {
        service_clear(&router->service);
        mem_free(router);
        return RC_INVALID;
    }
    router->writer.vtable = &VTABLE;
    router->terms = options->terms;
    router->terms.model = arena_str(&router->texts, options->terms.model);
    router->terms.provider = arena_str(&router->texts, options->terms.provider);
    router->service.idle_ms = or_default(options->idle_ms, IDLE_MS);
    router->service.total_ms = or_default(options->total_ms, TOTAL_MS);
    router->patience_ms = or_default(options->patience_ms, PATIENCE_MS);
    lock_init(&router->lock);
    turnstile_init(&router->turnstile, &limits);
    condition_init(&router->condition, &router->terms.ceiling, or_default(options->check_ms, CHECK_MS));
    thread_start(&router->looker, "writer-look", keep_looking, router);
    router->looking = true;
    *out = &router->writer;
    return RC_OK;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Liveness, readiness, metrics. Ready is a 503 only when the store cannot commit: a writer, relay or feed that is down
 * stops part of the work, and a restart would not mend it. */
#include "api/feed.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "api/writer_view.h"
#include "base/metrics.h"
#include "step/outbound.h"
#include "step/relay_stop.h"

#define RELAY_LATE_MS 60000 /* a change that waits longer than this means that the relay is stuck */

#define TOOLS_LATE_MS (15 * TIME_MINUTE_MS) /* an unsubscribe that another tool has not heard of */

enum state { STATE_OK, STATE_DEGRADED, STATE_DOWN };
static const char *const STATE_WORDS[] = {"ok", "degraded", "down"};

enum dependency { DEP_STORE, DEP_RELAY, DEP_QUEUE, DEP_WRITER, DEP_MAILER, DEP_FEED, DEP_WEBHOOK, DEP_MAILBOX };
static const char *const DEPENDENCY_WORDS[DEPENDENCIES] = {"store",  "relay", "queue",   "writer",
                                                           "mailer", "feed",  "webhook", "mailbox"};

struct health {
    struct api *api;
    struct arena *arena;
    struct json_out *out;
    enum state worst;
};

void health_alive(const struct request *request, struct response *response, struct api *api)
{
    struct json_out out;
    (void)request, (void)api;
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_str(&out, "status", STR("ok"));
    json_pair_str(&out, "version", STR(REKINDLE_VERSION));
    json_end_object(&out);
    respond_json(response, 200);
}

/* How long the dependency has been in this state, as far as anybody looked. */
static int64_t age_ms(struct api *api, enum dependency which, enum state state)
{
    int64_t now = clock_mono();
    lock_take(&api->lock);
    struct dependency_seen *seen = &api->seen[which];
    if (seen->since_ms == 0 || seen->state != (int)state)
        *seen = (struct dependency_seen){(int)state, now};
    int64_t age = now - seen->since_ms;
    lock_drop(&api->lock);
    return age;
}

static void report(struct health *health, enum dependency which, enum state state, struct str detail)
{
    struct json_out *out = health->out;
    if (state > health->worst)
        health->worst = state;
    json_begin_object(out);
    json_pair_str(out, "name", str_of(DEPENDENCY_WORDS[which]));
    json_pair_str(out, "state", str_of(STATE_WORDS[state]));
    json_pair_i64(out, "age_ms", age_ms(health->api, which, state));
    json_pair_str(out, "detail", state == STATE_OK ? STR_NONE : detail);
    json_end_object(out);
}

static void check_relay(struct health *health)
{
    struct workers_state state;
    if (health->api->workers == NULL)
        return;
    workers_state(health->api->workers, &state);
    bool late = state.relay_lag_ms > RELAY_LATE_MS;
    report(health, DEP_RELAY, state.running && !late ? STATE_OK : STATE_DEGRADED,
           late ? STR("Changes wait for over a minute.") : STR("The relay does not run."));
}

static void check_queue(struct health *health)
{
    struct queue_stats stats = {0};
    struct queue *queue = health->api->env.queue;
    int64_t dead = 0;
    enum rc rc = queue->vtable->stats(queue, &stats);
    for (int kind = 0; kind < JOB_KINDS; kind++)
        dead += stats.dead[kind];
    struct str detail = arena_printf(health->arena, "%lld dead letters wait for a person.", (long long)dead);
    report(health, DEP_QUEUE, rc == RC_OK && dead == 0 ? STATE_OK : STATE_DEGRADED,
           rc == RC_OK ? detail : STR("The queue cannot be read."));
}

static void check_writer(struct health *health)
{
    struct writer_state state;
    if (health->api->env.writer == NULL)
        return;
    writer_look(health->api, health->arena, &state);
    report(health, DEP_WRITER, state.health == WRITER_READY ? STATE_OK : STATE_DEGRADED, state.why);
}

static void check_mailer(struct health *health)
{
    const struct api_options *options = &health->api->options;
    struct str why = STR_NONE;
    if (options->mailer_check == NULL)
        return;
    enum rc rc = options->mailer_check(options->ctx, &why);
    struct relay_stop stop;
    if (relay_stop_read(&health->api->env, health->arena, &stop) == RC_OK && stop.on) {
        why = arena_printf(health->arena, "Sending is stopped, the relay refuses us at %.*s: %.*s", STR_ARG(stop.phase),
                           STR_ARG(stop.reason));
        rc = RC_IO;
    }
    report(health, DEP_MAILER, rc == RC_OK ? STATE_OK : STATE_DEGRADED, why);
}

static void check_mailbox(struct health *health)
{
    const struct api_options *options = &health->api->options;
    struct str why = STR_NONE;
    if (options->mailbox_check == NULL)
        return;
    enum rc rc = options->mailbox_check(options->ctx, health->arena, &why);
    report(health, DEP_MAILBOX, rc == RC_OK ? STATE_OK : STATE_DEGRADED, why);
}

static void check_feed(struct health *health)
{
    struct feed_view feed;
    enum rc rc = feed_look(&health->api->env, health->arena, &feed);
    bool fine = rc == RC_OK && (feed.verdict.state == FEED_OK || feed.verdict.state == FEED_NEVER);
    report(health, DEP_FEED, fine ? STATE_OK : STATE_DEGRADED,
           rc == RC_OK ? feed_sentence(&feed, health->arena) : STR("The feed's state cannot be read."));
}

static void check_webhook(struct health *health)
{
    const struct step_env *env = &health->api->env;
    struct outbound_lag lag;
    if (!env->shop.has_webhook)
        return;
    enum rc rc = outbound_lag_read(env, health->arena, &lag);
    bool late = rc == RC_OK && lag.waiting > 0 && clock_now(env->clock) - lag.oldest_at > TOOLS_LATE_MS;
    report(health, DEP_WEBHOOK, rc == RC_OK && !late ? STATE_OK : STATE_DEGRADED,
           rc != RC_OK ? STR("The events for other tools cannot be read.")
                       : arena_printf(health->arena,
                                      "%lld events wait for the shop's other tools; the last try ended with: %.*s.",
                                      (long long)lag.waiting, STR_ARG(lag.last_error)));
}

void health_ready(const struct request *request, struct response *response, struct api *api)
{
    struct json_out out;
    struct buf list = {0};
    struct health health = {.api = api, .arena = request->arena, .out = &out};
    json_out_init(&out, &list);
    json_begin_array(&out);
    enum rc store = api->env.store->vtable->check(api->env.store);
    report(&health, DEP_STORE, store == RC_OK ? STATE_OK : STATE_DOWN, STR("The store cannot commit."));
    if (store == RC_OK) {
        check_relay(&health);
        check_queue(&health);
        check_writer(&health);
        check_mailer(&health);
        check_feed(&health);
        check_webhook(&health);
        check_mailbox(&health);
    }
    json_end_array(&out);
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_str(&out, "status", str_of(STATE_WORDS[health.worst]));
    json_key(&out, "dependencies");
    json_put_raw(&out, buf_str(&list));
    json_end_object(&out);
    respond_json(response, store == RC_OK ? 200 : 503);
    buf_clear(&list);
}

/* Labels must live as long as the process. */
#define LABELS(kind) \
    "kind=\"" kind "\",state=\"waiting\"", "kind=\"" kind "\",state=\"running\"", "kind=\"" kind "\",state=\"dead\""
static const char *const JOB_LABELS[JOB_KINDS][3] = {
    [JOB_SCORE] = {LABELS("score")},   [JOB_DUE] = {LABELS("due")},     [JOB_ADMIT] = {LABELS("admit")},
    [JOB_DRAFT] = {LABELS("draft")},   [JOB_SEND] = {LABELS("send")},   [JOB_OUTCOME] = {LABELS("outcome")},
    [JOB_CANCEL] = {LABELS("cancel")}, [JOB_SCALE] = {LABELS("scale")}, [JOB_REARM] = {LABELS("rearm")},
    [JOB_FEED] = {LABELS("feed")},     [JOB_TIDY] = {LABELS("tidy")},   [JOB_ERASE] = {LABELS("erase")},
    [JOB_NOTIFY] = {LABELS("notify")}, [JOB_COPY] = {LABELS("copy")},   [JOB_FIT] = {LABELS("fit")},
    [JOB_TUNE] = {LABELS("tune")},     [JOB_SEAL] = {LABELS("seal")},
};

static void gauge_queue(struct api *api)
{
    struct queue_stats stats = {0};
    if (api->env.queue->vtable->stats(api->env.queue, &stats) != RC_OK)
        return;
    for (int kind = 0; kind < JOB_KINDS; kind++) {
        metrics_set("rekindle_jobs", JOB_LABELS[kind][0], (double)stats.waiting[kind]);
        metrics_set("rekindle_jobs", JOB_LABELS[kind][1], (double)stats.running[kind]);
        metrics_set("rekindle_jobs", JOB_LABELS[kind][2], (double)stats.dead[kind]);
    }
}

static void gauge_relay(struct api *api)
{
    struct workers_state state;
    if (api->workers == NULL)
        return;
    workers_state(api->workers, &state);
    metrics_set("rekindle_relay_lag_seconds", NULL, (double)state.relay_lag_ms / 1000);
    metrics_set("rekindle_relay_waiting_changes", NULL, (double)(state.feed_head - state.relay_cursor));
}

static void gauge_webhook(struct api *api, struct arena *arena)
{
    struct outbound_lag lag;
    if (!api->env.shop.has_webhook || outbound_lag_read(&api->env, arena, &lag) != RC_OK)
        return;
    int64_t age_ms = lag.waiting > 0 ? clock_now(api->env.clock) - lag.oldest_at : 0;
    metrics_set("rekindle_webhook_waiting", NULL, (double)lag.waiting);
    metrics_set("rekindle_webhook_lag_seconds", NULL, (double)age_ms / 1000);
}

void health_metrics(const struct request *request, struct response *response, struct api *api)
{
    int64_t requests, streams, connections;
    gauge_queue(api);
    gauge_relay(api);
    gauge_webhook(api, request->arena);
    writer_gauge(api, request->arena);
    server_load(api->server, &requests, &streams, &connections);
    metrics_set("rekindle_http_running", NULL, (double)requests);
    metrics_set("rekindle_http_streams", NULL, (double)streams);
    metrics_set("rekindle_http_connections", NULL, (double)connections);
    metrics_set("rekindle_up_seconds", NULL, (double)(clock_mono() - api->started_ms) / 1000);
    response_reset(response);
    metrics_write(&response->body);
    response->status = 200;
    response->type = "text/plain; version=0.0.4; charset=utf-8";
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/writer_view.h"

#include "api/view.h"
#include "base/metrics.h"
#include "step/budget.h"

#define USD(microusd) ((double)(microusd) / 1e6)

/* A state that is not ok always says why: a banner without a reason helps nobody. */
static struct str sentence(const struct writer_state *state)
{
    if (state->health == WRITER_READY)
        return STR_NONE;
    if (!str_is_empty(state->why))
        return state->why;
    return state->health == WRITER_CHECKING ? STR("Its key, model and price are being checked.")
                                            : STR("The writer cannot write now.");
}

void writer_look(const struct api *api, struct arena *arena, struct writer_state *out)
{
    struct writer *writer = api->env.writer;
    *out = (struct writer_state){.health = WRITER_READY, .last_error_ms_ago = I64_NONE, .key_left_microusd = I64_NONE};
    if (writer != NULL)
        writer->vtable->state(writer, arena, out);
    if (str_is_empty(out->kind))
        out->kind = str_of(api->options.writer_kind != NULL ? api->options.writer_kind : "template");
    out->why = sentence(out);
}

void writer_write_health(const struct writer_state *state, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "state", str_of(WRITER_HEALTH_WORDS[state->health]));
    json_pair_str(out, "detail", state->why);
    json_end_object(out);
}

static void put_microusd(struct json_out *out, const char *name, int64_t microusd)
{
    json_key(out, name);
    if (microusd == I64_NONE)
        json_put_null(out);
    else
        json_put_real(out, USD(microusd));
}

static struct str or_none(struct str text) { return str_is_empty(text) ? STR_NONE : text; }

static void put_limits(const struct writer_state *state, struct json_out *out)
{
    json_pair_i64(out, "waiting", state->waiting);
    json_pair_i64(out, "in_flight", state->in_flight);
    json_pair_i64(out, "concurrency", state->concurrency);
    json_pair_i64(out, "concurrency_max", state->concurrency_max);
    json_pair_i64(out, "requests_per_minute", state->requests_per_minute);
    json_pair_i64(out, "requests_last_minute", state->requests_last_minute);
    json_pair_str(out, "breaker", str_of(WRITER_BREAKER_WORDS[state->breaker]));
    json_pair_i64(out, "not_before_ms", state->not_before_ms > 0 ? state->not_before_ms : 0);
}

static void put_last_error(const struct view *view, const struct writer_state *state, struct json_out *out)
{
    bool any = state->last_error_ms_ago != I64_NONE && !str_is_empty(state->last_error);
    json_pair_str(out, "last_error", any ? state->last_error : STR_NONE);
    view_time(view, "last_error_at", any ? view->now - state->last_error_ms_ago : TIME_NONE, out);
}

/* A writer that costs nothing has no money to show. */
static bool is_free(const struct writer_state *state) { return str_equal(state->kind, STR("template")); }

static enum rc put_budget(const struct view *view, const struct writer_state *state, struct json_out *out)
{
    struct budget_state budget;
    json_key(out, "budget");
    if (is_free(state)) {
        json_put_null(out);
        return RC_OK;
    }
    enum rc rc = budget_state(view->env, view->arena, &budget);
    if (rc != RC_OK)
        return rc;
    json_begin_object(out);
    json_pair_str(out, "day", budget.day);
    put_microusd(out, "cap_usd", budget.cap_microusd);
    put_microusd(out, "spent_usd", budget.spent_microusd);
    put_microusd(out, "reserved_usd", budget.reserved_microusd);
    put_microusd(out, "unknown_usd", budget.unknown_microusd);
    put_microusd(out, "left_usd", budget.left_microusd);
    json_pair_i64(out, "waiting_drafts", budget.waiting);
    json_end_object(out);
    return RC_OK;
}

enum rc writer_write(const struct api *api, struct arena *arena, struct json_out *out)
{
    const struct view view = {.env = &api->env, .arena = arena, .now = clock_now(api->env.clock)};
    struct writer_state state;
    writer_look(api, arena, &state);
    json_begin_object(out);
    json_pair_str(out, "kind", state.kind);
    json_pair_str(out, "state", str_of(WRITER_HEALTH_WORDS[state.health]));
    json_pair_str(out, "detail", state.why);
    json_pair_str(out, "model", or_none(state.model));
    json_pair_str(out, "provider", or_none(state.provider));
    put_limits(&state, out);
    put_last_error(&view, &state, out);
    put_microusd(out, "key_left_usd", state.key_left_microusd);
    enum rc rc = put_budget(&view, &state, out);
    json_end_object(out);
    return rc;
}

/* Labels must live as long as the process. */
static const char *const HEALTH_LABELS[] = {"state=\"checking\"", "state=\"ok\"", "state=\"degraded\""};

void writer_gauge(const struct api *api, struct arena *arena)
{
    struct writer_state state;
    struct budget_state budget;
    writer_look(api, arena, &state);
    for (int health = WRITER_CHECKING; health <= WRITER_DEGRADED; health++)
        metrics_set("rekindle_writer_state", HEALTH_LABELS[health], (int)state.health == health);
    metrics_set("rekindle_writer_waiting", NULL, (double)state.waiting);
    metrics_set("rekindle_writer_in_flight", NULL, (double)state.in_flight);
    metrics_set("rekindle_writer_concurrency", NULL, (double)state.concurrency);
    metrics_set("rekindle_writer_requests_last_minute", NULL, (double)state.requests_last_minute);
    metrics_set("rekindle_writer_breaker_open", NULL, state.breaker != WRITER_CLOSED);
    metrics_set("rekindle_writer_not_before_seconds", NULL, (double)state.not_before_ms / 1000);
    if (!is_free(&state))
        (void)budget_state(&api->env, arena, &budget); /* it sets its own gauges; without it they stay as they were */
}

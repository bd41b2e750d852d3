/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/view.h"

#include "core/holdout.h"
#include "core/record.h"
#include "step/reads.h"

enum rc view_load(const struct step_env *env, struct arena *arena, struct view *out)
{
    *out = (struct view){.env = env, .arena = arena, .now = clock_now(env->clock)};
    enum rc rc = env_policy(env, arena, &out->policy);
    if (rc != RC_OK)
        return rc;
    return read_scale(env, arena, &out->scale);
}

enum rc view_engagement(const struct view *view, struct str client_id, struct engagement *out)
{
    enum rc rc = store_get(view->env->store, RECORD_ENGAGEMENT, client_id, view->arena, out);
    if (rc != RC_NOT_FOUND)
        return rc;
    record_init(RECORD_ENGAGEMENT, out);
    out->client_id = client_id;
    out->visits = 0;
    out->value_minor = 0;
    out->order_count = 0;
    return RC_OK;
}

void view_time(const struct view *view, const char *name, int64_t at, struct json_out *out)
{
    json_pair_str(out, name, time_to_text(at, view->arena));
}

void view_number(const char *name, double value, struct json_out *out)
{
    json_pair_real(out, name, value); /* never rounded: the parts add up to the score */
}

void view_i64(const char *name, int64_t value, struct json_out *out)
{
    json_key(out, name);
    if (value == I64_NONE)
        json_put_null(out);
    else
        json_put_i64(out, value);
}

void view_list(const char *name, struct str list, struct json_out *out)
{
    json_key(out, name);
    json_put_raw(out, str_is_empty(list) ? STR("[]") : list);
}

void view_parts(const struct score *score, struct json_out *out)
{
    json_begin_object(out);
    view_number("recency", score->rhythm, out);
    view_number("frequency", score->frequency, out);
    view_number("value", score->value, out);
    json_end_object(out);
}

static bool is_holdout(const struct view *view, const struct client *client)
{
    const struct policy *policy = &view->policy;
    return holdout_arm(policy->holdout_salt, client->person, policy->holdout_share) == ARM_HOLDOUT;
}

enum score_band view_band(const struct view *view, const struct client *client, const struct engagement *engagement)
{
    return client->profiling == PROFILING_OBJECTED ? BAND_NONE : score_band(engagement, view->now);
}

double view_chance(const struct view *view, const struct engagement *engagement)
{
    return score_chance(engagement, &view->scale, CHANCE_RETURN_DAYS, view->now);
}

/* The members that need a score; all null without visits or when the client objected to profiling. */
static void write_score(const struct view *view, const struct engagement *engagement, enum score_band band,
                        struct json_out *out)
{
    struct score score;
    static const char *const NAMES[] = {"score", "parts", "silence_days", "usual_gap_days", "chance_of_return"};
    json_pair_str(out, "band", str_of(SCORE_BAND_WORDS[band]));
    if (band == BAND_NONE) {
        for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
            json_pair_str(out, NAMES[i], STR_NONE);
        return;
    }
    score_at(engagement, &view->scale, &view->policy.detector, view->now, &score);
    view_number("score", score.total, out);
    json_key(out, "parts");
    view_parts(&score, out);
    view_number("silence_days", score.silence_days, out);
    view_number("usual_gap_days", score.usual_gap_days, out);
    view_number("chance_of_return", view_chance(view, engagement), out);
}

static void write_engagement(const struct view *view, const struct client *client, const struct engagement *engagement,
                             struct json_out *out)
{
    json_begin_object(out);
    write_score(view, engagement, view_band(view, client, engagement), out);
    view_time(view, "due_at", engagement->due_at, out);
    json_pair_str(out, "episode_id", engagement->episode_id);
    json_pair_bool(out, "holdout", is_holdout(view, client));
    view_time(view, "last_order_at", engagement->last_at, out);
    json_pair_i64(out, "order_count", engagement->order_count);
    json_pair_i64(out, "total_minor", engagement->value_minor);
    json_end_object(out);
}

void view_client(const struct view *view, const struct client *client, const struct engagement *engagement,
                 struct json_out *out)
{
    record_to_json(RECORD_CLIENT, client, true, out);
    json_key(out, "engagement");
    write_engagement(view, client, engagement, out);
    json_end_object(out);
}

enum rc view_person(const struct view *view, struct str client_id, struct json_out *out)
{
    struct client client;
    record_init(RECORD_CLIENT, &client);
    enum rc rc = store_get(view->env->store, RECORD_CLIENT, client_id, view->arena, &client);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    json_begin_object(out);
    json_pair_str(out, "first_name", client.first_name);
    json_pair_str(out, "last_name", client.last_name);
    json_pair_str(out, "email", client.email);
    json_end_object(out);
    return RC_OK;
}

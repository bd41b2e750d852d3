/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/clients/{id}/score: the score now, its parts, the sentence for staff, and the curve: at every visit the score
 * just before and just after it, points in between, and on from now until it is well under the threshold. Computed from the
 * orders by the same functions as the score step. */
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "api/view.h"
#include "core/order.h"
#include "core/record.h"
#include "step/reads.h"

#define VISITS_MAX 80   /* of the curve; older ones are left out */
#define POINTS_BEFORE 6 /* between two visits */
#define POINTS_AHEAD 24
#define WELL_UNDER 0.5                   /* the curve ends at this share of the threshold ... */
#define AHEAD_MIN_MS (183 * TIME_DAY_MS) /* ... but reaches half a year ahead, also for a client long lost */

struct curve {
    const struct view *view;
    struct json_out *out;
};

static void put_point(const struct curve *curve, const struct engagement *sums, int64_t at)
{
    struct score score;
    score_at(sums, &curve->view->scale, &curve->view->policy.detector, at, &score);
    json_begin_object(curve->out);
    view_time(curve->view, "at", at, curve->out);
    view_number("score", score.total, curve->out);
    json_end_object(curve->out);
}

/* `steps` points after `from`, the last of them at `to`. */
static void put_span(const struct curve *curve, const struct engagement *sums, const int64_t span[2], int steps)
{
    for (int i = 1; i <= steps; i++)
        put_point(curve, sums,
                  span[0] + (span[1] - span[0]) / steps * i + (i == steps ? (span[1] - span[0]) % steps : 0));
}

/* Orders that count, in place, oldest first; returns how many. */
static size_t keep_visits(struct order *orders, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (order_is_visit(&orders[i]))
            orders[kept++] = orders[i];
    }
    return kept;
}

/* Index behind the orders of the same visit (day) as order i. */
static size_t visit_end(const struct curve *curve, const struct order *orders, size_t count, size_t i)
{
    struct str zone = curve->view->env->shop.time_zone;
    int64_t day = time_day(orders[i].ordered_at, zone);
    while (i < count && time_day(orders[i].ordered_at, zone) == day)
        i++;
    return i;
}

/* The first order the curve shows, so that at most VISITS_MAX visits follow. */
static size_t curve_begin(const struct curve *curve, const struct order *orders, size_t count)
{
    size_t visits = 0, from = 0;
    for (size_t i = 0; i < count; i = visit_end(curve, orders, count, i))
        visits++;
    for (; visits > VISITS_MAX; visits--)
        from = visit_end(curve, orders, count, from);
    return from;
}

static void put_past(const struct curve *curve, const struct order *orders, size_t count, struct engagement *sums)
{
    struct str zone = curve->view->env->shop.time_zone;
    size_t i = curve_begin(curve, orders, count);
    bool before = i > 0;
    if (before)
        score_sums(orders, i, zone, sums);
    while (i < count) {
        size_t end = visit_end(curve, orders, count, i);
        int64_t span[2] = {sums->last_at, orders[end - 1].ordered_at};
        if (before)
            put_span(curve, sums, span, POINTS_BEFORE);
        score_sums(orders, end, zone, sums);
        put_point(curve, sums, sums->last_at);
        before = true;
        i = end;
    }
}

static void put_ahead(const struct curve *curve, const struct engagement *sums)
{
    const struct view *view = curve->view;
    if (sums->last_at < view->now) {
        const int64_t span[2] = {sums->last_at, view->now};
        put_span(curve, sums, span, POINTS_BEFORE);
    }
    int64_t from = sums->last_at > view->now ? sums->last_at : view->now;
    int64_t end = score_crossing(sums, &view->scale, &view->policy.detector, view->policy.threshold * WELL_UNDER);
    const int64_t ahead[2] = {from, end > from + AHEAD_MIN_MS ? end : from + AHEAD_MIN_MS};
    put_span(curve, sums, ahead, POINTS_AHEAD);
}

static enum rc put_curve(const struct curve *curve, struct str client_id, bool scored)
{
    struct order *orders;
    size_t count;
    struct engagement sums;
    record_init(RECORD_ENGAGEMENT, &sums);
    enum rc rc = read_orders(curve->view->env, client_id, curve->view->arena, &orders, &count);
    if (rc != RC_OK)
        return rc;
    count = keep_visits(orders, count);
    json_key(curve->out, "curve");
    json_begin_array(curve->out);
    if (scored && count > 0) {
        put_past(curve, orders, count, &sums);
        put_ahead(curve, &sums);
    }
    json_end_array(curve->out);
    json_pair_i64(curve->out, "orders_considered", (int64_t)count);
    return RC_OK;
}

static void put_now(const struct view *view, const struct engagement *sums, struct json_out *out)
{
    struct score score, fresh;
    score_at(sums, &view->scale, &view->policy.detector, view->now, &score);
    score_at(sums, &view->scale, &view->policy.detector, sums->last_at, &fresh);
    view_number("score", score.total, out);
    json_key(out, "parts");
    view_parts(&score, out);
    view_number("silence_days", score.silence_days, out);
    view_number("usual_gap_days", score.usual_gap_days, out);
    view_number("score_after_last_order", fresh.total, out);
    view_number("chance_of_return", view_chance(view, sums), out);
    json_pair_str(out, "sentence", score_sentence(sums, &view->scale, &view->policy.detector, view->now, view->arena));
}

static void put_nothing(const struct client *client, struct json_out *out)
{
    static const char *const NAMES[] = {
        "score", "parts", "silence_days", "usual_gap_days", "score_after_last_order", "chance_of_return"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        json_pair_str(out, NAMES[i], STR_NONE);
    json_pair_str(out, "sentence",
                  client->profiling == PROFILING_OBJECTED ? STR("This client objected to profiling: there is no score.")
                                                          : STR("There is no order yet that counts."));
}

static enum rc write_score(const struct view *view, const struct client *client, const struct engagement *engagement,
                           struct json_out *out)
{
    enum score_band band = view_band(view, client, engagement);
    const struct curve curve = {view, out};
    json_begin_object(out);
    json_pair_str(out, "band", str_of(SCORE_BAND_WORDS[band]));
    if (band == BAND_NONE)
        put_nothing(client, out);
    else
        put_now(view, engagement, out);
    view_time(view, "due_at", engagement->due_at, out);
    view_number("threshold", view->policy.threshold, out);
    enum rc rc = put_curve(&curve, client->id, band != BAND_NONE);
    json_end_object(out);
    return rc;
}

void client_score(const struct request *request, struct response *response, struct api *api)
{
    struct client client;
    struct engagement engagement;
    struct view view;
    struct json_out out;
    enum rc rc = store_get(api->env.store, RECORD_CLIENT, request->param, request->arena, &client);
    if (rc == RC_OK)
        rc = view_load(&api->env, request->arena, &view);
    if (rc == RC_OK)
        rc = view_engagement(&view, client.id, &engagement);
    respond_begin(response, &out);
    if (rc == RC_OK)
        rc = write_score(&view, &client, &engagement, &out);
    if (rc == RC_OK)
        respond_json(response, 200);
    else
        problem_from_rc(request, response, rc);
}

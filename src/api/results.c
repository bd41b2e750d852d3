/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/results?window=30|60|90: did it help. The walk over all admissions is kept for a minute, as the page is opened
 * far more often than a window closes; until the clock is moved by hand or the policy, which has the prices, is saved. */
#include "step/results.h"

#include <math.h>

#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/respond.h"
#include "base/metrics.h"
#include "core/proof.h"

#define RESULTS_FOR_MS 60000

#define MICROUSD_PER_CENT 10000.0

static const char *const WINDOW_WORDS[RESULT_WINDOWS + 1] = {"30", "60", "90", NULL};
static const int WINDOW_DAYS[RESULT_WINDOWS] = {30, 60, 90};

/* What an answer is written from. */
struct proof {
    const struct api *api;
    struct arena *arena;
    struct policy policy;
    struct results results;
    struct proof_facts facts;
    struct proof_money money;
};

/* The model is paid in dollars; another currency has no rate here, so its cost is unknown unless it is nothing. */
static double model_minor(const struct proof *proof)
{
    double cents = (double)proof->results.model_microusd / MICROUSD_PER_CENT;
    bool dollars = str_equal(proof->api->env.shop.currency, STR("USD"));
    return dollars || proof->results.model_microusd == 0 ? cents : (double)NAN;
}

static struct lift_arm arm_of(const struct results_arm *arm) { return (struct lift_arm){arm->people, arm->reordered}; }

/* The share of all mail that left which the counted people got: review and model are known in all only, and what is spent on
 * others must not stand against the margin of these. */
static double part_of(const struct results *results)
{
    if (results->sent <= 0)
        return 0;
    double part = (double)results->total.treated.emailed / (double)results->sent;
    return part < 1 ? part : 1;
}

static void work_out(struct proof *proof)
{
    const struct results *results = &proof->results;
    proof->facts = (struct proof_facts){.rehearsal = proof->api->env.rehearsal,
                                        .window_days = results->window_days,
                                        .treated = arm_of(&results->total.treated),
                                        .holdout = arm_of(&results->total.holdout),
                                        .emailed = results->total.treated.emailed,
                                        .known = results->known,
                                        .lift = results->lift,
                                        .effect = results->effect,
                                        .holdout_share = proof->policy.holdout_share,
                                        .open = results->outside.open,
                                        .admissions_per_day = results->admissions_per_day};
    double emails = (double)results->total.treated.emailed, part = part_of(results);
    struct proof_prices prices = {.gross_margin = proof->policy.gross_margin,
                                  .review_hour_minor = proof->policy.review_hour_minor,
                                  .email_minor = proof->policy.email_minor,
                                  .model_minor = model_minor(proof) * part,
                                  .treated_revenue_minor = results->total.treated.revenue_minor,
                                  .emails = emails,
                                  .review_ms = (double)results->review_ms * part,
                                  .offer_minor = proof->policy.offer_cost_minor,
                                  .offers_taken = (double)results->offer.taken};
    proof_money(&proof->facts, &prices, &proof->money);
}

/* --- JSON ---------------------------------------------------------------------------------------------------------- */
static void put_interval(struct json_out *out, const char *name, bool known, const struct lift_interval *interval)
{
    json_key(out, name);
    if (!known) {
        json_put_null(out);
        return;
    }
    json_begin_object(out);
    json_pair_real(out, "estimate", interval->estimate);
    json_pair_real(out, "low", interval->low);
    json_pair_real(out, "high", interval->high);
    json_end_object(out);
}

static double rate_of(const struct results_arm *arm)
{
    return arm->people > 0 ? (double)arm->reordered / (double)arm->people : (double)NAN;
}

/* `rate`: NaN is null. */
static void put_arm(struct json_out *out, const char *name, const struct results_arm *arm, double rate)
{
    json_key(out, name);
    json_begin_object(out);
    json_pair_i64(out, "people", arm->people);
    json_pair_i64(out, "emailed", arm->emailed);
    json_pair_i64(out, "reordered", arm->reordered);
    json_pair_real(out, "rate", rate);
    json_pair_i64(out, "revenue_minor", arm->revenue_minor);
    json_end_object(out);
}

static void put_slices(struct json_out *out, const char *name, const struct results_slice *slices, size_t count,
                       struct arena *arena)
{
    json_key(out, name);
    json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        const struct results_slice *slice = &slices[i];
        json_begin_object(out);
        json_pair_str(out, "name", slice->name);
        json_pair_str(out, "from", time_to_text(slice->from, arena));
        put_arm(out, "treated", &slice->cell.treated, rate_of(&slice->cell.treated));
        put_arm(out, "holdout", &slice->cell.holdout, rate_of(&slice->cell.holdout));
        put_interval(out, "lift", slice->known, &slice->lift);
        json_end_object(out);
    }
    json_end_array(out);
}

static void put_series(struct json_out *out, const struct results *results, struct arena *arena)
{
    json_key(out, "series");
    json_begin_array(out);
    for (size_t i = 0; i < results->week_count; i++) {
        const struct results_point *point = &results->series[i];
        json_begin_object(out);
        json_pair_str(out, "at", time_to_text(point->at, arena));
        json_pair_i64(out, "people", point->people);
        put_interval(out, "lift", point->known, &point->lift);
        json_end_object(out);
    }
    json_end_array(out);
}

static void put_count(struct json_out *out, const char *name, int64_t count)
{
    json_key(out, name);
    if (count == I64_NONE)
        json_put_null(out);
    else
        json_put_i64(out, count);
}

static void put_needed(struct json_out *out, const struct proof *proof)
{
    struct proof_needed needed = proof_needed(&proof->facts);
    json_key(out, "needed");
    json_begin_object(out);
    json_pair_real(out, "lift", needed.lift);
    put_count(out, "episodes", needed.episodes);
    put_count(out, "days", needed.days);
    json_end_object(out);
}

static void put_money(struct json_out *out, const struct proof *proof)
{
    const struct proof_money *money = &proof->money;
    json_key(out, "money");
    json_begin_object(out);
    json_pair_str(out, "currency", proof->api->env.shop.currency);
    json_pair_real(out, "gross_margin", proof->policy.gross_margin);
    put_interval(out, "margin_minor", money->known, &money->margin_minor);
    json_key(out, "costs");
    json_begin_object(out);
    json_pair_real(out, "model_minor", money->model_minor);
    json_pair_real(out, "email_minor", money->email_minor);
    json_pair_real(out, "review_minor", money->review_minor);
    json_pair_real(out, "discount_minor", money->discount_minor);
    json_end_object(out);
    put_interval(out, "net_minor", money->known, &money->net_minor);
    json_pair_real(out, "review_hours",
                   (double)proof->results.review_ms * part_of(&proof->results) / (double)TIME_HOUR_MS);
    json_pair_i64(out, "emails", proof->results.total.treated.emailed);
    json_end_object(out);
}

/* Null while nobody was drawn for an offer. */
static void put_offer(struct json_out *out, const struct proof *proof)
{
    const struct results_offer *offer = &proof->results.offer;
    struct proof_offer facts = {.window_days = proof->results.window_days,
                                .with = arm_of(&offer->with),
                                .without = arm_of(&offer->without),
                                .known = offer->known,
                                .lift = offer->lift};
    struct str sentence = proof_offer_sentence(&facts, proof->arena);
    json_key(out, "offer");
    if (str_is_none(sentence)) {
        json_put_null(out);
        return;
    }
    json_begin_object(out);
    json_pair_str(out, "sentence", sentence);
    put_arm(out, "with", &offer->with, rate_of(&offer->with));
    put_arm(out, "without", &offer->without, rate_of(&offer->without));
    put_interval(out, "lift", offer->known, &offer->lift);
    json_pair_i64(out, "taken", offer->taken);
    json_pair_real(out, "given_away_minor", proof->money.discount_minor);
    json_end_object(out);
}

static void put_outside(struct json_out *out, const struct results *results)
{
    json_key(out, "outside");
    json_begin_object(out);
    json_pair_i64(out, "forced", results->outside.forced);
    json_pair_i64(out, "rehearsed", results->outside.rehearsed);
    json_pair_i64(out, "open", results->outside.open);
    json_pair_i64(out, "repeated", results->outside.repeated);
    json_pair_i64(out, "undrawn", results->outside.undrawn);
    json_end_object(out);
}

static void put_proof(const struct proof *proof, struct json_out *out)
{
    const struct results *results = &proof->results;
    struct lift_interval recovered = proof_recovered(&proof->facts);
    json_begin_object(out);
    json_pair_str(out, "as_of", time_to_text(results->as_of, proof->arena));
    json_pair_i64(out, "window_days", results->window_days);
    json_pair_bool(out, "rehearsal", proof->facts.rehearsal);
    json_pair_str(out, "verdict", str_of(PROOF_VERDICT_WORDS[proof_verdict(&proof->facts)]));
    json_pair_str(out, "sentence", proof_sentence(&proof->facts, proof->arena));
    /* over several strata as the sentence says them; what is pooled could contradict the lift */
    put_arm(out, "treated", &results->total.treated,
            results->known ? results->effect.rate : rate_of(&results->total.treated));
    put_arm(out, "holdout", &results->total.holdout,
            results->known ? results->effect.without : rate_of(&results->total.holdout));
    put_interval(out, "lift", results->known, &results->lift);
    put_needed(out, proof);
    put_interval(out, "recovered", results->known, &recovered);
    put_money(out, proof);
    put_offer(out, proof);
    put_series(out, results, proof->arena);
    put_slices(out, "strata", results->strata, results->stratum_count, proof->arena);
    put_slices(out, "months", results->months, results->month_count, proof->arena);
    put_slices(out, "bands", results->bands, results->band_count, proof->arena);
    put_outside(out, results);
    json_end_object(out);
}

/* --- kept answers -------------------------------------------------------------------------------------------------- */
struct walk {
    int64_t mono_ms, now_ms, policy_version;
};

/* Copies the kept answer into the response. While another walk runs an older one serves too, so that a slow walk is not
 * made many times over; the walk is then the caller's no more. */
static bool take_kept(struct api *api, size_t window, const struct walk *walk, struct response *response)
{
    struct kept_results *kept = &api->results[window];
    lock_take(&api->lock);
    bool same = kept->mono_ms != 0 && kept->policy_version == walk->policy_version &&
                (!clock_is_manual(api->env.clock) || kept->now_ms == walk->now_ms);
    bool serves = same && (kept->is_walking || walk->mono_ms - kept->mono_ms < RESULTS_FOR_MS);
    if (serves)
        buf_add(&response->body, buf_str(&kept->text));
    else
        kept->is_walking = true;
    lock_drop(&api->lock);
    return serves;
}

static void keep(struct api *api, size_t window, const struct walk *walk, struct str text)
{
    struct kept_results *kept = &api->results[window];
    lock_take(&api->lock);
    kept->is_walking = false;
    if (!str_is_none(text)) {
        buf_clear(&kept->text);
        buf_add(&kept->text, text);
        kept->mono_ms = walk->mono_ms;
        kept->now_ms = walk->now_ms;
        kept->policy_version = walk->policy_version;
    }
    lock_drop(&api->lock);
}

static enum rc walk_now(struct proof *proof, int window_days, struct response *response)
{
    struct json_out out;
    enum rc rc = results_read(&proof->api->env, window_days, proof->arena, &proof->results);
    if (rc != RC_OK)
        return rc;
    work_out(proof);
    respond_begin(response, &out);
    put_proof(proof, &out);
    return RC_OK;
}

void results_show(const struct request *request, struct response *response, struct api *api)
{
    struct walk walk = {.mono_ms = clock_mono(), .now_ms = clock_now(api->env.clock)};
    struct proof *proof = arena_new(request->arena, 1, sizeof *proof);
    int window;
    *proof = (struct proof){.api = api, .arena = request->arena};
    if (!query_word(request, response, "window", WINDOW_WORDS, &window))
        return;
    window = window < 0 ? 0 : window;
    enum rc rc = env_policy(&api->env, request->arena, &proof->policy);
    walk.policy_version = proof->policy.version;
    if (rc == RC_OK && !take_kept(api, (size_t)window, &walk, response)) {
        rc = walk_now(proof, WINDOW_DAYS[window], response);
        keep(api, (size_t)window, &walk, rc == RC_OK ? buf_str(&response->body) : STR_NONE);
        metrics_observe("rekindle_results_seconds", NULL, (double)(clock_mono() - walk.mono_ms) / 1000);
    }
    if (rc == RC_OK)
        respond_json(response, 200);
    else
        problem_from_rc(request, response, rc);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fit: the chance model by the shop's own clients, a bounded sample of them, from the sums their engagements keep; no order
 * is read. Also how long the silences lasted that ended with a return: the latest moment of a detector by the chance. The
 * numbers stand in the scale record, with an audit entry of old and new. They are shown at once; only where timers go by
 * them, and they moved enough to matter, the scale gets another number and all timers are walked. */
#include "step/fit_shop.h"

#include <math.h>

#include "base/log.h"
#include "core/fit.h"
#include "core/recent.h"
#include "core/score.h"
#include "step/audit.h"
#include "step/reads.h"
#include "step/steps.h"

#define FIT_EVERY_DAYS 7
#define RETURNED_SHARE 0.95  /* of the silences that ended with a return are no longer than return_days */
#define RETURN_DAYS_MAX 3650 /* a decade: what is longer counts as that */
#define MOVED_LOG 0.02       /* by so much or less a parameter may move before timers are walked, as G and mu may */

struct sample {
    struct chance_client *clients;
    size_t count;
    int64_t returns; /* silences that ended with a return, by whole days begun */
    int64_t by_days[RETURN_DAYS_MAX + 1];
};

int64_t fit_next(const struct step_env *env, int64_t now)
{
    return time_day_start(time_day(now, env->shop.time_zone) + FIT_EVERY_DAYS, env->shop.time_zone);
}

bool fit_outgrown(const struct scale *scale)
{
    if (scale->number == 0)
        return false;
    if (scale->fitted_at == TIME_NONE)
        return true;
    return scale->fit_clients < FIT_SAMPLE_CLIENTS &&
           scale->gaps > scale->fit_gaps + scale->fit_gaps / 4 + FIT_GAPS_MIN;
}

/* --- the sample -------------------------------------------------------------------------------------------------- */
static void add_returns(struct sample *sample, const struct engagement *engagement)
{
    struct engagement then[RECENT_MAX];
    size_t count = recent_silences(engagement, then, RECENT_MAX);
    for (size_t i = 1; i < count; i++) {
        int64_t days = (then[i - 1].last_at - then[i].last_at + TIME_DAY_MS - 1) / TIME_DAY_MS;
        days = days < 0 ? 0 : days > RETURN_DAYS_MAX ? RETURN_DAYS_MAX : days;
        sample->by_days[days]++;
        sample->returns++;
    }
}

static void add_page(struct sample *sample, const struct engagement *engagements, size_t count, int64_t now)
{
    for (size_t i = 0; i < count && sample->count < FIT_SAMPLE_CLIENTS; i++) {
        if (engagements[i].visits <= 0 || !engagements[i].profiled)
            continue;
        sample->clients[sample->count++] = score_chance_client(&engagements[i], now);
        add_returns(sample, &engagements[i]);
    }
}

static enum rc read_sample(const struct step_env *env, int64_t now, struct arena *arena, struct sample *sample)
{
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_DRAW);
    struct buf cursor = {0};
    enum rc rc;
    sample->clients = arena_new(arena, FIT_SAMPLE_CLIENTS, sizeof *sample->clients);
    do {
        struct arena page_arena = {0};
        struct store_page page;
        rc = store_list(env->store, &query, &page_arena, &page);
        query.cursor = STR_NONE;
        if (rc == RC_OK) {
            add_page(sample, page.items, page.count, now);
            buf_reset(&cursor);
            buf_add(&cursor, page.cursor);
            query.cursor = str_is_none(page.cursor) ? STR_NONE : buf_str(&cursor);
        }
        arena_clear(&page_arena);
    } while (rc == RC_OK && !str_is_none(query.cursor) && sample->count < FIT_SAMPLE_CLIENTS);
    buf_clear(&cursor);
    return rc;
}

/* NaN with too few returns to tell: of a shop whose history has ended there are none of late. */
static double return_days(const struct sample *sample)
{
    int64_t seen = 0, wanted = (int64_t)ceil(RETURNED_SHARE * (double)sample->returns);
    if (sample->returns < FIT_GAPS_MIN)
        return (double)NAN;
    for (int days = 0; days < RETURN_DAYS_MAX; days++)
        if ((seen += sample->by_days[days]) >= wanted)
            return days;
    return RETURN_DAYS_MAX;
}

/* --- what becomes of it ------------------------------------------------------------------------------------------ */
static void put_fit(struct json_out *out, const char *name, const struct scale *scale)
{
    json_key(out, name);
    if (scale->fitted_at == TIME_NONE) {
        json_put_null(out);
        return;
    }
    json_begin_object(out);
    json_pair_real(out, "r", scale->chance_r);
    json_pair_real(out, "alpha_days", scale->chance_alpha_days);
    json_pair_real(out, "a", scale->chance_a);
    json_pair_real(out, "b", scale->chance_b);
    json_pair_real(out, "log_likelihood", scale->chance_ll);
    json_pair_i64(out, "clients", scale->fit_clients);
    json_pair_i64(out, "gaps", scale->fit_gaps);
    json_pair_real(out, "return_days", scale->return_days);
    json_end_object(out);
}

static struct str fit_detail(const struct scale *before, const struct scale *after, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    put_fit(&out, "before", before);
    put_fit(&out, "after", after);
    json_end_object(&out);
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

static bool moved(double before, double after)
{
    if (isnan(before) || isnan(after))
        return isnan(before) != isnan(after);
    return fabs(log(after / before)) > MOVED_LOG;
}

/* Whether timers that go by the chance would stand elsewhere. */
static bool moves_timers(const struct scale *before, const struct scale *after)
{
    struct chance_model old = scale_chance_model(before), new = scale_chance_model(after);
    return moved(old.r, new.r) || moved(old.alpha, new.alpha) || moved(old.a, new.a) || moved(old.b, new.b) ||
           moved(before->return_days, after->return_days);
}

static enum rc fit(const struct sample *sample, int64_t now, struct scale *scale)
{
    struct chance_model start = scale_chance_model(scale);
    struct fit_options options = {.model = FIT_MBG, .prior = true, .start = &start};
    struct fit_result result;
    enum rc rc = fit_chance(sample->clients, sample->count, &options, &result);
    if (rc == RC_LIMITED)
        log_warn("fit_unsettled", "clients=%zu evaluations=%d", sample->count, result.evaluations);
    else if (rc != RC_OK)
        return rc;
    scale->chance_r = result.model.r;
    scale->chance_alpha_days = result.model.alpha;
    scale->chance_a = result.model.a;
    scale->chance_b = result.model.b;
    scale->chance_ll = result.log_likelihood;
    scale->fit_clients = (int64_t)result.clients;
    scale->fit_gaps = (int64_t)result.gaps;
    scale->return_days = return_days(sample);
    scale->fitted_at = now;
    scale->updated_at = now;
    return RC_OK;
}

static void keep_model(const struct scale *before, struct scale *after)
{
    after->chance_r = before->chance_r;
    after->chance_alpha_days = before->chance_alpha_days;
    after->chance_a = before->chance_a;
    after->chance_b = before->chance_b;
    after->chance_ll = before->chance_ll;
    after->return_days = before->return_days;
}

static enum rc commit_fit(const struct step_env *env, const struct scale *before, struct scale *after,
                          struct batch *batch, struct arena *arena)
{
    struct policy policy;
    enum rc rc = env_policy(env, arena, &policy);
    if (rc != RC_OK)
        return rc;
    /* A look at the history leads to a proposal of a detector, until one was made. */
    batch_job(batch, STORE_JOB_EARLIEST, JOB_TUNE, JOB_SHOP, after->fitted_at);
    bool walk = policy.detector.kind == DETECTOR_CHANCE && moves_timers(before, after);
    if (policy.detector.kind == DETECTOR_CHANCE && !walk && !isnan(before->chance_r))
        keep_model(before, after); /* as the timers stand: small moves must not add up unseen */
    if (walk) {
        after->number++;
        after->published_at = after->fitted_at;
        batch_delete(batch, RECORD_SETTING, SETTING_REARM, STORE_ANY); /* the walk starts anew */
        batch_job(batch, STORE_JOB_SET, JOB_REARM, JOB_SHOP, after->fitted_at);
    }
    struct audit_entry entry = {.actor = AUDIT_ACTOR_SELF,
                                .action = STR("scale.fitted"),
                                .subject = SCALE_KEY,
                                .detail = fit_detail(before, after, arena)};
    audit_add(env, batch, &entry, arena);
    batch_put(batch, RECORD_SCALE, after, before->version);
    if ((rc = batch_commit(env, batch)) != RC_OK)
        return rc;
    log_info("scale_fitted", "clients=%lld gaps=%lld r=%.4f alpha_days=%.2f a=%.4f b=%.4f return_days=%.0f walk=%d",
             (long long)after->fit_clients, (long long)after->fit_gaps, after->chance_r, after->chance_alpha_days,
             after->chance_a, after->chance_b, after->return_days, walk);
    return RC_OK;
}

enum rc fit_shop(const struct step_env *env, const struct job *job, struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    struct scale before, after;
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    struct sample *sample = arena_new(arena, 1, sizeof *sample);
    batch_init(batch);
    batch_later(batch, job, fit_next(env, now));
    enum rc rc = read_scale(env, arena, &before);
    if (rc != RC_OK)
        return rc;
    if (before.number == 0)
        return batch_commit(env, batch); /* the first scale puts this job again */
    if ((rc = read_sample(env, now, arena, sample)) != RC_OK)
        return rc;
    if (sample->count == 0)
        return batch_commit(env, batch);
    after = before;
    if ((rc = fit(sample, now, &after)) != RC_OK)
        return rc;
    return commit_fit(env, &before, &after, batch, arena);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The likelihood is a sum over histories, and the histories of a shop have few different numbers in them: days, and
 * counts of orders. So they are sorted and counted, equal ones once; ln(alpha + t) is looked up, t being one of a few
 * thousand days; what depends on x alone is worked out once for each x. What remains for a history is one exp and one
 * log, from which the value, the gradient and the second derivatives all follow. */
#include "core/fit.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/fit_newton.h"

enum { R, ALPHA, A, B }; /* the parameters in newton_point */

#define EVALUATIONS_MAX 200
/* Parameters are kept within a factor of e^14, about a million, of a usual value: a shop whose likelihood has no maximum
 * (nobody drops out; all order at one rate) ends at the edge, where it is as good as flat. */
#define LOG_REACH 14.0
static const double PRIOR_SD[NEWTON_PARAMETERS] = {1.5, 2.0, 1.5, 1.5};

/* --- histories, counted ------------------------------------------------------------------------------------------- */
struct history {
    double gaps, span, age; /* x, tx, T */
    double clients;
};

struct histories {
    struct history *rows; /* different, sorted */
    size_t count;
    double *times; /* all different span and age, sorted */
    size_t time_count;
    uint32_t *span, *age;       /* where a row's are in times */
    double *ln_time, *per_time; /* ln(alpha + t), 1 / (alpha + t) at the alpha of the evaluation */
};

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int by_history(const void *a, const void *b)
{
    const struct history *x = a, *y = b;
    int order = by_number(&x->gaps, &y->gaps);
    if (order == 0)
        order = by_number(&x->span, &y->span);
    return order ? order : by_number(&x->age, &y->age);
}

static void count_equal(struct histories *all)
{
    size_t kept = 0;
    qsort(all->rows, all->count, sizeof(*all->rows), by_history);
    for (size_t i = 0; i < all->count; i++) {
        if (kept > 0 && by_history(&all->rows[kept - 1], &all->rows[i]) == 0)
            all->rows[kept - 1].clients += all->rows[i].clients;
        else
            all->rows[kept++] = all->rows[i];
    }
    all->count = kept;
}

static uint32_t place_of(const struct histories *all, double time)
{
    const double *found = bsearch(&time, all->times, all->time_count, sizeof(*all->times), by_number);
    return (uint32_t)(found - all->times);
}

static void index_times(struct histories *all)
{
    size_t kept = 0;
    all->times = mem_new(2 * all->count, sizeof(*all->times));
    for (size_t i = 0; i < all->count; i++) {
        all->times[2 * i] = all->rows[i].span;
        all->times[2 * i + 1] = all->rows[i].age;
    }
    qsort(all->times, 2 * all->count, sizeof(*all->times), by_number);
    for (size_t i = 0; i < 2 * all->count; i++)
        if (kept == 0 || all->times[kept - 1] < all->times[i])
            all->times[kept++] = all->times[i];
    all->time_count = kept;
    all->span = mem_new(all->count, sizeof(*all->span));
    all->age = mem_new(all->count, sizeof(*all->age));
    for (size_t i = 0; i < all->count; i++) {
        all->span[i] = place_of(all, all->rows[i].span);
        all->age[i] = place_of(all, all->rows[i].age);
    }
    all->ln_time = mem_new(kept, sizeof(*all->ln_time));
    all->per_time = mem_new(kept, sizeof(*all->per_time));
}

static enum rc histories_init(struct histories *all, const struct chance_client *clients, size_t count)
{
    *all = (struct histories){.count = count};
    for (size_t i = 0; i < count; i++) {
        const struct chance_client *client = &clients[i];
        bool is_sound = client->gaps >= 0 && client->gaps <= FIT_GAPS_EACH_MAX && floor(client->gaps) == client->gaps &&
                        client->span >= 0 && isfinite(client->span) && client->silence >= 0 &&
                        isfinite(client->silence);
        if (!is_sound)
            return RC_INVALID;
    }
    all->rows = mem_new(count, sizeof(*all->rows));
    for (size_t i = 0; i < count; i++)
        all->rows[i] = (struct history){clients[i].gaps, clients[i].span, clients[i].span + clients[i].silence, 1};
    count_equal(all);
    index_times(all);
    return RC_OK;
}

static void histories_clear(struct histories *all)
{
    mem_free(all->rows);
    mem_free(all->times);
    mem_free(all->span);
    mem_free(all->age);
    mem_free(all->ln_time);
    mem_free(all->per_time);
}

/* --- likelihood --------------------------------------------------------------------------------------------------- */
/* ln G(z + n) - ln G(z) and its derivatives by z, for n that grows: sums over z, z + 1 .. z + n - 1, which keep their
 * digits where z is large and the two ln G nearly equal. */
struct rising {
    double z, n;
    double ln, first, second;
};

static void rise_to(struct rising *rising, double n)
{
    for (; rising->n < n; rising->n++) {
        double per = 1 / (rising->z + rising->n);
        rising->ln += log(rising->z + rising->n);
        rising->first += per;
        rising->second -= per * per;
    }
}

/* Sums over the clients with the same x. With D = ln(alpha + T) - ln(alpha + tx) and E = 1/(alpha + tx) - 1/(alpha + T),
 * ln S has the derivatives -D by r and k E by alpha. */
struct sums {
    double clients, ln_span, per_span, per_span2; /* ln(alpha + tx), 1/(alpha + tx), its square */
    double ln_chance;                             /* ln(S + c) */
    double alive, d, e, e_alpha;                  /* P(alive) times 1, D, E, dE/dalpha */
    double both, bd, be, bdd, bde, bee;           /* P(alive) P(gone) times 1, D, E, D D, D E, E E */
};

static void add_history(struct sums *sums, const struct histories *all, size_t i, double k, double c)
{
    uint32_t span = all->span[i], age = all->age[i];
    double clients = all->rows[i].clients, per_span = all->per_time[span], per_age = all->per_time[age];
    double d = all->ln_time[age] - all->ln_time[span], e = per_span - per_age, s = exp(-k * d), sum = s + c;
    double alive = c > 0 ? s / sum : 1, live = clients * alive, both = c > 0 ? live * (c / sum) : 0;
    sums->clients += clients;
    sums->ln_span += clients * all->ln_time[span];
    sums->per_span += clients * per_span;
    sums->per_span2 += clients * per_span * per_span;
    sums->ln_chance += clients * (c > 0 ? log(sum) : -k * d);
    sums->alive += live;
    sums->d += live * d;
    sums->e += live * e;
    sums->e_alpha -= live * e * (per_span + per_age);
    sums->both += both;
    sums->bd += both * d;
    sums->be += both * e;
    sums->bdd += both * d * d;
    sums->bde += both * d * e;
    sums->bee += both * e * e;
}

struct likelihood {
    struct histories all;
    enum fit_model model;
    bool prior;
};

/* The risings of an evaluation, which climb with x from group to group. */
struct climb {
    struct chance_model at;
    struct rising r, b, ab;
};

/* Derivatives by the parameters themselves. */
static void add_group(struct newton_point *point, const struct sums *sums, const struct climb *climb, double k)
{
    const struct chance_model *at = &climb->at;
    double w = sums->clients, gone = w - sums->alive, below = at->b + climb->b.n - 1;
    double by_a = 1 / at->a, by_b = climb->b.n > 0 ? -1 / below : 0; /* of ln c */
    double(*second)[NEWTON_PARAMETERS] = point->second;
    point->value += w * (climb->r.ln + climb->b.ln - climb->ab.ln + at->r * log(at->alpha)) - k * sums->ln_span +
                    sums->ln_chance;
    point->gradient[R] += w * (climb->r.first + log(at->alpha)) - sums->ln_span - sums->d;
    point->gradient[ALPHA] += w * at->r / at->alpha - k * (sums->per_span - sums->e);
    point->gradient[A] += gone * by_a - w * climb->ab.first;
    point->gradient[B] += gone * by_b + w * (climb->b.first - climb->ab.first);
    second[R][R] += w * climb->r.second + sums->bdd;
    second[R][ALPHA] += w / at->alpha - sums->per_span + sums->e - k * sums->bde;
    second[R][A] += sums->bd * by_a;
    second[R][B] += sums->bd * by_b;
    second[ALPHA][ALPHA] += k * (sums->per_span2 + sums->e_alpha + k * sums->bee) - w * at->r / (at->alpha * at->alpha);
    second[ALPHA][A] -= k * sums->be * by_a;
    second[ALPHA][B] -= k * sums->be * by_b;
    second[A][A] += (sums->both - gone) * by_a * by_a - w * climb->ab.second;
    second[A][B] += sums->both * by_a * by_b - w * climb->ab.second;
    second[B][B] += (sums->both + gone) * by_b * by_b + w * (climb->b.second - climb->ab.second);
}

static void add_likelihood(struct likelihood *likelihood, struct climb *climb, struct newton_point *point)
{
    struct histories *all = &likelihood->all;
    const struct chance_model *at = &climb->at;
    for (size_t i = 0; i < all->time_count; i++) {
        all->ln_time[i] = log(at->alpha + all->times[i]);
        all->per_time[i] = 1 / (at->alpha + all->times[i]);
    }
    for (size_t i = 0; i < all->count;) {
        struct sums sums = {0};
        double x = all->rows[i].gaps, y = likelihood->model == FIT_MBG ? x + 1 : x, k = at->r + x;
        double c = y > 0 ? at->a / (at->b + y - 1) : 0;
        for (; i < all->count && all->rows[i].gaps <= x; i++)
            add_history(&sums, all, i, k, c);
        rise_to(&climb->r, x);
        rise_to(&climb->b, y);
        rise_to(&climb->ab, y);
        add_group(point, &sums, climb, k);
    }
}

/* ln of the prior and its derivatives by the logs of the parameters. */
static void add_prior(struct newton_point *point)
{
    const double mode[NEWTON_PARAMETERS] = {CHANCE_PRIOR_DAYS.r, CHANCE_PRIOR_DAYS.alpha, CHANCE_PRIOR_DAYS.a,
                                            CHANCE_PRIOR_DAYS.b};
    for (size_t i = 0; i < NEWTON_PARAMETERS; i++) {
        double off = (point->at[i] - log(mode[i])) / PRIOR_SD[i];
        point->value -= off * off / 2;
        point->gradient[i] -= off / PRIOR_SD[i];
        point->second[i][i] -= 1 / (PRIOR_SD[i] * PRIOR_SD[i]);
    }
}

static void evaluate(void *context, struct newton_point *point)
{
    struct likelihood *likelihood = context;
    double of[NEWTON_PARAMETERS];
    for (size_t i = 0; i < NEWTON_PARAMETERS; i++)
        of[i] = exp(point->at[i]);
    struct climb climb = {
        .at = {of[R], of[ALPHA], of[A], of[B]}, .r = {.z = of[R]}, .b = {.z = of[B]}, .ab = {.z = of[A] + of[B]}};
    point->value = 0;
    memset(point->gradient, 0, sizeof(point->gradient));
    memset(point->second, 0, sizeof(point->second));
    add_likelihood(likelihood, &climb, point);
    for (size_t i = 0; i < NEWTON_PARAMETERS; i++)
        for (size_t j = 0; j < i; j++)
            point->second[i][j] = point->second[j][i];
    newton_by_logs(point, of, NEWTON_PARAMETERS);
    if (likelihood->prior)
        add_prior(point);
}

/* --- fit ---------------------------------------------------------------------------------------------------------- */
static struct chance_model own_start(const struct histories *all, size_t clients)
{
    struct chance_model start = CHANCE_PRIOR_DAYS;
    double age = 0;
    for (size_t i = 0; i < all->count; i++)
        age += all->rows[i].clients * all->rows[i].age;
    /* The unit of time is the caller's: a fifth of the mean age is a day count as well as a week count. */
    if (age > 0)
        start.alpha = age / (double)clients / 5;
    return start;
}

static bool is_start(const struct chance_model *model)
{
    return model && model->r > 0 && model->alpha > 0 && model->a > 0 && model->b > 0 && isfinite(model->r) &&
           isfinite(model->alpha) && isfinite(model->a) && isfinite(model->b);
}

enum rc fit_chance(const struct chance_client *clients, size_t count, const struct fit_options *options,
                   struct fit_result *out)
{
    struct likelihood likelihood = {.model = options->model, .prior = options->prior};
    struct newton_point point = {.value = 0};
    *out = (struct fit_result){.model = CHANCE_PRIOR_DAYS, .clients = count};
    enum rc rc = histories_init(&likelihood.all, clients, count);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        out->gaps += clients[i].gaps;
    if (rc != RC_OK || (out->gaps <= 0 && !options->prior)) {
        histories_clear(&likelihood.all);
        return RC_INVALID;
    }
    struct chance_model own = own_start(&likelihood.all, count),
                        start = is_start(options->start) ? *options->start : own;
    const double from[] = {start.r, start.alpha, start.a, start.b}, unit[] = {1, own.alpha, 1, 1};
    struct newton_problem problem = {.parameters = NEWTON_PARAMETERS,
                                     .evaluate = evaluate,
                                     .context = &likelihood,
                                     .evaluations_max = EVALUATIONS_MAX};
    for (size_t i = 0; i < NEWTON_PARAMETERS; i++) {
        problem.low[i] = log(unit[i]) - LOG_REACH;
        problem.high[i] = log(unit[i]) + LOG_REACH;
        point.at[i] = log(from[i]);
    }
    rc = newton_maximise(&problem, &point, &out->evaluations);
    out->model = (struct chance_model){exp(point.at[R]), exp(point.at[ALPHA]), exp(point.at[A]), exp(point.at[B])};
    likelihood.prior = false;
    if (options->prior)
        evaluate(&likelihood, &point);
    out->log_likelihood = point.value;
    histories_clear(&likelihood.all);
    return rc;
}

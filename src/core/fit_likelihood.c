/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ln(alpha + t) is looked up, t being one of a few thousand days, and what depends on x alone is worked out once for each
 * x. What remains for a history is one exp and one log, from which the value, the gradient and the second derivatives all
 * follow. */
#include "core/fit_likelihood.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { R, ALPHA, A, B }; /* the parameters in newton_point */

static const double PRIOR_SD[NEWTON_PARAMETERS] = {1.5, 2.0, 1.5, 1.5};

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

static void add_history(struct sums *sums, const struct likelihood_time *span, const struct likelihood_time *age,
                        double clients, double k, double c)
{
    double per_span = span->per, per_age = age->per, d = age->ln - span->ln, e = per_span - per_age;
    double s = exp(-k * d), sum = s + c;
    double alive = c > 0 ? s / sum : 1, live = clients * alive, both = c > 0 ? live * (c / sum) : 0;
    sums->clients += clients;
    sums->ln_span += clients * span->ln;
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
    const struct histories *all = &likelihood->all;
    const struct chance_model *at = &climb->at;
    for (size_t i = 0; i < all->time_count; i++)
        likelihood->terms[i] =
            (struct likelihood_time){log(at->alpha + all->times[i]), 1 / (at->alpha + all->times[i])};
    for (size_t i = 0; i < all->count;) {
        struct sums sums = {0};
        uint32_t gaps = all->rows[i].gaps;
        double x = gaps, y = likelihood->model == FIT_MBG ? x + 1 : x, k = at->r + x;
        double c = y > 0 ? at->a / (at->b + y - 1) : 0;
        for (; i < all->count && all->rows[i].gaps == gaps; i += likelihood->stride) {
            const struct history *row = &all->rows[i];
            add_history(&sums, &likelihood->terms[row->span], &likelihood->terms[row->age], row->clients, k, c);
        }
        rise_to(&climb->r, x);
        rise_to(&climb->b, y);
        rise_to(&climb->ab, y);
        add_group(point, &sums, climb, k);
    }
}

/* ln of the prior and its derivatives by the logs of the parameters, times `weight`. */
static void add_prior(struct newton_point *point, double weight)
{
    const double mode[NEWTON_PARAMETERS] = {CHANCE_PRIOR_DAYS.r, CHANCE_PRIOR_DAYS.alpha, CHANCE_PRIOR_DAYS.a,
                                            CHANCE_PRIOR_DAYS.b};
    for (size_t i = 0; i < NEWTON_PARAMETERS; i++) {
        double off = (point->at[i] - log(mode[i])) / PRIOR_SD[i];
        point->value -= weight * off * off / 2;
        point->gradient[i] -= weight * off / PRIOR_SD[i];
        point->second[i][i] -= weight / (PRIOR_SD[i] * PRIOR_SD[i]);
    }
}

void likelihood_evaluate(void *context, struct newton_point *point)
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
        add_prior(point, 1 / (double)likelihood->stride);
}

enum rc likelihood_init(struct likelihood *likelihood, const struct chance_client *clients, size_t count,
                        const struct fit_options *options)
{
    *likelihood = (struct likelihood){.model = options->model, .prior = options->prior, .stride = 1};
    enum rc rc = histories_init(&likelihood->all, clients, count);
    if (rc == RC_OK)
        likelihood->terms = mem_new(likelihood->all.time_count, sizeof(*likelihood->terms));
    return rc;
}

void likelihood_clear(struct likelihood *likelihood)
{
    mem_free(likelihood->terms);
    histories_clear(&likelihood->all);
    likelihood->terms = NULL;
}

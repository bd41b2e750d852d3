/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Both models have one shape. With y = x + 1 chances to drop out in the MBG/NBD (also at the first order) and y = x in the
 * BG/NBD (only at repeat orders), and c = a / (b + y - 1), or 0 where y = 0:
 *   LL = lnB(a, b + y) - lnB(a, b) + lnG(r + x) - lnG(r) + r ln(alpha) - (r + x) ln(alpha + tx) + ln(S + c)
 * so the models differ in y alone. Powers are taken as exp of logs, differences of near numbers by expm1 and log1p: a
 * horizon of a millisecond and a history of ten thousand orders keep their digits. */
#include "core/chance.h"

#include <math.h>
#include <stdbool.h>

const struct chance_model CHANCE_PRIOR_DAYS = {0.5, 30, 0.7, 2};

/* c, the odds against a client just after an order: dropped out then, to still there. */
static double odds(const struct chance_model *model, double y) { return y > 0 ? model->a / (model->b + y - 1) : 0; }

/* ln S: of the next order not coming during the silence, for a client who is still there. */
static double ln_silent(const struct chance_model *model, const struct chance_client *client)
{
    return -(model->r + client->gaps) * log1p(client->silence / (model->alpha + client->span));
}

static double alive(const struct chance_model *model, const struct chance_client *client, double y)
{
    double c = odds(model, y), silent = exp(ln_silent(model, client));
    return c > 0 ? silent / (silent + c) : 1; /* so too where S is too small for a double */
}

/* (S(s) - S(s + H)) / S(s): of an order within the horizon, for a client who is still there. */
static double orders_if_alive(const struct chance_model *model, const struct chance_client *client, double horizon)
{
    double since = model->alpha + client->span + client->silence;
    return -expm1(-(model->r + client->gaps) * log1p(horizon / since));
}

static double ln_beta(double a, double b) { return lgamma(a) + lgamma(b) - lgamma(a + b); }

static double log_likelihood(const struct chance_model *model, const struct chance_client *client, double y)
{
    double r = model->r, x = client->gaps, c = odds(model, y), ln_s = ln_silent(model, client);
    return ln_beta(model->a, model->b + y) - ln_beta(model->a, model->b) + lgamma(r + x) - lgamma(r) +
           r * log(model->alpha) - (r + x) * log(model->alpha + client->span) + (c > 0 ? log(exp(ln_s) + c) : ln_s);
}

/* --- MBG/NBD ----------------------------------------------------------------------------------------------------- */
double chance_alive(const struct chance_model *model, const struct chance_client *client)
{
    return alive(model, client, client->gaps + 1);
}

double chance_order_within(const struct chance_model *model, const struct chance_client *client, double horizon)
{
    return chance_alive(model, client) * orders_if_alive(model, client, horizon);
}

/* ln P(order within H) and its slope in v = ln(1 + s / (alpha + tx)), in which ln S is a straight line. */
struct crossing {
    double k, c;    /* r + x; the odds */
    double horizon; /* in units of alpha + tx */
};

static double crossing_at(const struct crossing *crossing, double v, double *slope)
{
    double k = crossing->k, s = exp(-k * v), h = crossing->horizon * exp(-v);
    double ln_no = -k * log1p(h), order = -expm1(ln_no);
    *slope = -k * crossing->c / (s + crossing->c) - k * h / (1 + h) * exp(ln_no) / order;
    return -k * v - log(s + crossing->c) + log(order);
}

double chance_silence_until(const struct chance_model *model, const struct chance_client *client, double horizon,
                            double level, double limit)
{
    struct chance_client at = *client;
    double unit = model->alpha + client->span;
    const struct crossing crossing = {model->r + client->gaps, odds(model, client->gaps + 1), horizon / unit};
    at.silence = 0;
    if (chance_order_within(model, &at, horizon) < level)
        return 0;
    at.silence = limit;
    if (chance_order_within(model, &at, horizon) >= level)
        return limit;
    /* ln P falls ever more steeply in v, so Newton's steps end on the far side of the crossing and then close in; the
     * bracket is for a step that rounding would send out of it. */
    double low = 0, high = log1p(limit / unit), v = 0;
    for (int i = 0; i < 100; i++) {
        double slope, above = crossing_at(&crossing, v, &slope) - log(level), next = v - above / slope;
        double moved = fabs(next - v);
        if (moved * exp(v) * unit < 1e-10 || moved < 1e-15 * v)
            return fmin(unit * expm1(next), limit);
        if (above >= 0)
            low = v;
        else
            high = v;
        v = next > low && next < high ? next : low + (high - low) / 2;
    }
    return fmin(unit * expm1(v), limit);
}

double chance_log_likelihood(const struct chance_model *model, const struct chance_client *client)
{
    return log_likelihood(model, client, client->gaps + 1);
}

/* --- BG/NBD ------------------------------------------------------------------------------------------------------ */
double bgnbd_alive(const struct chance_model *model, const struct chance_client *client)
{
    return alive(model, client, client->gaps);
}

double bgnbd_order_within(const struct chance_model *model, const struct chance_client *client, double horizon)
{
    return bgnbd_alive(model, client) * orders_if_alive(model, client, horizon);
}

/* E[(1 - (1 + p y)^-k) / p] for p beta(a, b): the orders of a client still there within y, in units of alpha + T. The
 * published form is (a + b - 1) / (a - 1) * (1 - (1 + y)^-k 2F1(k, b; a + b - 1; y / (1 + y))), which is 0 / 0 at a = 1
 * and loses its digits around it; the integral has neither fault. In u = ln(p / (1 - p)) its integrand is analytic within
 * a strip and falls exponentially at both ends, where the trapezoid rule converges exponentially (Trefethen and Weideman
 * 2014); a step of 1/5 leaves about 1e-20 of a wide density, half a standard deviation of u as much of a narrow one. */
struct drop_out {
    double a, b, k, y;
    double step, peak;    /* of u; the log density at its mode */
    double sum, weighted; /* of the density and of density * orders */
};

static double orders_at(const struct drop_out *drop, double p)
{
    return p * drop->y < 1e-17 ? drop->k * drop->y : -expm1(-drop->k * log1p(p * drop->y)) / p;
}

static double ln_density(const struct drop_out *drop, double u)
{
    /* ln p and ln(1 - p) by whichever of exp(u) and exp(-u) is small. */
    double small = log1p(exp(-fabs(u)));
    return -drop->a * (u < 0 ? small - u : small) - drop->b * (u < 0 ? small : small + u);
}

/* Adds the points from `u` on in one direction, until the rest is nothing or a geometric series. */
static void add_side(struct drop_out *drop, double u, double direction)
{
    double most = fmax(1, drop->k * drop->y), fall = direction < 0 ? drop->a : drop->b;
    double flat = direction < 0 ? -40 - log1p(drop->y) - log1p(drop->k) : 40;
    for (;; u += direction * drop->step) {
        double p = 1 / (1 + exp(-u)), density = exp(ln_density(drop, u) - drop->peak);
        bool is_flat = direction * (u - flat) > 0;
        /* Beyond `flat` orders_at is constant and the density exponential. */
        double times = is_flat ? 1 + 1 / expm1(fall * drop->step) : 1;
        drop->sum += times * density;
        drop->weighted += times * density * orders_at(drop, p);
        if (is_flat || (density < 1e-18 * drop->sum && density * most < 1e-18 * drop->weighted))
            return;
    }
}

static double expected_if_alive(double a, double b, double k, double y)
{
    struct drop_out drop = {.a = a, .b = b, .k = k, .y = y, .step = fmin(0.2, 0.5 * sqrt(1 / a + 1 / b))};
    double mode = log(a / b);
    drop.peak = ln_density(&drop, mode);
    add_side(&drop, mode, 1);
    add_side(&drop, mode - drop.step, -1);
    return drop.weighted / drop.sum;
}

double bgnbd_expected(const struct chance_model *model, const struct chance_client *client, double horizon)
{
    double since = model->alpha + client->span + client->silence;
    return bgnbd_alive(model, client) *
           expected_if_alive(model->a, model->b + client->gaps, model->r + client->gaps, horizon / since);
}

double bgnbd_expected_new(const struct chance_model *model, double t)
{
    return expected_if_alive(model->a, model->b, model->r, t / model->alpha);
}

double bgnbd_log_likelihood(const struct chance_model *model, const struct chance_client *client)
{
    return log_likelihood(model, client, client->gaps);
}

/* --- Gamma-Gamma ------------------------------------------------------------------------------------------------- */
double spend_expected(const struct spend_model *model, double x, double m)
{
    double below = model->p * x + model->q - 1;
    return below > 0 ? (model->v + m * x) * model->p / below : INFINITY;
}

double spend_log_likelihood(const struct spend_model *model, double x, double m)
{
    double spent = x * m, px = model->p * x;
    return -log(m) - ln_beta(px, model->q) - model->q * log1p(spent / model->v) - px * log1p(model->v / spent);
}

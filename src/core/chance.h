/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The chance that a silent client orders again: the MBG/NBD model (Batislam, Denizel and Filiztekin 2007; Wagner and
 * Hoppe 2008), with the BG/NBD (Fader, Hardie and Lee 2005) beside it as the published yardstick, never to alarm by: it
 * holds one-time buyers alive for ever. A client with x repeat gaps that span tx, silent for s since (T = tx + s):
 *   S(s) = ((alpha + tx) / (alpha + tx + s))^(r + x)      c = a / (b + x)
 *   P(alive) = S / (S + c)                                P(order within H) = (S(s) - S(s + H)) / (S(s) + c)
 * Times are in the unit of alpha: days everywhere but in tests against published tables, which are in weeks. Pure. */
#ifndef REKINDLE_CORE_CHANCE_H
#define REKINDLE_CORE_CHANCE_H

#include <stdint.h>

struct chance_model {
    double r, alpha, a, b; /* all > 0 */
};
/* One client's history in the model's own terms. */
struct chance_client {
    double gaps;    /* x, visits - 1 */
    double span;    /* tx, from the first visit to the last */
    double silence; /* s, >= 0 */
};

/* The mode of the prior of the display fit: r 0.5, alpha 30 days, a 0.7, b 2. What a shop without history begins with. */
extern const struct chance_model CHANCE_PRIOR_DAYS;

double chance_alive(const struct chance_model *model, const struct chance_client *client);
/* At least one order within `horizon` from now, 0..1; strictly falling in the silence. */
double chance_order_within(const struct chance_model *model, const struct chance_client *client, double horizon);
/* The silence at which chance_order_within falls under `level` (its `silence` member is not read); 0 when it is under it
 * from the start, `limit` when not before that. To about 1e-9 of a unit. */
double chance_silence_until(const struct chance_model *model, const struct chance_client *client, double horizon,
                            double level, double limit);
/* The client's share of the log likelihood of the MBG/NBD. */
double chance_log_likelihood(const struct chance_model *model, const struct chance_client *client);

/* BG/NBD, same terms. */
double bgnbd_alive(const struct chance_model *model, const struct chance_client *client);
double bgnbd_order_within(const struct chance_model *model, const struct chance_client *client, double horizon);
/* Expected orders within `horizon` of a client with this history (the model's Gaussian 2F1, as an integral). */
double bgnbd_expected(const struct chance_model *model, const struct chance_client *client, double horizon);
/* Expected repeat orders of a new client by age t. */
double bgnbd_expected_new(const struct chance_model *model, double t);
double bgnbd_log_likelihood(const struct chance_model *model, const struct chance_client *client);

/* Gamma-Gamma (Fader and Hardie 2013): expected mean value of an order for a client with x repeat orders of mean m;
 * infinite where p x + q <= 1. */
struct spend_model {
    double p, q, v;
};
double spend_expected(const struct spend_model *model, double x, double m);
/* Log likelihood of a client with x > 0 repeat orders of mean m. */
double spend_log_likelihood(const struct spend_model *model, double x, double m);

#endif

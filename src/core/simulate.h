/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A simulated shop: a realistic order history from a stated model (core/simulate_visits.h; lognormal values, categories with
 * preferences, consent), and on request an experiment with an effect that is known to be true (core/simulate_trial.h).
 * Same seed and options, same shop on every machine. */
#ifndef REKINDLE_CORE_SIMULATE_H
#define REKINDLE_CORE_SIMULATE_H

#include "base/arena.h"
#include "core/client.h"
#include "core/order.h"
#include "core/product.h"
#include "core/simulate_trial.h"
#include "core/simulate_visits.h"

struct simulate_options {
    int64_t clients;
    uint64_t seed;
    int64_t from_ms, to_ms; /* first orders spread over the span; no order at or after to_ms */
    struct str zone, currency;
    const struct simulate_model *model; /* NULL: SIMULATE_MODEL */
    const struct simulate_trial *trial; /* NULL: no experiment */
};
struct simulate {
    struct product *products;
    size_t product_count;
    struct client *clients;
    size_t client_count; /* ids, example.com addresses, names, locale, consent mostly subscribed */
    struct order *orders;
    size_t order_count;              /* sorted by ordered_at; with items */
    struct simulate_outcome outcome; /* of the experiment; empty without one */
};
void simulate_shop(const struct simulate_options *options, struct arena *arena, struct simulate *out);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A simulated shop: a realistic order history from a stated model (BG/NBD-like: gamma-distributed purchase rates, drop-out
 * after an order with beta-distributed probability, lognormal values, monthly seasonality, categories with preferences).
 * Same seed, same shop on every machine. */
#ifndef REKINDLE_CORE_SIMULATE_H
#define REKINDLE_CORE_SIMULATE_H

#include "base/arena.h"
#include "base/rand.h"
#include "core/client.h"
#include "core/order.h"
#include "core/product.h"

struct simulate_options {
    int64_t clients;
    uint64_t seed;
    int64_t from_ms, to_ms; /* first orders spread over the span; no order at or after to_ms */
    struct str zone, currency;
};
struct simulate {
    struct product *products;
    size_t product_count;
    struct client *clients;
    size_t client_count; /* ids, example.com addresses, names, locale, consent mostly subscribed */
    struct order *orders;
    size_t order_count; /* sorted by ordered_at; with items */
};
void simulate_shop(const struct simulate_options *options, struct arena *arena, struct simulate *out);

#endif

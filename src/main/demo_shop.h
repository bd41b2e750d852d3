/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The simulated shop of the demo as batch lines in the order of their instants: what is known when the demo begins, and
 * what comes later. One thread. */
#ifndef REKINDLE_MAIN_DEMO_SHOP_H
#define REKINDLE_MAIN_DEMO_SHOP_H

#include "base/buf.h"
#include "core/simulate.h"

/* A line and when it happens: products and clients at their beginning, orders when placed, a change of consent when made. */
struct demo_event {
    int64_t at_ms;
    int rank;     /* at one instant: products, clients, orders */
    size_t order; /* as made: a stable sort */
    const void *record;
    int kind;
};
struct demo_shop {
    struct arena arena;
    struct simulate shop;
    struct demo_event *events; /* sorted */
    size_t count, next;
};

void demo_shop_init(struct demo_shop *shop, const struct simulate_options *options);
void demo_shop_clear(struct demo_shop *shop);
/* Appends the lines of up to `max` events before `until_ms` that were not given yet; returns how many. */
size_t demo_shop_take(struct demo_shop *shop, int64_t until_ms, size_t max, struct buf *out);
bool demo_shop_is_over(const struct demo_shop *shop);

#endif

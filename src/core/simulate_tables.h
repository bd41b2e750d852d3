/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the simulated shop sells and who its people are: constant tables for core/simulate.c. All names are made up from
 * common ones; all domains are reserved for examples (RFC 2606). */
#ifndef REKINDLE_CORE_SIMULATE_TABLES_H
#define REKINDLE_CORE_SIMULATE_TABLES_H

#include <stddef.h>
#include <stdint.h>

#define SIMULATE_CATEGORIES 5
#define SIMULATE_PRODUCTS_BY_CATEGORY 12

struct simulate_product {
    const char *slug, *name;
    int64_t price_minor; /* of a currency with two digits */
};
struct simulate_category {
    const char *name;
    struct simulate_product products[SIMULATE_PRODUCTS_BY_CATEGORY];
};
extern const struct simulate_category SIMULATE_CATALOGUE[SIMULATE_CATEGORIES];

/* First and last names that go together. */
struct simulate_names {
    const char *const *first;
    size_t first_count;
    const char *const *last;
    size_t last_count;
};
struct simulate_place {
    int weight; /* of 100 */
    const char *locale, *country, *zone;
    const struct simulate_names *names;
};
extern const struct simulate_place SIMULATE_PLACES[];
extern const size_t SIMULATE_PLACE_COUNT;

#endif

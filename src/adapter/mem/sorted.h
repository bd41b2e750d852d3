/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A sorted array of pointers: the one container of this adapter. Finding is a binary search, changing moves pointers;
 * both are quick enough for the tens of thousands of rows a story test has. Owns the array, not what it points at. One
 * thread at a time. */
#ifndef REKINDLE_ADAPTER_MEM_SORTED_H
#define REKINDLE_ADAPTER_MEM_SORTED_H

#include <stdbool.h>
#include <stddef.h>

/* Below, at or above zero as `item` stands before, at or after `probe`. */
typedef int (*sorted_order)(const void *context, const void *item, const void *probe);

struct sorted {
    void **items;
    size_t count, capacity;
    sorted_order order;  /* total: no two items compare equal */
    const void *context; /* handed to order */
};

void sorted_init(struct sorted *set, sorted_order order, const void *context);
void sorted_clear(struct sorted *set);

/* How many items `place` puts below zero: the index of the first at or after the probe. `place` must agree with the
 * set's order, but may be coarser (a range, a prefix). */
size_t sorted_below(const struct sorted *set, sorted_order place, const void *context, const void *probe);
/* How many items `place` puts at or below zero. */
size_t sorted_through(const struct sorted *set, sorted_order place, const void *context, const void *probe);

void *sorted_find(const struct sorted *set, const void *probe); /* the item equal to probe; NULL when there is none */
void sorted_insert(struct sorted *set, void *item);             /* nothing equal may be there */
void sorted_remove(struct sorted *set, const void *item);       /* it must be there */

#endif

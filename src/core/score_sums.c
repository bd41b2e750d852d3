/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Running sums of one client from all its orders, in one pass over them in order of time. The calendar is asked only for
 * orders less than two days apart: days of no zone are that long, so others are surely different visits. */
#include "core/score.h"

#include <stdlib.h>

#include "base/mem.h"

#define LONGEST_DAY_MS (2 * TIME_DAY_MS)

static int by_time(const void *a, const void *b)
{
    const struct order *x = *(const struct order *const *)a, *y = *(const struct order *const *)b;
    if (x->ordered_at != y->ordered_at)
        return x->ordered_at < y->ordered_at ? -1 : 1;
    return str_compare(x->id, y->id);
}

/* Fills `sorted` with the counting orders, oldest first; most callers read them from the store in that order. */
static size_t sort_counting(const struct order *orders, size_t count, const struct order **sorted)
{
    size_t n = 0;
    bool ascending = true;
    for (size_t i = 0; i < count; i++) {
        const struct order *order = &orders[i];
        if (!order_is_visit(order))
            continue;
        ascending = ascending && (n == 0 || by_time(&sorted[n - 1], &order) <= 0);
        sorted[n++] = order;
    }
    if (!ascending)
        qsort(sorted, n, sizeof(*sorted), by_time);
    return n;
}

static bool same_day(const struct order *a, const struct order *b, struct str zone)
{
    return b->ordered_at - a->ordered_at < LONGEST_DAY_MS &&
           time_day(a->ordered_at, zone) == time_day(b->ordered_at, zone);
}

static void add_sorted(const struct order *const *sorted, size_t count, struct str zone, struct engagement *out)
{
    bool valued = false; /* the visit at hand has an order of known value */
    for (size_t i = 0; i < count; i++) {
        bool new_visit = i == 0 || !same_day(sorted[i - 1], sorted[i], zone);
        if (new_visit) {
            out->visits++;
            valued = false;
        }
        if (out->visits == 1)
            out->first_at = sorted[i]->ordered_at; /* a visit is at the latest of its orders */
        int64_t value = order_value_minor(sorted[i]);
        if (value == I64_NONE)
            continue;
        out->value_minor += value;
        out->valued += !valued;
        valued = true;
    }
    if (count > 0) {
        out->last_at = sorted[count - 1]->ordered_at;
        out->last_order_id = sorted[count - 1]->id;
    }
    out->order_count = (int64_t)count;
}

void score_sums(const struct order *orders, size_t count, struct str zone, struct engagement *out)
{
    enum { ON_STACK = 64 };
    const struct order *few[ON_STACK];
    const struct order **sorted = count <= ON_STACK ? few : mem_new(count, sizeof(const struct order *));
    out->visits = out->valued = out->order_count = 0;
    out->value_minor = 0;
    out->first_at = out->last_at = TIME_NONE;
    out->last_order_id = STR_NONE;
    add_sorted(sorted, sort_counting(orders, count, sorted), zone, out);
    if (sorted != few)
        mem_free(sorted);
}

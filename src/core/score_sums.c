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

/* Orders of one day are folded into the visit at hand; the latest of them gives its instant. */
static size_t fold(const struct order *const *sorted, size_t count, struct str zone, struct score_visit *out)
{
    size_t visits = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !same_day(sorted[i - 1], sorted[i], zone))
            out[visits++] = (struct score_visit){.value_minor = I64_NONE};
        struct score_visit *visit = &out[visits - 1];
        int64_t value = order_value_minor(sorted[i]);
        visit->at = sorted[i]->ordered_at;
        if (value != I64_NONE)
            visit->value_minor = visit->value_minor == I64_NONE ? value : visit->value_minor + value;
    }
    return visits;
}

/* Room for `count` of each kind: on the stack for nearly all clients, on the heap for the few with long histories. */
enum { ON_STACK = 64 };
struct room {
    const struct order *few_orders[ON_STACK];
    struct score_visit few_visits[ON_STACK];
    const struct order **sorted;
    struct score_visit *visits;
};

static void room_init(struct room *room, size_t count)
{
    bool few = count <= ON_STACK;
    room->sorted = few ? room->few_orders : mem_new(count, sizeof(const struct order *));
    room->visits = few ? room->few_visits : mem_new(count, sizeof(struct score_visit));
}

static void room_clear(struct room *room)
{
    if (room->sorted == room->few_orders)
        return;
    mem_free(room->sorted);
    mem_free(room->visits);
}

size_t score_visits(const struct order *orders, size_t count, struct str zone, struct score_visit *out)
{
    struct room room;
    room_init(&room, count);
    size_t visits = fold(room.sorted, sort_counting(orders, count, room.sorted), zone, out);
    room_clear(&room);
    return visits;
}

void score_sums_add(struct engagement *sums, int64_t at, int64_t value_minor)
{
    if (sums->visits == 0)
        sums->first_at = at;
    sums->visits++;
    sums->last_at = at;
    if (value_minor == I64_NONE)
        return;
    sums->value_minor += value_minor;
    sums->valued++;
}

void score_sums(const struct order *orders, size_t count, struct str zone, struct engagement *out)
{
    struct room room;
    room_init(&room, count);
    size_t counting = sort_counting(orders, count, room.sorted);
    size_t visits = fold(room.sorted, counting, zone, room.visits);
    out->visits = out->valued = 0;
    out->value_minor = 0;
    out->first_at = out->last_at = TIME_NONE;
    for (size_t i = 0; i < visits; i++)
        score_sums_add(out, room.visits[i].at, room.visits[i].value_minor);
    out->order_count = (int64_t)counting;
    out->last_order_id = counting > 0 ? room.sorted[counting - 1]->id : STR_NONE;
    room_clear(&room);
}

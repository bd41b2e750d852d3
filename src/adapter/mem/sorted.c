/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sorted arrays: see sorted.h. Growth doubles, so a load of n rows copies the array log n times. */
#include "adapter/mem/sorted.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void sorted_init(struct sorted *set, sorted_order order, const void *context)
{
    *set = (struct sorted){.order = order, .context = context};
}

void sorted_clear(struct sorted *set)
{
    mem_free(set->items);
    set->items = NULL;
    set->count = set->capacity = 0;
}

/* The one binary search: the count of items whose place lies below `limit` (0: before the probe; 1: up to it). */
static size_t count_below(const struct sorted *set, sorted_order place, const void *context, const void *probe,
                          int limit)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (place(context, set->items[middle], probe) < limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t sorted_below(const struct sorted *set, sorted_order place, const void *context, const void *probe)
{
    return count_below(set, place, context, probe, 0);
}

size_t sorted_through(const struct sorted *set, sorted_order place, const void *context, const void *probe)
{
    return count_below(set, place, context, probe, 1);
}

void *sorted_find(const struct sorted *set, const void *probe)
{
    size_t at = sorted_below(set, set->order, set->context, probe);
    if (at == set->count || set->order(set->context, set->items[at], probe) != 0)
        return NULL;
    return set->items[at];
}

void sorted_insert(struct sorted *set, void *item)
{
    size_t at = sorted_below(set, set->order, set->context, item);
    if (set->count == set->capacity) {
        set->capacity = set->capacity == 0 ? 16 : 2 * set->capacity;
        set->items = mem_resize(set->items, set->capacity, sizeof(*set->items));
    }
    memmove(set->items + at + 1, set->items + at, (set->count - at) * sizeof(*set->items));
    set->items[at] = item;
    set->count++;
}

void sorted_remove(struct sorted *set, const void *item)
{
    size_t at = sorted_below(set, set->order, set->context, item);
    if (at == set->count || set->items[at] != item)
        abort(); /* the arrays of a table disagree: our bug, and going on would hide it */
    set->count--;
    memmove(set->items + at, set->items + at + 1, (set->count - at) * sizeof(*set->items));
}

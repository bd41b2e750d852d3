/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A history becomes one number, (x * n + tx's place) * n + T's place for n different times, and the numbers are sorted by
 * their digits: linear in the clients, where comparing them took most of a fit. */
#include "core/fit_histories.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/fit.h"

/* --- different times ----------------------------------------------------------------------------------------------- */
/* Times in order of appearance, and where each is: open addressing, a slot holding its place + 1, at most half full. */
struct times {
    double *list;
    size_t count, room;
    uint32_t *slots;
    unsigned bits; /* log2 of the slots */
};

static size_t slot_of(const struct times *times, double time)
{
    uint64_t number;
    memcpy(&number, &time, sizeof(number));
    /* Fibonacci hashing (Knuth, volume 3, 6.4): the upper bits of the product depend on all bits of the number. */
    size_t slot = (size_t)((number * 0x9E3779B97F4A7C15u) >> (64 - times->bits)), mask = ((size_t)1 << times->bits) - 1;
    while (times->slots[slot] &&
           (times->list[times->slots[slot] - 1] < time || times->list[times->slots[slot] - 1] > time))
        slot = (slot + 1) & mask;
    return slot;
}

static void times_grow(struct times *times)
{
    times->bits = times->bits ? times->bits + 1 : 10;
    times->room = (size_t)1 << (times->bits - 1);
    times->list = mem_resize(times->list, times->room, sizeof(*times->list));
    mem_free(times->slots);
    times->slots = mem_new(2 * times->room, sizeof(*times->slots));
    for (size_t i = 0; i < times->count; i++)
        times->slots[slot_of(times, times->list[i])] = (uint32_t)i + 1;
}

/* The place of `time`, which is added when it is new. The list stays where it is while nothing is added. */
static uint32_t times_place(struct times *times, double time)
{
    double plain = time + 0.0; /* -0 is 0, but has other bits */
    if (!times->slots)
        times_grow(times);
    size_t slot = slot_of(times, plain);
    if (times->slots[slot])
        return times->slots[slot] - 1;
    if (times->count == times->room) {
        times_grow(times);
        slot = slot_of(times, plain);
    }
    times->list[times->count++] = plain;
    times->slots[slot] = (uint32_t)times->count;
    return times->slots[slot] - 1;
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All different times of the clients, rising, into all->times. */
static void list_times(struct histories *all, struct times *times, const struct chance_client *clients, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        times_place(times, clients[i].span);
        times_place(times, clients[i].span + clients[i].silence);
    }
    qsort(times->list, times->count, sizeof(*times->list), by_number);
    memset(times->slots, 0, (sizeof(*times->slots)) << times->bits);
    for (size_t i = 0; i < times->count; i++)
        times->slots[slot_of(times, times->list[i])] = (uint32_t)i + 1;
    all->times = times->list;
    all->time_count = times->count;
}

/* --- histories as numbers ------------------------------------------------------------------------------------------ */
enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

/* Sorts by digits, the least first; `spare` is as long as `keys`. Returns the one that holds the result. */
static uint64_t *sort_keys(uint64_t *keys, uint64_t *spare, size_t count, uint64_t largest)
{
    for (unsigned shift = 0; shift < 64 && largest >> shift; shift += DIGIT_BITS) {
        size_t begin[DIGITS + 1] = {0};
        for (size_t i = 0; i < count; i++)
            begin[((keys[i] >> shift) & (DIGITS - 1)) + 1]++;
        for (size_t i = 0; i < DIGITS; i++)
            begin[i + 1] += begin[i];
        for (size_t i = 0; i < count; i++)
            spare[begin[(keys[i] >> shift) & (DIGITS - 1)]++] = keys[i];
        uint64_t *sorted = spare;
        spare = keys;
        keys = sorted;
    }
    return keys;
}

static void count_keys(struct histories *all, const uint64_t *keys, size_t count)
{
    uint64_t times = all->time_count;
    for (size_t i = 0; i < count; i++)
        all->count += i == 0 || keys[i] != keys[i - 1];
    all->rows = mem_new(all->count, sizeof(*all->rows));
    struct history *row = all->rows;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && keys[i] != keys[i - 1])
            row++;
        *row = (struct history){(uint32_t)(keys[i] / times / times), (uint32_t)(keys[i] / times % times),
                                (uint32_t)(keys[i] % times), row->clients + 1};
    }
}

static bool is_sound(const struct chance_client *client)
{
    return client->gaps >= 0 && client->gaps <= FIT_GAPS_EACH_MAX && floor(client->gaps) >= client->gaps &&
           client->span >= 0 && client->silence >= 0 && isfinite(client->span + client->silence);
}

enum rc histories_init(struct histories *all, const struct chance_client *clients, size_t count)
{
    struct times times = {NULL, 0, 0, NULL, 0};
    double gaps = 0;
    *all = (struct histories){NULL, 0, NULL, 0};
    for (size_t i = 0; i < count; i++) {
        if (!is_sound(&clients[i]))
            return RC_INVALID;
        gaps = fmax(gaps, clients[i].gaps);
    }
    if (count == 0)
        return RC_OK;
    if (count > UINT32_MAX / 4)
        return RC_INVALID;
    list_times(all, &times, clients, count);
    uint64_t n = times.count, largest = (uint64_t)gaps * n * n + n * n - 1;
    if (n > UINT64_MAX / n / ((uint64_t)gaps + 1)) {
        mem_free(times.slots);
        histories_clear(all);
        return RC_INVALID;
    }
    uint64_t *keys = mem_new(count, sizeof(*keys)), *spare = mem_new(count, sizeof(*spare));
    for (size_t i = 0; i < count; i++)
        keys[i] = ((uint64_t)clients[i].gaps * n + times_place(&times, clients[i].span)) * n +
                  times_place(&times, clients[i].span + clients[i].silence);
    mem_free(times.slots);
    uint64_t *sorted = sort_keys(keys, spare, count, largest);
    mem_free(sorted == keys ? spare : keys);
    count_keys(all, sorted, count);
    mem_free(sorted);
    return RC_OK;
}

void histories_clear(struct histories *all)
{
    mem_free(all->rows);
    mem_free(all->times);
    *all = (struct histories){NULL, 0, NULL, 0};
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/eval_same.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "core/wording.h"

/* --- a set of hashes ----------------------------------------------------------------------------------------------- */

static bool bag_put(struct hash_bag *bag, uint64_t hash);

static void bag_grow(struct hash_bag *bag)
{
    struct hash_bag bigger = {.count = 0, .cap = bag->cap == 0 ? 1024 : 2 * bag->cap};
    bigger.slots = mem_new(bigger.cap, sizeof *bigger.slots);
    for (size_t i = 0; i < bag->cap; i++)
        if (bag->slots[i] != 0)
            bag_put(&bigger, bag->slots[i]);
    mem_free(bag->slots);
    *bag = bigger;
}

/* True when it is new. */
static bool bag_put(struct hash_bag *bag, uint64_t hash)
{
    hash += hash == 0;
    if (2 * bag->count >= bag->cap)
        bag_grow(bag);
    size_t slot = hash & (bag->cap - 1);
    while (bag->slots[slot] != 0 && bag->slots[slot] != hash)
        slot = (slot + 1) & (bag->cap - 1);
    bool fresh = bag->slots[slot] == 0;
    bag->slots[slot] = hash;
    bag->count += fresh;
    return fresh;
}

/* --- subjects ------------------------------------------------------------------------------------------------------ */

void same_init(struct same_counts *same)
{
    *same = (struct same_counts){.window = mem_new(SAME_WINDOW, sizeof(struct same_subject))};
}

void same_clear(struct same_counts *same)
{
    mem_free(same->window);
    mem_free(same->wholes.slots);
    for (int n = 0; n < SAME_N_MAX; n++)
        mem_free(same->distinct[n].slots);
    *same = (struct same_counts){.window = NULL};
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void read_subject(struct str subject, struct arena *arena, struct same_subject *out)
{
    struct str words = wording_words(subject, arena);
    *out = (struct same_subject){.whole = hash_mix(words, 0)};
    for (size_t at = 0; at + 3 <= words.len && out->gram_count < SAME_GRAMS_MAX; at++) {
        const unsigned char *c = (const unsigned char *)words.ptr + at;
        out->grams[out->gram_count++] = (uint32_t)c[0] << 16 | (uint32_t)c[1] << 8 | c[2];
    }
    qsort(out->grams, out->gram_count, sizeof out->grams[0], compare);
    size_t kept = 0;
    for (size_t i = 0; i < out->gram_count; i++) {
        uint32_t bit = out->grams[i] * 2654435761u >> 25; /* 0..127 */
        if (i > 0 && out->grams[i] == out->grams[i - 1])
            continue;
        out->grams[kept++] = out->grams[i];
        out->bits[bit / 64] |= (uint64_t)1 << bit % 64;
    }
    out->gram_count = kept;
}

static size_t count_ones(uint64_t bits)
{
    size_t count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/* Each bit in which two sketches differ needs a triple that only one of them has; near ones have few such. */
static bool is_near(const struct same_subject *a, const struct same_subject *b)
{
    size_t both = 0, i = 0, j = 0, sum = a->gram_count + b->gram_count;
    size_t differ = count_ones(a->bits[0] ^ b->bits[0]) + count_ones(a->bits[1] ^ b->bits[1]);
    if (sum == 0 || (double)differ > (1 - SAME_NEAR) * (double)sum)
        return false;
    while (i < a->gram_count && j < b->gram_count) {
        both += a->grams[i] == b->grams[j];
        uint32_t x = a->grams[i], y = b->grams[j];
        i += x <= y;
        j += y <= x;
    }
    return (double)both > SAME_NEAR * (double)(sum - both);
}

void same_add_subject(struct same_counts *same, struct str subject, struct arena *arena)
{
    struct same_subject *slot = &same->window[same->subjects % SAME_WINDOW], fresh;
    int64_t held = same->subjects < SAME_WINDOW ? same->subjects : SAME_WINDOW;
    bool near = false;
    read_subject(subject, arena, &fresh);
    for (int64_t i = 0; i < held && !near; i++)
        near = is_near(&fresh, &same->window[i]);
    if (!bag_put(&same->wholes, fresh.whole))
        same->exact++;
    else
        same->near += near;
    *slot = fresh;
    same->subjects++;
}

/* --- bodies -------------------------------------------------------------------------------------------------------- */

void same_add_body(struct same_counts *same, struct str body, struct arena *arena)
{
    struct str rest = str_trim(wording_words(body, arena));
    uint64_t last[SAME_N_MAX] = {0};
    int64_t position = 0;
    if (same->bodies == SAME_BODIES_MAX)
        return;
    same->bodies++;
    while (!str_is_none(rest)) {
        struct str word = str_cut(&rest, ' ');
        if (word.len == 0)
            continue;
        /* last[n] is the hash of the run of n + 1 words that ends here */
        for (int n = SAME_N_MAX - 1; n > 0; n--)
            last[n] = hash_mix(word, last[n - 1]);
        last[0] = hash_mix(word, 1);
        position++;
        for (int n = 0; n < SAME_N_MAX && n < position; n++) {
            same->grams[n]++;
            bag_put(&same->distinct[n], last[n]);
        }
    }
}

double same_distinct(const struct same_counts *same, int n)
{
    return same->grams[n - 1] == 0 ? (double)NAN : (double)same->distinct[n - 1].count / (double)same->grams[n - 1];
}

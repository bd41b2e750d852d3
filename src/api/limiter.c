/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/limiter.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/rand.h"

#define PROBES 8 /* slots a key may live in; the oldest of them gives way */

void limiter_init(struct limiter *limiter, int64_t max, int64_t window_ms)
{
    *limiter = (struct limiter){.max = max, .window_ms = window_ms};
    lock_init(&limiter->lock);
    rand_bytes(&limiter->seed, sizeof limiter->seed);
    limiter->slots = mem_new(LIMITER_SLOTS, sizeof *limiter->slots);
}

void limiter_clear(struct limiter *limiter)
{
    mem_free(limiter->slots);
    limiter->slots = NULL;
    lock_clear(&limiter->lock);
}

static uint64_t hash_of(const struct limiter *limiter, struct str key)
{
    uint64_t hash = hash_mix(key, limiter->seed);
    return hash == 0 ? 1 : hash;
}

static struct limiter_slot *find(struct limiter *limiter, uint64_t hash)
{
    for (uint64_t i = 0; i < PROBES; i++) {
        struct limiter_slot *slot = &limiter->slots[(hash + i) % LIMITER_SLOTS];
        if (slot->key == hash)
            return slot;
    }
    return NULL;
}

/* The key's slot, or a free one, or the oldest of its neighbours. */
static struct limiter_slot *claim(struct limiter *limiter, uint64_t hash)
{
    struct limiter_slot *slot = find(limiter, hash);
    for (uint64_t i = 0; i < PROBES && (slot == NULL || slot->key != hash); i++) {
        struct limiter_slot *other = &limiter->slots[(hash + i) % LIMITER_SLOTS];
        if (other->key == 0)
            return other;
        if (slot == NULL || other->since_ms < slot->since_ms)
            slot = other;
    }
    return slot;
}

int64_t limiter_wait_ms(struct limiter *limiter, struct str key, int64_t now_ms)
{
    int64_t wait = 0;
    lock_take(&limiter->lock);
    const struct limiter_slot *slot = find(limiter, hash_of(limiter, key));
    if (slot != NULL && slot->count >= limiter->max && now_ms - slot->since_ms < limiter->window_ms)
        wait = slot->since_ms + limiter->window_ms - now_ms;
    lock_drop(&limiter->lock);
    return wait;
}

void limiter_count(struct limiter *limiter, struct str key, int64_t now_ms)
{
    lock_take(&limiter->lock);
    uint64_t hash = hash_of(limiter, key);
    struct limiter_slot *slot = claim(limiter, hash);
    if (slot->key != hash || now_ms - slot->since_ms >= limiter->window_ms)
        *slot = (struct limiter_slot){.key = hash, .since_ms = now_ms};
    slot->count++;
    lock_drop(&limiter->lock);
}

void limiter_forget(struct limiter *limiter, struct str key)
{
    lock_take(&limiter->lock);
    struct limiter_slot *slot = find(limiter, hash_of(limiter, key));
    if (slot != NULL)
        *slot = (struct limiter_slot){0};
    lock_drop(&limiter->lock);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Open addressing, doubled when two thirds are used. */
#include "main/tally.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

#define FIRST_CAPACITY 1024

static struct tally_slot *find(struct tally_slot *slots, size_t capacity, const uint8_t digest[16])
{
    uint64_t at;
    memcpy(&at, digest, sizeof at);
    for (at %= capacity;; at = (at + 1) % capacity)
        if (slots[at].count == 0 || memcmp(slots[at].digest, digest, 16) == 0)
            return &slots[at];
}

static void grow(struct tally *tally)
{
    size_t capacity = tally->capacity ? 2 * tally->capacity : FIRST_CAPACITY;
    struct tally_slot *slots = mem_new(capacity, sizeof *slots);
    for (size_t i = 0; i < tally->capacity; i++)
        if (tally->slots[i].count > 0)
            *find(slots, capacity, tally->slots[i].digest) = tally->slots[i];
    mem_free(tally->slots);
    tally->slots = slots;
    tally->capacity = capacity;
}

uint32_t tally_next(struct tally *tally, struct str text)
{
    uint8_t digest[HASH_BYTES];
    hash_sha256(text, digest);
    if (3 * (tally->used + 1) > 2 * tally->capacity)
        grow(tally);
    struct tally_slot *slot = find(tally->slots, tally->capacity, digest);
    if (slot->count == 0) {
        memcpy(slot->digest, digest, sizeof slot->digest);
        tally->used++;
    }
    return slot->count++;
}

void tally_clear(struct tally *tally)
{
    mem_free(tally->slots);
    *tally = (struct tally){.slots = NULL};
}

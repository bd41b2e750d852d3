/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The arm by keyed hash. Hashing the person with a salt of the shop's own makes arms independent of ids and addresses, and
 * a new salt draws anew. */
#include "core/holdout.h"

#include "base/hash.h"

/* Up to 32 bytes of hex, padded with zeros (which HMAC does to a short key anyway); any other salt stands for its digest. */
static struct hash_key key_of(struct str salt_hex)
{
    struct hash_key key = {{0}};
    bool hex = salt_hex.len > 0 && salt_hex.len % 2 == 0 && salt_hex.len <= 2 * sizeof(key.bytes);
    if (hex && hash_from_hex(salt_hex, key.bytes, salt_hex.len / 2) == RC_OK)
        return key;
    hash_sha256(salt_hex, key.bytes);
    return key;
}

enum episode_arm holdout_arm(struct str salt_hex, struct str person, double share)
{
    struct hash_key key = key_of(salt_hex);
    uint8_t digest[HASH_BYTES];
    uint64_t draw = 0;
    hash_hmac(&key, person, digest);
    for (int i = 0; i < 8; i++)
        draw = draw << 8 | digest[i];
    /* 2^-64: a draw near the top rounds up to 1, which is below no share */
    return (double)draw * 0x1p-64 < share ? ARM_HOLDOUT : ARM_TREATED;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Digests, keyed hashes and passwords by libsodium, and the encodings they are shown in. Any thread. */
#ifndef REKINDLE_BASE_HASH_H
#define REKINDLE_BASE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

#define HASH_BYTES 32
#define HASH_HEX_BYTES 65 /* with the NUL */

struct hash_key {
    uint8_t bytes[HASH_BYTES];
};

/* Once at process start, before any other function here or in rand.h; aborts if libsodium cannot start. */
void hash_init(void);

void hash_sha256(struct str data, uint8_t out[HASH_BYTES]);                           /* FIPS 180-4 */
void hash_hmac(const struct hash_key *key, struct str data, uint8_t out[HASH_BYTES]); /* HMAC-SHA-256, RFC 2104 */
/* The same with a key of any length, as other systems have them. */
void hash_hmac_by(struct str key, struct str data, uint8_t out[HASH_BYTES]);
struct str hash_sha256_hex(struct str data, struct arena *arena); /* 64 lower-case hex digits */
struct str hash_hmac_hex(const struct hash_key *key, struct str data, struct arena *arena);
/* Incremental SHA-256 for content hashes over several parts. Each part is length-prefixed (8 bytes big-endian). */
struct hash_parts {
    uint8_t opaque[128] __attribute__((aligned(8)));
};
void hash_parts_init(struct hash_parts *state);
void hash_parts_add(struct hash_parts *state, struct str part);
struct str hash_parts_hex(struct hash_parts *state, struct arena *arena);

bool hash_equal(const void *a, const void *b, size_t size); /* constant time */
struct str hash_to_hex(const void *data, size_t size, struct arena *arena);
struct str hash_to_base64url(const void *data, size_t size, struct arena *arena); /* RFC 4648 section 5, no padding */
struct str hash_to_base64(const void *data, size_t size, struct arena *arena);    /* section 4, padded */
enum rc hash_from_hex(struct str hex, void *out, size_t size); /* RC_INVALID unless exactly size bytes */
enum rc hash_from_base64url(struct str text, struct arena *arena, struct str *out);
/* RFC 4648 section 4, with its padding; nothing else between the letters. RC_INVALID otherwise. */
enum rc hash_from_base64(struct str text, struct arena *arena, struct str *out);

/* argon2id PHC string (libsodium "interactive" cost, about 0.1 s). */
struct str hash_password(struct str password, struct arena *arena);
bool hash_password_ok(struct str phc, struct str password); /* takes the same time when phc is absent */

/* 64-bit mixing of bytes with a seed, not cryptographic: for sharding and picking a phrase (FNV-1a then a finaliser). */
uint64_t hash_mix(struct str data, uint64_t seed);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A thin face over libsodium. Two things are ours: hash_parts puts each part's length before it, so that ("ab","c") and
 * ("a","bc") differ; and a log-in with an unknown name costs the same as one with a wrong password. */
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

struct parts {
    crypto_hash_sha256_state sha;
};

_Static_assert(sizeof(struct parts) <= sizeof(struct hash_parts), "the state fits its opaque room");
_Static_assert(crypto_hash_sha256_BYTES == HASH_BYTES && crypto_auth_hmacsha256_BYTES == HASH_BYTES, "one digest size");

static const unsigned char *bytes_of(struct str data) { return (const unsigned char *)(data.ptr ? data.ptr : ""); }

void hash_init(void)
{
    if (sodium_init() < 0)
        abort();
}

void hash_sha256(struct str data, uint8_t out[HASH_BYTES]) { (void)crypto_hash_sha256(out, bytes_of(data), data.len); }

void hash_hmac(const struct hash_key *key, struct str data, uint8_t out[HASH_BYTES])
{
    hash_hmac_by((struct str){(const char *)key->bytes, sizeof(key->bytes)}, data, out);
}

void hash_hmac_by(struct str key, struct str data, uint8_t out[HASH_BYTES])
{
    crypto_auth_hmacsha256_state state;
    (void)crypto_auth_hmacsha256_init(&state, bytes_of(key), key.len);
    (void)crypto_auth_hmacsha256_update(&state, bytes_of(data), data.len);
    (void)crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof(state));
}

struct str hash_sha256_hex(struct str data, struct arena *arena)
{
    uint8_t digest[HASH_BYTES];
    hash_sha256(data, digest);
    return hash_to_hex(digest, sizeof(digest), arena);
}

struct str hash_hmac_hex(const struct hash_key *key, struct str data, struct arena *arena)
{
    uint8_t digest[HASH_BYTES];
    hash_hmac(key, data, digest);
    return hash_to_hex(digest, sizeof(digest), arena);
}

static struct parts *parts_of(struct hash_parts *state) { return (struct parts *)(void *)state->opaque; }

void hash_parts_init(struct hash_parts *state) { (void)crypto_hash_sha256_init(&parts_of(state)->sha); }

void hash_parts_add(struct hash_parts *state, struct str part)
{
    uint8_t length[8];
    for (size_t i = 0; i < 8; i++)
        length[i] = (uint8_t)((uint64_t)part.len >> (56 - 8 * i));
    (void)crypto_hash_sha256_update(&parts_of(state)->sha, length, sizeof(length));
    (void)crypto_hash_sha256_update(&parts_of(state)->sha, bytes_of(part), part.len);
}

struct str hash_parts_hex(struct hash_parts *state, struct arena *arena)
{
    uint8_t digest[HASH_BYTES];
    (void)crypto_hash_sha256_final(&parts_of(state)->sha, digest);
    return hash_to_hex(digest, sizeof(digest), arena);
}

bool hash_equal(const void *a, const void *b, size_t size) { return size == 0 || sodium_memcmp(a, b, size) == 0; }

struct str hash_to_hex(const void *data, size_t size, struct arena *arena)
{
    char *text = arena_new(arena, 2 * size + 1, 1);
    (void)sodium_bin2hex(text, 2 * size + 1, data, size);
    return (struct str){text, 2 * size};
}

static struct str to_base64(const void *data, size_t size, int form, struct arena *arena)
{
    size_t room = sodium_base64_encoded_len(size, form); /* with the NUL */
    char *text = arena_new(arena, room, 1);
    (void)sodium_bin2base64(text, room, data, size, form);
    return (struct str){text, strlen(text)};
}

struct str hash_to_base64url(const void *data, size_t size, struct arena *arena)
{
    return to_base64(data, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING, arena);
}

struct str hash_to_base64(const void *data, size_t size, struct arena *arena)
{
    return to_base64(data, size, sodium_base64_VARIANT_ORIGINAL, arena);
}

enum rc hash_from_hex(struct str hex, void *out, size_t size)
{
    size_t made = 0;
    if (hex.len != 2 * size || sodium_hex2bin(out, size, hex.ptr ? hex.ptr : "", hex.len, NULL, &made, NULL) != 0)
        return RC_INVALID;
    return made == size ? RC_OK : RC_INVALID; /* it stops at the first other letter and calls that success */
}

static enum rc from_base64(struct str text, int form, struct arena *arena, struct str *out)
{
    size_t room = text.len / 4 * 3 + 3;
    unsigned char *bytes = arena_new(arena, room, 1);
    size_t made = 0;
    const char *end = NULL;
    const char *begin = text.ptr ? text.ptr : "";
    if (sodium_base642bin(bytes, room - 1, begin, text.len, NULL, &made, &end, form) != 0 || end != begin + text.len)
        return RC_INVALID;
    *out = (struct str){(const char *)bytes, made};
    return RC_OK;
}

enum rc hash_from_base64url(struct str text, struct arena *arena, struct str *out)
{
    return from_base64(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, arena, out);
}

enum rc hash_from_base64(struct str text, struct arena *arena, struct str *out)
{
    return from_base64(text, sodium_base64_VARIANT_ORIGINAL, arena, out);
}

struct str hash_password(struct str password, struct arena *arena)
{
    char phc[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(phc, (const char *)bytes_of(password), password.len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0)
        abort(); /* only for want of memory */
    return arena_str(arena, str_of(phc));
}

/* The cost of checking a password without one to check. */
static void spend_the_same(struct str password)
{
    static const unsigned char SALT[crypto_pwhash_SALTBYTES] = "no such account";
    unsigned char key[HASH_BYTES];
    if (crypto_pwhash(key, sizeof(key), (const char *)bytes_of(password), password.len, SALT,
                      crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        abort(); /* only for want of memory */
    sodium_memzero(key, sizeof(key));
}

bool hash_password_ok(struct str phc, struct str password)
{
    char text[crypto_pwhash_STRBYTES] = "";
    if (phc.len >= sizeof(text) || !str_starts_with(phc, STR("$argon2id$"))) {
        spend_the_same(password);
        return false;
    }
    memcpy(text, phc.ptr, phc.len);
    return crypto_pwhash_str_verify(text, (const char *)bytes_of(password), password.len) == 0;
}

/* The finaliser of MurmurHash3 (64 bit): each bit of the input reaches each bit of the output. */
static uint64_t finalise(uint64_t x)
{
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    x *= UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ x >> 33;
}

uint64_t hash_mix(struct str data, uint64_t seed)
{
    /* FNV-1a, 64 bit. The seed is mixed first, or it would only change the first byte; seed 0 leaves plain FNV. */
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ finalise(seed);
    const unsigned char *bytes = bytes_of(data);
    for (size_t i = 0; i < data.len; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return finalise(hash);
}

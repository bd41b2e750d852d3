/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tokens are read from strangers: everything is length-checked first, the tag is compared in constant time, and a token
 * has exactly one spelling (base64url has spare bits at its end; a token that does not encode back to itself is refused),
 * so that a log or a cache never sees two texts for one link. */
#include "core/token.h"

#include <string.h>

#define UUID_BYTES 16
#define TAG_BYTES 10
#define HEAD_BYTES 2 /* kind, key id */
#define TOKEN_BYTES_MAX (HEAD_BYTES + UUID_BYTES + 1 + TAG_BYTES)
#define TOKEN_TEXT_MAX 64

static bool has_link(enum token_kind kind) { return kind == TOKEN_CLICK; }
static size_t body_bytes(enum token_kind kind) { return HEAD_BYTES + UUID_BYTES + (has_link(kind) ? 1 : 0); }

/* "0189...-....-....-....-............", lower case only: one email has one spelling too. */
static enum rc uuid_to_bytes(struct str text, uint8_t out[UUID_BYTES])
{
    char hex[2 * UUID_BYTES];
    size_t count = 0;
    if (text.len != 36)
        return RC_INVALID;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool dash_here = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash_here != (c == '-'))
            return RC_INVALID;
        if (dash_here)
            continue;
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return RC_INVALID;
        hex[count++] = c;
    }
    return hash_from_hex((struct str){hex, count}, out, UUID_BYTES);
}

static struct str uuid_from_bytes(const uint8_t *bytes, struct arena *arena)
{
    struct str hex = hash_to_hex(bytes, UUID_BYTES, arena);
    return arena_printf(arena, "%.8s-%.4s-%.4s-%.4s-%.12s", hex.ptr, hex.ptr + 8, hex.ptr + 12, hex.ptr + 16,
                        hex.ptr + 20);
}

static void make_tag(const struct hash_key *key, const uint8_t *body, size_t size, uint8_t tag[TAG_BYTES])
{
    uint8_t full[HASH_BYTES];
    hash_hmac(key, (struct str){(const char *)body, size}, full);
    memcpy(tag, full, TAG_BYTES);
}

enum rc token_make(const struct token_keys *keys, enum token_kind kind, struct str email_id, uint8_t link,
                   struct arena *arena, struct str *out)
{
    uint8_t bytes[TOKEN_BYTES_MAX];
    size_t body = body_bytes(kind);
    if (keys->count == 0 || (link != 0 && !has_link(kind)))
        return RC_INVALID;
    bytes[0] = (uint8_t)kind;
    bytes[1] = keys->keys[0].id;
    if (uuid_to_bytes(email_id, bytes + HEAD_BYTES) != RC_OK)
        return RC_INVALID;
    if (has_link(kind))
        bytes[HEAD_BYTES + UUID_BYTES] = link;
    make_tag(&keys->keys[0].key, bytes, body, bytes + body);
    *out = hash_to_base64url(bytes, body + TAG_BYTES, arena);
    return RC_OK;
}

static bool is_signed(const struct token_keys *keys, const uint8_t *bytes, size_t body)
{
    for (size_t i = 0; i < keys->count && i < TOKEN_KEYS_MAX; i++) {
        uint8_t tag[TAG_BYTES];
        if (keys->keys[i].id != bytes[1])
            continue;
        make_tag(&keys->keys[i].key, bytes, body, tag);
        if (hash_equal(tag, bytes + body, TAG_BYTES))
            return true;
    }
    return false;
}

enum rc token_read(const struct token_keys *keys, enum token_kind kind, struct str token, struct arena *arena,
                   struct str *email_id, uint8_t *link)
{
    struct str raw = STR_NONE;
    size_t body = body_bytes(kind);
    if (token.len == 0 || token.len > TOKEN_TEXT_MAX || hash_from_base64url(token, arena, &raw) != RC_OK)
        return RC_INVALID;
    if (raw.len != body + TAG_BYTES || !str_equal(hash_to_base64url(raw.ptr, raw.len, arena), token))
        return RC_INVALID;
    const uint8_t *bytes = (const uint8_t *)raw.ptr;
    if (bytes[0] != (uint8_t)kind || !is_signed(keys, bytes, body))
        return RC_INVALID;
    *email_id = uuid_from_bytes(bytes + HEAD_BYTES, arena);
    if (link != NULL)
        *link = has_link(kind) ? bytes[HEAD_BYTES + UUID_BYTES] : 0;
    return RC_OK;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Link tokens: opaque, hard to forge, short. base64url(kind byte, key id byte, payload, 10-byte truncated HMAC-SHA-256).
 * The payload is the email's id (16 bytes of the UUID) and, for clicks, the number of the link. No expiry: an unsubscribe
 * must work for years, across rotation of the key ring. */
#ifndef REKINDLE_CORE_TOKEN_H
#define REKINDLE_CORE_TOKEN_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/rc.h"

enum token_kind { TOKEN_UNSUBSCRIBE = 1, TOKEN_CLICK = 2, TOKEN_WHY = 3, TOKEN_BOUNCE = 4 };

#define TOKEN_KEYS_MAX 8
struct token_keys { /* keys[0], the newest, signs; all verify */
    struct {
        uint8_t id;
        struct hash_key key;
    } keys[TOKEN_KEYS_MAX];
    size_t count;
};
/* `link` is 0 except for clicks. email_id must be a UUID text; RC_INVALID otherwise. */
enum rc token_make(const struct token_keys *keys, enum token_kind kind, struct str email_id, uint8_t link,
                   struct arena *arena, struct str *out);
/* RC_INVALID for anything that is not a token of that kind by one of the keys. */
enum rc token_read(const struct token_keys *keys, enum token_kind kind, struct str token, struct arena *arena,
                   struct str *email_id, uint8_t *link);

#endif

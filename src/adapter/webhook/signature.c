/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/webhook/signature.h"

#include "base/hash.h"

#define PREFIX STR("whsec_")
#define KEY_BYTES_MIN 24 /* what the specification asks for */

enum rc signature_key(struct str secret, struct arena *arena, struct str *key)
{
    *key = secret;
    if (!str_starts_with(secret, PREFIX))
        return RC_OK;
    enum rc rc = hash_from_base64((struct str){secret.ptr + PREFIX.len, secret.len - PREFIX.len}, arena, key);
    return rc == RC_OK && key->len >= KEY_BYTES_MIN ? RC_OK : RC_INVALID;
}

struct str signature_make(struct str key, struct str id, int64_t at_s, struct str body, struct arena *arena)
{
    uint8_t digest[HASH_BYTES];
    struct str said = arena_printf(arena, "%.*s.%lld.%.*s", STR_ARG(id), (long long)at_s, STR_ARG(body));
    hash_hmac_by(key, said, digest);
    return arena_printf(arena, "v1,%.*s", STR_ARG(hash_to_base64(digest, sizeof digest, arena)));
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The signature of Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec 1.0): HMAC-SHA-256 over
 * "id.timestamp.body". Pure, any thread. */
#ifndef REKINDLE_ADAPTER_WEBHOOK_SIGNATURE_H
#define REKINDLE_ADAPTER_WEBHOOK_SIGNATURE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"

/* The key's bytes: of "whsec_" and base64 what is encoded, of any other text the text itself. RC_INVALID when what follows
 * "whsec_" is not base64 or shorter than 24 bytes. In the arena. */
enum rc signature_key(struct str secret, struct arena *arena, struct str *key);
/* "v1,BASE64": the value of the header webhook-signature; in the arena. `at_s`: seconds since 1970. */
struct str signature_make(struct str key, struct str id, int64_t at_s, struct str body, struct arena *arena);

#endif

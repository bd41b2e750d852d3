/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Egress: what leaves the house with a request, told and guarded. The manifest names each value with a hash, and is kept
 * with the email. The search looks through the exact outgoing bytes for the client's own data; what is found stops the call
 * before anything leaves.
 *
 * Whole values that only a person has (address, full name, phone, id, long attributes) are looked for in all the bytes. Single
 * words that may be a name and an ordinary word at once (May, Rose, Order) are looked for where words of ours do not stand:
 * the instructions, which are the same for every client, and the shop's own vocabulary (its name, categories, titles) are
 * taken out first. Bytes are compared decoded from JSON, folded (base/utf8), in full and without separators. */
#ifndef REKINDLE_CORE_EGRESS_H
#define REKINDLE_CORE_EGRESS_H

#include "core/brief.h"
#include "core/client.h"
#include "core/prompt.h"

/* RC_OK: nothing found. RC_DENIED: *kind says which kind of value ("first_name", "email", "attribute"), never the value. */
enum rc egress_search(struct str body, const struct prompt *prompt, const struct brief *brief,
                      const struct client *client, struct arena *arena, const char **kind);
/* JSON array [{"field":"facts.F2.category","hash":"<first 16 of SHA-256 hex>"}] of what the request holds, each text hashed as it
 * leaves; in the arena. */
struct str egress_manifest(const struct prompt *prompt, struct arena *arena);

#endif

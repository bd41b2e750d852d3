/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which field of a JSON text cannot be read. A parser says line and column; a caller who sends a broken name wants to hear
 * /client/first_name. Looks at texts alone: bytes that are not UTF-8, control characters (NUL too) and escapes that mean
 * none, which are what goes wrong when a shop's system hands on what people typed. Pure, any thread. */
#ifndef REKINDLE_API_JSON_WHERE_H
#define REKINDLE_API_JSON_WHERE_H

#include "base/arena.h"
#include "base/str.h"

struct json_where {
    struct str pointer; /* RFC 6901, of the value with the first such text; "" when there is none or it is a name */
    const char *rule;   /* "utf8", "control", or "json" when the texts are good and something else is wrong */
};
/* `text` need not be JSON. The pointer lives in the arena. A name that is not plain (over 64 bytes, or other than letters,
 * digits, '_' and '-') ends the pointer before it: what cannot be read is not repeated. */
struct json_where json_where(struct str text, struct arena *arena);

#endif

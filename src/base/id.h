/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Record ids: the shop's own strings (1 to 128 of A-Z a-z 0-9 . _ : -) or a UUIDv7 (RFC 9562 section 5.7) that we give.
 * Pure: time and random bits come from the caller. */
#ifndef REKINDLE_BASE_ID_H
#define REKINDLE_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define ID_MAX_BYTES 128

bool id_is_valid(struct str id);
/* Lower-case text form of a UUIDv7 for an instant (ms since 1970) and 10 random bytes. */
struct str id_uuid7(int64_t now_ms, const uint8_t random[10], struct arena *arena);

#endif

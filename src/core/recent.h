/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The last visits of a client as the engagement keeps them, so that past silences can be judged again under another policy
 * without reading an order: a JSON array, oldest first, of [instant in seconds, value in minor units or null]. It holds the
 * visits of the RECENT_DAYS before the scoring, one more before them, and at most RECENT_MAX. Pure. */
#ifndef REKINDLE_CORE_RECENT_H
#define REKINDLE_CORE_RECENT_H

#include "core/engagement.h"
#include "core/order.h"

#define RECENT_DAYS 120
#define RECENT_MAX 64

/* The text for engagement.recent from all orders of the client (any order of rows; those that count), visits as
 * score_sums makes them. STR_NONE without visits. */
struct str recent_write(const struct order *orders, size_t count, struct str zone, int64_t now_ms, struct arena *arena);
/* The sums as they stood after each of the recent visits, newest first: out[0] is *now itself (its present silence), out[1]
 * as it was after the visit before, and so on as far as `recent` reaches; only visits, first_at, last_at, value_minor and
 * valued are meaningful in them. Returns how many (0 without visits), at most `room`. The end of silence i > 0 is
 * out[i - 1].last_at. A text that is not sound counts as empty. */
size_t recent_silences(const struct engagement *now, struct engagement *out, size_t room);

#endif

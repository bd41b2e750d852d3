/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* When a service says one may come again. Pure: the wall clock is a parameter. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_RETRY_AFTER_H
#define REKINDLE_ADAPTER_OPENROUTER_RETRY_AFTER_H

#include <stdint.h>

#include "base/str.h"

#define RETRY_AFTER_MAX_MS (24LL * 3600 * 1000) /* more than a day is a day: it will be said again */

/* What the headers of one answer said, in the order of trust. (struct retry_after){0} is empty. */
struct retry_after {
    int64_t in_ms, in_seconds, at_reset; /* all as ms from now; 0: not said */
};
/* Takes a header line "Name: value" if it is retry-after-ms (milliseconds), retry-after (seconds, which may have a
 * fraction, or an HTTP date) or x-ratelimit-reset (ms or s since 1970, or seconds from now). Nonsense is not taken. */
void retry_after_take(struct retry_after *said, struct str line, int64_t wall_ms);
/* The most exact of what was said, at most a day; 0: nothing was. */
int64_t retry_after_ms(const struct retry_after *said);

#endif

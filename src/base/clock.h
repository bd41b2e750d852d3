/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Two clocks. Domain time (due moments, windows, quiet hours, caps, run_at, the budget's day) is clock_now and can be
 * manual; real monotonic time (timeouts, leases, sessions, rate limits) is clock_mono. Self-locking, any thread. */
#ifndef REKINDLE_BASE_CLOCK_H
#define REKINDLE_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rc.h"

struct clock;

struct clock *clock_new_real(void);
struct clock *clock_new_manual(int64_t start_ms);
void clock_free(struct clock *clock);

int64_t clock_now(struct clock *clock); /* domain time, ms since 1970 */
bool clock_is_manual(const struct clock *clock);
/* Manual only, forward only: RC_INVALID when `to_ms` lies before now, RC_DENIED on a real clock. */
enum rc clock_set(struct clock *clock, int64_t to_ms);

int64_t clock_mono(void); /* monotonic ms */
int64_t clock_wall(void); /* real wall clock ms since 1970, for logs, sessions and Date headers in tests */

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How much a sender may send: the warm-up ramp of a new one, and when the brake falls. Arithmetic only. */
#ifndef REKINDLE_CORE_RAMP_H
#define REKINDLE_CORE_RAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/policy.h"

#define RAMP_NO_LIMIT INT64_MAX
/* Mails of day `day` since the first mail left (that day is 0): warm_up_first_day * warm_up_growth^day, rounded down.
 * RAMP_NO_LIMIT without a ramp, or when the number has grown past what can be counted. */
int64_t ramp_limit(const struct policy *policy, int64_t day);

#define BRAKE_WINDOW 1000        /* the last so many mails are looked at */
#define BRAKE_HARD_BOUNCES_MIN 5 /* so that a small shop's first typing errors do not stop it */
struct brake_count {
    int64_t sent; /* looked at, at most BRAKE_WINDOW */
    int64_t bounced, complained;
};
/* NULL, or what stops all sending: "hard_bounces" when so many have bounced as the policy's share of those sent, and at least
 * BRAKE_HARD_BOUNCES_MIN; "complaints" when more complained than the policy's share of BRAKE_WINDOW: with 0.1 %, the second
 * one, as a single complaint can be a slip of the hand. */
const char *brake_reason(const struct policy *policy, const struct brake_count *count);

#endif

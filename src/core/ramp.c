/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/ramp.h"

#include <math.h>
#include <stddef.h>

#define COUNTABLE 1e15
#define SLACK 1e-9 /* shares are decimal, doubles are not: 0.02 of 1,000 is 20 */

int64_t ramp_limit(const struct policy *policy, int64_t day)
{
    if (policy->warm_up_first_day <= 0)
        return RAMP_NO_LIMIT;
    double limit = (double)policy->warm_up_first_day * pow(policy->warm_up_growth, (double)(day > 0 ? day : 0));
    return limit < COUNTABLE ? (int64_t)floor(limit + SLACK) : RAMP_NO_LIMIT;
}

const char *brake_reason(const struct policy *policy, const struct brake_count *count)
{
    double bounced = (double)count->bounced, complained = (double)count->complained;
    if (count->bounced >= BRAKE_HARD_BOUNCES_MIN && bounced >= policy->brake_hard_bounces * (double)count->sent - SLACK)
        return "hard_bounces";
    return complained > policy->brake_complaints * BRAKE_WINDOW + SLACK ? "complaints" : NULL;
}

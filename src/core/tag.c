/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/tag.h"

const char *const TAG_WORDS[] = {"none", "rekindle_holdout", "rekindle_treated", NULL};

enum tag tag_of(const struct episode *newest, int64_t now_ms)
{
    if (newest->admitted_at == TIME_NONE || newest->arm == ARM_NONE)
        return TAG_NONE;
    if (now_ms >= newest->admitted_at + TAG_WATCHED_DAYS * TIME_DAY_MS)
        return TAG_NONE;
    return newest->arm == ARM_HOLDOUT ? TAG_HOLDOUT : TAG_TREATED;
}

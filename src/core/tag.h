/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The tag that keeps a client out of the shop's other win-back flows while Rekindle's proof watches them. Pure. */
#ifndef REKINDLE_CORE_TAG_H
#define REKINDLE_CORE_TAG_H

#include "core/episode.h"

/* What a client bought counts in the proof for so long after the arm was drawn: till then both arms are to be left alone. */
#define TAG_WATCHED_DAYS 90

enum tag { TAG_NONE, TAG_HOLDOUT, TAG_TREATED };
extern const char *const TAG_WORDS[]; /* "none", "rekindle_holdout", "rekindle_treated" */

/* Of the client's newest episode. A forced email is treated like any other. */
enum tag tag_of(const struct episode *newest, int64_t now_ms);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An evaluation of a writer at work: one call for every brief, one after the other, each waiting for its turn as a draft would.
 * Nothing is tried again: what a writer gives at its first try is what is measured. No client is behind a brief, so nobody's
 * data can leave. */
#ifndef REKINDLE_MAIN_EVAL_LIVE_H
#define REKINDLE_MAIN_EVAL_LIVE_H

#include <stdio.h>

#include "main/eval_score.h"
#include "port/writer.h"

/* Called with every answer; the reply's texts live until it returns. */
typedef void eval_take(void *ctx, const struct eval_reply *reply, struct arena *arena);

struct eval_live {
    struct writer *writer;
    const struct eval_set *set;
    FILE *save; /* each raw reply as a line of a replies file, written at once, for it was paid for; NULL: not kept */
    struct eval_score *score; /* cost, latency and the unanswered are counted here */
    eval_take *take;
    void *ctx;
};
/* RC_DENIED: the writer is degraded or being stopped, or one call found it misconfigured; RC_IO: a reply could not be saved.
 * *why says so in plain words, in the arena. */
enum rc eval_live_run(const struct eval_live *live, struct arena *arena, struct str *why);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What came of a call, from how its transfer ended and what the answer says: the outcome, what is known of the bill, and
 * what it means for the pace. Pure. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_OUTCOME_H
#define REKINDLE_ADAPTER_OPENROUTER_OUTCOME_H

#include "adapter/https/https.h"
#include "adapter/openrouter/answer.h"
#include "adapter/openrouter/ask.h"
#include "adapter/openrouter/pace.h"
#include "port/writer.h"

struct outcome_input {
    const struct answer *answer;
    const struct https_answer *end;
    const struct ask_terms *terms;
    struct str canonical;      /* the model's canonical name; absent: unknown */
    const struct price *price; /* for a service that states tokens and no cost */
    int64_t retry_after_ms;    /* as the headers say it */
};
/* Fills all of *reply but its kind; texts in the arena. */
void outcome_judge(const struct outcome_input *input, struct arena *arena, struct writer_reply *reply);
enum pace_result outcome_pace(const struct answer *answer, const struct writer_reply *reply);

#endif

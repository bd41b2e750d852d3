/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How the writer is: unchecked, fit, or degraded and why; and what was learned of the service while looking. A change is
 * logged once, an error being the alert, and shown by the metric rekindle_writer_degraded.
 *
 * A fault that only calls meet (the account's credits, a privacy setting) is not seen by looking. After such a one a look
 * that finds all well makes nobody fit: it opens a trial, in which one call at a time may ask, and an answer ends it. Else
 * each look would raise the alarm anew. Self-locking, any thread. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_CONDITION_H
#define REKINDLE_ADAPTER_OPENROUTER_CONDITION_H

#include "adapter/openrouter/vet.h"
#include "base/thread.h"
#include "core/call.h"

#define CONDITION_WORDS_BYTES 400

struct condition {
    struct lock lock;
    struct signal_count changed; /* health, look_at, stopping */
    enum writer_health health;
    char why[CONDITION_WORDS_BYTES + 1];
    char last_error[CONDITION_WORDS_BYTES + 1];
    int64_t last_error_at; /* clock_mono; 0: none yet */
    struct vet learned;    /* prices, canonical name, what the key has left */
    int64_t look_at;       /* clock_mono of the next look; 0: now */
    int64_t every_ms;      /* between looks while degraded */
    bool by_call;          /* what is wrong was met by a call, and no look has seen it */
    enum condition_trial { CONDITION_NO_TRIAL, CONDITION_TRIAL_OPEN, CONDITION_TRIAL_TAKEN } trial;
    int trials; /* that came to nothing, in a row: the looks become rarer */
    bool stopping;
};
/* Unchecked; `ceiling` is the price until another is learned. */
void condition_init(struct condition *condition, const struct price *ceiling, int64_t every_ms);
void condition_clear(struct condition *condition);
/* What a look came to. One that came to nothing leaves a writer that was looked at before as it was. */
void condition_looked(struct condition *condition, const struct vet *vet);
/* Whether who was let in may still ask; else *wait_ms until the next look. */
bool condition_may_call(struct condition *condition, int64_t *wait_ms);
/* What a call came to. A fault of the settings degrades from here on; `words` is what is wrong, kept as the last error of
 * whatever was not answered. */
void condition_called(struct condition *condition, enum writer_outcome outcome, struct str words);
void condition_not_called(struct condition *condition); /* who was let in did not ask */
/* RC_OK: fit, or the trial is ours. Waits at most `patience_ms` while unchecked. RC_DENIED: *wait_ms until the next look.
 * RC_BUSY: stopping. After RC_OK comes condition_called or condition_not_called. */
enum rc condition_await(struct condition *condition, int64_t patience_ms, int64_t *wait_ms);
/* Sleeps until the next look is due; false: stopping. */
bool condition_next_look(struct condition *condition);
void condition_stop(struct condition *condition);
/* A copy; its texts are those of the copy. */
struct condition_view {
    enum writer_health health;
    char why[CONDITION_WORDS_BYTES + 1], last_error[CONDITION_WORDS_BYTES + 1];
    int64_t last_error_ms_ago; /* I64_NONE: none yet */
    struct vet learned;
};
void condition_read(struct condition *condition, struct condition_view *out);

#endif

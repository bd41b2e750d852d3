/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How the writer is: unchecked, fit, or degraded and why; and what was learned of the service while looking. A change is
 * logged once, an error being the alert, and shown by the metric rekindle_writer_degraded. Self-locking, any thread. */
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
    bool stopping;
};
/* Unchecked; `ceiling` is the price until another is learned. */
void condition_init(struct condition *condition, const struct price *ceiling, int64_t every_ms);
void condition_clear(struct condition *condition);
/* What a look came to. One that came to nothing leaves a writer that was looked at before as it was. */
void condition_looked(struct condition *condition, const struct vet *vet);
/* A call was refused for a reason that every call has: degraded from here on, looked at again in every_ms. */
void condition_degrade(struct condition *condition, struct str why);
void condition_error(struct condition *condition, struct str words); /* the last error of a call */
/* RC_OK: fit. Waits at most `patience_ms` while unchecked. RC_DENIED: *wait_ms until the next look. RC_BUSY: stopping. */
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

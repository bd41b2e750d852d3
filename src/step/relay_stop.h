/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The relay stop. When the relay refuses us for what is our own fault (login, TLS, policy, reputation: REPLY_OUR_FAULT), all
 * senders wait, nobody is suppressed, and a person is told once. Kept in the setting `relay_stop`, so that a restart does not
 * forget it. Each RELAY_TRIAL_MS one message is tried; its success lifts the stop, and so does a person at once. */
#ifndef REKINDLE_STEP_RELAY_STOP_H
#define REKINDLE_STEP_RELAY_STOP_H

#include "step/batch.h"

#define SETTING_RELAY_STOP STR("relay_stop")
#define RELAY_TRIAL_MS (15 * TIME_MINUTE_MS)

struct relay_stop {
    bool on;
    struct str reason; /* what the relay said, without addresses: "535 5.7.8 Error: authentication failed" */
    struct str phase;  /* of REPLY_PHASE_WORDS */
    int64_t code;      /* 0: it said nothing */
    int64_t at, trial_at;
    int64_t version; /* of the setting as read */
};
/* Not on when there never was one. */
enum rc relay_stop_read(const struct step_env *env, struct arena *arena, struct relay_stop *out);

/* Into the batch of a result: stopped by this reply, or stopped still after a trial; the next trial is in RELAY_TRIAL_MS. */
void relay_stop_add(const struct step_env *env, struct batch *batch, struct relay_stop *stop, const struct reply *reply,
                    struct arena *arena);
/* Into the batch of an intent: this message is the trial, and until RELAY_TRIAL_MS from now no other is. */
void relay_stop_try(const struct step_env *env, struct batch *batch, const struct relay_stop *stop,
                    struct arena *arena);
/* Into the batch of a result or an act: lifted by `actor`. */
void relay_stop_lift(const struct step_env *env, struct batch *batch, const struct relay_stop *stop, struct str actor,
                     struct arena *arena);

/* A person says that the relay is mended: lifted at once, and what waited is looked at now. RC_OK also when it runs. */
enum rc relay_resume(const struct step_env *env, struct str actor, struct arena *arena);

/* The send jobs of all emails that wait or are held for `reason` (a rule) run now instead of when they would have looked. */
enum rc sending_wake(const struct step_env *env, struct str reason);

#endif

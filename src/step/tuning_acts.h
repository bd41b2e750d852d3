/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The detector proposed from the shop's own history (core/tune.h), and what an admin decides about it. JOB_TUNE makes a
 * proposal; it changes nothing until it is confirmed, and then it is a policy change like any other. Acts are durable, each
 * one commit with its entry in the audit log. Any thread. */
#ifndef REKINDLE_STEP_TUNING_ACTS_H
#define REKINDLE_STEP_TUNING_ACTS_H

#include "step/admin_acts.h"

enum tuning_status {
    TUNING_NONE,      /* nobody asked, no history has been looked at */
    TUNING_RUNNING,   /* asked for */
    TUNING_PENDING,   /* a proposal waits for an admin */
    TUNING_CONFIRMED, /* and was taken into the policy */
    TUNING_DECLINED,  /* the detector in force was kept */
    TUNING_TOO_LITTLE /* the history is too short to choose on */
};
extern const char *const TUNING_STATUS_WORDS[]; /* "none" ... "too_little_history" */

/* Setting "tuning": {"status","asked_at","made_at","by","proposal"}. */
struct tuning {
    int status; /* enum tuning_status */
    int64_t asked_at, made_at;
    struct str by;       /* who asked for it or decided on it last; "rekindle" when it ran by itself */
    struct str proposal; /* JSON as tune_to_json writes it; absent unless one was made */
    int64_t version;     /* of the setting, STORE_ABSENT before the first */
};

/* As it stands; status none when there was never one. */
enum rc tuning_read(const struct step_env *env, struct arena *arena, struct tuning *out);
/* Asks for a proposal from the history so far. RC_CONFLICT while one is being made. */
enum rc tuning_ask(const struct step_env *env, struct str actor, struct arena *arena, struct tuning *out);
/* Takes the proposal's detector and threshold into the policy (`threshold`: another one of its dial, for a chance detector
 * the chance; NaN: its own), which re-arms every timer without a burst. RC_NOT_FOUND without a proposal that waits,
 * RC_CONFLICT when the policy is not at act->expect, RC_INVALID for a threshold the policy cannot have. */
enum rc tuning_confirm(const struct step_env *env, const struct policy_act *act, double threshold, struct arena *arena,
                       struct policy *out);
/* Keeps the detector in force. RC_NOT_FOUND without a proposal that waits. */
enum rc tuning_decline(const struct step_env *env, struct str actor, struct arena *arena, struct tuning *out);

#endif

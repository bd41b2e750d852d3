/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The step table: which function does a job of which kind. A step reads, decides with pure functions and commits once,
 * acknowledging its own job in that commit; one that talks to the outside commits an intent first. It returns RC_OK only
 * when it has finished its job; on any other code the worker retries or buries by core/retry.c. */
#ifndef REKINDLE_STEP_STEPS_H
#define REKINDLE_STEP_STEPS_H

#include "step/env.h"

struct step {
    const char *name;
    enum rc (*run)(const struct step_env *env, const struct job *job, struct arena *arena);
};
extern const struct step STEPS[JOB_KINDS];

enum rc score_client(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc due_client(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc admit_episodes(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc draft_email(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc send_email(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc record_outcome(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc cancel_unsent(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc publish_scale(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc rearm_clients(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc learn_feed(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc tidy_shop(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc fit_shop(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc tune_shop(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc seal_audit(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc notify_tools(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc mail_copy(const struct step_env *env, const struct job *job, struct arena *arena);
enum rc erase_rest(const struct step_env *env, const struct job *job, struct arena *arena);

/* Relay: translates up to `max` changes past the cursor into jobs, jobs and cursor in one commit. *moved tells how many. A
 * change that cannot be read is counted, logged and left behind. */
enum rc relay_changes(const struct step_env *env, size_t max, struct arena *arena, size_t *moved);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the worker calls when a draft job has used up its attempts. */
#ifndef REKINDLE_STEP_DRAFT_EMAIL_H
#define REKINDLE_STEP_DRAFT_EMAIL_H

#include "step/env.h"

/* drafting -> draft_failed with `reason`, and the job is done. Any other state: the job is done. */
enum rc draft_give_up(const struct step_env *env, const struct job *job, struct str reason, struct arena *arena);

#endif

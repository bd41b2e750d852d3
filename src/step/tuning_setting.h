/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The setting "tuning" as other commits write it along. */
#ifndef REKINDLE_STEP_TUNING_SETTING_H
#define REKINDLE_STEP_TUNING_SETTING_H

#include "step/batch.h"
#include "step/tuning_acts.h"

#define SETTING_TUNING STR("tuning")

/* Whether a proposal is made without being asked for: none was made, or the history was too short. One that waits is never
 * replaced by itself: an admin may be looking at it. */
bool tuning_runs_itself(const struct tuning *tuning);
/* Puts it over the version it was read with; tuning->version moves on as the store's will. */
void tuning_put(const struct step_env *env, struct tuning *tuning, struct batch *batch, struct arena *arena);
/* A proposal that waits is declined, with its audit entry; nothing is added when none waits. */
enum rc tuning_decline_add(const struct step_env *env, struct str actor, struct batch *batch, struct arena *arena);

#endif

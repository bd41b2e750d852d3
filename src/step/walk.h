/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where a walk over many records goes on at its next turn. Kept as a JSON string, as every setting is JSON; absent at the
 * walk's beginning. */
#ifndef REKINDLE_STEP_WALK_H
#define REKINDLE_STEP_WALK_H

#include "step/batch.h"
#include "step/env.h"

/* The cursor kept under `setting`, in the arena; STR_NONE at the walk's beginning. RC_CORRUPT when it is no JSON. */
enum rc walk_read(const struct step_env *env, struct str setting, struct arena *arena, struct str *cursor);
/* Puts the cursor in the batch, to be kept under `setting`. */
void walk_keep(struct batch *batch, struct str setting, struct str cursor, int64_t now, struct arena *arena);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* When the chance model is fitted to the shop again: weekly, and at once when the shop has outgrown its last fit. */
#ifndef REKINDLE_STEP_FIT_SHOP_H
#define REKINDLE_STEP_FIT_SHOP_H

#include "core/scale.h"
#include "step/env.h"

/* Clients a fit looks at, the first by drawn number: what bounds its cost. */
#define FIT_SAMPLE_CLIENTS 25000

/* The start of the day in a week, in the shop's zone. */
int64_t fit_next(const struct step_env *env, int64_t now);
/* True for a scale with numbers and no fit, and when the shop was fitted as a whole and has a quarter more repeat gaps
 * since: a history may be loaded in several files. */
bool fit_outgrown(const struct scale *scale);

#endif

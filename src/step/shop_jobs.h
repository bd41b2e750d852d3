/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef REKINDLE_STEP_SHOP_JOBS_H
#define REKINDLE_STEP_SHOP_JOBS_H

#include "step/env.h"

/* Puts the shop's daily jobs if they are not there. At every start. */
enum rc shop_jobs_ensure(const struct step_env *env, struct arena *arena);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How steps read and write a setting: its JSON, and its version for the write that answers what was read. */
#ifndef REKINDLE_STEP_SETTINGS_H
#define REKINDLE_STEP_SETTINGS_H

#include "base/json.h"
#include "step/batch.h"

/* The setting `id`, parsed; the caller frees *json. A setting that is not there is no fault: RC_OK, *json NULL, which every
 * json_get takes as empty, and *version STORE_ABSENT. RC_CORRUPT when it is no JSON. */
enum rc setting_read(const struct step_env *env, struct str id, struct arena *arena, struct json **json,
                     int64_t *version);
/* Puts it, with `value` (JSON, outlives the batch), over the version that is expected there. */
void setting_put(struct batch *batch, struct str id, struct str value, int64_t expect, int64_t now,
                 struct arena *arena);
/* The instant of a member as time_to_text wrote it; TIME_NONE without one. */
int64_t setting_instant(const struct json *json, const char *name);

#endif

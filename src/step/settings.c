/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/settings.h"

#include "core/records_small.h"

enum rc setting_read(const struct step_env *env, struct str id, struct arena *arena, struct json **json,
                     int64_t *version)
{
    struct setting setting;
    *json = NULL;
    *version = STORE_ABSENT;
    enum rc rc = store_get(env->store, RECORD_SETTING, id, arena, &setting);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    *version = setting.version;
    return json_parse(setting.value, json, NULL) == RC_OK ? RC_OK : RC_CORRUPT;
}

void setting_put(struct batch *batch, struct str id, struct str value, int64_t expect, int64_t now, struct arena *arena)
{
    struct setting *setting = arena_new(arena, 1, sizeof *setting);
    *setting = (struct setting){.id = id, .value = value, .updated_at = now};
    batch_put(batch, RECORD_SETTING, setting, expect);
}

int64_t setting_instant(const struct json *json, const char *name)
{
    int64_t at;
    return time_from_instant(json_get_str(json, name), &at) == RC_OK ? at : TIME_NONE;
}

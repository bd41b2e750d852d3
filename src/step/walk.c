/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/walk.h"

#include "base/json.h"
#include "core/records_small.h"

enum rc walk_read(const struct step_env *env, struct str setting, struct arena *arena, struct str *cursor)
{
    struct json *kept = NULL;
    struct json_error error;
    struct str text;
    *cursor = STR_NONE;
    enum rc rc = env_setting(env, setting, arena, &text);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    if (json_parse(text, &kept, &error) != RC_OK)
        return RC_CORRUPT;
    *cursor = arena_str(arena, json_str(kept));
    json_free(kept);
    return RC_OK;
}

void walk_keep(struct batch *batch, struct str setting, struct str cursor, int64_t now, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_put_str(&out, cursor);
    struct setting *walk = arena_new(arena, 1, sizeof *walk);
    *walk = (struct setting){.id = setting, .value = arena_str(arena, buf_str(&text)), .updated_at = now};
    buf_clear(&text);
    batch_put(batch, RECORD_SETTING, walk, STORE_ANY);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/walk.h"

#include "step/settings.h"

enum rc walk_read(const struct step_env *env, struct str setting, struct arena *arena, struct str *cursor)
{
    struct json *kept;
    int64_t version;
    enum rc rc = setting_read(env, setting, arena, &kept, &version);
    *cursor = arena_str(arena, json_str(kept));
    json_free(kept);
    return rc;
}

void walk_keep(struct batch *batch, struct str setting, struct str cursor, int64_t now, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_put_str(&out, cursor);
    setting_put(batch, setting, arena_str(arena, buf_str(&text)), STORE_ANY, now, arena);
    buf_clear(&text);
}

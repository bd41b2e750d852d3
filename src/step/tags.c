/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/tags.h"

static enum rc read_tag(const struct step_env *env, struct str client_id, struct arena *arena, struct client_tag *out)
{
    struct store_query query = STORE_QUERY(EPISODE_BY_CLIENT);
    struct store_page page;
    query.equal = client_id;
    query.descending = true;
    query.limit = 1;
    *out = (struct client_tag){.client_id = client_id, .tag = TAG_NONE, .since = TIME_NONE};
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK || page.count == 0)
        return rc;
    const struct episode *newest = page.items;
    out->tag = tag_of(newest, clock_now(env->clock));
    out->episode_state = field_enum_word(EPISODE_STATE_WORDS, newest->state);
    out->since = out->tag == TAG_NONE ? TIME_NONE : newest->admitted_at;
    return RC_OK;
}

enum rc tags_read(const struct step_env *env, const struct store_page *clients, struct arena *arena,
                  struct client_tag **out)
{
    enum rc rc = RC_OK;
    *out = arena_new(arena, clients->count + 1, sizeof **out);
    for (size_t i = 0; i < clients->count && rc == RC_OK; i++)
        rc = read_tag(env, ((const struct client *)clients->items)[i].id, arena, &(*out)[i]);
    return rc;
}

void tag_write(const struct client_tag *tag, struct arena *arena, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "client_id", tag->client_id);
    json_pair_str(out, "tag", str_of(TAG_WORDS[tag->tag]));
    json_pair_str(out, "episode_state", tag->episode_state);
    json_pair_str(out, "since", tag->since == TIME_NONE ? STR_NONE : time_to_text(tag->since, arena));
    json_end_object(out);
}

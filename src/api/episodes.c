/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/episodes: by time of opening, by client, or by state (most valuable first: the order of admission). */
#include "api/handlers.h"
#include "api/page.h"
#include "core/episode.h"
#include "core/record.h"

static bool list_query(const struct request *request, struct response *response, struct store_query *query, int *state)
{
    struct str client;
    if (!query_word(request, response, "state", EPISODE_STATE_WORDS, state) ||
        !query_id(request, response, "client_id", &client))
        return false;
    *query = (struct store_query)STORE_QUERY(EPISODE_BY_OPENED);
    query->descending = true;
    if (!str_is_none(client)) {
        query->index = EPISODE_BY_CLIENT;
        query->equal = client;
    } else if (*state >= 0) {
        query->index = EPISODE_BY_STATE;
        query->equal = field_enum_word(EPISODE_STATE_WORDS, *state);
    }
    return true;
}

void episodes_list(const struct request *request, struct response *response, struct api *api)
{
    struct store_query query;
    struct store_page list;
    struct page page;
    struct json_out out;
    int state;
    if (!list_query(request, response, &query, &state))
        return;
    struct str filters = arena_printf(request->arena, "%d %.*s", state, STR_ARG(query.equal));
    if (!page_read(request, response, filters, &page))
        return;
    query.limit = page.limit;
    query.cursor = page.cursor;
    if (!page_list(request, response, api->env.store, &query, &list))
        return;
    page_begin(response, &out);
    for (size_t i = 0; i < list.count; i++) {
        const struct episode *episode = &((const struct episode *)list.items)[i];
        if (state < 0 || episode->state == state)
            record_to_json(RECORD_EPISODE, episode, false, &out);
    }
    page_end(request, response, &page, &out, list.cursor);
}

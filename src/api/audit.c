/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/audit: who decided what, latest first. */
#include "api/handlers.h"
#include "api/page.h"
#include "core/record.h"

static void write_entry(const struct request *request, const struct audit *entry, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "id", entry->id);
    json_pair_str(out, "at", time_to_text(entry->at, request->arena));
    json_pair_str(out, "actor", entry->actor);
    json_pair_str(out, "action", entry->action);
    json_pair_str(out, "subject", entry->subject);
    json_key(out, "detail");
    json_put_raw(out, entry->detail);
    json_end_object(out);
}

void audit_list(const struct request *request, struct response *response, struct api *api)
{
    struct store_query query = STORE_QUERY(AUDIT_BY_TIME);
    struct store_page list;
    struct page page;
    struct json_out out;
    if (!page_read(request, response, STR("audit"), &page))
        return;
    query.limit = page.limit;
    query.cursor = page.cursor;
    query.descending = true;
    if (!page_list(request, response, api->env.store, &query, &list))
        return;
    page_begin(response, &out);
    for (size_t i = 0; i < list.count; i++)
        write_entry(request, &((const struct audit *)list.items)[i], &out);
    page_end(request, response, &page, &out, list.cursor);
}

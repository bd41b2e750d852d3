/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/tags: which clients the shop's other win-back flows are to leave out, by client id. */
#include "step/tags.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"

void tags_list(const struct request *request, struct response *response, struct api *api)
{
    struct client_tag *tags;
    struct page page;
    struct json_out out;
    if (!page_plain(request, response, api->env.store, CLIENT_BY_ID, &page))
        return;
    enum rc rc = tags_read(&api->env, &page.list, request->arena, &tags);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    page_begin(response, &out);
    for (size_t i = 0; i < page.list.count; i++)
        tag_write(&tags[i], request->arena, &out);
    page_end(request, response, &page, &out, page.list.cursor);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What belongs to one client: its orders, its emails, and a draft that staff ask for. */
#include <string.h>

#include "api/body.h"
#include "api/email_json.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/respond.h"
#include "api/view.h"
#include "core/episode.h"
#include "core/order.h"
#include "core/record.h"
#include "step/client_acts.h"

/* 404 unless the client is there. */
static bool has_client(const struct request *request, struct response *response, struct api *api)
{
    struct client client;
    enum rc rc = store_get(api->env.store, RECORD_CLIENT, request->param, request->arena, &client);
    if (rc == RC_OK)
        return true;
    problem_from_rc(request, response, rc);
    return false;
}

/* One page of an index of this client, newest first. */
static bool read_page(const struct request *request, struct response *response, struct api *api,
                      enum record_index index, struct page *page, struct store_page *out)
{
    struct store_query query = STORE_QUERY(index);
    if (!page_read(request, response, STR(""), page) || !has_client(request, response, api))
        return false;
    query.equal = request->param;
    query.descending = true;
    query.limit = page->limit;
    query.cursor = page->cursor;
    return page_list(request, response, api->env.store, &query, out);
}

void client_orders(const struct request *request, struct response *response, struct api *api)
{
    struct page page;
    struct store_page list;
    struct json_out out;
    if (!read_page(request, response, api, ORDER_BY_CLIENT, &page, &list))
        return;
    page_begin(response, &out);
    for (size_t i = 0; i < list.count; i++)
        record_to_json(RECORD_ORDER, &((const struct order *)list.items)[i], false, &out);
    page_end(request, response, &page, &out, list.cursor);
}

void client_emails(const struct request *request, struct response *response, struct api *api)
{
    struct page page;
    struct store_page list;
    if (read_page(request, response, api, EMAIL_BY_CLIENT, &page, &list))
        email_page(request, response, api, &page, &list);
}

static void draft(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct episode episode;
    struct json_out out;
    const char *rule = "";
    enum rc rc = client_force_draft(&api->env, request->param, request->caller.name, json_get_str(body, "reason"),
                                    request->arena, &episode, &rule);
    if (rc == RC_OK) {
        respond_begin(response, &out);
        record_to_json(RECORD_EPISODE, &episode, false, &out);
        respond_json(response, 202);
    } else if (rc == RC_INVALID) {
        bool taken = strcmp(rule, "person_has_episode") == 0 || strcmp(rule, "silence_had_its_episode") == 0;
        struct problem error = {STR(""), str_of(rule), STR("this client may not get a draft now")};
        problem_write(request, response, taken ? PROBLEM_CONFLICT : PROBLEM_INVALID, error);
    } else {
        problem_from_rc(request, response, rc);
    }
}

void client_draft(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "reason", .type = JSON_STRING, .required = true, .min = 1, .max = 500}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 1, &body))
        return;
    draft(request, response, api, body);
    json_free(body);
}

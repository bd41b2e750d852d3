/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The catalogue: listed by id, upserted up to 100 at a time, all or nothing. */
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/record.h"
#include "step/ingest.h"

#define ITEMS_MAX 100

void products_list(const struct request *request, struct response *response, struct api *api)
{
    struct page page;
    struct json_out out;
    if (!page_plain(request, response, api->env.store, PRODUCT_BY_ID, &page))
        return;
    page_begin(response, &out);
    for (size_t i = 0; i < page.list.count; i++)
        record_to_json(RECORD_PRODUCT, &((const struct product *)page.list.items)[i], false, &out);
    page_end(request, response, &page, &out, page.list.cursor);
}

static void read_items(const struct request *request, const struct json *items, struct ingest_row *rows,
                       struct problems *problems)
{
    for (size_t i = 0; i < json_size(items); i++) {
        rows[i] = (struct ingest_row){.kind = RECORD_PRODUCT, .status = INGEST_UNCHANGED};
        record_init(RECORD_PRODUCT, &rows[i].as.product);
        problems->base = arena_printf(request->arena, "/items/%zu", i);
        record_from_json(RECORD_PRODUCT, json_at(items, i), INPUT_UPSERT, request->arena, &rows[i].as.product,
                         problems);
    }
}

static void answer(struct response *response, const struct ingest_row *rows, size_t count)
{
    struct json_out out;
    respond_begin(response, &out);
    json_begin_object(&out);
    json_key(&out, "items");
    json_begin_array(&out);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(&out);
        json_pair_str(&out, "id", rows[i].id);
        json_pair_str(&out, "status", str_of(INGEST_STATUS_WORDS[rows[i].status]));
        json_end_object(&out);
    }
    json_end_array(&out);
    json_end_object(&out);
    respond_json(response, 200);
}

static void put(const struct request *request, struct response *response, struct api *api, const struct json *items)
{
    struct problems problems = {.count = 0};
    size_t count = json_size(items);
    struct ingest_row *rows = arena_new(request->arena, count, sizeof *rows);
    read_items(request, items, rows, &problems);
    if (!body_is_sound(request, response, &problems))
        return;
    enum rc rc = ingest_rows(&api->env, rows, count, STR("api"), false, request->arena);
    if (rc == RC_OK)
        answer(response, rows, count);
    else
        problem_from_rc(request, response, rc);
}

void products_put(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "items", .type = JSON_ARRAY, .required = true, .min = 1, .max = ITEMS_MAX}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 1, &body))
        return;
    put(request, response, api, json_get(body, "items"));
    json_free(body);
}

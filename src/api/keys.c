/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* API keys: listed without their secrets, created (the secret is shown this once), revoked. */
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/record.h"
#include "step/admin_acts.h"

static void write_name(const struct request *request, const struct api_key *key, struct json_out *out)
{
    json_pair_str(out, "id", key->id);
    json_pair_str(out, "name", key->name);
    json_pair_str(out, "scope", field_enum_word(KEY_SCOPE_WORDS, key->scope));
    json_pair_str(out, "created_at", time_to_text(key->created_at, request->arena));
}

static void write_key(const struct request *request, const struct api_key *key, struct json_out *out)
{
    json_begin_object(out);
    write_name(request, key, out);
    json_pair_str(out, "last_used_at", time_to_text(key->last_used_at, request->arena));
    /* nothing changes a revoked key any more, so its last change is when it was revoked */
    json_pair_str(out, "revoked_at", key->revoked ? time_to_text(key->updated_at, request->arena) : STR_NONE);
    json_end_object(out);
}

void keys_list(const struct request *request, struct response *response, struct api *api)
{
    struct page page;
    struct json_out out;
    if (!page_plain(request, response, api->env.store, API_KEY_BY_ID, &page))
        return;
    page_begin(response, &out);
    for (size_t i = 0; i < page.list.count; i++)
        write_key(request, &((const struct api_key *)page.list.items)[i], &out);
    page_end(request, response, &page, &out, page.list.cursor);
}

static void create(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct api_key key;
    struct str token;
    struct json_out out;
    int scope = field_enum_from(KEY_SCOPE_WORDS, json_get_str(body, "scope"));
    struct key_change change = {
        .actor = request_actor(request), .name = json_get_str(body, "name"), .scope = (enum key_scope)scope};
    enum rc rc = key_create(&api->env, &change, request->arena, &key, &token);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_begin(response, &out);
    json_begin_object(&out);
    write_name(request, &key, &out);
    json_pair_str(&out, "key", token);
    json_end_object(&out);
    respond_json(response, 201);
}

void keys_create(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "name", .type = JSON_STRING, .required = true, .min = 1, .max = 100},
        {.name = "scope", .type = JSON_STRING, .required = true, .words = KEY_SCOPE_WORDS}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 2, &body))
        return;
    create(request, response, api, body);
    json_free(body);
}

void keys_revoke(const struct request *request, struct response *response, struct api *api)
{
    enum rc rc = key_revoke(&api->env, request->param, request_actor(request), request->arena);
    if (rc == RC_OK)
        respond_empty(response);
    else
        problem_from_rc(request, response, rc);
}

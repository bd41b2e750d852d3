/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* POST /api/v1/contacts-made: what other tools wrote to clients, counted in the caps. Each item has its own answer. */
#include "api/body.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "step/contacts.h"

#define CONTACTS_MAX 1000

static void read_one(const struct json *json, struct contact *out, struct arena *arena, struct problems *problems)
{
    static const struct body_field FIELDS[] = {
        {.name = "client_id", .type = JSON_STRING, .min = 1, .max = 128, .rule = &RULE_ID},
        {.name = "email", .type = JSON_STRING, .min = 3, .max = 254, .rule = &RULE_EMAIL},
        {.name = "at", .type = JSON_STRING, .required = true, .min = 1, .max = 40},
        {.name = "source", .type = JSON_STRING, .min = 1, .max = 100}};
    size_t before = problems->count;
    body_check(json, FIELDS, sizeof FIELDS / sizeof FIELDS[0], arena, problems);
    if (problems->count > before)
        return;
    *out = (struct contact){.client_id = arena_str(arena, json_get_str(json, "client_id")),
                            .email = arena_str(arena, json_get_str(json, "email"))};
    if (str_is_none(out->client_id) == str_is_none(out->email))
        problems_add(problems, arena, STR("/client_id"), "one_of", "name the client by client_id or by email");
    if (time_from_instant(json_get_str(json, "at"), &out->at) != RC_OK)
        problems_add(problems, arena, STR("/at"), "instant", "must be a UTC instant such as 2026-11-24T09:12:00Z");
}

static void answer(struct response *response, const struct contact *contacts, size_t count)
{
    struct json_out out;
    respond_begin(response, &out);
    json_begin_object(&out);
    json_key(&out, "items");
    json_begin_array(&out);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(&out);
        json_pair_str(&out, "client_id", contacts[i].client_id);
        json_pair_str(&out, "email", contacts[i].email);
        json_pair_str(&out, "status", str_of(CONTACT_STATUS_WORDS[contacts[i].status]));
        json_end_object(&out);
    }
    json_end_array(&out);
    json_end_object(&out);
    respond_json(response, 200);
}

static void take_in(const struct request *request, struct response *response, struct api *api, const struct json *list)
{
    struct problems problems = {.count = 0};
    size_t count = json_size(list);
    enum rc rc = RC_OK;
    struct contact *contacts = arena_new(request->arena, count, sizeof *contacts);
    for (size_t i = 0; i < count; i++) {
        problems.base = arena_printf(request->arena, "/contacts/%zu", i);
        read_one(json_at(list, i), &contacts[i], request->arena, &problems);
    }
    if (!body_is_sound(request, response, &problems))
        return;
    for (size_t i = 0; i < count && rc == RC_OK; i++)
        rc = contact_made(&api->env, &contacts[i], request->arena);
    if (rc == RC_OK)
        answer(response, contacts, count);
    else
        problem_from_rc(request, response, rc);
}

void contacts_made_post(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "contacts", .type = JSON_ARRAY, .required = true, .min = 1, .max = CONTACTS_MAX}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 1, &body))
        return;
    take_in(request, response, api, json_get(body, "contacts"));
    json_free(body);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* People who may sign in: listed, added, disabled, given another role. At least one admin stays. */
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/record.h"
#include "step/admin_acts.h"

#define PASSWORD_MIN 12 /* characters */

static void write_staff(const struct request *request, const struct staff *staff, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "id", staff->id);
    json_pair_str(out, "email", staff->email);
    json_pair_str(out, "role", field_enum_word(ROLE_WORDS, staff->role));
    json_pair_bool(out, "disabled", staff->disabled);
    json_pair_str(out, "created_at", time_to_text(staff->created_at, request->arena));
    json_pair_i64(out, "version", staff->version);
    json_end_object(out);
}

static void answer_staff(const struct request *request, struct response *response, const struct staff *staff,
                         int status)
{
    struct json_out out;
    respond_begin(response, &out);
    write_staff(request, staff, &out);
    respond_json(response, status);
    respond_etag(request, response, staff->version);
}

void staff_list(const struct request *request, struct response *response, struct api *api)
{
    struct page page;
    struct json_out out;
    if (!page_plain(request, response, api->env.store, STAFF_BY_ID, &page))
        return;
    page_begin(response, &out);
    for (size_t i = 0; i < page.list.count; i++)
        write_staff(request, &((const struct staff *)page.list.items)[i], &out);
    page_end(request, response, &page, &out, page.list.cursor);
}

static void create(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct staff staff;
    int role = field_enum_from(ROLE_WORDS, json_get_str(body, "role"));
    struct staff_change change = {.actor = request_actor(request),
                                  .email = json_get_str(body, "email"),
                                  .password = json_get_str(body, "password"),
                                  .role = (enum role)role};
    enum rc rc = staff_add(&api->env, &change, request->arena, &staff);
    if (rc == RC_OK)
        answer_staff(request, response, &staff, 201);
    else if (rc == RC_CONFLICT)
        problem_write(request, response, PROBLEM_CONFLICT, PROBLEM(STR("/email"), "exists", "has an account already"));
    else
        problem_from_rc(request, response, rc);
}

void staff_create(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "email", .type = JSON_STRING, .required = true, .min = 3, .max = 254, .rule = &RULE_EMAIL},
        {.name = "role", .type = JSON_STRING, .required = true, .words = ROLE_WORDS},
        {.name = "password", .type = JSON_STRING, .required = true, .min = PASSWORD_MIN, .max = 1024}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 3, &body))
        return;
    create(request, response, api, body);
    json_free(body);
}

/* Whether an enabled admin besides this person is there. */
static enum rc find_other_admin(struct api *api, struct str id, struct arena *arena, bool *found)
{
    struct store_query query = STORE_QUERY(STAFF_BY_ID);
    struct store_page list;
    *found = false;
    do {
        enum rc rc = store_list(api->env.store, &query, arena, &list);
        if (rc != RC_OK)
            return rc;
        const struct staff *rows = list.items;
        for (size_t i = 0; i < list.count; i++)
            *found = *found || (rows[i].role == ROLE_ADMIN && !rows[i].disabled && !str_equal(rows[i].id, id));
        query.cursor = list.cursor;
    } while (!*found && !str_is_none(query.cursor));
    return RC_OK;
}

/* 404, 412 and the rule of the last admin; *staff is the record with the patch applied. */
static bool apply(const struct request *request, struct response *response, struct api *api, const struct json *body,
                  struct staff *staff)
{
    int64_t expect;
    bool others = true;
    enum rc rc = store_get(api->env.store, RECORD_STAFF, request->param, request->arena, staff);
    bool was_admin = rc == RC_OK && staff->role == ROLE_ADMIN && !staff->disabled;
    if (was_admin)
        rc = find_other_admin(api, staff->id, request->arena, &others);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return false;
    }
    if (!respond_if_match(request, response, &expect))
        return false;
    if (expect != staff->version) {
        problem_write(request, response, PROBLEM_STALE,
                      PROBLEM(STR("header:If-Match"), "version", "is older than the stored version"));
        return false;
    }
    if (json_get(body, "role") != NULL)
        staff->role = field_enum_from(ROLE_WORDS, json_get_str(body, "role"));
    if (json_get(body, "disabled") != NULL)
        staff->disabled = json_get_bool(body, "disabled");
    if (!was_admin || others || (staff->role == ROLE_ADMIN && !staff->disabled))
        return true;
    problem_write(request, response, PROBLEM_CONFLICT,
                  PROBLEM(STR(""), "last_admin", "is the last admin who may sign in"));
    return false;
}

static void patch(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct staff staff, stored;
    if (json_size(body) == 0) {
        problem_write(request, response, PROBLEM_INVALID,
                      PROBLEM(STR(""), "required", "must name something to change"));
        return;
    }
    if (!apply(request, response, api, body, &staff))
        return;
    struct staff_change change = {
        .actor = request_actor(request), .id = staff.id, .role = (enum role)staff.role, .disabled = staff.disabled};
    enum rc rc = staff_update(&api->env, &change, request->arena, &stored);
    if (rc == RC_OK)
        answer_staff(request, response, &stored, 200);
    else
        problem_from_rc(request, response, rc);
}

void staff_patch(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {{.name = "disabled", .type = JSON_BOOL},
                                               {.name = "role", .type = JSON_STRING, .words = ROLE_WORDS}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 2, &body))
        return;
    patch(request, response, api, body);
    json_free(body);
}

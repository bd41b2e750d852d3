/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One-time codes of an offer: added, counted, never listed. */
#include "step/offer_codes.h"

#include "api/body.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "step/reads.h"

#define CODES_MAX 5000

void offer_codes_show(const struct request *request, struct response *response, struct api *api)
{
    struct json_out out;
    int64_t free_codes = 0, used = 0;
    enum rc rc = read_counter(&api->env, OFFER_CODES_FREE, request->arena, &free_codes);
    if (rc == RC_OK)
        rc = read_counter(&api->env, OFFER_CODES_USED, request->arena, &used);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_i64(&out, "free", free_codes);
    json_pair_i64(&out, "used", used);
    json_end_object(&out);
    respond_json(response, 200);
}

static void read_code(const struct request *request, const struct json *value, size_t at, struct problems *problems,
                      struct str *out)
{
    struct str code = json_str(value), pointer = arena_printf(request->arena, "/codes/%zu", at);
    if (str_is_none(code))
        problems_add(problems, request->arena, pointer, "type", "must be a text");
    else if (!RULE_OFFER_CODE.holds(code))
        problems_add(problems, request->arena, pointer, RULE_OFFER_CODE.name, RULE_OFFER_CODE.detail);
    *out = code;
}

static void add(const struct request *request, struct response *response, struct api *api, const struct json *list)
{
    struct problems problems = {.count = 0};
    size_t count = json_size(list);
    struct str *codes = arena_new(request->arena, count + 1, sizeof *codes);
    for (size_t i = 0; i < count && problems.count == 0; i++)
        read_code(request, json_at(list, i), i, &problems, &codes[i]);
    if (!body_is_sound(request, response, &problems))
        return;
    struct offer_codes some = {.codes = codes, .count = count, .actor = request_actor(request)};
    struct json_out out;
    int64_t added;
    enum rc rc = offer_codes_add(&api->env, &some, request->arena, &added);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_i64(&out, "added", added);
    json_pair_i64(&out, "present", (int64_t)count - added);
    json_end_object(&out);
    respond_json(response, 200);
}

void offer_codes_post(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "codes", .type = JSON_ARRAY, .required = true, .min = 1, .max = CODES_MAX}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 1, &body))
        return;
    add(request, response, api, json_get(body, "codes"));
    json_free(body);
}

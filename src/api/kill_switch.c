/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Stop all sending at once, with a reason; and let it go on. */
#include "api/body.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "step/admin_acts.h"

void kill_switch_show(const struct request *request, struct response *response, struct api *api)
{
    struct str json;
    bool on;
    enum rc rc = kill_switch_get(&api->env, request->arena, &on, &json);
    if (rc == RC_OK)
        respond_text(response, "application/json", json);
    else
        problem_from_rc(request, response, rc);
}

static void put(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    bool on = json_get_bool(body, "on");
    struct str reason = json_get_str(body, "reason");
    if (on && str_is_empty(str_trim(reason))) {
        problem_write(request, response, PROBLEM_INVALID,
                      PROBLEM(STR("/reason"), "required", "is needed to stop all sending"));
        return;
    }
    enum rc rc = kill_switch_set(&api->env, on, reason, request->caller.name, request->arena);
    if (rc == RC_OK)
        kill_switch_show(request, response, api);
    else
        problem_from_rc(request, response, rc);
}

void kill_switch_put(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "on", .type = JSON_BOOL, .required = true},
        {.name = "reason", .type = JSON_STRING, .nullable = true, .min = 0, .max = 500}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 2, &body))
        return;
    put(request, response, api, body);
    json_free(body);
}

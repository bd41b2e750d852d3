/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The time the domain lives in: shown to all, moved forward by admins when it is a manual one. */
#include "api/body.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"

#define MOVE_MS (10 * 60 * 1000) /* real time a move may take: it does all work that falls due on the way */

void clock_write(const struct request *request, struct api *api, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "kind", clock_is_manual(api->env.clock) ? STR("manual") : STR("real"));
    json_pair_str(out, "now", time_to_text(clock_now(api->env.clock), request->arena));
    json_end_object(out);
}

void clock_show(const struct request *request, struct response *response, struct api *api)
{
    struct json_out out;
    respond_begin(response, &out);
    clock_write(request, api, &out);
    respond_json(response, 200);
}

static void move(const struct request *request, struct response *response, struct api *api, int64_t to_ms)
{
    enum rc rc = RC_DENIED;
    if (api->workers != NULL && clock_is_manual(api->env.clock))
        rc = workers_advance(api->workers, to_ms, MOVE_MS);
    if (rc == RC_OK)
        clock_show(request, response, api);
    else if (rc == RC_DENIED)
        problem_write(request, response, PROBLEM_CONFLICT,
                      PROBLEM(STR(""), "manual_clock", "this server lives in real time"));
    else if (rc == RC_INVALID)
        problem_write(request, response, PROBLEM_INVALID,
                      PROBLEM(STR("/now"), "forward_only", "must not lie before the clock's own time"));
    else
        problem_from_rc(request, response, rc);
}

void clock_move(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {{.name = "now", .type = JSON_STRING, .required = true}};
    struct json *body;
    int64_t to_ms;
    if (!body_read(request, response, FIELDS, 1, &body))
        return;
    if (time_from_instant(json_get_str(body, "now"), &to_ms) == RC_OK)
        move(request, response, api, to_ms);
    else
        problem_write(request, response, PROBLEM_INVALID,
                      PROBLEM(STR("/now"), "instant", "must be a UTC instant such as 2026-11-24T09:12:00Z"));
    json_free(body);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All that is kept of a person, for who answers their request. */
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "base/log.h"
#include "step/export_client.h"

void client_export(const struct request *request, struct response *response, struct api *api)
{
    response_reset(response);
    enum rc rc = export_client(&api->env, request->param, request->arena, &response->body);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_json(response, 200);
    log_info("client_exported", "client=" LOG_STR " by=" LOG_STR, LOG_ARG(request->param),
             LOG_ARG(request_actor(request)));
}

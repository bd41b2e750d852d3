/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/stream: live events. A stream ends after a quarter of an hour; the browser comes back by itself with its
 * Last-Event-ID and shows its credential again, so that one that was taken away stops working here too. */
#include "api/handlers.h"
#include "api/problem.h"

#define LIFE_MS (15 * 60 * 1000)

void stream_open(const struct request *request, struct response *response, struct api *api)
{
    response->stream = live_follow(api->env.live, request_header(request, "Last-Event-ID"), LIFE_MS);
    if (response->stream == NULL) {
        problem_wait(request, response, PROBLEM_UNAVAILABLE, 5000);
        return;
    }
    response->status = 200;
    response->type = "text/event-stream";
    response_header(response, "X-Accel-Buffering", STR("no")); /* nginx would keep events back otherwise */
}

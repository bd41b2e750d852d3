/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/ingested.h"

#include "api/problem.h"
#include "api/route.h"

struct ingest_keep *ingested_keep(struct ingested *done, int status)
{
    if (str_is_none(done->request->answer_id))
        return NULL;
    done->keep = (struct ingest_keep){.id = done->request->answer_id,
                                      .body_hash = done->request->body_hash,
                                      .status = status,
                                      .render = done->render,
                                      .ctx = done};
    return &done->keep;
}

bool ingested_went_well(const struct ingested *done, struct response *response, enum rc rc)
{
    const struct request *request = done->request;
    if (rc == RC_CONFLICT)
        problem_write(request, response, PROBLEM_CONFLICT, PROBLEM(STR("/id"), "exists", "is stored already"));
    else if (rc != RC_OK)
        problem_from_rc(request, response, rc);
    else if (done->status == INGEST_ERASED)
        problem_write(request, response, PROBLEM_CONFLICT,
                      PROBLEM(STR(""), "erased", "this person was erased and is not stored again"));
    else if (done->status == INGEST_REJECTED)
        problem_write(request, response, PROBLEM_CONFLICT,
                      PROBLEM(STR("/client_id"), "client", "the client of a stored order never changes"));
    else
        return true;
    return false;
}

static bool is_new(const struct ingested *done, int64_t version)
{
    return done->status == INGEST_STORED && version == 1;
}

int ingested_status(const struct ingested *done, int64_t version) { return is_new(done, version) ? 201 : 200; }

void ingested_result(const struct ingested *done, struct response *response, int64_t version)
{
    struct str word = is_new(done, version)           ? STR("created")
                      : done->status == INGEST_STORED ? STR("stored")
                                                      : STR("unchanged");
    if (response->status < 300)
        response_header(response, "x-rk-result", word);
}

void ingested_location(struct ingested *done, struct response *response, struct str id)
{
    if (response->status != 201)
        return;
    response->is_kept = !str_is_none(done->request->answer_id);
    response_header(response, "Location",
                    arena_printf(done->request->arena, "%s/%.*s", done->request->route->pattern, STR_ARG(id)));
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Dead letters and waiting jobs. A job's id is "kind:key". */
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/job.h"

static void write_job(const struct request *request, const struct job *job, struct json_out *out)
{
    const char *kind = JOB_KIND_WORDS[job->kind];
    json_begin_object(out);
    json_pair_str(out, "id", arena_printf(request->arena, "%s:%.*s", kind, STR_ARG(job->key)));
    json_pair_str(out, "kind", str_of(kind));
    json_pair_str(out, "key", job->key);
    json_pair_str(out, "run_at", time_to_text(job->run_at, request->arena));
    json_pair_i64(out, "attempts", job->attempts);
    json_pair_str(out, "state", job->dead ? STR("dead") : STR("waiting"));
    json_pair_str(out, "reason", str_is_empty(job->reason) ? STR_NONE : job->reason);
    json_end_object(out);
}

void jobs_list(const struct request *request, struct response *response, struct api *api)
{
    static const char *const STATES[] = {"dead", "waiting", NULL};
    struct queue *queue = api->env.queue;
    struct queue_list list = {0};
    struct page page;
    struct json_out out;
    int state, kind;
    if (!query_word(request, response, "state", STATES, &state) ||
        !query_word(request, response, "kind", JOB_KIND_WORDS, &kind))
        return;
    if (!page_read(request, response, arena_printf(request->arena, "%d %d", state, kind), &page))
        return;
    enum rc rc = queue->vtable->list(queue, state != 1, kind < 0 ? JOB_KINDS : (enum job_kind)kind, page.limit,
                                     page.cursor, request->arena, &list);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    page_begin(response, &out);
    for (size_t i = 0; i < list.count; i++)
        write_job(request, &list.items[i], &out);
    page_end(request, response, &page, &out, list.cursor);
}

/* "kind:key" apart. */
static bool read_id(const struct request *request, struct response *response, struct job *job)
{
    struct str key = request->param;
    struct str word = str_cut(&key, ':');
    int kind = field_enum_from(JOB_KIND_WORDS, word);
    *job = (struct job){.kind = (enum job_kind)(kind < 0 ? 0 : kind), .key = key};
    if (kind >= 0 && !str_is_empty(key))
        return true;
    problem_from_rc(request, response, RC_NOT_FOUND);
    return false;
}

void jobs_redrive(const struct request *request, struct response *response, struct api *api)
{
    struct queue *queue = api->env.queue;
    struct job job;
    struct json_out out;
    if (!read_id(request, response, &job))
        return;
    job.run_at = clock_now(api->env.clock);
    enum rc rc = queue->vtable->redrive(queue, job.kind, job.key, job.run_at);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_begin(response, &out);
    write_job(request, &job, &out);
    respond_json(response, 200);
}

void jobs_dismiss(const struct request *request, struct response *response, struct api *api)
{
    struct queue *queue = api->env.queue;
    struct job job;
    if (!read_id(request, response, &job))
        return;
    enum rc rc = queue->vtable->dismiss(queue, job.kind, job.key);
    if (rc == RC_OK)
        respond_empty(response);
    else
        problem_from_rc(request, response, rc);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The jobs of the memory adapter. A job is a heap block that moves between three states: a claim moves it from waiting
 * to running, a finish ends it or moves it back or to dead. Since a running job is apart from the waiting ones, a put, a
 * cancel or an earlier run_at never touches what runs. */
#include "adapter/mem/backend.h"

#include "base/mem.h"

static int compare(int64_t a, int64_t b) { return (a > b) - (a < b); }

int mem_jobs_by_key(const void *context, const void *item, const void *probe)
{
    const struct job *a = item, *b = probe;
    (void)context;
    int order = compare(a->kind, b->kind);
    return order != 0 ? order : str_compare(a->key, b->key);
}

static int by_time(const void *context, const void *item, const void *probe)
{
    const struct job *a = item, *b = probe;
    int order = compare(a->run_at, b->run_at);
    return order != 0 ? order : mem_jobs_by_key(context, item, probe);
}

void mem_jobs_init(struct mem_jobs *jobs)
{
    *jobs = (struct mem_jobs){0};
    sorted_init(&jobs->waiting, mem_jobs_by_key, NULL);
    sorted_init(&jobs->by_time, by_time, NULL);
    sorted_init(&jobs->running, mem_jobs_by_key, NULL);
    sorted_init(&jobs->dead, mem_jobs_by_key, NULL);
}

static void set_reason(struct job *job, struct str reason)
{
    struct str kept = mem_keep(reason); /* first: it may be the old one */
    mem_drop(job->reason.ptr);
    job->reason = kept;
}

static void free_job(struct job *job)
{
    if (job == NULL)
        return;
    mem_drop(job->key.ptr);
    mem_drop(job->reason.ptr);
    mem_free(job);
}

static void clear_set(struct sorted *set)
{
    for (size_t i = 0; i < set->count; i++)
        free_job(set->items[i]);
    sorted_clear(set);
}

void mem_jobs_clear(struct mem_jobs *jobs)
{
    sorted_clear(&jobs->by_time); /* its jobs are those of waiting */
    clear_set(&jobs->waiting);
    clear_set(&jobs->running);
    clear_set(&jobs->dead);
}

static struct job *find(const struct sorted *set, enum job_kind kind, struct str key)
{
    return sorted_find(set, &(struct job){.kind = kind, .key = key});
}

static void start_waiting(struct mem_jobs *jobs, struct job *job)
{
    sorted_insert(&jobs->waiting, job);
    sorted_insert(&jobs->by_time, job);
}

static void stop_waiting(struct mem_jobs *jobs, struct job *job)
{
    sorted_remove(&jobs->waiting, job);
    sorted_remove(&jobs->by_time, job);
}

void mem_jobs_put(struct mem_jobs *jobs, const struct store_job *put, int64_t now)
{
    struct job *job = find(&jobs->waiting, put->kind, put->key);
    int64_t run_at = put->run_at;
    if (job != NULL) {
        stop_waiting(jobs, job);
        if (put->op == STORE_JOB_EARLIEST && job->run_at < run_at)
            run_at = job->run_at;
    }
    if (put->op == STORE_JOB_CANCEL) {
        free_job(job);
        return;
    }
    if (job == NULL) {
        job = mem_new(1, sizeof(*job));
        *job = (struct job){.kind = put->kind, .key = mem_keep(put->key), .created_at = now};
    }
    job->run_at = run_at;
    job->attempts = 0;
    job->generation = ++jobs->generation;
    set_reason(job, STR_NONE);
    start_waiting(jobs, job);
}

bool mem_jobs_is_running(const struct mem_jobs *jobs, const struct job *job)
{
    const struct job *running = find(&jobs->running, job->kind, job->key);
    return running != NULL && running->generation == job->generation;
}

/* Back to waiting, unless a newer put of the same (kind, key) waits already: then that one does the work. */
static void wait_again(struct mem_jobs *jobs, struct job *job)
{
    if (find(&jobs->waiting, job->kind, job->key) != NULL)
        free_job(job);
    else
        start_waiting(jobs, job);
}

static void bury(struct mem_jobs *jobs, struct job *job)
{
    struct job *older = find(&jobs->dead, job->kind, job->key);
    if (older != NULL)
        sorted_remove(&jobs->dead, older);
    free_job(older);
    job->dead = true;
    sorted_insert(&jobs->dead, job);
}

void mem_jobs_finish(struct mem_jobs *jobs, const struct store_finish *finish)
{
    if (finish->op == STORE_FINISH_NOTHING)
        return;
    struct job *job = find(&jobs->running, finish->job->kind, finish->job->key);
    sorted_remove(&jobs->running, job);
    if (finish->op == STORE_FINISH_ACK) {
        free_job(job);
        return;
    }
    if (finish->op != STORE_FINISH_LATER) {
        job->attempts++;
        set_reason(job, finish->reason);
    }
    if (finish->op == STORE_FINISH_BURY) {
        bury(jobs, job);
        return;
    }
    job->run_at = finish->run_at;
    wait_again(jobs, job);
}

/* The first in order of time, up to `until`, that may run: of a kind in the mask and not running. NULL when there is
 * none. */
static struct job *first(const struct mem_jobs *jobs, unsigned mask, int64_t until)
{
    for (size_t i = 0; i < jobs->by_time.count; i++) {
        struct job *job = jobs->by_time.items[i];
        if (job->run_at > until)
            return NULL;
        if ((mask & JOB_MASK(job->kind)) != 0 && find(&jobs->running, job->kind, job->key) == NULL)
            return job;
    }
    return NULL;
}

const struct job *mem_jobs_claim(struct mem_jobs *jobs, unsigned mask, int64_t now)
{
    struct job *job = first(jobs, mask, now);
    if (job == NULL)
        return NULL;
    stop_waiting(jobs, job);
    sorted_insert(&jobs->running, job);
    return job;
}

enum rc mem_jobs_earliest(const struct mem_jobs *jobs, unsigned mask, int64_t *run_at)
{
    const struct job *job = first(jobs, mask, INT64_MAX);
    if (job == NULL)
        return RC_NOT_FOUND;
    *run_at = job->run_at;
    return RC_OK;
}

void mem_jobs_drop(struct mem_jobs *jobs, const struct job *job)
{
    if (!mem_jobs_is_running(jobs, job))
        return;
    struct job *running = find(&jobs->running, job->kind, job->key);
    sorted_remove(&jobs->running, running);
    wait_again(jobs, running);
}

enum rc mem_jobs_dismiss(struct mem_jobs *jobs, enum job_kind kind, struct str key)
{
    struct job *job = find(&jobs->dead, kind, key);
    if (job == NULL)
        return RC_NOT_FOUND;
    sorted_remove(&jobs->dead, job);
    free_job(job);
    return RC_OK;
}

enum rc mem_jobs_redrive(struct mem_jobs *jobs, enum job_kind kind, struct str key, int64_t now)
{
    const struct job *job = find(&jobs->dead, kind, key);
    if (job == NULL)
        return RC_NOT_FOUND;
    mem_jobs_put(jobs, &(struct store_job){.op = STORE_JOB_EARLIEST, .kind = kind, .key = key, .run_at = now},
                 job->created_at);
    return mem_jobs_dismiss(jobs, kind, key);
}

void mem_jobs_copy(const struct job *from, struct arena *arena, struct job *to)
{
    *to = *from;
    to->key = arena_str(arena, from->key);
    to->reason = arena_str(arena, from->reason);
}

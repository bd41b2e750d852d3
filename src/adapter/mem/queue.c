/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The memory adapter's queue: the lock around jobs.c, and the waiting. */
#include "adapter/mem/backend.h"

#include "base/hash.h"

/* The calling thread's row for the mask; NULL when it has none. Locked. */
static struct mem_seen *find_seen(const struct mem_backend *backend, unsigned mask)
{
    for (size_t i = 0; i < backend->seen_count; i++)
        if (backend->seen[i].mask == mask && pthread_equal(backend->seen[i].thread, pthread_self()))
            return &backend->seen[i];
    return NULL;
}

/* Remembers the count as of a claim that found nothing. Locked. */
static void note_seen(struct mem_backend *backend, unsigned mask, uint64_t count)
{
    struct mem_seen *seen = find_seen(backend, mask);
    if (seen == NULL) {
        backend->seen = mem_resize(backend->seen, backend->seen_count + 1, sizeof(*backend->seen));
        seen = &backend->seen[backend->seen_count++];
    }
    *seen = (struct mem_seen){pthread_self(), mask, count};
}

static enum rc queue_claim_mem(struct queue *queue, unsigned mask, int64_t now, struct arena *arena, struct job *out)
{
    struct mem_backend *backend = MEM_BACKEND(queue, queue);
    lock_take(&backend->lock);
    /* Seen before the look: a job put after the look has bumped past it. */
    uint64_t seen = signal_count_get(&backend->moved);
    const struct job *job = mem_jobs_claim(&backend->jobs, mask, now);
    if (job != NULL)
        mem_jobs_copy(job, arena, out);
    else
        note_seen(backend, mask, seen);
    lock_drop(&backend->lock);
    return job != NULL ? RC_OK : RC_NOT_FOUND;
}

static void queue_drop_mem(struct queue *queue, const struct job *job)
{
    struct mem_backend *backend = MEM_BACKEND(queue, queue);
    lock_take(&backend->lock);
    mem_jobs_drop(&backend->jobs, job);
    lock_drop(&backend->lock);
    signal_count_bump(&backend->moved);
}

static void queue_wait_mem(struct queue *queue, unsigned mask, int64_t timeout_ms)
{
    struct mem_backend *backend = MEM_BACKEND(queue, queue);
    lock_take(&backend->lock);
    const struct mem_seen *seen = find_seen(backend, mask);
    uint64_t count = seen != NULL ? seen->count : 0;
    lock_drop(&backend->lock);
    signal_count_wait(&backend->moved, count, timeout_ms < 0 ? 0 : timeout_ms);
}

static void queue_poke_mem(struct queue *queue) { signal_count_bump(&MEM_BACKEND(queue, queue)->moved); }

static enum rc queue_earliest_mem(struct queue *queue, unsigned mask, int64_t *run_at)
{
    struct mem_backend *backend = MEM_BACKEND(queue, queue);
    lock_take(&backend->lock);
    enum rc rc = mem_jobs_earliest(&backend->jobs, mask, run_at);
    lock_drop(&backend->lock);
    return rc;
}

static enum rc queue_running_mem(struct queue *queue, int64_t *count)
{
    struct mem_backend *backend = MEM_BACKEND(queue, queue);
    lock_take(&backend->lock);
    *count = (int64_t)backend->jobs.running.count;
    lock_drop(&backend->lock);
    return RC_OK;
}

/* Walks two sets as one, in order and each (kind, key) once; the waiting job stands for a running one beside it. */
struct walk {
    const struct sorted *sets[2];
    size_t at[2];
};

static const struct job *walk_next(struct walk *walk)
{
    const struct job *heads[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++)
        if (walk->sets[i] != NULL && walk->at[i] < walk->sets[i]->count)
            heads[i] = walk->sets[i]->items[walk->at[i]];
    if (heads[0] == NULL && heads[1] == NULL)
        return NULL;
    int order = heads[0] == NULL ? 1 : heads[1] == NULL ? -1 : mem_jobs_by_key(NULL, heads[0], heads[1]);
    walk->at[0] += order <= 0;
    walk->at[1] += order >= 0;
    return order <= 0 ? heads[0] : heads[1];
}

static enum rc queue_stats_mem(struct queue *queue, struct queue_stats *out)
{
    struct mem_backend *backend = MEM_BACKEND(queue, queue);
    const struct mem_jobs *jobs = &backend->jobs;
    *out = (struct queue_stats){0};
    lock_take(&backend->lock);
    struct walk walk = {{&jobs->waiting, &jobs->running}, {0, 0}};
    for (const struct job *job = walk_next(&walk); job != NULL; job = walk_next(&walk))
        out->waiting[job->kind]++;
    for (size_t i = 0; i < jobs->running.count; i++)
        out->running[((const struct job *)jobs->running.items[i])->kind]++;
    for (size_t i = 0; i < jobs->dead.count; i++)
        out->dead[((const struct job *)jobs->dead.items[i])->kind]++;
    lock_drop(&backend->lock);
    return RC_OK;
}

/* Cursor: base64url of "KIND,KEY" of the last job shown. */
static enum rc read_cursor(struct str cursor, struct arena *arena, struct job *last)
{
    struct str rest = STR_NONE;
    int64_t kind = 0;
    if (hash_from_base64url(cursor, arena, &rest) != RC_OK || str_to_i64(str_cut(&rest, ','), &kind) != RC_OK)
        return RC_INVALID;
    if (kind < 0 || kind >= JOB_KINDS || str_is_none(rest))
        return RC_INVALID;
    *last = (struct job){.kind = (enum job_kind)kind, .key = rest};
    return RC_OK;
}

static struct str make_cursor(const struct job *last, struct arena *arena)
{
    struct str text = arena_printf(arena, "%d,%.*s", (int)last->kind, STR_ARG(last->key));
    return hash_to_base64url(text.ptr, text.len, arena);
}

struct listing {
    enum job_kind kind;
    size_t limit;
    struct arena *arena;
};

static void fill(struct walk *walk, const struct listing *listing, struct queue_list *out)
{
    out->items = arena_new(listing->arena, listing->limit, sizeof(*out->items));
    for (const struct job *job = walk_next(walk); job != NULL; job = walk_next(walk)) {
        if (listing->kind != JOB_KINDS && job->kind != listing->kind)
            continue;
        if (out->count == listing->limit) {
            out->cursor = make_cursor(&out->items[out->count - 1], listing->arena);
            return;
        }
        mem_jobs_copy(job, listing->arena, &out->items[out->count++]);
    }
}

static enum rc queue_list_mem(struct queue *queue, bool dead, enum job_kind kind, size_t limit, struct str cursor,
                              struct arena *arena, struct queue_list *out)
{
    struct mem_backend *backend = MEM_BACKEND(queue, queue);
    const struct mem_jobs *jobs = &backend->jobs;
    struct job last = {0};
    *out = (struct queue_list){0};
    if (limit < 1 || limit > 200 || (!str_is_none(cursor) && read_cursor(cursor, arena, &last) != RC_OK))
        return RC_INVALID;
    lock_take(&backend->lock);
    struct walk walk = {{dead ? &jobs->dead : &jobs->waiting, dead ? NULL : &jobs->running}, {0, 0}};
    for (int i = 0; i < 2; i++)
        if (walk.sets[i] != NULL && !str_is_none(cursor))
            walk.at[i] = sorted_through(walk.sets[i], mem_jobs_by_key, NULL, &last);
    fill(&walk, &(struct listing){kind, limit, arena}, out);
    lock_drop(&backend->lock);
    return RC_OK;
}

static enum rc queue_redrive_mem(struct queue *queue, enum job_kind kind, struct str key, int64_t now)
{
    struct mem_backend *backend = MEM_BACKEND(queue, queue);
    lock_take(&backend->lock);
    enum rc rc = mem_jobs_redrive(&backend->jobs, kind, key, now);
    lock_drop(&backend->lock);
    if (rc == RC_OK)
        signal_count_bump(&backend->moved);
    return rc;
}

static enum rc queue_dismiss_mem(struct queue *queue, enum job_kind kind, struct str key)
{
    struct mem_backend *backend = MEM_BACKEND(queue, queue);
    lock_take(&backend->lock);
    enum rc rc = mem_jobs_dismiss(&backend->jobs, kind, key);
    lock_drop(&backend->lock);
    return rc;
}

const struct queue_vtable MEM_QUEUE_VTABLE = {.claim = queue_claim_mem,
                                              .drop = queue_drop_mem,
                                              .wait = queue_wait_mem,
                                              .poke = queue_poke_mem,
                                              .earliest = queue_earliest_mem,
                                              .running = queue_running_mem,
                                              .stats = queue_stats_mem,
                                              .list = queue_list_mem,
                                              .redrive = queue_redrive_mem,
                                              .dismiss = queue_dismiss_mem};

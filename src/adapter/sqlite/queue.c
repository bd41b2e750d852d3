/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The queue: claims in memory, counts kept in step with the table, and the waiting. A claim is set and ended under the
 * lock; the row of a running job stays in the table (jobs.c), so that a crash runs it again. */
#include "adapter/sqlite/backend.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"

/* --- opening ------------------------------------------------------------------------------------------------------ */
static enum rc read_counts(struct job_queue *jobs)
{
    sqlite3_stmt *stmt = sql_fixed(&jobs->db, SQL_JOB_COUNTS);
    struct arena arena = {0};
    enum rc rc = sql_step(stmt);
    for (; rc == RC_OK; rc = sql_step(stmt)) {
        int kind = job_kind_from(sql_text(stmt, 0, &arena));
        if (kind < 0)
            log_warn("store_job_kind_unknown", "rows=%lld", (long long)sql_i64(stmt, 2));
        else
            *(sql_i64(stmt, 1) != 0 ? &jobs->dead[kind] : &jobs->waiting[kind]) = sql_i64(stmt, 2);
    }
    sql_reset(stmt);
    arena_clear(&arena);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Generations begin where none of an earlier opening can have come: the opening's number in the upper half. */
enum rc queue_open(struct job_queue *jobs, const char *path, int64_t opening)
{
    jobs->generation = opening << 32;
    enum rc rc = db_open_reader(&jobs->db, path);
    return rc == RC_OK ? read_counts(jobs) : rc;
}

static void claim_free(struct claim *claim)
{
    mem_free((void *)(uintptr_t)claim->job.key.ptr);
    mem_free((void *)(uintptr_t)claim->job.reason.ptr);
    mem_free(claim);
}

void queue_close(struct job_queue *jobs)
{
    for (size_t i = 0; i < jobs->claim_count; i++)
        claim_free(jobs->claims[i]);
    mem_free(jobs->claims);
    windows_clear(jobs);
    sql_close(&jobs->db);
    lock_clear(&jobs->lock);
}

/* --- what the writer calls ----------------------------------------------------------------------------------------- */
struct claim *queue_find_claim(struct job_queue *jobs, enum job_kind kind, struct str key)
{
    lock_take(&jobs->lock);
    struct claim *claim = claim_find(jobs, kind, key);
    lock_drop(&jobs->lock);
    return claim;
}

/* Locked. */
static void end_claim(struct job_queue *jobs, struct claim *claim)
{
    for (size_t i = 0; i < jobs->claim_count; i++)
        if (jobs->claims[i] == claim)
            jobs->claims[i] = jobs->claims[--jobs->claim_count];
    claim_free(claim);
}

void queue_publish(struct job_queue *jobs, const struct job_move *moves, size_t count)
{
    if (count == 0)
        return;
    lock_take(&jobs->lock);
    for (size_t i = 0; i < count; i++) {
        jobs->waiting[moves[i].kind] += moves[i].waiting;
        jobs->dead[moves[i].kind] += moves[i].dead;
        for (struct window *window = jobs->windows; window != NULL; window = window->next)
            window_note(window, &moves[i]);
        if (moves[i].ended != NULL)
            end_claim(jobs, moves[i].ended); /* last: the move's key may be the claim's own */
    }
    windows_wake(jobs);
    lock_drop(&jobs->lock);
}

/* --- claiming ------------------------------------------------------------------------------------------------------ */
static struct str keep(struct str text) { return str_is_none(text) ? STR_NONE : (struct str){str_dup(text), text.len}; }

static void copy_job(const struct job *from, struct arena *arena, struct job *to)
{
    *to = *from;
    to->key = arena_str(arena, from->key);
    to->reason = arena_str(arena, from->reason);
}

/* Locked. */
static void add_claim(struct job_queue *jobs, const struct job *job)
{
    struct claim *claim = mem_new(1, sizeof(*claim));
    claim->job = *job;
    claim->job.key = keep(job->key);
    claim->job.reason = keep(job->reason);
    if (jobs->claim_count == jobs->claim_cap) {
        jobs->claim_cap = jobs->claim_cap == 0 ? 16 : 2 * jobs->claim_cap;
        jobs->claims = mem_resize(jobs->claims, jobs->claim_cap, sizeof(*jobs->claims));
    }
    jobs->claims[jobs->claim_count++] = claim;
}

/* What the calling thread had seen of a window when its last claim found nothing. A thread works for one or two masks;
 * one that is pushed out of here wakes once too often. */
struct seen {
    uint64_t window_id, count;
};
enum { SEEN_MAX = 8 };
static _Thread_local struct {
    struct seen items[SEEN_MAX];
    size_t next;
} thread_seen;

static struct seen *find_seen(uint64_t window_id)
{
    for (size_t i = 0; i < SEEN_MAX; i++)
        if (thread_seen.items[i].window_id == window_id)
            return &thread_seen.items[i];
    return NULL;
}

static void note_seen(uint64_t window_id, uint64_t count)
{
    struct seen *seen = find_seen(window_id);
    if (seen == NULL)
        seen = &thread_seen.items[thread_seen.next++ % SEEN_MAX];
    *seen = (struct seen){window_id, count};
}

static enum rc queue_claim(struct queue *queue, unsigned mask, int64_t now, struct arena *arena, struct job *out)
{
    struct job_queue *jobs = &SQLITE_BACKEND(queue, queue)->jobs;
    const struct job *job = NULL;
    lock_take(&jobs->lock);
    struct window *window = window_of(jobs, mask);
    /* Seen before the look, under the lock that publishes: a job published after the look has bumped past it. */
    uint64_t seen = signal_count_get(&window->moved), id = window->id;
    enum rc rc = window_first(jobs, window, &job);
    if (rc == RC_OK && job->run_at > now)
        rc = RC_NOT_FOUND;
    if (rc == RC_OK) {
        copy_job(job, arena, out);
        add_claim(jobs, job);
        window->head++;
    }
    lock_drop(&jobs->lock);
    if (rc == RC_NOT_FOUND)
        note_seen(id, seen);
    return rc;
}

static void queue_wait(struct queue *queue, unsigned mask, int64_t timeout_ms)
{
    struct job_queue *jobs = &SQLITE_BACKEND(queue, queue)->jobs;
    lock_take(&jobs->lock);
    struct window *window = window_of(jobs, mask); /* windows stay until the queue is closed */
    lock_drop(&jobs->lock);
    const struct seen *seen = find_seen(window->id);
    signal_count_wait(&window->moved, seen != NULL ? seen->count : 0, timeout_ms < 0 ? 0 : timeout_ms);
}

static void queue_poke(struct queue *queue)
{
    struct job_queue *jobs = &SQLITE_BACKEND(queue, queue)->jobs;
    lock_take(&jobs->lock);
    for (struct window *window = jobs->windows; window != NULL; window = window->next)
        window->wakes = true;
    windows_wake(jobs);
    lock_drop(&jobs->lock);
}

/* Through the writer, as every end of a claim: nobody else frees what the writer may be looking at. Mostly the row is
 * there and nothing is written, so it works on a full disk too. */
static void queue_drop(struct queue *queue, const struct job *job)
{
    struct job_call call = {.job = job};
    enum rc rc = writer_run(SQLITE_BACKEND(queue, queue), &(struct write_request){.apply = apply_drop, .arg = &call});
    if (rc != RC_OK && rc != RC_CONFLICT)
        log_error("job_drop_failed", "kind=%s rc=%s", JOB_KIND_WORDS[job->kind],
                  rc_name(rc)); /* runs again after a restart */
}

/* --- looking -------------------------------------------------------------------------------------------------------- */
static enum rc queue_earliest(struct queue *queue, unsigned mask, int64_t *run_at)
{
    struct job_queue *jobs = &SQLITE_BACKEND(queue, queue)->jobs;
    const struct job *job = NULL;
    lock_take(&jobs->lock);
    enum rc rc = window_first(jobs, window_of(jobs, mask), &job);
    if (rc == RC_OK)
        *run_at = job->run_at;
    lock_drop(&jobs->lock);
    return rc;
}

static enum rc queue_running(struct queue *queue, int64_t *count)
{
    struct job_queue *jobs = &SQLITE_BACKEND(queue, queue)->jobs;
    lock_take(&jobs->lock);
    *count = (int64_t)jobs->claim_count;
    lock_drop(&jobs->lock);
    return RC_OK;
}

static enum rc queue_stats(struct queue *queue, struct queue_stats *out)
{
    struct job_queue *jobs = &SQLITE_BACKEND(queue, queue)->jobs;
    *out = (struct queue_stats){0};
    lock_take(&jobs->lock);
    for (int kind = 0; kind < JOB_KINDS; kind++) {
        out->waiting[kind] = jobs->waiting[kind];
        out->dead[kind] = jobs->dead[kind];
    }
    for (size_t i = 0; i < jobs->claim_count; i++)
        out->running[jobs->claims[i]->job.kind]++;
    lock_drop(&jobs->lock);
    return RC_OK;
}

/* Cursor: base64url of "KIND,KEY" of the last job shown. */
static enum rc read_cursor(struct str cursor, struct arena *arena, int64_t *kind, struct str *key)
{
    if (str_is_none(cursor))
        return RC_OK;
    if (hash_from_base64url(cursor, arena, key) != RC_OK || str_to_i64(str_cut(key, ','), kind) != RC_OK)
        return RC_INVALID;
    return *kind < 0 || *kind >= JOB_KINDS || str_is_none(*key) ? RC_INVALID : RC_OK;
}

static struct str make_cursor(const struct job *last, struct arena *arena)
{
    struct str text = arena_printf(arena, "%d,%.*s", (int)last->kind, STR_ARG(last->key));
    return hash_to_base64url(text.ptr, text.len, arena);
}

struct listing {
    bool dead;
    size_t limit;
    struct arena *arena;
};

/* Appends the kind's jobs behind `key`. A job past the limit only says that there is a next page. */
static enum rc list_kind(struct sql_db *db, const struct listing *listing, enum job_kind kind, struct str key,
                         struct queue_list *out)
{
    sqlite3_stmt *stmt = sql_fixed(db, listing->dead ? SQL_JOB_LIST_DEAD : SQL_JOB_LIST_WAITING);
    sql_bind_text(stmt, 1, str_of(JOB_KIND_WORDS[kind]));
    sql_bind_text(stmt, 2, key);
    sql_bind_i64(stmt, 3, (int64_t)(listing->limit - out->count + 1));
    enum rc rc = sql_step(stmt);
    for (; rc == RC_OK && str_is_none(out->cursor); rc = sql_step(stmt)) {
        if (out->count == listing->limit) {
            out->cursor = make_cursor(&out->items[out->count - 1], listing->arena);
            break;
        }
        out->items[out->count] = job_read(stmt, kind, listing->arena);
        out->items[out->count++].dead = listing->dead;
    }
    sql_reset(stmt);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc queue_list(struct queue *queue, bool dead, enum job_kind kind, size_t limit, struct str cursor,
                          struct arena *arena, struct queue_list *out)
{
    struct sqlite_backend *backend = SQLITE_BACKEND(queue, queue);
    struct listing listing = {dead, limit, arena};
    int64_t first = 0;
    struct str key = STR("");
    *out = (struct queue_list){0};
    if (limit < 1 || limit > STORE_LIST_MAX || read_cursor(cursor, arena, &first, &key) != RC_OK)
        return RC_INVALID;
    struct sql_db *db = reader_take(&backend->readers);
    if (db == NULL)
        return RC_IO;
    enum rc rc = RC_OK;
    out->items = arena_new(arena, limit, sizeof(*out->items));
    for (int64_t at = first; at < JOB_KINDS && rc == RC_OK && str_is_none(out->cursor); at++) {
        if (kind == JOB_KINDS || (int64_t)kind == at)
            rc = list_kind(db, &listing, (enum job_kind)at, key, out);
        key = STR("");
    }
    reader_give(&backend->readers, db);
    return rc;
}

/* --- acting --------------------------------------------------------------------------------------------------------- */
static enum rc queue_redrive(struct queue *queue, enum job_kind kind, struct str key, int64_t now)
{
    struct job_call call = {.kind = kind, .key = key, .now = now};
    return writer_run(SQLITE_BACKEND(queue, queue),
                      &(struct write_request){.apply = apply_redrive, .arg = &call, .durable = true});
}

static enum rc queue_dismiss(struct queue *queue, enum job_kind kind, struct str key)
{
    struct job_call call = {.kind = kind, .key = key};
    return writer_run(SQLITE_BACKEND(queue, queue),
                      &(struct write_request){.apply = apply_dismiss, .arg = &call, .durable = true});
}

const struct queue_vtable SQLITE_QUEUE_VTABLE = {.claim = queue_claim,
                                                 .drop = queue_drop,
                                                 .wait = queue_wait,
                                                 .poke = queue_poke,
                                                 .earliest = queue_earliest,
                                                 .running = queue_running,
                                                 .stats = queue_stats,
                                                 .list = queue_list,
                                                 .redrive = queue_redrive,
                                                 .dismiss = queue_dismiss};

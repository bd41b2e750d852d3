/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Windows: for each mask of job kinds that somebody claims, the earliest waiting jobs in memory, so that a claim is no
 * read of the database. The window holds the earliest jobs whatever their run_at, so time may pass without a new read,
 * and the first of them is also the next timer.
 *
 * Kept true by these rules: a window is filled under the lock, from a committed state, without the jobs that run. Every
 * commit is published under the lock afterwards; a published put, cancel or finish that touches what the window covers
 * makes it stale, and a stale window is filled again before it is looked at. Between a commit and its publishing a claim
 * may still take a job as it was: that is the claim coming first, and nobody has been answered otherwise yet. */
#include "adapter/sqlite/backend.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

enum { WINDOW_JOBS = 64 };

int job_kind_from(struct str word) { return field_enum_from(JOB_KIND_WORDS, word); }

struct job job_read(sqlite3_stmt *stmt, enum job_kind kind, struct arena *arena)
{
    return (struct job){.kind = kind,
                        .key = sql_text(stmt, 0, arena),
                        .run_at = sql_i64(stmt, 1),
                        .attempts = sql_i64(stmt, 2),
                        .generation = sql_i64(stmt, 3),
                        .reason = sql_text(stmt, 4, arena),
                        .created_at = sql_i64(stmt, 5)};
}

struct claim *claim_find(const struct job_queue *jobs, enum job_kind kind, struct str key)
{
    for (size_t i = 0; i < jobs->claim_count; i++)
        if (jobs->claims[i]->job.kind == kind && str_equal(jobs->claims[i]->job.key, key))
            return jobs->claims[i];
    return NULL;
}

static struct window *window_new(struct job_queue *jobs, unsigned mask)
{
    static atomic_ullong last_id;
    struct window *window = mem_new(1, sizeof(*window));
    window->mask = mask;
    window->id = atomic_fetch_add(&last_id, 1) + 1;
    window->stale = true;
    window->next = jobs->windows;
    arena_init(&window->arena);
    signal_count_init(&window->moved);
    jobs->windows = window;
    return window;
}

struct window *window_of(struct job_queue *jobs, unsigned mask)
{
    for (struct window *window = jobs->windows; window != NULL; window = window->next)
        if (window->mask == mask)
            return window;
    return window_new(jobs, mask);
}

void windows_clear(struct job_queue *jobs)
{
    while (jobs->windows != NULL) {
        struct window *window = jobs->windows;
        jobs->windows = window->next;
        signal_count_clear(&window->moved);
        arena_clear(&window->arena);
        mem_free(window);
    }
}

/* --- filling ----------------------------------------------------------------------------------------------------- */
/* Appends the first `limit` rows of the kind that do not run. *more: there may be further ones. */
static enum rc fill_kind(struct job_queue *jobs, struct window *window, enum job_kind kind, size_t limit, bool *more)
{
    sqlite3_stmt *stmt = sql_fixed(&jobs->db, SQL_JOB_FIRST);
    size_t rows = 0;
    sql_bind_text(stmt, 1, str_of(JOB_KIND_WORDS[kind]));
    sql_bind_i64(stmt, 2, (int64_t)limit);
    enum rc rc = sql_step(stmt);
    for (; rc == RC_OK; rc = sql_step(stmt), rows++) {
        struct job job = job_read(stmt, kind, &window->arena);
        if (claim_find(jobs, kind, job.key) == NULL)
            window->items[window->count++] = job;
    }
    sql_reset(stmt);
    *more = *more || rows == limit;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static int by_time(const void *left, const void *right)
{
    const struct job *a = left, *b = right;
    if (a->run_at != b->run_at)
        return a->run_at < b->run_at ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return str_compare(a->key, b->key);
}

static size_t kinds_in(unsigned mask)
{
    size_t count = 0;
    for (int kind = 0; kind < JOB_KINDS; kind++)
        count += (mask & JOB_MASK(kind)) != 0;
    return count;
}

/* Each kind gives its first WINDOW_JOBS that do not run, or all it has; of all these the first WINDOW_JOBS are the
 * earliest there are. */
static enum rc fill(struct job_queue *jobs, struct window *window)
{
    const size_t limit = WINDOW_JOBS + jobs->claim_count;
    bool more = false;
    enum rc rc = RC_OK;
    arena_clear(&window->arena);
    window->items = arena_new(&window->arena, kinds_in(window->mask) * limit, sizeof(*window->items));
    window->head = window->count = 0;
    for (int kind = 0; kind < JOB_KINDS && rc == RC_OK; kind++)
        if ((window->mask & JOB_MASK(kind)) != 0)
            rc = fill_kind(jobs, window, (enum job_kind)kind, limit, &more);
    qsort(window->items, window->count, sizeof(*window->items), by_time);
    if (more && window->count > WINDOW_JOBS)
        window->count = WINDOW_JOBS;
    window->complete = !more;
    window->stale = rc != RC_OK;
    return rc;
}

enum rc window_first(struct job_queue *jobs, struct window *window, const struct job **out)
{
    for (;;) {
        if (window->stale || (window->head == window->count && !window->complete)) {
            enum rc rc = fill(jobs, window);
            if (rc != RC_OK)
                return rc;
        }
        while (window->head < window->count &&
               claim_find(jobs, window->items[window->head].kind, window->items[window->head].key) != NULL)
            window->head++; /* claimed through another window */
        if (window->head < window->count) {
            *out = &window->items[window->head];
            return RC_OK;
        }
        if (window->complete)
            return RC_NOT_FOUND;
    }
}

/* --- staying true ------------------------------------------------------------------------------------------------ */
static bool holds(const struct window *window, enum job_kind kind, struct str key)
{
    for (size_t i = window->head; i < window->count; i++)
        if (window->items[i].kind == kind && str_equal(window->items[i].key, key))
            return true;
    return false;
}

/* Whether a job of that run_at belongs among those the window has. */
static bool covers(const struct window *window, int64_t run_at)
{
    return window->complete || window->count == 0 || run_at <= window->items[window->count - 1].run_at;
}

void window_note(struct window *window, const struct job_move *move)
{
    if (window->mask == 0)
        window->wakes = true; /* its waiter wants to hear of anything */
    if ((window->mask & JOB_MASK(move->kind)) == 0)
        return;
    if (!window->stale &&
        (holds(window, move->kind, move->key) || (move->run_at != I64_NONE && covers(window, move->run_at))))
        window->stale = true;
    /* A put behind all that the window covers concerns nobody who waits for the first. */
    if (window->stale || move->ended != NULL)
        window->wakes = true;
}

void windows_wake(struct job_queue *jobs)
{
    for (struct window *window = jobs->windows; window != NULL; window = window->next) {
        if (window->wakes)
            signal_count_bump(&window->moved);
        window->wakes = false;
    }
}

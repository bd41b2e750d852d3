/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* DESIGN. Roles: one relay thread reads changes; groups of workers claim jobs by kind. Groups keep kinds from starving each
 * other: a loaded history's score jobs run on their own threads, sends have one thread a mailer, and what takes seconds (fit,
 * tune) has one thread of its own, so that no due moment is held up by it. The quick steps (due, admit, outcome ...) share
 * one thread, so they run one after the other in the order of their run_at.
 *
 * What a worker does with a step's result: OK, the step has finished its job; CONFLICT, again at once; anything else goes
 * through core/retry.c and ends as a later run or a dead letter, in a commit of its own. When even that commit fails (the
 * disk is full), the claim is dropped and the worker waits a moment.
 *
 * Late orders are taken in before any timer fires: the step thread waits, before its first job and before it publishes the
 * shop scale, until the relay has caught up and no score job waits. The slow thread looks at no history that is still being
 * loaded: it puts its job off. */
#include "step/worker.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/thread.h"
#include "core/records_small.h"
#include "core/retry.h"
#include "step/draft_email.h"
#include "step/quiet.h"
#include "step/steps.h"

#define IDLE_WAIT_MS 1000 /* how long a worker sleeps at most when nothing wakes it */
#define RELAY_BATCH 500
#define CONFLICT_REDO_MAX 50
#define QUIET_AT_START_MS 60000
#define QUIET_FOR_SCALE_MS 10000
#define QUIET_FOR_SLOW_MS 20000
#define PUT_OFF_MS TIME_MINUTE_MS
#define PUT_OFF_MAX 300  /* in a row; then with what is there */
#define NOTIFY_THREADS 1 /* of its own: a receiver that hangs holds up nothing */
#define SLOW_THREADS 1   /* the shop's history is looked at as a whole by one at a time */

const struct step STEPS[JOB_KINDS] = {
    [JOB_SCORE] = {"score_client", score_client},
    [JOB_DUE] = {"due_client", due_client},
    [JOB_ADMIT] = {"admit_episodes", admit_episodes},
    [JOB_DRAFT] = {"draft_email", draft_email},
    [JOB_SEND] = {"send_email", send_email},
    [JOB_OUTCOME] = {"record_outcome", record_outcome},
    [JOB_CANCEL] = {"cancel_unsent", cancel_unsent},
    [JOB_SCALE] = {"publish_scale", publish_scale},
    [JOB_REARM] = {"rearm_clients", rearm_clients},
    [JOB_FEED] = {"learn_feed", learn_feed},
    [JOB_TIDY] = {"tidy_shop", tidy_shop},
    [JOB_ERASE] = {"erase_rest", erase_rest},
    [JOB_FIT] = {"fit_shop", fit_shop},
    [JOB_TUNE] = {"tune_shop", tune_shop},
    [JOB_SEAL] = {"seal_audit", seal_audit},
    [JOB_NOTIFY] = {"notify_tools", notify_tools},
    [JOB_COPY] = {"mail_copy", mail_copy},
};

#define MASK_SCORE JOB_MASK(JOB_SCORE)
#define MASK_DRAFT JOB_MASK(JOB_DRAFT)
#define MASK_SEND (JOB_MASK(JOB_SEND) | JOB_MASK(JOB_COPY))
#define MASK_NOTIFY JOB_MASK(JOB_NOTIFY)
#define MASK_ALL ((1u << JOB_KINDS) - 1u)
#define MASK_SLOW (JOB_MASK(JOB_FIT) | JOB_MASK(JOB_TUNE))
#define MASK_STEPS (MASK_ALL & ~(MASK_SCORE | MASK_DRAFT | MASK_SEND | MASK_SLOW | MASK_NOTIFY))

struct worker {
    struct workers *workers;
    struct step_env env; /* own copy: a send worker's has its mailer */
    struct policy_cache policies;
    int put_off; /* how often in a row */
    unsigned mask;
    bool quiet_first;
    struct thread thread;
};
struct workers {
    struct step_env env;
    struct worker *pool;
    size_t count;
    struct thread relay;
    struct lock lock; /* stopping, advancing */
    bool stopping, advancing;
};

static bool is_stopping(struct workers *workers)
{
    lock_take(&workers->lock);
    bool stopping = workers->stopping;
    lock_drop(&workers->lock);
    return stopping;
}

/* What becomes of a job whose step failed. */
static enum rc settle_failure(const struct step_env *env, const struct job *job, enum rc failure, struct arena *arena)
{
    double spread = retry_spread(job->key, job->attempts);
    struct retry retry = retry_decide(job->kind, failure, job->attempts, spread);
    struct str reason = str_of(rc_name(failure));
    int64_t now = clock_now(env->clock);
    if (retry.action == RETRY_BURY && job->kind == JOB_DRAFT)
        return draft_give_up(env, job, reason, arena);
    struct store_finish finish = {
        .op = STORE_FINISH_RETRY, .job = job, .run_at = now + retry.delay_ms, .reason = reason};
    if (retry.action == RETRY_NOW)
        finish.run_at = now;
    if (retry.action == RETRY_BURY)
        finish.op = STORE_FINISH_BURY;
    struct store_batch batch = {.finish = finish, .now = now};
    enum rc rc = store_commit(env->store, &batch);
    if (rc != RC_OK)
        return rc;
    if (retry.action == RETRY_BURY) {
        log_error("job_buried", "kind=%s key=" LOG_STR " reason=%s attempts=%lld", JOB_KIND_WORDS[job->kind],
                  LOG_ARG(job->key), rc_name(failure), (long long)job->attempts + 1);
        metrics_add("rekindle_jobs_buried_total", NULL, 1);
    } else {
        log_warn("job_retried", "kind=%s key=" LOG_STR " reason=%s attempts=%lld", JOB_KIND_WORDS[job->kind],
                 LOG_ARG(job->key), rc_name(failure), (long long)job->attempts + 1);
    }
    return RC_OK;
}

/* After a fault: waits until anything moves, at most a moment. */
static void breathe(struct queue *queue)
{
    struct arena arena = {0};
    struct job job;
    (void)queue->vtable->claim(queue, 0, 0, &arena, &job); /* of no kind: the wait counts from here */
    arena_clear(&arena);
    queue->vtable->wait(queue, 0, IDLE_WAIT_MS);
}

static void run_job(struct worker *worker, const struct job *job)
{
    struct arena arena = {0};
    int64_t began = clock_mono();
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < CONFLICT_REDO_MAX && rc == RC_CONFLICT; i++) {
        arena_clear(&arena);
        rc = STEPS[job->kind].run(&worker->env, job, &arena);
    }
    metrics_observe("rekindle_step_seconds", NULL, (double)(clock_mono() - began) / 1000.0);
    if (rc != RC_OK) {
        arena_clear(&arena);
        rc = settle_failure(&worker->env, job, rc, &arena);
    }
    if (rc != RC_OK) {
        log_error("job_dropped", "kind=%s key=" LOG_STR " rc=%s", JOB_KIND_WORDS[job->kind], LOG_ARG(job->key),
                  rc_name(rc));
        worker->env.queue->vtable->drop(worker->env.queue, job);
        breathe(worker->env.queue); /* the disk may be full: no spinning */
    }
    arena_clear(&arena);
}

/* Real ms to sleep: until the next timer of this worker's kinds on a real clock, else until something wakes it. */
static int64_t idle_ms(const struct worker *worker)
{
    int64_t run_at;
    struct queue *queue = worker->env.queue;
    if (clock_is_manual(worker->env.clock) || queue->vtable->earliest(queue, worker->mask, &run_at) != RC_OK)
        return IDLE_WAIT_MS;
    int64_t left = run_at - clock_now(worker->env.clock);
    return left < 1 ? 1 : left > IDLE_WAIT_MS ? IDLE_WAIT_MS : left;
}

static bool stop_asked(void *ctx) { return is_stopping(ctx); }

/* Until all changes are relayed and scored, or the time is up: then we go on with what we know. */
static enum rc await_scored(struct worker *worker, int64_t timeout_ms)
{
    struct quiet quiet = {
        .env = &worker->env, .mask = MASK_SCORE, .stopping = stop_asked, .ctx = worker->workers, .others_run = true};
    enum rc rc = quiet_await(&quiet, timeout_ms);
    if (rc == RC_TIMEOUT)
        log_warn("scoring_behind", "waited_ms=%lld", (long long)timeout_ms);
    return rc;
}

/* True when the job has been put off, or we stop: a history is still being scored. */
static bool put_off(struct worker *worker, const struct job *job)
{
    enum rc rc = await_scored(worker, QUIET_FOR_SLOW_MS);
    if (rc == RC_OK || (rc == RC_TIMEOUT && worker->put_off == PUT_OFF_MAX)) {
        worker->put_off = 0;
        return false;
    }
    int64_t now = clock_now(worker->env.clock);
    struct store_batch batch = {.finish = {.op = STORE_FINISH_LATER, .job = job, .run_at = now + PUT_OFF_MS},
                                .now = now};
    worker->put_off++;
    if (store_commit(worker->env.store, &batch) != RC_OK)
        worker->env.queue->vtable->drop(worker->env.queue, job);
    return true;
}

/* What a job waits for before it runs. False: not now. */
static bool is_time(struct worker *worker, const struct job *job)
{
    if (job->kind == JOB_SCALE)
        (void)await_scored(worker, QUIET_FOR_SCALE_MS);
    return !(JOB_MASK(job->kind) & MASK_SLOW) || !put_off(worker, job);
}

/* Asked after a claim that found nothing: a poke in between ends the wait at once. A manual clock that moved while the claim
 * looked with the time of before had poked already, so nobody would wake us. */
static bool may_wait(struct worker *worker, int64_t claimed_at)
{
    bool moved = clock_is_manual(worker->env.clock) && clock_now(worker->env.clock) != claimed_at;
    return !moved && !is_stopping(worker->workers);
}

static void work(void *arg)
{
    struct worker *worker = arg;
    struct queue *queue = worker->env.queue;
    if (worker->quiet_first)
        (void)await_scored(worker, QUIET_AT_START_MS);
    while (!is_stopping(worker->workers)) {
        struct arena arena = {0};
        struct job job;
        int64_t now = clock_now(worker->env.clock);
        enum rc rc = queue->vtable->claim(queue, worker->mask, now, &arena, &job);
        if (rc == RC_OK) {
            if (is_time(worker, &job))
                run_job(worker, &job);
        } else {
            if (rc != RC_NOT_FOUND)
                log_error("claim_failed", "rc=%s", rc_name(rc));
            if (may_wait(worker, now))
                queue->vtable->wait(queue, worker->mask, idle_ms(worker));
        }
        arena_clear(&arena);
    }
}

static void relay(void *arg)
{
    struct workers *workers = arg;
    struct feed *feed = workers->env.feed;
    int64_t seen = 0;
    while (!is_stopping(workers)) {
        struct arena arena = {0};
        size_t moved = 0;
        feed->vtable->head(feed, &seen);
        enum rc rc = relay_changes(&workers->env, RELAY_BATCH, &arena, &moved);
        arena_clear(&arena);
        if (rc != RC_OK)
            log_error("relay_failed", "rc=%s", rc_name(rc));
        if (rc != RC_OK)
            breathe(workers->env.queue);
        else if (moved > 0)
            workers->env.queue->vtable->poke(workers->env.queue); /* whoever waits for us to catch up */
        else
            feed->vtable->wait(feed, seen, IDLE_WAIT_MS);
    }
}

static void add_workers(struct workers *workers, size_t count, unsigned mask, struct mailer *const *mailers,
                        const char *name)
{
    for (size_t i = 0; i < count; i++) {
        struct worker *worker = &workers->pool[workers->count++];
        *worker =
            (struct worker){.workers = workers, .env = workers->env, .mask = mask, .quiet_first = mask == MASK_STEPS};
        worker->env.policies = &worker->policies;
        if (mailers != NULL)
            worker->env.mailer = mailers[i];
        thread_start(&worker->thread, name, work, worker);
    }
}

struct workers *workers_start(const struct step_env *env, const struct worker_options *options)
{
    struct workers *workers = mem_new(1, sizeof *workers);
    workers->env = *env;
    lock_init(&workers->lock);
    size_t total = (size_t)options->score_threads + (size_t)options->step_threads + SLOW_THREADS + NOTIFY_THREADS +
                   (size_t)options->draft_threads + options->mailer_count;
    workers->pool = mem_new(total, sizeof *workers->pool);
    thread_start(&workers->relay, "relay", relay, workers);
    add_workers(workers, (size_t)options->score_threads, MASK_SCORE, NULL, "score");
    add_workers(workers, (size_t)options->step_threads, MASK_STEPS, NULL, "steps");
    add_workers(workers, SLOW_THREADS, MASK_SLOW, NULL, "slow");
    add_workers(workers, NOTIFY_THREADS, MASK_NOTIFY, NULL, "notify");
    if (env->writer != NULL)
        add_workers(workers, (size_t)options->draft_threads, MASK_DRAFT, NULL, "draft");
    add_workers(workers, options->mailer_count, MASK_SEND, options->mailers, "send");
    return workers;
}

void workers_stop(struct workers *workers)
{
    if (workers == NULL)
        return;
    lock_take(&workers->lock);
    workers->stopping = true;
    lock_drop(&workers->lock);
    workers->env.queue->vtable->poke(workers->env.queue);
    workers->env.feed->vtable->poke(workers->env.feed);
    for (size_t i = 0; i < workers->count; i++)
        thread_join(&workers->pool[i].thread);
    thread_join(&workers->relay);
    for (size_t i = 0; i < workers->count; i++)
        policy_cache_clear(&workers->pool[i].policies);
    lock_clear(&workers->lock);
    mem_free(workers->pool);
    mem_free(workers);
}

enum rc workers_settle(struct workers *workers, int64_t timeout_ms)
{
    struct quiet quiet = {.env = &workers->env, .mask = MASK_ALL};
    return quiet_await(&quiet, timeout_ms);
}

static enum rc move_clock(struct workers *workers, int64_t to_ms, int64_t timeout_ms)
{
    struct arena arena = {0};
    enum rc rc = clock_set(workers->env.clock, to_ms);
    if (rc == RC_OK) {
        struct setting setting = {
            .id = SETTING_CLOCK, .value = arena_printf(&arena, "%lld", (long long)to_ms), .updated_at = to_ms};
        struct store_write write = {.op = STORE_PUT, .kind = RECORD_SETTING, .record = &setting, .expect = STORE_ANY};
        struct store_batch batch = {.writes = &write, .write_count = 1, .now = to_ms};
        rc = store_commit(workers->env.store, &batch);
    }
    arena_clear(&arena);
    if (rc != RC_OK)
        return rc;
    workers->env.queue->vtable->poke(workers->env.queue);
    return workers_settle(workers, timeout_ms);
}

static enum rc advance(struct workers *workers, int64_t to_ms, int64_t timeout_ms)
{
    enum rc rc = workers_settle(workers, timeout_ms);
    while (rc == RC_OK) {
        int64_t run_at, now = clock_now(workers->env.clock);
        enum rc found = workers->env.queue->vtable->earliest(workers->env.queue, MASK_ALL, &run_at);
        if (found != RC_OK && found != RC_NOT_FOUND)
            return found;
        if (found == RC_NOT_FOUND || run_at > to_ms)
            break;
        rc = move_clock(workers, run_at > now ? run_at : now, timeout_ms);
    }
    return rc == RC_OK ? move_clock(workers, to_ms, timeout_ms) : rc;
}

enum rc workers_advance(struct workers *workers, int64_t to_ms, int64_t timeout_ms)
{
    if (!clock_is_manual(workers->env.clock))
        return RC_DENIED;
    if (to_ms < clock_now(workers->env.clock))
        return RC_INVALID;
    lock_take(&workers->lock);
    bool busy = workers->advancing;
    workers->advancing = true;
    lock_drop(&workers->lock);
    if (busy)
        return RC_BUSY;
    enum rc rc = advance(workers, to_ms, timeout_ms);
    lock_take(&workers->lock);
    workers->advancing = false;
    lock_drop(&workers->lock);
    return rc;
}

void workers_state(struct workers *workers, struct workers_state *out)
{
    quiet_lag(&workers->env, &out->relay_cursor, &out->feed_head, &out->relay_lag_ms);
    out->running = !is_stopping(workers);
}

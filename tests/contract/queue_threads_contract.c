/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract of the queue between threads: each job runs, runs once, and never beside itself; whoever waits wakes up. */
#include "contract/contract.h"

#include <stdatomic.h>

#include "base/clock.h"

#define WORKERS 4
#define JOBS 2000

struct shop_floor {
    struct contract *contract;
    atomic_int busy[JOBS]; /* how many workers have this key in hand: 0 or 1 */
    atomic_int runs[JOBS];
    atomic_int left; /* runs still to be done; 0 stops the workers */
    atomic_int failures, together;
    bool put_again; /* the first run of a key puts it once more while it runs */
};

static int number_of(struct str key)
{
    int64_t number = 0;
    if (str_to_i64((struct str){key.ptr + 1, key.len - 1}, &number) != RC_OK || number < 0 || number >= JOBS)
        return 0;
    return (int)number;
}

static enum rc put_job(struct contract *contract, struct str key, int64_t run_at)
{
    const struct store_job put = {.op = STORE_JOB_EARLIEST, .kind = JOB_SCORE, .key = key, .run_at = run_at};
    const struct store_batch batch = {.jobs = &put, .job_count = 1, .now = CONTRACT_NOW};
    return store_commit(contract->store, &batch);
}

static enum rc ack(struct contract *contract, const struct job *job)
{
    const struct store_batch batch = {.finish = {.op = STORE_FINISH_ACK, .job = job}, .now = CONTRACT_NOW};
    return store_commit(contract->store, &batch);
}

static void run_job(struct shop_floor *floor, const struct job *job)
{
    int number = number_of(job->key);
    if (atomic_fetch_add(&floor->busy[number], 1) != 0)
        atomic_fetch_add(&floor->together, 1);
    bool first = atomic_fetch_add(&floor->runs[number], 1) == 0;
    if (floor->put_again && first)
        atomic_fetch_add(&floor->failures, put_job(floor->contract, job->key, job->run_at) != RC_OK);
    atomic_fetch_sub(&floor->busy[number], 1);
    atomic_fetch_add(&floor->failures, ack(floor->contract, job) != RC_OK);
    if (atomic_fetch_sub(&floor->left, 1) == 1)
        floor->contract->queue->vtable->poke(floor->contract->queue);
}

static void work(void *arg)
{
    struct shop_floor *floor = arg;
    struct queue *queue = floor->contract->queue;
    for (;;) {
        struct arena arena = {0};
        struct job job;
        enum rc rc = queue->vtable->claim(queue, JOB_MASK(JOB_SCORE), CONTRACT_NOW, &arena, &job);
        if (rc == RC_OK)
            run_job(floor, &job);
        arena_clear(&arena);
        if (atomic_load(&floor->left) <= 0)
            return;
        if (rc != RC_OK && rc != RC_NOT_FOUND) {
            atomic_fetch_add(&floor->failures, 1);
            return;
        }
        if (rc == RC_NOT_FOUND)
            queue->vtable->wait(queue, JOB_MASK(JOB_SCORE), CONTRACT_PATIENCE_MS);
    }
}

/* Puts the jobs while the workers already run, and checks how often each ran. */
static void run_floor(struct contract *contract, int jobs, bool put_again)
{
    struct shop_floor *floor = arena_new(&contract->arena, 1, sizeof(*floor));
    struct thread threads[WORKERS];
    int64_t before = clock_mono();
    floor->contract = contract;
    floor->put_again = put_again;
    atomic_store(&floor->left, put_again ? 2 * jobs : jobs);
    for (int i = 0; i < WORKERS; i++)
        thread_start(&threads[i], "worker", work, floor);
    for (int i = 0; i < jobs; i++)
        assert_rc(put_job(contract, contract_key(contract, i), i % 17), RC_OK);
    for (int i = 0; i < WORKERS; i++)
        thread_join(&threads[i]);
    assert_int_equal(atomic_load(&floor->failures), 0);
    assert_int_equal(atomic_load(&floor->together), 0);
    assert_int_equal(atomic_load(&floor->left), 0);
    for (int i = 0; i < jobs; i++)
        assert_int_equal(atomic_load(&floor->runs[i]), put_again ? 2 : 1);
    struct job job;
    assert_rc(contract_claim(contract, CONTRACT_ALL, INT64_MAX, &job), RC_NOT_FOUND);
    assert_true(clock_mono() - before < 6 * CONTRACT_PATIENCE_MS);
}

static void four_workers_run_2000_jobs_once_each(void **state) { run_floor(*state, JOBS, false); }

static void a_key_put_again_while_it_runs_never_runs_beside_itself(void **state) { run_floor(*state, 400, true); }

/* --- waiting --- */

struct waiter {
    struct contract *contract;
    struct signal_count idle; /* bumped when the first claim found nothing */
    int64_t run_at_most;      /* the claims' now */
    bool until_claimed;       /* goes on until it has a job; else returns from the first wait */
    bool claimed;
    int64_t took_ms;
};

static void wait_for_job(void *arg)
{
    struct waiter *waiter = arg;
    struct queue *queue = waiter->contract->queue;
    int64_t before = clock_mono();
    for (bool first = true;; first = false) {
        struct arena arena = {0};
        struct job job;
        waiter->claimed = queue->vtable->claim(queue, CONTRACT_ALL, waiter->run_at_most, &arena, &job) == RC_OK;
        arena_clear(&arena);
        waiter->took_ms = clock_mono() - before;
        if (waiter->claimed || (!first && !waiter->until_claimed) || waiter->took_ms > CONTRACT_PATIENCE_MS)
            return;
        signal_count_bump(&waiter->idle);
        queue->vtable->wait(queue, CONTRACT_ALL, CONTRACT_PATIENCE_MS);
    }
}

/* Runs `wake` while a thread waits on the queue that has nothing for it, and tells how it went. */
static struct waiter woken_by(struct contract *contract, bool until_claimed, void (*wake)(struct contract *contract))
{
    struct waiter waiter = {.contract = contract, .run_at_most = 100, .until_claimed = until_claimed};
    struct thread thread;
    signal_count_init(&waiter.idle);
    thread_start(&thread, "waiter", wait_for_job, &waiter);
    signal_count_wait(&waiter.idle, 0, CONTRACT_PATIENCE_MS);
    wake(contract);
    thread_join(&thread);
    signal_count_clear(&waiter.idle);
    return waiter;
}

static void put_one(struct contract *contract) { contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c1", 1); }

static void wait_wakes_when_a_job_is_put(void **state)
{
    struct waiter waiter = woken_by(*state, true, put_one);
    assert_true(waiter.claimed);
    assert_true(waiter.took_ms < CONTRACT_PATIENCE_MS / 2);
}

static void poke_one(struct contract *contract) { contract->queue->vtable->poke(contract->queue); }

static void wait_wakes_when_it_is_poked(void **state)
{
    struct waiter waiter = woken_by(*state, false, poke_one);
    assert_false(waiter.claimed);
    assert_true(waiter.took_ms < CONTRACT_PATIENCE_MS / 2);
}

static struct job held; /* the job another claim holds, for the wakers below */

static void ack_held(struct contract *contract)
{
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &held, 0, NULL), RC_OK);
}

static void wait_wakes_when_the_job_in_the_way_is_finished(void **state)
{
    struct contract *contract = *state;
    put_one(contract);
    held = contract_must_claim(contract, 10, JOB_SCORE, "c1");
    put_one(contract); /* may run, but not beside the one that is held */
    struct waiter waiter = woken_by(contract, true, ack_held);
    assert_true(waiter.claimed);
    assert_true(waiter.took_ms < CONTRACT_PATIENCE_MS / 2);
}

static void drop_held(struct contract *contract) { contract->queue->vtable->drop(contract->queue, &held); }

static void wait_wakes_when_a_claim_is_dropped(void **state)
{
    struct contract *contract = *state;
    put_one(contract);
    held = contract_must_claim(contract, 10, JOB_SCORE, "c1");
    struct waiter waiter = woken_by(contract, true, drop_held);
    assert_true(waiter.claimed);
    assert_true(waiter.took_ms < CONTRACT_PATIENCE_MS / 2);
}

static void redrive_one(struct contract *contract)
{
    assert_rc(contract->queue->vtable->redrive(contract->queue, JOB_SCORE, STR("c1"), 50), RC_OK);
}

static void wait_wakes_when_a_dead_job_is_redriven(void **state)
{
    struct contract *contract = *state;
    put_one(contract);
    held = contract_must_claim(contract, 10, JOB_SCORE, "c1");
    assert_rc(contract_finish(contract, STORE_FINISH_BURY, &held, 0, "550"), RC_OK);
    struct waiter waiter = woken_by(contract, true, redrive_one);
    assert_true(waiter.claimed);
    assert_true(waiter.took_ms < CONTRACT_PATIENCE_MS / 2);
}

/* What happened after the claim found nothing and before the wait began is not lost: the wait returns at once. */
static void a_put_between_claim_and_wait_is_not_lost(void **state)
{
    struct contract *contract = *state;
    void (*const wakes[])(struct contract * contract) = {poke_one, put_one};
    for (int i = 0; i < 2; i++) {
        struct job job;
        assert_rc(contract_claim(contract, JOB_MASK(JOB_SCORE), 100, &job), RC_NOT_FOUND);
        wakes[i](contract);
        int64_t before = clock_mono();
        contract->queue->vtable->wait(contract->queue, JOB_MASK(JOB_SCORE), CONTRACT_PATIENCE_MS);
        assert_true(clock_mono() - before < CONTRACT_PATIENCE_MS / 2);
    }
}

static void claim_and_ack(struct contract *contract)
{
    held = contract_must_claim(contract, 10, JOB_SCORE, "c1");
    ack_held(contract);
}

/* Whoever waits for everything to settle waits with no kind at all. */
static void a_wait_for_no_kind_is_a_wait_for_anything(void **state)
{
    struct contract *contract = *state;
    void (*const wakes[])(struct contract * contract) = {put_one, claim_and_ack, poke_one};
    for (int i = 0; i < 3; i++) {
        struct job job;
        assert_rc(contract_claim(contract, 0, INT64_MAX, &job), RC_NOT_FOUND);
        wakes[i](contract);
        int64_t before = clock_mono();
        contract->queue->vtable->wait(contract->queue, 0, CONTRACT_PATIENCE_MS);
        assert_true(clock_mono() - before < CONTRACT_PATIENCE_MS / 2);
    }
}

struct other {
    struct contract *contract;
    enum rc rc;
};

static void claim_nothing(void *arg)
{
    struct other *other = arg;
    struct arena arena = {0};
    struct job job;
    other->rc = other->contract->queue->vtable->claim(other->contract->queue, JOB_MASK(JOB_DUE), 100, &arena, &job);
    arena_clear(&arena);
}

/* Another thread's claim that also finds nothing must not swallow this thread's poke: it may be the order to stop. */
static void a_poke_is_for_every_thread(void **state)
{
    struct contract *contract = *state;
    struct other other = {.contract = contract};
    struct thread thread;
    struct job job;
    assert_rc(contract_claim(contract, JOB_MASK(JOB_DUE), 100, &job), RC_NOT_FOUND);
    poke_one(contract);
    thread_start(&thread, "other", claim_nothing, &other);
    thread_join(&thread);
    assert_rc(other.rc, RC_NOT_FOUND);
    int64_t before = clock_mono();
    contract->queue->vtable->wait(contract->queue, JOB_MASK(JOB_DUE), CONTRACT_PATIENCE_MS);
    assert_true(clock_mono() - before < CONTRACT_PATIENCE_MS / 2);
}

static void wait_for_jobs_gives_up_after_its_timeout(void **state)
{
    struct contract *contract = *state;
    struct job job;
    int64_t waited = 0;
    put_one(contract); /* too late for the claims below, and no reason to wake again */
    for (int tries = 0; tries < 100 && waited < 15; tries++) { /* it may return early, but not for ever */
        assert_rc(contract_claim(contract, CONTRACT_ALL, 0, &job), RC_NOT_FOUND);
        int64_t before = clock_mono();
        contract->queue->vtable->wait(contract->queue, CONTRACT_ALL, 20);
        waited = clock_mono() - before;
    }
    assert_true(waited >= 15);
    assert_true(waited < CONTRACT_PATIENCE_MS / 2);
}

int queue_threads_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(four_workers_run_2000_jobs_once_each),
        CONTRACT_TEST(a_key_put_again_while_it_runs_never_runs_beside_itself),
        CONTRACT_TEST(wait_wakes_when_a_job_is_put),
        CONTRACT_TEST(wait_wakes_when_it_is_poked),
        CONTRACT_TEST(wait_wakes_when_the_job_in_the_way_is_finished),
        CONTRACT_TEST(wait_wakes_when_a_claim_is_dropped),
        CONTRACT_TEST(wait_wakes_when_a_dead_job_is_redriven),
        CONTRACT_TEST(a_put_between_claim_and_wait_is_not_lost),
        CONTRACT_TEST(a_wait_for_no_kind_is_a_wait_for_anything),
        CONTRACT_TEST(a_poke_is_for_every_thread),
        CONTRACT_TEST(wait_for_jobs_gives_up_after_its_timeout),
    };
    return cmocka_run_group_tests_name("queue: threads", tests, NULL, NULL);
}

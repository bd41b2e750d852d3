/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What only this queue can get wrong: windows of the next jobs, counts kept in memory, and batches about one job that
 * share a transaction. Everything else is held by tests/contract and, job by job against the memory adapter, by
 * tests/contract/same_answers_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapter/sqlite/testing.h"

enum { SCORE = JOB_MASK(JOB_SCORE), MANY = 300 };

static enum rc commit_jobs(struct testing *testing, const struct store_job *jobs, size_t count,
                           const struct store_finish *finish)
{
    struct store_batch batch = {.jobs = jobs, .job_count = count, .now = TESTING_NOW};
    if (finish != NULL)
        batch.finish = *finish;
    return store_commit(testing->store, &batch);
}

static void put(struct testing *testing, enum store_job_op op, const char *key, int64_t run_at)
{
    struct store_job job = {.op = op, .kind = JOB_SCORE, .key = str_of(key), .run_at = run_at};
    assert_rc(commit_jobs(testing, &job, 1, NULL), RC_OK);
}

static struct job claim(struct testing *testing)
{
    struct job job = {0};
    assert_rc(testing->queue->vtable->claim(testing->queue, SCORE, INT64_MAX, &testing->arena, &job), RC_OK);
    return job;
}

static void nothing_to_claim(struct testing *testing)
{
    struct job job;
    assert_rc(testing->queue->vtable->claim(testing->queue, SCORE, INT64_MAX, &testing->arena, &job), RC_NOT_FOUND);
}

/* Jobs "k000".. with run_at 1000, 1001 .. in one commit. */
static void put_many(struct testing *testing)
{
    struct store_job jobs[MANY];
    for (int i = 0; i < MANY; i++)
        jobs[i] = (struct store_job){.op = STORE_JOB_SET,
                                     .kind = JOB_SCORE,
                                     .key = arena_printf(&testing->arena, "k%03d", i),
                                     .run_at = 1000 + i};
    assert_rc(commit_jobs(testing, jobs, MANY, NULL), RC_OK);
}

static void more_jobs_than_a_window_come_in_order(void **state)
{
    struct testing *testing = *state;
    put_many(testing);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(claim(testing).run_at, 1000 + i);
    nothing_to_claim(testing);
}

static void a_job_put_before_the_window_comes_first_and_one_behind_it_in_its_turn(void **state)
{
    struct testing *testing = *state;
    put_many(testing);
    assert_int_equal(claim(testing).run_at, 1000);
    put(testing, STORE_JOB_SET, "early", 1);
    put(testing, STORE_JOB_SET, "k200", 1500); /* was far behind the window, goes further back */
    put(testing, STORE_JOB_SET, "k002", 1600); /* was in the window */
    assert_true(str_equal(claim(testing).key, STR("early")));
    assert_int_equal(claim(testing).run_at, 1001);
    assert_int_equal(claim(testing).run_at, 1003);
    int64_t last = 0;
    for (int i = 0; i < MANY - 3; i++) {
        struct job job = claim(testing);
        assert_true(job.run_at >= last);
        last = job.run_at;
    }
    assert_int_equal(last, 1600);
    nothing_to_claim(testing);
}

static void a_job_claimed_through_one_mask_is_not_claimed_through_another(void **state)
{
    struct testing *testing = *state;
    struct queue *queue = testing->queue;
    struct job job;
    put(testing, STORE_JOB_SET, "c1", 1);
    put(testing, STORE_JOB_SET, "c2", 2);
    for (unsigned other = JOB_MASK(JOB_DUE); other <= JOB_MASK(JOB_SEND); other <<= 1) {
        int64_t run_at = 0; /* each mask has its window, filled while both jobs wait */
        assert_rc(queue->vtable->earliest(queue, SCORE | other, &run_at), RC_OK);
        assert_int_equal(run_at, 1);
    }
    assert_rc(queue->vtable->claim(queue, SCORE | JOB_MASK(JOB_DUE), 9, &testing->arena, &job), RC_OK);
    assert_true(str_equal(job.key, STR("c1")));
    assert_rc(queue->vtable->claim(queue, SCORE | JOB_MASK(JOB_SEND), 9, &testing->arena, &job), RC_OK);
    assert_true(str_equal(job.key, STR("c2")));
    assert_rc(queue->vtable->claim(queue, SCORE | JOB_MASK(JOB_ADMIT), 9, &testing->arena, &job), RC_NOT_FOUND);
}

static void counts_after_reopening_are_those_before(void **state)
{
    struct testing *testing = *state;
    struct queue_stats before, after;
    put_many(testing);
    for (int i = 0; i < 40; i++) {
        struct job job = claim(testing);
        struct store_finish finish = {.op = i % 2 == 0 ? STORE_FINISH_ACK : STORE_FINISH_BURY, .job = &job};
        assert_rc(commit_jobs(testing, NULL, 0, &finish), RC_OK);
    }
    assert_rc(testing->queue->vtable->stats(testing->queue, &before), RC_OK);
    assert_int_equal(before.waiting[JOB_SCORE], MANY - 40);
    assert_int_equal(before.dead[JOB_SCORE], 20);
    testing_close(testing);
    testing_open(testing);
    assert_rc(testing->queue->vtable->stats(testing->queue, &after), RC_OK);
    assert_memory_equal(&before, &after, sizeof(before));
}

/* --- batches that share a transaction ------------------------------------------------------------------------------ */
struct sharer {
    struct testing *testing;
    struct thread thread;
    struct store_job job;
    size_t job_count;
    struct store_finish finish;
    enum rc rc;
};

static void run_sharer(void *arg)
{
    struct sharer *sharer = arg;
    sharer->rc = commit_jobs(sharer->testing, &sharer->job, sharer->job_count, &sharer->finish);
}

/* Commits them in this order in one transaction. */
static void share(struct testing *testing, struct sharer *sharers, size_t count)
{
    struct testing_gate gate;
    testing_gate_shut(&gate, testing);
    for (size_t i = 0; i < count; i++) {
        sharers[i].testing = testing;
        thread_start(&sharers[i].thread, "sharer", run_sharer, &sharers[i]);
        while (testing_queued(&testing->backend->writer) <= i)
            sched_yield();
    }
    testing_gate_open(&gate);
    for (size_t i = 0; i < count; i++)
        thread_join(&sharers[i].thread);
}

static struct sharer sharer_put(enum store_job_op op, int64_t run_at)
{
    return (struct sharer){.job = {.op = op, .kind = JOB_SCORE, .key = STR("c1"), .run_at = run_at}, .job_count = 1};
}

static struct sharer sharer_finish(enum store_finish_op op, const struct job *job, int64_t run_at)
{
    return (struct sharer){.finish = {.op = op, .job = job, .run_at = run_at}};
}

static void a_put_behind_an_ack_waits_and_so_does_one_before_it(void **state)
{
    struct testing *testing = *state;
    for (int put_first = 0; put_first < 2; put_first++) {
        put(testing, STORE_JOB_SET, "c1", 1);
        struct job job = claim(testing);
        struct sharer sharers[2];
        sharers[put_first] = sharer_finish(STORE_FINISH_ACK, &job, 0);
        sharers[1 - put_first] = sharer_put(STORE_JOB_EARLIEST, 7);
        share(testing, sharers, 2);
        assert_rc(sharers[0].rc, RC_OK);
        assert_rc(sharers[1].rc, RC_OK);
        struct job next = claim(testing);
        assert_int_equal(next.run_at, 7);
        struct store_finish ack = {.op = STORE_FINISH_ACK, .job = &next};
        assert_rc(commit_jobs(testing, NULL, 0, &ack), RC_OK);
        nothing_to_claim(testing);
    }
}

static void a_job_is_finished_once_in_a_transaction(void **state)
{
    struct testing *testing = *state;
    put(testing, STORE_JOB_SET, "c1", 1);
    struct job job = claim(testing);
    struct sharer sharers[2] = {sharer_finish(STORE_FINISH_LATER, &job, 5), sharer_finish(STORE_FINISH_ACK, &job, 0)};
    share(testing, sharers, 2);
    assert_rc(sharers[0].rc, RC_OK);
    assert_rc(sharers[1].rc, RC_CONFLICT);
    assert_int_equal(claim(testing).run_at, 5);
}

static void a_cancel_behind_a_finish_cancels_what_waits_then(void **state)
{
    struct testing *testing = *state;
    put(testing, STORE_JOB_SET, "c1", 1);
    struct job job = claim(testing);
    struct sharer sharers[2] = {sharer_finish(STORE_FINISH_LATER, &job, 5), sharer_put(STORE_JOB_CANCEL, 0)};
    share(testing, sharers, 2);
    assert_rc(sharers[1].rc, RC_OK);
    nothing_to_claim(testing);
}

/* A crash must find the running job, though a newer put had taken its row and was cancelled since. */
static void a_cancel_of_a_newer_put_leaves_the_running_job_to_a_crash(void **state)
{
    struct testing *testing = *state;
    put(testing, STORE_JOB_SET, "c1", 1);
    struct job job = claim(testing);
    put(testing, STORE_JOB_SET, "c1", 9);
    put(testing, STORE_JOB_CANCEL, "c1", 0);
    testing_close(testing); /* the claim is lost as it is by a crash */
    testing_open(testing);
    struct job again = claim(testing);
    assert_int_equal(again.run_at, 1);
    assert_int_equal(again.generation, job.generation);
}

/* The row is gone when a cancel was committed at the very moment of the claim; made here behind the store's back. */
static void a_dropped_job_whose_row_is_gone_waits_again(void **state)
{
    struct testing *testing = *state;
    sqlite3 *handle = NULL;
    struct queue_stats stats;
    put(testing, STORE_JOB_SET, "c1", 1);
    struct job job = claim(testing);
    assert_int_equal(sqlite3_open(testing->file, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, "DELETE FROM job", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
    testing->queue->vtable->drop(testing->queue, &job);
    struct job again = claim(testing);
    assert_int_equal(again.generation, job.generation);
    testing->queue->vtable->drop(testing->queue, &again);
    testing_close(testing);
    testing_open(testing);
    assert_rc(testing->queue->vtable->stats(testing->queue, &stats), RC_OK);
    assert_int_equal(stats.waiting[JOB_SCORE], 1);
}

static void a_job_kind_of_a_later_version_is_left_alone(void **state)
{
    struct testing *testing = *state;
    sqlite3 *handle = NULL;
    testing_close(testing);
    assert_int_equal(sqlite3_open(testing->file, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle,
                                  "INSERT INTO job (kind, key, dead, run_at, attempts, generation, created_at) "
                                  "VALUES ('bake', 'cake', 0, 1, 0, 1, 0)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(handle);
    testing_open(testing);
    put(testing, STORE_JOB_SET, "c1", 1);
    assert_true(str_equal(claim(testing).key, STR("c1")));
    nothing_to_claim(testing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TESTING(more_jobs_than_a_window_come_in_order),
        TESTING(a_job_put_before_the_window_comes_first_and_one_behind_it_in_its_turn),
        TESTING(a_job_claimed_through_one_mask_is_not_claimed_through_another),
        TESTING(counts_after_reopening_are_those_before),
        TESTING(a_put_behind_an_ack_waits_and_so_does_one_before_it),
        TESTING(a_job_is_finished_once_in_a_transaction),
        TESTING(a_cancel_behind_a_finish_cancels_what_waits_then),
        TESTING(a_cancel_of_a_newer_put_leaves_the_running_job_to_a_crash),
        TESTING(a_dropped_job_whose_row_is_gone_waits_again),
        TESTING(a_job_kind_of_a_later_version_is_left_alone),
    };
    return cmocka_run_group_tests_name("sqlite queue", tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The writer: many batches in one commit, one failing among them, a disk that is full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "adapter/sqlite/testing.h"
#include "base/metrics.h"

enum { WRITERS = 40 };

/* One thread, one commit. */
struct committer {
    struct testing *testing;
    struct thread thread;
    struct setting setting;
    int64_t expect;
    bool durable;
    enum rc rc;
};

static void run_commit(void *arg)
{
    struct committer *committer = arg;
    struct store_write write = {
        .op = STORE_PUT, .kind = RECORD_SETTING, .record = &committer->setting, .expect = committer->expect};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = TESTING_NOW, .durable = committer->durable};
    committer->rc = store_commit(committer->testing->store, &batch);
}

/* Starts them all while the gate is shut, and opens it once every one has queued. */
static void commit_together(struct testing *testing, struct committer *committers, size_t count)
{
    struct testing_gate gate;
    testing_gate_shut(&gate, testing);
    for (size_t i = 0; i < count; i++) {
        committers[i].testing = testing;
        thread_start(&committers[i].thread, "committer", run_commit, &committers[i]);
    }
    while (testing_queued(&testing->backend->writer) < count)
        sched_yield();
    testing_gate_open(&gate);
    for (size_t i = 0; i < count; i++)
        thread_join(&committers[i].thread);
}

static void make(struct testing *testing, struct committer *committers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char id[32];
        snprintf(id, sizeof(id), "s%zu", i);
        committers[i] = (struct committer){.setting = testing_setting(testing, id, (int64_t)i), .durable = true};
    }
}

static void forty_writers_share_one_commit(void **state)
{
    struct testing *testing = *state;
    struct committer committers[WRITERS];
    int64_t metric_before = metrics_total("rekindle_store_commits_total");
    make(testing, committers, WRITERS);
    long long commits = atomic_load(&testing->backend->writer.commits);
    long long batches = atomic_load(&testing->backend->writer.batches);
    commit_together(testing, committers, WRITERS);
    assert_int_equal(atomic_load(&testing->backend->writer.commits) - commits, 2); /* the gate's own, and theirs */
    assert_int_equal(atomic_load(&testing->backend->writer.batches) - batches, 1 + WRITERS);
    assert_int_equal(metrics_total("rekindle_store_commits_total") - metric_before, 2);
    for (size_t i = 0; i < WRITERS; i++) {
        struct setting back;
        assert_rc(committers[i].rc, RC_OK);
        assert_rc(store_get(testing->store, RECORD_SETTING, committers[i].setting.id, &testing->arena, &back), RC_OK);
        assert_true(str_equal(back.value, committers[i].setting.value));
    }
}

static void a_batch_that_fails_takes_no_other_with_it(void **state)
{
    struct testing *testing = *state;
    struct committer committers[5];
    make(testing, committers, 5);
    committers[1].expect = 7;                   /* nothing is there */
    committers[3].setting.value = STR("{ no "); /* the schema's CHECK: a bug of ours */
    commit_together(testing, committers, 5);
    const enum rc expected[] = {RC_OK, RC_CONFLICT, RC_OK, RC_BUG, RC_OK};
    for (size_t i = 0; i < 5; i++) {
        struct setting back;
        assert_rc(committers[i].rc, expected[i]);
        assert_rc(store_get(testing->store, RECORD_SETTING, committers[i].setting.id, &testing->arena, &back),
                  expected[i] == RC_OK ? RC_OK : RC_NOT_FOUND);
    }
}

static void the_second_of_two_that_expect_the_same_version_conflicts(void **state)
{
    struct testing *testing = *state;
    struct committer committers[2];
    make(testing, committers, 2);
    committers[1].setting.id = committers[0].setting.id;
    commit_together(testing, committers, 2);
    assert_int_equal((committers[0].rc == RC_OK) + (committers[1].rc == RC_OK), 1);
    assert_int_equal((committers[0].rc == RC_CONFLICT) + (committers[1].rc == RC_CONFLICT), 1);
}

static void a_relaxed_group_does_not_wait_for_the_disk_and_a_durable_one_does(void **state)
{
    struct testing *testing = *state;
    struct committer committers[3];
    make(testing, committers, 3);
    for (size_t i = 0; i < 3; i++)
        committers[i].durable = false;
    commit_together(testing, committers, 3);
    assert_false(testing->backend->writer.durable);
    committers[1].durable = true;
    for (size_t i = 0; i < 3; i++)
        committers[i].expect = 1;
    commit_together(testing, committers, 3);
    assert_true(testing->backend->writer.durable);
}

/* --- a full disk ------------------------------------------------------------------------------------------------ */
static off_t size_of_log(const struct testing *testing)
{
    char path[112];
    struct stat info;
    snprintf(path, sizeof(path), "%s-wal", testing->file);
    assert_int_equal(stat(path, &info), 0);
    return info.st_size;
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Twenty settings and a job; the values are large enough that they cannot all be written. */
static enum rc commit_much(struct testing *testing, size_t value_bytes, char fill)
{
    struct setting settings[20];
    struct store_write writes[20];
    char *value = arena_new(&testing->arena, value_bytes + 2, 1);
    memset(value, fill, value_bytes);
    value[0] = value[value_bytes - 1] = '"';
    for (int i = 0; i < 20; i++) {
        char id[32];
        snprintf(id, sizeof(id), "much%d", i);
        settings[i] = testing_setting(testing, id, 0);
        settings[i].value = (struct str){value, value_bytes};
        writes[i] =
            (struct store_write){.op = STORE_PUT, .kind = RECORD_SETTING, .record = &settings[i], .expect = STORE_ANY};
    }
    struct store_job job = {.op = STORE_JOB_SET, .kind = JOB_SCORE, .key = STR("c1"), .run_at = 1};
    struct store_batch batch = {
        .writes = writes, .write_count = 20, .jobs = &job, .job_count = 1, .now = TESTING_NOW, .durable = true};
    return store_commit(testing->store, &batch);
}

static void nothing_of_it_is_there(struct testing *testing)
{
    for (int i = 0; i < 20; i++) {
        char id[32];
        struct setting back;
        snprintf(id, sizeof(id), "much%d", i);
        assert_rc(store_get(testing->store, RECORD_SETTING, str_of(id), &testing->arena, &back), RC_NOT_FOUND);
    }
    struct job job;
    struct queue_stats stats;
    assert_rc(testing->queue->vtable->claim(testing->queue, JOB_MASK(JOB_SCORE), 5, &testing->arena, &job),
              RC_NOT_FOUND);
    assert_rc(testing->queue->vtable->stats(testing->queue, &stats), RC_OK);
    assert_int_equal(stats.waiting[JOB_SCORE], 0);
}

static void a_full_disk_fails_the_commit_and_heals(void **state)
{
    struct testing *testing = *state;
    int64_t loose = 0;
    signal(SIGXFSZ, SIG_IGN);
    assert_rc(testing->store->vtable->check(testing->store), RC_OK);
    limit_files((rlim_t)size_of_log(testing) + 20000);
    assert_rc(commit_much(testing, 50000, 'a'), RC_IO);
    nothing_of_it_is_there(testing);
    limit_files(0);
    assert_rc(testing->store->vtable->check(testing->store), RC_IO);
    limit_files(RLIM_INFINITY);
    assert_rc(testing->store->vtable->check(testing->store), RC_OK);
    nothing_of_it_is_there(testing);
    assert_rc(commit_much(testing, 50000, 'a'), RC_OK);
    assert_rc(sqlite_verify(testing->backend, &loose), RC_OK);
    testing_close(testing);
    testing_open(testing);
    struct job job;
    assert_rc(testing->queue->vtable->claim(testing->queue, JOB_MASK(JOB_SCORE), 5, &testing->arena, &job), RC_OK);
}

/* The finish failed with its commit, so the claim goes on; it can be finished, or dropped, when the disk has room. */
static void a_claim_outlives_a_finish_the_disk_had_no_room_for(void **state)
{
    struct testing *testing = *state;
    struct queue *queue = testing->queue;
    struct job job, again;
    signal(SIGXFSZ, SIG_IGN);
    assert_rc(commit_much(testing, 10, 'a'), RC_OK);
    assert_rc(queue->vtable->claim(queue, JOB_MASK(JOB_SCORE), 5, &testing->arena, &job), RC_OK);
    struct store_batch ack = {.finish = {.op = STORE_FINISH_ACK, .job = &job}, .now = TESTING_NOW, .durable = true};
    limit_files(0);
    assert_rc(store_commit(testing->store, &ack), RC_IO);
    assert_rc(queue->vtable->claim(queue, JOB_MASK(JOB_SCORE), 5, &testing->arena, &again), RC_NOT_FOUND);
    queue->vtable->drop(queue, &job); /* writes nothing, so it works on the full disk */
    assert_rc(queue->vtable->claim(queue, JOB_MASK(JOB_SCORE), 5, &testing->arena, &again), RC_OK);
    assert_int_equal(again.generation, job.generation);
    limit_files(RLIM_INFINITY);
    assert_rc(store_commit(testing->store, &ack), RC_OK);
    assert_rc(queue->vtable->claim(queue, JOB_MASK(JOB_SCORE), 5, &testing->arena, &again), RC_NOT_FOUND);
}

static void a_long_log_is_moved_into_the_database(void **state)
{
    struct testing *testing = *state;
    struct stat info;
    for (int i = 0; i < 9; i++) /* 10 MB each in pages of 4 kB: over 20,000 pages */
        assert_rc(commit_much(testing, 500000, (char)('a' + i)), RC_OK);
    assert_rc(testing->store->vtable->check(testing->store), RC_OK); /* the checkpoint came before this was taken */
    assert_int_equal(stat(testing->file, &info), 0);
    assert_true(info.st_size > 9000000);
    assert_true(testing->backend->writer.wal_pages < 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TESTING(forty_writers_share_one_commit),
        TESTING(a_batch_that_fails_takes_no_other_with_it),
        TESTING(the_second_of_two_that_expect_the_same_version_conflicts),
        TESTING(a_relaxed_group_does_not_wait_for_the_disk_and_a_durable_one_does),
        TESTING(a_full_disk_fails_the_commit_and_heals),
        TESTING(a_claim_outlives_a_finish_the_disk_had_no_room_for),
        TESTING(a_long_log_is_moved_into_the_database),
    };
    return cmocka_run_group_tests_name("sqlite writer", tests, NULL, NULL);
}

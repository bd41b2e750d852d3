/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract of adapters that outlive the process: what was answered as durable is there after a reopen and after a
 * kill; what rode along is there as a prefix, never by halves. Skipped for adapters that keep nothing. A kill is a real
 * one: a child process opens the folder, commits, tells by a pipe how far it is, and gets SIGKILL. (A power cut cannot be
 * made here; the child's death proves order and wholeness, not that the disk was waited for.) */
#include "contract/contract.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEEDS_PERSISTENCE()       \
    do {                          \
        if (!contract_persists()) \
            skip();               \
    } while (0)

static void reopen(struct contract *contract)
{
    contract_close(contract);
    contract_open(contract);
}

static void records_outlive_a_reopen(void **state)
{
    struct contract *contract = *state;
    NEEDS_PERSISTENCE();
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        assert_rc(contract_put(contract, kind, contract_full(contract, kind, 1), STORE_ABSENT), RC_OK);
        assert_rc(contract_put(contract, kind, contract_full(contract, kind, 1), 1), RC_OK);
        assert_rc(contract_put(contract, kind, contract_full(contract, kind, 2), STORE_ABSENT), RC_OK);
        assert_rc(contract_delete(contract, kind, STR("k000002"), 1), RC_OK);
    }
    reopen(contract);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const void *record = contract_get(contract, kind, STR("k000001"));
        assert_non_null(record);
        assert_true(record_equal(kind, record, contract_full(contract, kind, 1)));
        assert_int_equal(record_version(kind, record), 2);
        assert_null(contract_get(contract, kind, STR("k000002")));
    }
}

static void relaxed_commits_outlive_a_reopen(void **state)
{
    struct contract *contract = *state;
    NEEDS_PERSISTENCE();
    for (int i = 0; i < 100; i++) {
        struct store_write write = {.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("n"), .add = 1};
        const struct store_batch batch = {.writes = &write, .write_count = 1, .now = CONTRACT_NOW, .durable = false};
        assert_rc(store_commit(contract->store, &batch), RC_OK);
    }
    reopen(contract);
    assert_int_equal(contract_counter(contract, "n"), 100);
}

static void changes_outlive_a_reopen_and_their_numbers_go_on(void **state)
{
    struct contract *contract = *state;
    NEEDS_PERSISTENCE();
    size_t count = 0;
    for (int i = 0; i < 3; i++)
        contract_put(contract, RECORD_CLIENT, contract_full(contract, RECORD_CLIENT, i), STORE_ABSENT);
    int64_t head = contract_head(contract);
    reopen(contract);
    const struct change *changes = contract_changes(contract, 0, &count);
    assert_int_equal(count, 3);
    assert_false(str_is_none(changes[2].new_image));
    assert_int_equal(contract_head(contract), head);
    assert_rc(contract->feed->vtable->trim(contract->feed, head, INT64_MAX), RC_OK);
    reopen(contract);
    contract_changes(contract, 0, &count);
    assert_int_equal(count, 0);
    assert_int_equal(contract_head(contract), head);
    contract_put(contract, RECORD_CLIENT, contract_full(contract, RECORD_CLIENT, 1), STORE_ANY);
    assert_true(contract_head(contract) > head);
}

static void jobs_outlive_a_reopen(void **state)
{
    struct contract *contract = *state;
    NEEDS_PERSISTENCE();
    struct queue_list list;
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 1);
    struct job job = contract_must_claim(contract, 10, JOB_SEND, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_BURY, &job, 0, "550"), RC_OK);
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e2", 2);
    job = contract_must_claim(contract, 10, JOB_SEND, "e2");
    assert_rc(contract_finish(contract, STORE_FINISH_RETRY, &job, 700, "451"), RC_OK);
    reopen(contract);
    assert_rc(contract->queue->vtable->list(contract->queue, true, JOB_KINDS, 10, STR_NONE, &contract->arena, &list),
              RC_OK);
    assert_int_equal(list.count, 1);
    assert_str(list.items[0].key, "e1");
    assert_str(list.items[0].reason, "550");
    assert_rc(contract_claim(contract, CONTRACT_ALL, 699, &job), RC_NOT_FOUND);
    job = contract_must_claim(contract, 700, JOB_SEND, "e2");
    assert_int_equal(job.attempts, 1);
    assert_str(job.reason, "451");
    assert_int_equal(job.created_at, CONTRACT_NOW);
}

static void a_claim_does_not_outlive_a_reopen(void **state)
{
    struct contract *contract = *state;
    NEEDS_PERSISTENCE();
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 1);
    struct job before = contract_must_claim(contract, 10, JOB_SEND, "e1");
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c1", 2);
    contract_must_claim(contract, 10, JOB_DUE, "c1");
    contract_job(contract, STORE_JOB_CANCEL, JOB_DUE, "c1", 0); /* it runs on, so a restart runs it again */
    reopen(contract);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &before, 0, NULL), RC_CONFLICT);
    struct job job = contract_must_claim(contract, 10, JOB_SEND, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    contract_must_claim(contract, 10, JOB_DUE, "c1");
}

static void a_generation_does_not_come_back_after_a_reopen(void **state)
{
    struct contract *contract = *state;
    NEEDS_PERSISTENCE();
    int64_t last = 0;
    for (int i = 0; i < 3; i++) {
        contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 1);
        struct job job = contract_must_claim(contract, 10, JOB_SEND, "e1");
        assert_true(job.generation > last);
        last = job.generation;
        assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
        reopen(contract);
    }
}

/* One commit of the child: two counters, a record and its change, a job; all or none. */
static enum rc commit_step(struct contract *contract, int number, bool durable)
{
    const struct store_write writes[] = {
        {.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("left"), .add = 1},
        {.op = STORE_PUT, .kind = RECORD_CLIENT, .record = contract_full(contract, RECORD_CLIENT, number), .expect = 0},
        {.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("right"), .add = 1}};
    const struct store_job job = {
        .op = STORE_JOB_SET, .kind = JOB_SCORE, .key = contract_key(contract, number), .run_at = number};
    const struct store_batch batch = {
        .writes = writes, .write_count = 3, .jobs = &job, .job_count = 1, .now = CONTRACT_NOW, .durable = durable};
    return store_commit(contract->store, &batch);
}

/* The child: commits until it is killed and writes one byte for each answer it got. Never returns. */
static void commit_until_killed(struct contract *contract, int answers, bool durable)
{
    contract_open(contract);
    for (int number = 0;; number++) {
        if (commit_step(contract, number, durable) != RC_OK)
            _exit(3);
        if (write(answers, ".", 1) != 1)
            _exit(4);
        arena_clear(&contract->arena);
    }
}

/* Kills a child once it has had `enough` answers; returns how many it had by its end. */
static int kill_after(struct contract *contract, int enough, bool durable)
{
    int pipes[2], status = 0, answered = 0;
    char byte;
    contract_close(contract);
    fflush(NULL);
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(pipes[0]);
        commit_until_killed(contract, pipes[1], durable);
    }
    close(pipes[1]);
    while (answered < enough && read(pipes[0], &byte, 1) == 1)
        answered++;
    kill(child, SIGKILL);
    while (read(pipes[0], &byte, 1) == 1)
        answered++;
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    contract_open(contract);
    return answered;
}

/* What is there is whole and without a gap: the commits 0..n-1 and nothing of any other. Returns n. */
static int64_t assert_whole_prefix(struct contract *contract)
{
    int64_t count = contract_counter(contract, "left");
    size_t changes = 0;
    struct job job;
    assert_int_equal(contract_counter(contract, "right"), count);
    for (int64_t number = 0; number < count; number++) {
        assert_int_equal(contract_version(contract, RECORD_CLIENT, contract_key(contract, (int)number)), 1);
        struct str key = contract_key(contract, (int)number);
        contract_must_claim(contract, INT64_MAX, JOB_SCORE, key.ptr);
    }
    assert_null(contract_get(contract, RECORD_CLIENT, contract_key(contract, (int)count)));
    assert_rc(contract_claim(contract, CONTRACT_ALL, INT64_MAX, &job), RC_NOT_FOUND);
    contract_changes(contract, 0, &changes);
    assert_int_equal(changes, count);
    return count;
}

static void durable_commits_that_were_answered_outlive_a_kill(void **state)
{
    struct contract *contract = *state;
    NEEDS_PERSISTENCE();
    int answered = kill_after(contract, 25, true);
    int64_t count = assert_whole_prefix(contract);
    assert_true(answered >= 25);
    assert_true(count >= answered);
}

static void relaxed_commits_are_whole_and_in_order_after_a_kill(void **state)
{
    struct contract *contract = *state;
    NEEDS_PERSISTENCE();
    kill_after(contract, 300, false);
    assert_whole_prefix(contract);
}

int durable_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(records_outlive_a_reopen),
        CONTRACT_TEST(relaxed_commits_outlive_a_reopen),
        CONTRACT_TEST(changes_outlive_a_reopen_and_their_numbers_go_on),
        CONTRACT_TEST(jobs_outlive_a_reopen),
        CONTRACT_TEST(a_claim_does_not_outlive_a_reopen),
        CONTRACT_TEST(a_generation_does_not_come_back_after_a_reopen),
        CONTRACT_TEST(durable_commits_that_were_answered_outlive_a_kill),
        CONTRACT_TEST(relaxed_commits_are_whole_and_in_order_after_a_kill),
    };
    return cmocka_run_group_tests_name("durable", tests, NULL, NULL);
}

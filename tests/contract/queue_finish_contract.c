/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract of finishing: what becomes of a claimed job, and of whatever was put while it ran. */
#include "contract/contract.h"

/* A job of the key that runs now. */
static struct job start(struct contract *contract, const char *key)
{
    contract_job(contract, STORE_JOB_SET, JOB_SEND, key, 1);
    return contract_must_claim(contract, 10, JOB_SEND, key);
}

static void assert_idle(struct contract *contract)
{
    struct job job;
    assert_rc(contract_claim(contract, CONTRACT_ALL, INT64_MAX, &job), RC_NOT_FOUND);
}

static int64_t running(struct contract *contract)
{
    int64_t count = -1;
    assert_rc(contract->queue->vtable->running(contract->queue, &count), RC_OK);
    return count;
}

static void ack_ends_the_job(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    assert_int_equal(running(contract), 1);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    assert_int_equal(running(contract), 0);
    assert_idle(contract);
}

static void later_runs_again_with_the_same_attempts(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1"), none;
    assert_rc(contract_finish(contract, STORE_FINISH_LATER, &job, 50, NULL), RC_OK);
    assert_rc(contract_claim(contract, CONTRACT_ALL, 49, &none), RC_NOT_FOUND);
    job = contract_must_claim(contract, 50, JOB_SEND, "e1");
    assert_int_equal(job.attempts, 0);
    assert_int_equal(job.run_at, 50);
}

static void retry_counts_the_attempt_and_keeps_the_reason(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1"), none;
    for (int attempt = 1; attempt <= 4; attempt++) {
        struct str reason = arena_printf(&contract->arena, "451 try %d", attempt);
        assert_rc(contract_finish(contract, STORE_FINISH_RETRY, &job, 100 * attempt, reason.ptr), RC_OK);
        assert_rc(contract_claim(contract, CONTRACT_ALL, 100 * attempt - 1, &none), RC_NOT_FOUND);
        job = contract_must_claim(contract, 100 * attempt, JOB_SEND, "e1");
        assert_int_equal(job.attempts, attempt);
        assert_true(str_equal(job.reason, reason));
        assert_int_equal(job.created_at, CONTRACT_NOW);
    }
}

static void later_after_retries_keeps_their_count(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_RETRY, &job, 20, "451"), RC_OK);
    job = contract_must_claim(contract, 20, JOB_SEND, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_LATER, &job, 30, NULL), RC_OK);
    job = contract_must_claim(contract, 30, JOB_SEND, "e1");
    assert_int_equal(job.attempts, 1);
}

static void a_buried_job_runs_no_more(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_BURY, &job, 0, "refused"), RC_OK);
    assert_int_equal(running(contract), 0);
    assert_idle(contract);
}

static void a_put_while_the_job_runs_waits_until_it_is_finished(void **state)
{
    struct contract *contract = *state;
    const enum store_finish_op ops[] = {STORE_FINISH_ACK, STORE_FINISH_BURY};
    for (int i = 0; i < 2; i++) {
        struct job job = start(contract, "e1");
        contract_job(contract, STORE_JOB_EARLIEST, JOB_SEND, "e1", 5);
        assert_idle(contract);
        assert_rc(contract_finish(contract, ops[i], &job, 0, "x"), RC_OK);
        struct job next = contract_must_claim(contract, 10, JOB_SEND, "e1");
        assert_true(next.generation > job.generation);
        assert_int_equal(next.attempts, 0);
        assert_rc(contract_finish(contract, STORE_FINISH_ACK, &next, 0, NULL), RC_OK);
        assert_idle(contract);
    }
}

static void many_puts_while_the_job_runs_are_one_waiting_job(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    contract_job(contract, STORE_JOB_EARLIEST, JOB_SEND, "e1", 70);
    contract_job(contract, STORE_JOB_EARLIEST, JOB_SEND, "e1", 60);
    contract_job(contract, STORE_JOB_EARLIEST, JOB_SEND, "e1", 80);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    job = contract_must_claim(contract, 60, JOB_SEND, "e1"); /* the running one's own 1 plays no part */
    assert_int_equal(job.run_at, 60);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    assert_idle(contract);
}

static void a_newer_put_wins_over_later_and_retry(void **state)
{
    struct contract *contract = *state;
    const enum store_finish_op ops[] = {STORE_FINISH_LATER, STORE_FINISH_RETRY};
    for (int i = 0; i < 2; i++) {
        struct job job = start(contract, "e1"), none;
        contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 300);
        assert_rc(contract_finish(contract, ops[i], &job, 100, "451"), RC_OK);
        assert_rc(contract_claim(contract, CONTRACT_ALL, 299, &none), RC_NOT_FOUND);
        job = contract_must_claim(contract, 300, JOB_SEND, "e1");
        assert_int_equal(job.attempts, 0);
        assert_true(str_is_none(job.reason));
        assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
        assert_idle(contract);
    }
}

static void a_put_makes_a_job_that_waits_for_a_retry_fresh(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_RETRY, &job, 500, "451"), RC_OK);
    contract_job(contract, STORE_JOB_EARLIEST, JOB_SEND, "e1", 50);
    job = contract_must_claim(contract, 50, JOB_SEND, "e1");
    assert_int_equal(job.attempts, 0);
    assert_true(str_is_none(job.reason));
}

/* Puts the job's own (kind, key) again and finishes it in one commit, as a step that re-arms its timer does. */
static enum rc rearm(struct contract *contract, const struct job *job, int64_t run_at, enum store_finish_op op)
{
    const struct store_job put = {.op = STORE_JOB_SET, .kind = job->kind, .key = job->key, .run_at = run_at};
    const struct store_batch batch = {
        .jobs = &put, .job_count = 1, .finish = {.op = op, .job = job}, .now = CONTRACT_NOW, .durable = true};
    return store_commit(contract->store, &batch);
}

static void a_step_can_put_its_own_job_again_as_it_finishes_it(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1"), none;
    assert_rc(rearm(contract, &job, 700, STORE_FINISH_ACK), RC_OK);
    assert_int_equal(running(contract), 0);
    assert_rc(contract_claim(contract, CONTRACT_ALL, 699, &none), RC_NOT_FOUND);
    job = contract_must_claim(contract, 700, JOB_SEND, "e1");
    assert_rc(rearm(contract, &job, 800, STORE_FINISH_BURY), RC_OK);
    contract_must_claim(contract, 800, JOB_SEND, "e1");
}

static void a_commit_that_does_not_finish_keeps_the_claim(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    contract_put(contract, RECORD_SETTING, contract_bare(contract, RECORD_SETTING, "intent"), STORE_ANY);
    assert_int_equal(running(contract), 1);
    assert_idle(contract);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
}

static void cancel_leaves_the_running_job_alone(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    contract_job(contract, STORE_JOB_CANCEL, JOB_SEND, "e1", 0);
    assert_int_equal(running(contract), 1);
    assert_rc(contract_finish(contract, STORE_FINISH_RETRY, &job, 20, "451"), RC_OK);
    job = contract_must_claim(contract, 20, JOB_SEND, "e1");
    assert_int_equal(job.attempts, 1);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    assert_idle(contract);
}

static void cancel_takes_away_what_was_put_while_the_job_runs(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 5);
    contract_job(contract, STORE_JOB_CANCEL, JOB_SEND, "e1", 0);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    assert_idle(contract);
}

static void an_ack_never_takes_a_job_put_after_a_cancel(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    contract_job(contract, STORE_JOB_CANCEL, JOB_SEND, "e1", 0);
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 5);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    contract_must_claim(contract, 10, JOB_SEND, "e1");
}

static void a_job_is_finished_once(void **state)
{
    struct contract *contract = *state;
    const enum store_finish_op ops[] = {STORE_FINISH_ACK, STORE_FINISH_LATER, STORE_FINISH_RETRY, STORE_FINISH_BURY};
    struct job job = start(contract, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    for (int i = 0; i < 4; i++)
        assert_rc(contract_finish(contract, ops[i], &job, 5, "late"), RC_CONFLICT);
    assert_idle(contract);
    struct job next = start(contract, "e1"); /* an old claim does not finish a new one either */
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_CONFLICT);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &next, 0, NULL), RC_OK);
}

static void a_finish_without_a_claim_writes_nothing(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    struct store_write write = {.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("n"), .add = 1};
    const struct store_batch batch = {
        .writes = &write, .write_count = 1, .finish = {.op = STORE_FINISH_ACK, .job = &job}, .durable = true};
    assert_rc(store_commit(contract->store, &batch), RC_CONFLICT);
    assert_int_equal(contract_counter(contract, "n"), 0);
}

static void a_dropped_job_waits_again_as_it_was_claimed(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_RETRY, &job, 20, "451"), RC_OK);
    job = contract_must_claim(contract, 25, JOB_SEND, "e1");
    contract->queue->vtable->drop(contract->queue, &job);
    assert_int_equal(running(contract), 0);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_CONFLICT);
    job = contract_must_claim(contract, 25, JOB_SEND, "e1");
    assert_int_equal(job.attempts, 1);
    assert_int_equal(job.run_at, 20);
    assert_str(job.reason, "451");
}

static void a_dropped_job_gives_way_to_a_newer_put(void **state)
{
    struct contract *contract = *state;
    struct job job = start(contract, "e1"), none;
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 90);
    contract->queue->vtable->drop(contract->queue, &job);
    assert_rc(contract_claim(contract, CONTRACT_ALL, 89, &none), RC_NOT_FOUND);
    job = contract_must_claim(contract, 90, JOB_SEND, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    assert_idle(contract);
}

/* --- dead letters --- */

static void bury(struct contract *contract, const char *key, const char *reason)
{
    struct job job = start(contract, key);
    assert_rc(contract_finish(contract, STORE_FINISH_BURY, &job, 0, reason), RC_OK);
}

static size_t dead(struct contract *contract, struct job *first)
{
    struct queue_list list;
    assert_rc(contract->queue->vtable->list(contract->queue, true, JOB_KINDS, 200, STR_NONE, &contract->arena, &list),
              RC_OK);
    if (list.count > 0)
        *first = list.items[0];
    return list.count;
}

static enum rc redrive(struct contract *contract, const char *key, int64_t now)
{
    return contract->queue->vtable->redrive(contract->queue, JOB_SEND, str_of(key), now);
}

static void a_dead_job_lies_beside_a_waiting_one(void **state)
{
    struct contract *contract = *state;
    struct job letter;
    bury(contract, "e1", "first");
    struct job job = start(contract, "e1");
    assert_int_equal(dead(contract, &letter), 1);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    assert_int_equal(dead(contract, &letter), 1);
    assert_str(letter.reason, "first");
}

static void cancel_does_not_touch_a_dead_job(void **state)
{
    struct contract *contract = *state;
    struct job letter;
    bury(contract, "e1", "first");
    contract_job(contract, STORE_JOB_CANCEL, JOB_SEND, "e1", 0);
    assert_int_equal(dead(contract, &letter), 1);
}

static void a_second_dead_job_takes_the_place_of_the_first(void **state)
{
    struct contract *contract = *state;
    struct job letter;
    bury(contract, "e1", "first");
    bury(contract, "e1", "second");
    assert_int_equal(dead(contract, &letter), 1);
    assert_str(letter.reason, "second");
}

static void a_redriven_job_runs_again_with_no_attempts(void **state)
{
    struct contract *contract = *state;
    struct job letter, none, job = start(contract, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_RETRY, &job, 5, "451"), RC_OK);
    job = contract_must_claim(contract, 10, JOB_SEND, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_BURY, &job, 0, "550"), RC_OK);
    assert_rc(redrive(contract, "e1", 40), RC_OK);
    assert_int_equal(dead(contract, &letter), 0);
    assert_rc(contract_claim(contract, CONTRACT_ALL, 39, &none), RC_NOT_FOUND);
    job = contract_must_claim(contract, 40, JOB_SEND, "e1");
    assert_int_equal(job.attempts, 0);
    assert_false(job.dead);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    assert_idle(contract);
}

static void a_redriven_job_merges_with_a_waiting_one(void **state)
{
    struct contract *contract = *state;
    struct job letter, job;
    const int64_t waits[] = {100, 20}, runs[] = {40, 20};
    for (int i = 0; i < 2; i++) {
        bury(contract, "e1", "550");
        contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", waits[i]);
        assert_rc(redrive(contract, "e1", 40), RC_OK);
        job = contract_must_claim(contract, 1000, JOB_SEND, "e1");
        assert_int_equal(job.run_at, runs[i]);
        assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
        assert_int_equal(dead(contract, &letter), 0);
        assert_idle(contract);
    }
}

static void a_redriven_job_waits_beside_a_running_one(void **state)
{
    struct contract *contract = *state;
    bury(contract, "e1", "550");
    struct job job = start(contract, "e1");
    assert_rc(redrive(contract, "e1", 40), RC_OK);
    assert_idle(contract);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    contract_must_claim(contract, 40, JOB_SEND, "e1");
}

static void a_dismissed_job_is_gone(void **state)
{
    struct contract *contract = *state;
    struct job letter;
    bury(contract, "e1", "550");
    bury(contract, "e2", "551");
    assert_rc(contract->queue->vtable->dismiss(contract->queue, JOB_SEND, STR("e1")), RC_OK);
    assert_int_equal(dead(contract, &letter), 1);
    assert_str(letter.key, "e2");
    assert_idle(contract);
}

static void only_a_dead_job_can_be_redriven_or_dismissed(void **state)
{
    struct contract *contract = *state;
    assert_rc(redrive(contract, "e1", 1), RC_NOT_FOUND);
    assert_rc(contract->queue->vtable->dismiss(contract->queue, JOB_SEND, STR("e1")), RC_NOT_FOUND);
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 1);
    assert_rc(redrive(contract, "e1", 1), RC_NOT_FOUND);
    assert_rc(contract->queue->vtable->dismiss(contract->queue, JOB_SEND, STR("e1")), RC_NOT_FOUND);
    contract_must_claim(contract, 10, JOB_SEND, "e1");
    assert_rc(redrive(contract, "e1", 1), RC_NOT_FOUND);
}

int queue_finish_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(ack_ends_the_job),
        CONTRACT_TEST(later_runs_again_with_the_same_attempts),
        CONTRACT_TEST(retry_counts_the_attempt_and_keeps_the_reason),
        CONTRACT_TEST(later_after_retries_keeps_their_count),
        CONTRACT_TEST(a_buried_job_runs_no_more),
        CONTRACT_TEST(a_put_while_the_job_runs_waits_until_it_is_finished),
        CONTRACT_TEST(many_puts_while_the_job_runs_are_one_waiting_job),
        CONTRACT_TEST(a_newer_put_wins_over_later_and_retry),
        CONTRACT_TEST(a_put_makes_a_job_that_waits_for_a_retry_fresh),
        CONTRACT_TEST(a_step_can_put_its_own_job_again_as_it_finishes_it),
        CONTRACT_TEST(a_commit_that_does_not_finish_keeps_the_claim),
        CONTRACT_TEST(cancel_leaves_the_running_job_alone),
        CONTRACT_TEST(cancel_takes_away_what_was_put_while_the_job_runs),
        CONTRACT_TEST(an_ack_never_takes_a_job_put_after_a_cancel),
        CONTRACT_TEST(a_job_is_finished_once),
        CONTRACT_TEST(a_finish_without_a_claim_writes_nothing),
        CONTRACT_TEST(a_dropped_job_waits_again_as_it_was_claimed),
        CONTRACT_TEST(a_dropped_job_gives_way_to_a_newer_put),
        CONTRACT_TEST(a_dead_job_lies_beside_a_waiting_one),
        CONTRACT_TEST(cancel_does_not_touch_a_dead_job),
        CONTRACT_TEST(a_second_dead_job_takes_the_place_of_the_first),
        CONTRACT_TEST(a_redriven_job_runs_again_with_no_attempts),
        CONTRACT_TEST(a_redriven_job_merges_with_a_waiting_one),
        CONTRACT_TEST(a_redriven_job_waits_beside_a_running_one),
        CONTRACT_TEST(a_dismissed_job_is_gone),
        CONTRACT_TEST(only_a_dead_job_can_be_redriven_or_dismissed),
    };
    return cmocka_run_group_tests_name("queue: finishing", tests, NULL, NULL);
}

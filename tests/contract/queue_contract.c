/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract of waiting jobs: putting, moving and cancelling them, and which one a claim gets. */
#include "contract/contract.h"

static void nothing_is_claimed_from_an_empty_queue(void **state)
{
    struct contract *contract = *state;
    struct job job;
    int64_t run_at = 7;
    assert_rc(contract_claim(contract, CONTRACT_ALL, CONTRACT_NOW, &job), RC_NOT_FOUND);
    assert_rc(contract->queue->vtable->earliest(contract->queue, CONTRACT_ALL, &run_at), RC_NOT_FOUND);
}

static void a_claimed_job_is_as_it_was_put(void **state)
{
    struct contract *contract = *state;
    contract_job(contract, STORE_JOB_SET, JOB_DRAFT, "c1~o1", 500);
    struct job job = contract_must_claim(contract, 600, JOB_DRAFT, "c1~o1");
    assert_int_equal(job.run_at, 500);
    assert_int_equal(job.attempts, 0);
    assert_int_equal(job.created_at, CONTRACT_NOW);
    assert_false(job.dead);
    assert_true(str_is_none(job.reason));
}

static void the_earliest_job_is_claimed_first(void **state)
{
    struct contract *contract = *state;
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c3", 30);
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c1", 10);
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "c4", 40);
    contract_job(contract, STORE_JOB_EARLIEST, JOB_DRAFT, "c2", 20);
    contract_job(contract, STORE_JOB_EARLIEST, JOB_DRAFT, "c0", -20);
    contract_must_claim(contract, 100, JOB_DRAFT, "c0");
    contract_must_claim(contract, 100, JOB_SCORE, "c1");
    contract_must_claim(contract, 100, JOB_DRAFT, "c2");
    contract_must_claim(contract, 100, JOB_DUE, "c3");
    contract_must_claim(contract, 100, JOB_SEND, "c4");
}

static void a_timer_is_not_claimed_before_its_time(void **state)
{
    struct contract *contract = *state;
    struct job job;
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c1", CONTRACT_NOW);
    assert_rc(contract_claim(contract, CONTRACT_ALL, CONTRACT_NOW - 1, &job), RC_NOT_FOUND);
    contract_must_claim(contract, CONTRACT_NOW, JOB_DUE, "c1");
}

static void a_claim_takes_only_kinds_of_its_mask(void **state)
{
    struct contract *contract = *state;
    struct job job;
    for (int kind = 0; kind < JOB_KINDS; kind++)
        contract_job(contract, STORE_JOB_SET, kind, "k", kind);
    assert_rc(contract_claim(contract, 0, 100, &job), RC_NOT_FOUND);
    for (int kind = JOB_KINDS - 1; kind >= 0; kind--) {
        assert_rc(contract_claim(contract, JOB_MASK(kind), 100, &job), RC_OK);
        assert_int_equal(job.kind, kind);
        assert_rc(contract_claim(contract, JOB_MASK(kind), 100, &job), RC_NOT_FOUND);
    }
}

static void kinds_do_not_share_their_keys(void **state)
{
    struct contract *contract = *state;
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c1", 1);
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c1", 2);
    contract_job(contract, STORE_JOB_CANCEL, JOB_OUTCOME, "c1", 0);
    contract_must_claim(contract, 5, JOB_SCORE, "c1");
    contract_must_claim(contract, 5, JOB_DUE, "c1"); /* runs beside the other: they are two jobs */
}

static void a_claimed_job_is_not_claimed_again(void **state)
{
    struct contract *contract = *state;
    struct job job;
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c1", 1);
    contract_must_claim(contract, 5, JOB_SCORE, "c1");
    assert_rc(contract_claim(contract, CONTRACT_ALL, 5, &job), RC_NOT_FOUND);
}

static void claimed_texts_live_in_the_callers_arena(void **state)
{
    struct contract *contract = *state;
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "client-one", 1);
    struct job job = contract_must_claim(contract, 5, JOB_SCORE, "client-one");
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "client-two", 1);
    assert_str(job.key, "client-one");
}

static int64_t earliest(struct contract *contract)
{
    int64_t run_at = -1;
    assert_rc(contract->queue->vtable->earliest(contract->queue, CONTRACT_ALL, &run_at), RC_OK);
    return run_at;
}

static void set_moves_a_waiting_job_both_ways(void **state)
{
    struct contract *contract = *state;
    struct job job;
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c1", 100);
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c1", 300);
    assert_int_equal(earliest(contract), 300);
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c1", 50);
    assert_int_equal(earliest(contract), 50);
    contract_must_claim(contract, 1000, JOB_DUE, "c1");
    assert_rc(contract_claim(contract, CONTRACT_ALL, 1000, &job), RC_NOT_FOUND); /* there was one all the time */
}

static void earliest_moves_a_waiting_job_only_forward(void **state)
{
    struct contract *contract = *state;
    struct job job;
    contract_job(contract, STORE_JOB_EARLIEST, JOB_SCORE, "c1", 100);
    contract_job(contract, STORE_JOB_EARLIEST, JOB_SCORE, "c1", 300);
    assert_int_equal(earliest(contract), 100);
    contract_job(contract, STORE_JOB_EARLIEST, JOB_SCORE, "c1", 50);
    assert_int_equal(earliest(contract), 50);
    contract_must_claim(contract, 1000, JOB_SCORE, "c1");
    assert_rc(contract_claim(contract, CONTRACT_ALL, 1000, &job), RC_NOT_FOUND);
}

static void a_batch_may_put_many_jobs(void **state)
{
    struct contract *contract = *state;
    struct store_job jobs[100];
    for (int i = 0; i < 100; i++)
        jobs[i] = (struct store_job){
            .op = STORE_JOB_EARLIEST, .kind = JOB_SCORE, .key = contract_key(contract, i), .run_at = 100 - i};
    const struct store_batch batch = {.jobs = jobs, .job_count = 100, .now = CONTRACT_NOW};
    assert_rc(store_commit(contract->store, &batch), RC_OK);
    for (int i = 99; i >= 0; i--) {
        struct job job;
        assert_rc(contract_claim(contract, CONTRACT_ALL, 1000, &job), RC_OK);
        assert_true(str_equal(job.key, contract_key(contract, i)));
    }
}

static void cancel_takes_the_waiting_job_away(void **state)
{
    struct contract *contract = *state;
    struct job job;
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c1", 1);
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c2", 2);
    contract_job(contract, STORE_JOB_CANCEL, JOB_DUE, "c1", 0);
    contract_job(contract, STORE_JOB_CANCEL, JOB_DUE, "nobody", 0);
    contract_must_claim(contract, 10, JOB_DUE, "c2");
    assert_rc(contract_claim(contract, CONTRACT_ALL, 10, &job), RC_NOT_FOUND);
}

static void each_put_has_a_greater_generation(void **state)
{
    struct contract *contract = *state;
    int64_t last = 0;
    for (int i = 0; i < 5; i++) {
        contract_job(contract, i % 2 == 0 ? STORE_JOB_SET : STORE_JOB_EARLIEST, JOB_SCORE, "c1", 1);
        struct job job = contract_must_claim(contract, 10, JOB_SCORE, "c1");
        assert_true(job.generation > last);
        last = job.generation;
        assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    }
}

static void earliest_is_the_smallest_instant_of_the_mask(void **state)
{
    struct contract *contract = *state;
    int64_t run_at = -1;
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c1", 300);
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c1", 200);
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 100);
    assert_int_equal(earliest(contract), 100);
    assert_rc(contract->queue->vtable->earliest(contract->queue, JOB_MASK(JOB_DUE) | JOB_MASK(JOB_SCORE), &run_at),
              RC_OK);
    assert_int_equal(run_at, 200);
    assert_rc(contract->queue->vtable->earliest(contract->queue, JOB_MASK(JOB_TIDY), &run_at), RC_NOT_FOUND);
}

static void earliest_does_not_count_what_runs_or_waits_for_it(void **state)
{
    struct contract *contract = *state;
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c1", 10);
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c2", 20);
    struct job job = contract_must_claim(contract, 15, JOB_SCORE, "c1");
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c1", 5); /* cannot run before the claim ends */
    assert_int_equal(earliest(contract), 20);
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &job, 0, NULL), RC_OK);
    assert_int_equal(earliest(contract), 5);
}

static void stats_count_each_kind_and_state(void **state)
{
    struct contract *contract = *state;
    struct queue_stats stats;
    struct job job = {0};
    int64_t running = -1;
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c1", 1);
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c2", 2);
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c3", INT64_MAX);
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 0);
    job = contract_must_claim(contract, 10, JOB_SEND, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_BURY, &job, 0, "refused"), RC_OK);
    contract_must_claim(contract, 10, JOB_SCORE, "c1");
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c1", 1); /* beside the running one, yet one (kind, key) */
    assert_rc(contract->queue->vtable->stats(contract->queue, &stats), RC_OK);
    for (int kind = 0; kind < JOB_KINDS; kind++) {
        assert_int_equal(stats.waiting[kind], kind == JOB_SCORE ? 2 : kind == JOB_DUE ? 1 : 0);
        assert_int_equal(stats.running[kind], kind == JOB_SCORE ? 1 : 0);
        assert_int_equal(stats.dead[kind], kind == JOB_SEND ? 1 : 0);
    }
    assert_rc(contract->queue->vtable->running(contract->queue, &running), RC_OK);
    assert_int_equal(running, 1);
}

/* The (kind, key) of all pages, in order, with blanks between. */
static struct str listed(struct contract *contract, bool dead, enum job_kind kind, size_t limit)
{
    struct str cursor = STR_NONE, text = STR("");
    do {
        struct queue_list list;
        assert_rc(contract->queue->vtable->list(contract->queue, dead, kind, limit, cursor, &contract->arena, &list),
                  RC_OK);
        assert_true(list.count <= limit);
        for (size_t i = 0; i < list.count; i++) {
            assert_int_equal(list.items[i].dead, dead);
            text = arena_printf(&contract->arena, "%s%s%s.%.*s", text.ptr, str_is_empty(text) ? "" : " ",
                                JOB_KIND_WORDS[list.items[i].kind], STR_ARG(list.items[i].key));
        }
        cursor = list.cursor;
    } while (!str_is_none(cursor));
    return text;
}

static void put_jobs_for_lists(struct contract *contract)
{
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c2", 900);
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c1", 950);
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 1);
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e2", 2);
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e3", 3);
    for (int i = 0; i < 2; i++) {
        struct job job;
        assert_rc(contract_claim(contract, CONTRACT_ALL, 10, &job), RC_OK);
        assert_rc(contract_finish(contract, STORE_FINISH_BURY, &job, 0, "why"), RC_OK);
    }
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 5);
}

static void jobs_are_listed_by_kind_and_key_page_by_page(void **state)
{
    struct contract *contract = *state;
    put_jobs_for_lists(contract);
    const size_t limits[] = {200, 2, 1};
    for (int i = 0; i < 3; i++) {
        assert_str(listed(contract, true, JOB_KINDS, limits[i]), "send.e1 send.e2");
        assert_str(listed(contract, false, JOB_SEND, limits[i]), "send.e1 send.e3");
        assert_str(listed(contract, false, JOB_DUE, limits[i]), "due.c1 due.c2");
        assert_str(listed(contract, true, JOB_DUE, limits[i]), "");
    }
}

static void a_list_of_all_kinds_holds_each_job_once(void **state)
{
    struct contract *contract = *state;
    put_jobs_for_lists(contract);
    contract_must_claim(contract, 10, JOB_SEND, "e3");
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e3", 7); /* running and put again: one (kind, key) still */
    for (size_t limit = 1; limit <= 5; limit++) {
        struct str text = listed(contract, false, JOB_KINDS, limit);
        /* kinds follow one another in whatever order; keys are in order within a kind */
        assert_true(str_contains(text, STR("due.c1 due.c2")));
        assert_true(str_contains(text, STR("send.e1 send.e3")));
        assert_int_equal(text.len, sizeof("due.c1 due.c2 send.e1 send.e3") - 1);
    }
}

static void a_listed_dead_job_tells_why_it_died(void **state)
{
    struct contract *contract = *state;
    struct queue_list list;
    contract_job(contract, STORE_JOB_SET, JOB_SEND, "e1", 1);
    struct job job = contract_must_claim(contract, 10, JOB_SEND, "e1");
    assert_rc(contract_finish(contract, STORE_FINISH_BURY, &job, 0, "no such mailbox"), RC_OK);
    assert_rc(contract->queue->vtable->list(contract->queue, true, JOB_KINDS, 10, STR_NONE, &contract->arena, &list),
              RC_OK);
    assert_int_equal(list.count, 1);
    assert_str(list.items[0].reason, "no such mailbox");
    assert_int_equal(list.items[0].created_at, CONTRACT_NOW);
}

static void a_bad_limit_or_cursor_of_a_job_list_is_refused(void **state)
{
    struct contract *contract = *state;
    struct queue_list list;
    const size_t limits[] = {0, 201};
    put_jobs_for_lists(contract);
    for (int i = 0; i < 2; i++)
        assert_rc(contract->queue->vtable->list(contract->queue, false, JOB_KINDS, limits[i], STR_NONE,
                                                &contract->arena, &list),
                  RC_INVALID);
    const struct str cursors[] = {STR("!!"), STR("x"), STR("\xff")};
    for (int i = 0; i < 3; i++)
        assert_rc(
            contract->queue->vtable->list(contract->queue, false, JOB_KINDS, 10, cursors[i], &contract->arena, &list),
            RC_INVALID);
}

int queue_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(nothing_is_claimed_from_an_empty_queue),
        CONTRACT_TEST(a_claimed_job_is_as_it_was_put),
        CONTRACT_TEST(the_earliest_job_is_claimed_first),
        CONTRACT_TEST(a_timer_is_not_claimed_before_its_time),
        CONTRACT_TEST(a_claim_takes_only_kinds_of_its_mask),
        CONTRACT_TEST(kinds_do_not_share_their_keys),
        CONTRACT_TEST(a_claimed_job_is_not_claimed_again),
        CONTRACT_TEST(claimed_texts_live_in_the_callers_arena),
        CONTRACT_TEST(set_moves_a_waiting_job_both_ways),
        CONTRACT_TEST(earliest_moves_a_waiting_job_only_forward),
        CONTRACT_TEST(a_batch_may_put_many_jobs),
        CONTRACT_TEST(cancel_takes_the_waiting_job_away),
        CONTRACT_TEST(each_put_has_a_greater_generation),
        CONTRACT_TEST(earliest_is_the_smallest_instant_of_the_mask),
        CONTRACT_TEST(earliest_does_not_count_what_runs_or_waits_for_it),
        CONTRACT_TEST(stats_count_each_kind_and_state),
        CONTRACT_TEST(jobs_are_listed_by_kind_and_key_page_by_page),
        CONTRACT_TEST(a_list_of_all_kinds_holds_each_job_once),
        CONTRACT_TEST(a_listed_dead_job_tells_why_it_died),
        CONTRACT_TEST(a_bad_limit_or_cursor_of_a_job_list_is_refused),
    };
    return cmocka_run_group_tests_name("queue: waiting jobs", tests, NULL, NULL);
}

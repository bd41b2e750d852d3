/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract of commits: versions, expectations, counters, and a batch that is whole or nothing. */
#include "contract/contract.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static struct setting *setting(struct contract *contract, const char *key, const char *value)
{
    struct setting *made = contract_bare(contract, RECORD_SETTING, key);
    made->value = arena_str(&contract->arena, str_of(value));
    return made;
}

static enum rc put(struct contract *contract, const char *key, int64_t expect)
{
    return contract_put(contract, RECORD_SETTING, setting(contract, key, "1"), expect);
}

static int64_t version(struct contract *contract, const char *key)
{
    return contract_version(contract, RECORD_SETTING, str_of(key));
}

static void a_first_write_has_version_1(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        assert_rc(contract_put(contract, kind, contract_full(contract, kind, 1), STORE_ABSENT), RC_OK);
        assert_int_equal(contract_version(contract, kind, STR("k000001")), 1);
    }
}

static void each_write_adds_1_to_the_version(void **state)
{
    struct contract *contract = *state;
    for (int64_t i = 1; i <= 5; i++) {
        assert_rc(put(contract, "s", STORE_ANY), RC_OK);
        assert_int_equal(version(contract, "s"), i);
    }
}

static void the_callers_version_member_is_ignored(void **state)
{
    struct contract *contract = *state;
    const int64_t members[] = {0, 77, -3, I64_NONE, INT64_MAX};
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        struct setting *record = setting(contract, "s", "1");
        record->version = members[i];
        assert_rc(contract_put(contract, RECORD_SETTING, record, STORE_ANY), RC_OK);
        assert_int_equal(version(contract, "s"), (int64_t)i + 1);
    }
}

static void an_unchanged_put_is_a_write_like_any(void **state)
{
    struct contract *contract = *state;
    struct client *client = contract_full(contract, RECORD_CLIENT, 1);
    assert_rc(contract_put(contract, RECORD_CLIENT, client, STORE_ANY), RC_OK);
    assert_rc(contract_put(contract, RECORD_CLIENT, client, 1), RC_OK);
    assert_int_equal(contract_version(contract, RECORD_CLIENT, client->id), 2);
    size_t changes = 0;
    contract_changes(contract, 0, &changes);
    assert_int_equal(changes, 2);
}

static void a_put_over_a_deleted_record_starts_at_version_1(void **state)
{
    struct contract *contract = *state;
    put(contract, "s", STORE_ANY);
    put(contract, "s", STORE_ANY);
    assert_rc(contract_delete(contract, RECORD_SETTING, STR("s"), 2), RC_OK);
    assert_int_equal(version(contract, "s"), 0);
    assert_rc(put(contract, "s", STORE_ABSENT), RC_OK);
    assert_int_equal(version(contract, "s"), 1);
}

static void a_put_that_expects_nothing_conflicts_with_a_record(void **state)
{
    struct contract *contract = *state;
    assert_rc(put(contract, "s", STORE_ABSENT), RC_OK);
    assert_rc(put(contract, "s", STORE_ABSENT), RC_CONFLICT);
    assert_int_equal(version(contract, "s"), 1);
}

static void a_put_conflicts_unless_its_version_is_there(void **state)
{
    struct contract *contract = *state;
    assert_rc(put(contract, "s", 1), RC_CONFLICT);
    assert_int_equal(version(contract, "s"), 0);
    put(contract, "s", STORE_ANY);
    put(contract, "s", STORE_ANY);
    assert_rc(put(contract, "s", 1), RC_CONFLICT);
    assert_rc(put(contract, "s", 3), RC_CONFLICT);
    assert_rc(put(contract, "s", 2), RC_OK);
    assert_int_equal(version(contract, "s"), 3);
}

static void a_conflicting_put_leaves_the_record_as_it_was(void **state)
{
    struct contract *contract = *state;
    contract_put(contract, RECORD_SETTING, setting(contract, "s", "\"old\""), STORE_ABSENT);
    assert_rc(contract_put(contract, RECORD_SETTING, setting(contract, "s", "\"new\""), 9), RC_CONFLICT);
    const struct setting *left = contract_get(contract, RECORD_SETTING, STR("s"));
    assert_str(left->value, "\"old\"");
}

static void a_delete_conflicts_unless_its_version_is_there(void **state)
{
    struct contract *contract = *state;
    put(contract, "s", STORE_ANY);
    assert_rc(contract_delete(contract, RECORD_SETTING, STR("s"), 2), RC_CONFLICT);
    assert_rc(contract_delete(contract, RECORD_SETTING, STR("s"), STORE_ABSENT), RC_CONFLICT);
    assert_int_equal(version(contract, "s"), 1);
    assert_rc(contract_delete(contract, RECORD_SETTING, STR("s"), 1), RC_OK);
    assert_rc(contract_delete(contract, RECORD_SETTING, STR("s"), 1), RC_CONFLICT);
}

static void deleting_what_is_absent_is_fine_when_nothing_is_expected(void **state)
{
    struct contract *contract = *state;
    assert_rc(contract_delete(contract, RECORD_SETTING, STR("s"), STORE_ANY), RC_OK);
    assert_rc(contract_delete(contract, RECORD_SETTING, STR("s"), STORE_ABSENT), RC_OK);
    assert_int_equal(contract_head(contract), 0);
}

static enum rc check_and_put(struct contract *contract, int64_t expect)
{
    const struct store_write writes[] = {
        {.op = STORE_PUT, .kind = RECORD_SETTING, .record = setting(contract, "other", "1"), .expect = STORE_ANY},
        {.op = STORE_CHECK, .kind = RECORD_SETTING, .key = STR("s"), .expect = expect}};
    return contract_write(contract, writes, 2);
}

static void a_check_lets_the_batch_pass_only_on_its_version(void **state)
{
    struct contract *contract = *state;
    assert_rc(check_and_put(contract, 1), RC_CONFLICT);
    assert_rc(check_and_put(contract, STORE_ABSENT), RC_OK);
    put(contract, "s", STORE_ANY);
    assert_rc(check_and_put(contract, STORE_ABSENT), RC_CONFLICT);
    assert_rc(check_and_put(contract, 2), RC_CONFLICT);
    assert_rc(check_and_put(contract, 1), RC_OK);
    assert_int_equal(version(contract, "other"), 2);
}

static void a_check_writes_nothing(void **state)
{
    struct contract *contract = *state;
    struct client *client = contract_full(contract, RECORD_CLIENT, 1);
    contract_put(contract, RECORD_CLIENT, client, STORE_ANY);
    int64_t head = contract_head(contract);
    struct store_write check = {.op = STORE_CHECK, .kind = RECORD_CLIENT, .key = client->id, .expect = 1};
    assert_rc(contract_write(contract, &check, 1), RC_OK);
    assert_int_equal(contract_version(contract, RECORD_CLIENT, client->id), 1);
    assert_int_equal(contract_head(contract), head);
}

/* A batch with one of everything whose last write conflicts. */
static enum rc commit_doomed(struct contract *contract, const struct job *claimed)
{
    const struct store_write writes[] = {
        {.op = STORE_PUT,
         .kind = RECORD_CLIENT,
         .record = contract_full(contract, RECORD_CLIENT, 5),
         .expect = STORE_ANY},
        {.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("n"), .add = 5},
        {.op = STORE_DELETE, .kind = RECORD_SETTING, .key = STR("s"), .expect = STORE_ANY},
        {.op = STORE_PUT, .kind = RECORD_SETTING, .record = setting(contract, "t", "1"), .expect = 42}};
    const struct store_job job = {.op = STORE_JOB_SET, .kind = JOB_DUE, .key = STR("c1"), .run_at = 1};
    const struct store_batch batch = {.writes = writes,
                                      .write_count = 4,
                                      .jobs = &job,
                                      .job_count = 1,
                                      .finish = {.op = STORE_FINISH_ACK, .job = claimed},
                                      .now = CONTRACT_NOW,
                                      .durable = true};
    return store_commit(contract->store, &batch);
}

static void a_batch_with_one_conflict_does_nothing_at_all(void **state)
{
    struct contract *contract = *state;
    put(contract, "s", STORE_ANY);
    contract_job(contract, STORE_JOB_SET, JOB_SCORE, "c1", 0);
    struct job claimed = contract_must_claim(contract, 10, JOB_SCORE, "c1");
    assert_rc(commit_doomed(contract, &claimed), RC_CONFLICT);
    assert_null(contract_get(contract, RECORD_CLIENT, STR("k000005")));
    assert_int_equal(contract_counter(contract, "n"), 0);
    assert_int_equal(version(contract, "s"), 1);
    assert_int_equal(contract_head(contract), 0);
    struct job other;
    assert_rc(contract_claim(contract, CONTRACT_ALL, INT64_MAX - 1, &other), RC_NOT_FOUND);
    int64_t running = 0;
    contract->queue->vtable->running(contract->queue, &running);
    assert_int_equal(running, 1); /* the claim is still ours and can be finished */
    assert_rc(contract_finish(contract, STORE_FINISH_ACK, &claimed, 0, NULL), RC_OK);
}

static enum rc put_many(struct contract *contract, size_t count)
{
    struct store_write writes[STORE_BATCH_MAX + 1];
    for (size_t i = 0; i < count; i++)
        writes[i] = (struct store_write){.op = STORE_PUT,
                                         .kind = RECORD_ORDER,
                                         .record = contract_full(contract, RECORD_ORDER, (int)i),
                                         .expect = STORE_ABSENT};
    return contract_write(contract, writes, count);
}

static void a_batch_of_the_most_writes_is_taken(void **state)
{
    struct contract *contract = *state;
    assert_rc(put_many(contract, STORE_BATCH_MAX), RC_OK);
    for (int i = 0; i < STORE_BATCH_MAX; i++)
        assert_int_equal(contract_version(contract, RECORD_ORDER, contract_key(contract, i)), 1);
}

static void a_batch_of_one_more_is_refused_whole(void **state)
{
    struct contract *contract = *state;
    assert_rc(put_many(contract, STORE_BATCH_MAX + 1), RC_INVALID);
    assert_null(contract_get(contract, RECORD_ORDER, contract_key(contract, 0)));
    assert_int_equal(contract_head(contract), 0);
}

static void an_empty_batch_is_fine(void **state)
{
    struct contract *contract = *state;
    assert_rc(contract_write(contract, NULL, 0), RC_OK);
}

static void a_record_without_a_needed_field_is_refused_whole(void **state)
{
    struct contract *contract = *state;
    struct order *order = contract_bare(contract, RECORD_ORDER, "o1");
    order->client_id = STR_NONE;
    const struct store_write writes[] = {
        {.op = STORE_PUT, .kind = RECORD_SETTING, .record = setting(contract, "s", "1"), .expect = STORE_ANY},
        {.op = STORE_PUT, .kind = RECORD_ORDER, .record = order, .expect = STORE_ANY}};
    assert_rc(contract_write(contract, writes, 2), RC_INVALID);
    assert_int_equal(version(contract, "s"), 0);
    order->client_id = STR("c1");
    order->ordered_at = TIME_NONE;
    assert_rc(contract_put(contract, RECORD_ORDER, order, STORE_ANY), RC_INVALID);
    assert_null(contract_get(contract, RECORD_ORDER, STR("o1")));
}

static void a_record_without_a_key_is_refused(void **state)
{
    struct contract *contract = *state;
    const struct str keys[] = {STR_NONE, STR("")};
    for (int i = 0; i < 2; i++) {
        struct setting *record = setting(contract, "s", "1");
        record->id = keys[i];
        assert_rc(contract_put(contract, RECORD_SETTING, record, STORE_ANY), RC_INVALID);
    }
}

static enum rc add(struct contract *contract, const char *key, int64_t first, int64_t second)
{
    const struct store_write writes[] = {{.op = STORE_ADD, .kind = RECORD_COUNTER, .key = str_of(key), .add = first},
                                         {.op = STORE_ADD, .kind = RECORD_COUNTER, .key = str_of(key), .add = second}};
    return contract_write(contract, writes, 2);
}

static void adds_make_a_counter_and_move_it_both_ways(void **state)
{
    struct contract *contract = *state;
    assert_rc(add(contract, "n", 3, 4), RC_OK);
    assert_int_equal(contract_counter(contract, "n"), 7);
    assert_rc(add(contract, "n", -10, 1), RC_OK);
    assert_int_equal(contract_counter(contract, "n"), -2);
    assert_rc(add(contract, "big", INT64_C(1) << 62, 7), RC_OK);
    assert_int_equal(contract_counter(contract, "big"), (INT64_C(1) << 62) + 7);
}

static void a_counter_carries_the_time_of_its_last_add(void **state)
{
    struct contract *contract = *state;
    struct store_write write = {.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("n"), .add = 1};
    for (int64_t now = CONTRACT_NOW; now < CONTRACT_NOW + 2; now++) {
        const struct store_batch batch = {.writes = &write, .write_count = 1, .now = now};
        assert_rc(store_commit(contract->store, &batch), RC_OK);
        const struct counter *counter = contract_get(contract, RECORD_COUNTER, STR("n"));
        assert_int_equal(counter->updated_at, now);
    }
}

static void an_add_to_what_is_no_counter_is_refused(void **state)
{
    struct contract *contract = *state;
    put(contract, "s", STORE_ANY);
    struct store_write write = {.op = STORE_ADD, .kind = RECORD_SETTING, .key = STR("s"), .add = 1};
    assert_rc(contract_write(contract, &write, 1), RC_INVALID);
    assert_int_equal(version(contract, "s"), 1);
}

static void a_counter_can_be_put_and_deleted_like_any_record(void **state)
{
    struct contract *contract = *state;
    struct counter *counter = contract_bare(contract, RECORD_COUNTER, "n");
    counter->value = 40;
    assert_rc(contract_put(contract, RECORD_COUNTER, counter, STORE_ABSENT), RC_OK);
    assert_rc(add(contract, "n", 1, 1), RC_OK);
    assert_int_equal(contract_counter(contract, "n"), 42);
    assert_rc(contract_delete(contract, RECORD_COUNTER, STR("n"), STORE_ANY), RC_OK);
    assert_rc(add(contract, "n", 1, 0), RC_OK);
    assert_int_equal(contract_counter(contract, "n"), 1);
}

static void a_relaxed_commit_is_seen_at_once(void **state)
{
    struct contract *contract = *state;
    for (int i = 0; i < 50; i++) {
        struct store_write write = {
            .op = STORE_PUT, .kind = RECORD_SETTING, .record = setting(contract, "s", "1"), .expect = i};
        const struct store_batch batch = {.writes = &write, .write_count = 1, .now = CONTRACT_NOW, .durable = false};
        assert_rc(store_commit(contract->store, &batch), RC_OK);
        assert_int_equal(version(contract, "s"), i + 1);
    }
}

static void a_backup_makes_a_file_or_is_refused(void **state)
{
    struct contract *contract = *state;
    struct stat status;
    put(contract, "s", STORE_ANY);
    struct str path = arena_printf(&contract->arena, "%s/copy", contract->folder);
    enum rc rc = contract->store->vtable->backup(contract->store, path.ptr);
    assert_rc(rc, contract_persists() ? RC_OK : RC_INVALID);
    assert_int_equal(stat(path.ptr, &status), rc == RC_OK ? 0 : -1);
    assert_true(rc != RC_OK || status.st_size > 0);
}

int store_commit_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(a_first_write_has_version_1),
        CONTRACT_TEST(each_write_adds_1_to_the_version),
        CONTRACT_TEST(the_callers_version_member_is_ignored),
        CONTRACT_TEST(an_unchanged_put_is_a_write_like_any),
        CONTRACT_TEST(a_put_over_a_deleted_record_starts_at_version_1),
        CONTRACT_TEST(a_put_that_expects_nothing_conflicts_with_a_record),
        CONTRACT_TEST(a_put_conflicts_unless_its_version_is_there),
        CONTRACT_TEST(a_conflicting_put_leaves_the_record_as_it_was),
        CONTRACT_TEST(a_delete_conflicts_unless_its_version_is_there),
        CONTRACT_TEST(deleting_what_is_absent_is_fine_when_nothing_is_expected),
        CONTRACT_TEST(a_check_lets_the_batch_pass_only_on_its_version),
        CONTRACT_TEST(a_check_writes_nothing),
        CONTRACT_TEST(a_batch_with_one_conflict_does_nothing_at_all),
        CONTRACT_TEST(a_batch_of_the_most_writes_is_taken),
        CONTRACT_TEST(a_batch_of_one_more_is_refused_whole),
        CONTRACT_TEST(an_empty_batch_is_fine),
        CONTRACT_TEST(a_record_without_a_needed_field_is_refused_whole),
        CONTRACT_TEST(a_record_without_a_key_is_refused),
        CONTRACT_TEST(adds_make_a_counter_and_move_it_both_ways),
        CONTRACT_TEST(a_counter_carries_the_time_of_its_last_add),
        CONTRACT_TEST(an_add_to_what_is_no_counter_is_refused),
        CONTRACT_TEST(a_counter_can_be_put_and_deleted_like_any_record),
        CONTRACT_TEST(a_relaxed_commit_is_seen_at_once),
        CONTRACT_TEST(a_backup_makes_a_file_or_is_refused),
    };
    return cmocka_run_group_tests_name("store: commits", tests, NULL, NULL);
}

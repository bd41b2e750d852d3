/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract between threads: no write is lost, none is seen by halves. Threads count what goes wrong; only the test's
 * own thread asserts, because cmocka's asserts jump. */
#include "contract/contract.h"

#include <stdatomic.h>

#define THREADS 8
#define ROUNDS 50

struct shared {
    struct contract *contract;
    atomic_int failures, conflicts, made;
    atomic_bool stop;
};

static void run_threads(struct shared *shared, void (*run)(void *))
{
    struct thread threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        thread_start(&threads[i], "contract", run, shared);
    for (int i = 0; i < THREADS; i++)
        thread_join(&threads[i]);
}

static enum rc commit(struct shared *shared, const struct store_write *writes, size_t count)
{
    const struct store_batch batch = {.writes = writes, .write_count = count, .now = CONTRACT_NOW};
    return store_commit(shared->contract->store, &batch);
}

static struct engagement engagement_of(struct str client_id, int64_t value)
{
    struct engagement engagement;
    record_init(RECORD_ENGAGEMENT, &engagement);
    engagement.client_id = client_id;
    engagement.visits = engagement.valued = engagement.order_count = 0;
    engagement.value_minor = value;
    engagement.updated_at = CONTRACT_NOW;
    return engagement;
}

/* Reads, adds one, writes what it expects; on a conflict it reads again, as a step does. */
static void increment(void *arg)
{
    struct shared *shared = arg;
    for (int done = 0; done < ROUNDS;) {
        struct arena arena = {0};
        struct engagement engagement;
        enum rc rc = store_get(shared->contract->store, RECORD_ENGAGEMENT, STR("c1"), &arena, &engagement);
        engagement.value_minor++;
        struct store_write write = {
            .op = STORE_PUT, .kind = RECORD_ENGAGEMENT, .record = &engagement, .expect = engagement.version};
        if (rc == RC_OK)
            rc = commit(shared, &write, 1);
        done += rc == RC_OK;
        atomic_fetch_add(&shared->conflicts, rc == RC_CONFLICT);
        arena_clear(&arena);
        if (rc != RC_OK && rc != RC_CONFLICT) {
            atomic_fetch_add(&shared->failures, 1);
            return;
        }
    }
}

static void eight_threads_that_redo_on_conflict_lose_no_increment(void **state)
{
    struct contract *contract = *state;
    struct shared shared = {.contract = contract};
    struct engagement start = engagement_of(STR("c1"), 0);
    assert_rc(contract_put(contract, RECORD_ENGAGEMENT, &start, STORE_ABSENT), RC_OK);
    run_threads(&shared, increment);
    const struct engagement *end = contract_get(contract, RECORD_ENGAGEMENT, STR("c1"));
    assert_int_equal(atomic_load(&shared.failures), 0);
    assert_int_equal(end->value_minor, THREADS * ROUNDS);
    assert_int_equal(end->version, THREADS * ROUNDS + 1);
}

static void add(void *arg)
{
    struct shared *shared = arg;
    const struct store_write writes[] = {{.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("one"), .add = 1},
                                         {.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("three"), .add = 3}};
    for (int i = 0; i < ROUNDS; i++)
        atomic_fetch_add(&shared->failures, commit(shared, writes, 2) != RC_OK);
}

static void eight_threads_that_add_to_a_counter_never_conflict(void **state)
{
    struct contract *contract = *state;
    struct shared shared = {.contract = contract};
    run_threads(&shared, add);
    assert_int_equal(atomic_load(&shared.failures), 0);
    assert_int_equal(contract_counter(contract, "one"), THREADS * ROUNDS);
    assert_int_equal(contract_counter(contract, "three"), 3 * THREADS * ROUNDS);
}

static void create(void *arg)
{
    struct shared *shared = arg;
    for (int i = 0; i < ROUNDS; i++) {
        struct arena arena = {0};
        struct engagement engagement = engagement_of(arena_printf(&arena, "c%d", i), i);
        struct store_write write = {
            .op = STORE_PUT, .kind = RECORD_ENGAGEMENT, .record = &engagement, .expect = STORE_ABSENT};
        enum rc rc = commit(shared, &write, 1);
        atomic_fetch_add(&shared->made, rc == RC_OK);
        atomic_fetch_add(&shared->failures, rc != RC_OK && rc != RC_CONFLICT);
        arena_clear(&arena);
    }
}

static void only_one_of_eight_threads_makes_a_record(void **state)
{
    struct contract *contract = *state;
    struct shared shared = {.contract = contract};
    run_threads(&shared, create);
    assert_int_equal(atomic_load(&shared.failures), 0);
    assert_int_equal(atomic_load(&shared.made), ROUNDS);
    assert_int_equal(contract_version(contract, RECORD_ENGAGEMENT, STR("c0")), 1);
}

static int64_t value_of(struct shared *shared, struct str key)
{
    struct arena arena = {0};
    struct engagement engagement;
    enum rc rc = store_get(shared->contract->store, RECORD_ENGAGEMENT, key, &arena, &engagement);
    arena_clear(&arena);
    atomic_fetch_add(&shared->failures, rc != RC_OK);
    return rc == RC_OK ? engagement.value_minor : 0;
}

/* `left` and `right` rise together. Whoever reads left and then right must find right no lower, and the other way round. */
static void read_both(void *arg)
{
    struct shared *shared = arg;
    while (!atomic_load(&shared->stop)) {
        int64_t left = value_of(shared, STR("left")), right = value_of(shared, STR("right"));
        atomic_fetch_add(&shared->conflicts, right < left);
        right = value_of(shared, STR("right")), left = value_of(shared, STR("left"));
        atomic_fetch_add(&shared->conflicts, left < right);
    }
}

static void raise_both(struct shared *shared, int64_t value)
{
    struct engagement left = engagement_of(STR("left"), value), right = engagement_of(STR("right"), value);
    const struct store_write writes[] = {
        {.op = STORE_PUT, .kind = RECORD_ENGAGEMENT, .record = &left, .expect = STORE_ANY},
        {.op = STORE_PUT, .kind = RECORD_ENGAGEMENT, .record = &right, .expect = STORE_ANY}};
    atomic_fetch_add(&shared->failures, commit(shared, writes, 2) != RC_OK);
}

static void readers_never_see_half_a_batch(void **state)
{
    struct contract *contract = *state;
    struct shared shared = {.contract = contract};
    struct thread readers[3];
    raise_both(&shared, 0);
    for (int i = 0; i < 3; i++)
        thread_start(&readers[i], "reader", read_both, &shared);
    for (int64_t value = 1; value <= 400; value++)
        raise_both(&shared, value);
    atomic_store(&shared.stop, true);
    for (int i = 0; i < 3; i++)
        thread_join(&readers[i]);
    assert_int_equal(atomic_load(&shared.failures), 0);
    assert_int_equal(atomic_load(&shared.conflicts), 0);
}

int store_threads_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(eight_threads_that_redo_on_conflict_lose_no_increment),
        CONTRACT_TEST(eight_threads_that_add_to_a_counter_never_conflict),
        CONTRACT_TEST(only_one_of_eight_threads_makes_a_record),
        CONTRACT_TEST(readers_never_see_half_a_batch),
    };
    return cmocka_run_group_tests_name("store: threads", tests, NULL, NULL);
}

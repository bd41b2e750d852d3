/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract of the change feed: every write of a captured kind is there once, in order, in the same commit. */
#include "contract/contract.h"

#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "core/change.h"

static struct client *put_client(struct contract *contract, const char *id, const char *name, int64_t at)
{
    struct client *client = contract_bare(contract, RECORD_CLIENT, id);
    client->first_name = arena_str(&contract->arena, str_of(name));
    client->updated_at = at;
    assert_rc(contract_put(contract, RECORD_CLIENT, client, STORE_ANY), RC_OK);
    return client;
}

/* The only change after `after`. */
static struct change only_change(struct contract *contract, int64_t after)
{
    size_t count = 0;
    struct change *changes = contract_changes(contract, after, &count);
    assert_int_equal(count, 1);
    return changes[0];
}

/* The stored record's image with members sorted by name, so that only their values are compared. */
static struct str sorted(struct contract *contract, struct str image)
{
    struct json *document = NULL;
    struct json_error error;
    struct buf buf = {0};
    assert_rc(json_parse(image, &document, &error), RC_OK);
    json_dump_sorted(document, &buf);
    struct str text = arena_str(&contract->arena, buf_str(&buf));
    json_free(document);
    buf_clear(&buf);
    return text;
}

static struct str image_of(struct contract *contract, enum record_kind kind, const void *record)
{
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    record_image(kind, record, &out);
    struct str text = sorted(contract, buf_str(&buf));
    buf_clear(&buf);
    return text;
}

static void head_is_0_before_any_change(void **state)
{
    struct contract *contract = *state;
    size_t count = 9;
    assert_int_equal(contract_head(contract), 0);
    contract_changes(contract, 0, &count);
    assert_int_equal(count, 0);
}

static void a_put_and_a_delete_are_changes_of_their_record(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "ann", 1000);
    struct change put = only_change(contract, 0);
    assert_int_equal(put.kind, RECORD_CLIENT);
    assert_int_equal(put.op, CHANGE_PUT);
    assert_str(put.key, "c1");
    assert_int_equal(put.at, 1000);
    assert_rc(contract_delete(contract, RECORD_CLIENT, STR("c1"), 1), RC_OK);
    struct change gone = only_change(contract, put.seq);
    assert_int_equal(gone.kind, RECORD_CLIENT);
    assert_int_equal(gone.op, CHANGE_DELETE);
    assert_str(gone.key, "c1");
    assert_int_equal(contract_head(contract), gone.seq);
}

static void changes_come_in_the_order_of_their_commits(void **state)
{
    struct contract *contract = *state;
    for (int i = 0; i < 50; i++)
        put_client(contract, i % 3 == 0 ? "c1" : "c2", "x", i);
    size_t count = 0;
    const struct change *changes = contract_changes(contract, 0, &count);
    assert_int_equal(count, 50);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(changes[i].at, (int64_t)i);
        assert_true(changes[i].seq > (i == 0 ? 0 : changes[i - 1].seq));
    }
    assert_int_equal(contract_head(contract), changes[49].seq);
}

static void changes_of_one_batch_come_in_its_order_side_by_side(void **state)
{
    struct contract *contract = *state;
    struct store_write writes[20];
    for (int i = 0; i < 20; i++)
        writes[i] =
            (struct store_write){.op = STORE_PUT,
                                 .kind = i % 2 == 0 ? RECORD_CLIENT : RECORD_ORDER,
                                 .record = contract_full(contract, i % 2 == 0 ? RECORD_CLIENT : RECORD_ORDER, i),
                                 .expect = STORE_ABSENT};
    assert_rc(contract_write(contract, writes, 20), RC_OK);
    size_t count = 0;
    const struct change *changes = contract_changes(contract, 0, &count);
    assert_int_equal(count, 20);
    for (int i = 0; i < 20; i++)
        assert_true(str_equal(changes[i].key, contract_key(contract, i)));
}

static void images_are_the_record_before_and_after(void **state)
{
    struct contract *contract = *state;
    const enum record_kind kinds[] = {RECORD_CLIENT, RECORD_ORDER};
    for (int i = 0; i < 2; i++) {
        enum record_kind kind = kinds[i];
        int64_t head = contract_head(contract);
        assert_int_equal(RECORD_TYPES[kind].capture, CAPTURE_IMAGES);
        contract_put(contract, kind, contract_full(contract, kind, 1), STORE_ABSENT);
        struct change made = only_change(contract, head);
        void *first = contract_get(contract, kind, STR("k000001"));
        assert_true(str_is_none(made.old_image));
        assert_true(str_equal(sorted(contract, made.new_image), image_of(contract, kind, first)));
        contract_put(contract, kind, contract_bare(contract, kind, "k000001"), 1);
        struct change changed = only_change(contract, made.seq);
        void *second = contract_get(contract, kind, STR("k000001"));
        assert_true(str_equal(sorted(contract, changed.old_image), image_of(contract, kind, first)));
        assert_true(str_equal(sorted(contract, changed.new_image), image_of(contract, kind, second)));
        contract_delete(contract, kind, STR("k000001"), 2);
        struct change gone = only_change(contract, changed.seq);
        assert_true(str_equal(sorted(contract, gone.old_image), image_of(contract, kind, second)));
        assert_true(str_is_none(gone.new_image));
    }
}

static void each_kind_is_captured_as_its_table_says(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        int64_t head = contract_head(contract);
        size_t count = 0;
        contract_put(contract, kind, contract_full(contract, kind, 1), STORE_ABSENT);
        contract_put(contract, kind, contract_full(contract, kind, 1), 1);
        contract_delete(contract, kind, STR("k000001"), 2);
        const struct change *changes = contract_changes(contract, head, &count);
        assert_int_equal(count, RECORD_TYPES[kind].capture == CAPTURE_NOTHING ? 0 : 3);
        for (size_t i = 0; i < count; i++) {
            bool images = RECORD_TYPES[kind].capture == CAPTURE_IMAGES;
            assert_int_equal(changes[i].kind, kind);
            assert_int_equal(changes[i].op, i < 2 ? CHANGE_PUT : CHANGE_DELETE);
            assert_int_equal(!str_is_none(changes[i].old_image), images && i > 0);
            assert_int_equal(!str_is_none(changes[i].new_image), images && i < 2);
        }
    }
}

static void engagements_emit_nothing_so_there_is_no_loop(void **state)
{
    struct contract *contract = *state;
    contract_put(contract, RECORD_ENGAGEMENT, contract_full(contract, RECORD_ENGAGEMENT, 1), STORE_ANY);
    struct store_write add = {.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("n"), .add = 1};
    contract_write(contract, &add, 1);
    contract_job(contract, STORE_JOB_SET, JOB_DUE, "c1", 5);
    assert_int_equal(contract_head(contract), 0);
}

static void a_failed_commit_emits_nothing(void **state)
{
    struct contract *contract = *state;
    const struct store_write writes[] = {{.op = STORE_PUT,
                                          .kind = RECORD_CLIENT,
                                          .record = contract_full(contract, RECORD_CLIENT, 1),
                                          .expect = STORE_ANY},
                                         {.op = STORE_CHECK, .kind = RECORD_CLIENT, .key = STR("other"), .expect = 3}};
    assert_rc(contract_write(contract, writes, 2), RC_CONFLICT);
    size_t count = 0;
    contract_changes(contract, 0, &count);
    assert_int_equal(count, 0);
    put_client(contract, "c1", "ann", 1);
    assert_str(only_change(contract, 0).key, "c1");
}

static void read_gives_at_most_max_and_goes_on_behind_them(void **state)
{
    struct contract *contract = *state;
    for (int i = 0; i < 25; i++)
        put_client(contract, "c1", "x", i);
    int64_t after = 0;
    size_t total = 0;
    for (size_t expected = 10; expected > 0;) {
        struct change *changes = NULL;
        size_t count = 0;
        assert_rc(contract->feed->vtable->read(contract->feed, after, 10, &contract->arena, &changes, &count), RC_OK);
        assert_int_equal(count, expected);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(changes[i].at, (int64_t)total++);
        after = count > 0 ? changes[count - 1].seq : after;
        expected = total == 10 ? 10 : total == 20 ? 5 : 0;
    }
    assert_int_equal(total, 25);
    assert_int_equal(after, contract_head(contract));
}

static void changes_read_live_in_the_callers_arena(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "ann", 1);
    struct change change = only_change(contract, 0);
    struct str before = arena_str(&contract->arena, change.new_image);
    contract->feed->vtable->trim(contract->feed, change.seq, 100);
    put_client(contract, "c2", "ben", 1);
    assert_str(change.key, "c1");
    assert_true(str_equal(change.new_image, before));
}

static void trim_forgets_what_is_both_passed_and_old(void **state)
{
    struct contract *contract = *state;
    for (int i = 0; i < 10; i++)
        put_client(contract, "c1", "x", i % 2 == 0 ? 100 : 200); /* old and new in turn */
    size_t count = 0;
    const struct change *changes = contract_changes(contract, 0, &count);
    int64_t fifth = changes[4].seq;
    assert_rc(contract->feed->vtable->trim(contract->feed, fifth, 150), RC_OK);
    changes = contract_changes(contract, 0, &count);
    assert_int_equal(count, 7); /* three old ones among the first five are gone */
    assert_int_equal(changes[0].at, 200);
    assert_int_equal(changes[1].at, 200);
    assert_true(changes[2].seq > fifth);
    assert_rc(contract->feed->vtable->trim(contract->feed, contract_head(contract), 200), RC_OK);
    changes = contract_changes(contract, 0, &count);
    assert_int_equal(count, 5); /* `at` 200 does not lie before 200 */
}

static void contract_orders(struct order *order, const char *client)
{
    record_init(RECORD_ORDER, order);
    order->id = str_of(client);
    order->client_id = str_of(client);
    order->ordered_at = order->created_at = order->updated_at = 1;
    order->currency = STR("USD");
}

static void forget_leaves_no_trace_of_a_client_and_moves_no_cursor(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "ann", 1);
    put_client(contract, "c2", "ben", 2);
    struct order order, second;
    contract_orders(&order, "c1");
    contract_orders(&second, "c2");
    struct store_load_row rows[] = {{.kind = RECORD_ORDER, .record = &order},
                                    {.kind = RECORD_ORDER, .record = &second}};
    struct store_load load = {.rows = rows, .count = 2, .one_change = true, .now = 5};
    assert_rc(store_load(contract->store, &load), RC_OK);
    order.total_minor++;
    assert_rc(contract_put(contract, RECORD_ORDER, &order, STORE_ANY), RC_OK);
    int64_t head = contract_head(contract);
    assert_rc(contract->feed->vtable->forget(contract->feed, STR("c1")), RC_OK);
    size_t count = 0;
    const struct change *changes = contract_changes(contract, 0, &count);
    assert_int_equal(count, 4);
    assert_true(str_is_none(changes[0].new_image));
    assert_true(str_contains(changes[1].new_image, STR("ben")));
    assert_true(str_equal(changes[2].new_image, STR("[\"c2\"]")));
    assert_false(str_equal(changes[2].key, STR("c1")));
    assert_true(str_is_none(changes[3].old_image) && str_is_none(changes[3].new_image));
    assert_int_equal(contract_head(contract), head);
}

static void head_and_numbers_go_on_after_everything_was_trimmed(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "ann", 1);
    put_client(contract, "c1", "anna", 2);
    int64_t head = contract_head(contract);
    assert_rc(contract->feed->vtable->trim(contract->feed, head, 1000), RC_OK);
    size_t count = 9;
    contract_changes(contract, 0, &count);
    assert_int_equal(count, 0);
    assert_int_equal(contract_head(contract), head);
    put_client(contract, "c1", "anne", 3);
    assert_true(only_change(contract, 0).seq > head);
}

static void wait_returns_at_once_when_there_is_more(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "ann", 1);
    int64_t before = clock_mono();
    assert_rc(contract->feed->vtable->wait(contract->feed, 0, CONTRACT_PATIENCE_MS), RC_OK);
    assert_true(clock_mono() - before < CONTRACT_PATIENCE_MS / 2);
}

static void wait_gives_up_after_its_timeout(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "ann", 1);
    int64_t before = clock_mono();
    assert_rc(contract->feed->vtable->wait(contract->feed, contract_head(contract), 20), RC_OK);
    assert_true(clock_mono() - before >= 15); /* a little slack for clocks of coarse ticks */
}

struct waiting {
    struct contract *contract;
    struct signal_count ready;
    int64_t after, took_ms;
};

static void wait_for_change(void *arg)
{
    struct waiting *waiting = arg;
    struct feed *feed = waiting->contract->feed;
    signal_count_bump(&waiting->ready);
    int64_t before = clock_mono();
    feed->vtable->wait(feed, waiting->after, CONTRACT_PATIENCE_MS);
    waiting->took_ms = clock_mono() - before;
}

static void wait_wakes_when_a_change_is_committed(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "ann", 1);
    struct waiting waiting = {.contract = contract, .after = contract_head(contract)};
    struct thread thread;
    signal_count_init(&waiting.ready);
    thread_start(&thread, "waiter", wait_for_change, &waiting);
    signal_count_wait(&waiting.ready, 0, CONTRACT_PATIENCE_MS);
    put_client(contract, "c1", "anna", 2);
    thread_join(&thread);
    signal_count_clear(&waiting.ready);
    assert_true(waiting.took_ms < CONTRACT_PATIENCE_MS / 2);
}

/* A reader that follows the feed while others write, and checks what it sees. */
struct following {
    struct contract *contract;
    atomic_int writers;
    int64_t seen, disorder;
};

static void write_pairs(void *arg)
{
    struct following *following = arg;
    for (int i = 0; i < 100; i++) {
        struct client client;
        struct product product;
        record_init(RECORD_CLIENT, &client);
        record_init(RECORD_PRODUCT, &product);
        client.id = product.id = STR("same");
        client.created_at = client.updated_at = product.created_at = product.updated_at = CONTRACT_NOW;
        product.name = STR("tea");
        product.url = STR("https://shop.example/tea");
        product.category = STR("tea");
        product.price_minor = 1;
        product.currency = STR("USD");
        const struct store_write writes[] = {
            {.op = STORE_PUT, .kind = RECORD_CLIENT, .record = &client, .expect = STORE_ANY},
            {.op = STORE_PUT, .kind = RECORD_PRODUCT, .record = &product, .expect = STORE_ANY}};
        const struct store_batch batch = {.writes = writes, .write_count = 2, .now = CONTRACT_NOW};
        if (store_commit(following->contract->store, &batch) != RC_OK)
            break;
    }
    atomic_fetch_sub(&following->writers, 1);
}

/* Reads all that is new; the batches of the writers must come whole: client, product, client, product. */
static int64_t follow(struct following *following, int64_t after)
{
    struct arena arena = {0};
    struct change *changes = NULL;
    size_t count = 0;
    struct feed *feed = following->contract->feed;
    if (feed->vtable->read(feed, after, 1000, &arena, &changes, &count) != RC_OK)
        following->disorder++;
    for (size_t i = 0; i < count; i++) {
        following->disorder += changes[i].kind != (following->seen % 2 == 0 ? RECORD_CLIENT : RECORD_PRODUCT);
        following->disorder += changes[i].seq <= after;
        after = changes[i].seq;
        following->seen++;
    }
    following->disorder += following->seen % 2 != 0; /* half a batch was visible */
    arena_clear(&arena);
    return after;
}

static void a_follower_sees_every_batch_whole_while_others_write(void **state)
{
    struct contract *contract = *state;
    struct following following = {.contract = contract};
    struct thread threads[4];
    atomic_store(&following.writers, 4);
    for (int i = 0; i < 4; i++)
        thread_start(&threads[i], "writer", write_pairs, &following);
    int64_t after = 0;
    while (atomic_load(&following.writers) > 0) {
        contract->feed->vtable->wait(contract->feed, after, 50);
        after = follow(&following, after);
    }
    for (int i = 0; i < 4; i++)
        thread_join(&threads[i]);
    follow(&following, after);
    assert_int_equal(following.seen, 800);
    assert_int_equal(following.disorder, 0);
}

int feed_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(head_is_0_before_any_change),
        CONTRACT_TEST(a_put_and_a_delete_are_changes_of_their_record),
        CONTRACT_TEST(changes_come_in_the_order_of_their_commits),
        CONTRACT_TEST(changes_of_one_batch_come_in_its_order_side_by_side),
        CONTRACT_TEST(images_are_the_record_before_and_after),
        CONTRACT_TEST(each_kind_is_captured_as_its_table_says),
        CONTRACT_TEST(engagements_emit_nothing_so_there_is_no_loop),
        CONTRACT_TEST(a_failed_commit_emits_nothing),
        CONTRACT_TEST(read_gives_at_most_max_and_goes_on_behind_them),
        CONTRACT_TEST(changes_read_live_in_the_callers_arena),
        CONTRACT_TEST(trim_forgets_what_is_both_passed_and_old),
        CONTRACT_TEST(forget_leaves_no_trace_of_a_client_and_moves_no_cursor),
        CONTRACT_TEST(head_and_numbers_go_on_after_everything_was_trimmed),
        CONTRACT_TEST(wait_returns_at_once_when_there_is_more),
        CONTRACT_TEST(wait_gives_up_after_its_timeout),
        CONTRACT_TEST(wait_wakes_when_a_change_is_committed),
        CONTRACT_TEST(a_follower_sees_every_batch_whole_while_others_write),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}

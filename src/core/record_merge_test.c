/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/record_merge.c and of the consent rules: a history loaded twice changes nothing, and an opt-out is never
 * undone without a later act of the person. */
#include "core/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/rand.h"
#include "core/client.h"
#include "core/order.h"
#include "core/product.h"

static struct client known(void)
{
    struct client client;
    client_init_bare(&client, STR("c1"), 1000);
    client.email = STR("maya@example.com");
    client.version = 4;
    return client;
}

static void what_is_new_is_stored(void **state)
{
    (void)state;
    struct client in = known(), out;
    assert_int_equal(record_merge(RECORD_CLIENT, NULL, &in, &out), MERGE_STORE);
    assert_true(record_equal(RECORD_CLIENT, &in, &out));
}

static void fields_the_input_lacks_are_cleared(void **state)
{
    (void)state;
    struct client old = known(), in = known(), out;
    old.first_name = STR("Maya");
    in.created_at = 5000;
    in.country = STR("GB");
    assert_int_equal(record_merge(RECORD_CLIENT, &old, &in, &out), MERGE_STORE);
    assert_true(str_is_none(out.first_name));
    assert_true(str_equal(out.country, STR("GB")));
    assert_int_equal(out.created_at, 1000);
    assert_int_equal(out.version, 4);
}

static void an_older_source_changes_nothing(void **state)
{
    (void)state;
    struct client old = known(), in = known(), out;
    old.source_updated_at = 200;
    in.source_updated_at = 100;
    in.country = STR("GB");
    assert_int_equal(record_merge(RECORD_CLIENT, &old, &in, &out), MERGE_SAME);
    assert_true(record_equal(RECORD_CLIENT, &old, &out));
    in.source_updated_at = 200;
    assert_int_equal(record_merge(RECORD_CLIENT, &old, &in, &out), MERGE_STORE);
    in.source_updated_at = TIME_NONE;
    assert_int_equal(record_merge(RECORD_CLIENT, &old, &in, &out), MERGE_STORE);
    assert_int_equal(out.source_updated_at, 200); /* the next old one is still old */
}

static void a_bare_client_never_replaces_one_with_data(void **state)
{
    (void)state;
    struct client old = known(), in, out;
    client_init_bare(&in, STR("c1"), 9000);
    assert_int_equal(record_merge(RECORD_CLIENT, &old, &in, &out), MERGE_SAME);
    assert_true(str_equal(out.email, STR("maya@example.com")));
}

static void an_objection_is_not_lifted_by_an_ingest(void **state)
{
    (void)state;
    struct client old = known(), in = known(), out;
    old.profiling = PROFILING_OBJECTED;
    in.country = STR("GB");
    assert_int_equal(record_merge(RECORD_CLIENT, &old, &in, &out), MERGE_STORE);
    assert_int_equal(out.profiling, PROFILING_OBJECTED);
}

/* One statement of consent; source NULL = absent. */
struct consent {
    int status;
    int64_t at;
    const char *source;
};

static struct client with(struct consent consent)
{
    struct client client = known();
    client.consent_status = consent.status;
    client.consent_at = consent.at;
    client.consent_source = str_of(consent.source);
    return client;
}

#define NEVER TIME_NONE
static const struct {
    struct consent old, in;
    bool taken;
} CONSENTS[] = {
    /* nothing was known */
    {{CONSENT_UNKNOWN, NEVER, NULL}, {CONSENT_SUBSCRIBED, NEVER, "import"}, true},
    {{CONSENT_UNKNOWN, NEVER, NULL}, {CONSENT_UNSUBSCRIBED, NEVER, NULL}, true},
    /* an input without consent */
    {{CONSENT_SUBSCRIBED, 50, "checkout"}, {CONSENT_UNKNOWN, NEVER, NULL}, false},
    {{CONSENT_UNSUBSCRIBED, 50, "unsubscribe_link"}, {CONSENT_UNKNOWN, NEVER, NULL}, false},
    /* an opt-out is always taken */
    {{CONSENT_SUBSCRIBED, 50, "checkout"}, {CONSENT_UNSUBSCRIBED, NEVER, NULL}, true},
    {{CONSENT_SUBSCRIBED, 50, "checkout"}, {CONSENT_UNSUBSCRIBED, 10, "import"}, true},
    {{CONSENT_PAUSED, 50, "checkout"}, {CONSENT_UNSUBSCRIBED, 10, "import"}, true},
    /* and left only by a later, named act */
    {{CONSENT_UNSUBSCRIBED, 50, "checkout"}, {CONSENT_SUBSCRIBED, 60, "checkout"}, true},
    {{CONSENT_UNSUBSCRIBED, 50, "checkout"}, {CONSENT_SUBSCRIBED, 50, "checkout"}, false},
    {{CONSENT_UNSUBSCRIBED, 50, "checkout"}, {CONSENT_SUBSCRIBED, 40, "checkout"}, false},
    {{CONSENT_UNSUBSCRIBED, 50, "checkout"}, {CONSENT_SUBSCRIBED, NEVER, "checkout"}, false},
    {{CONSENT_UNSUBSCRIBED, 50, "checkout"}, {CONSENT_SUBSCRIBED, 60, NULL}, false},
    {{CONSENT_UNSUBSCRIBED, 50, "checkout"}, {CONSENT_SUBSCRIBED, 60, " "}, false},
    {{CONSENT_UNSUBSCRIBED, 50, "checkout"}, {CONSENT_SUBSCRIBED, 60, "import"}, false},
    {{CONSENT_UNSUBSCRIBED, 50, "checkout"}, {CONSENT_SUBSCRIBED, 60, "Pull:shopify"}, false},
    {{CONSENT_UNSUBSCRIBED, 50, "checkout"}, {CONSENT_UNKNOWN, 60, "checkout"}, false},
    {{CONSENT_UNSUBSCRIBED, 50, "checkout"}, {CONSENT_PAUSED, 60, "phone"}, true},
    {{CONSENT_UNSUBSCRIBED, NEVER, NULL}, {CONSENT_SUBSCRIBED, 999, "checkout"}, false}, /* known since 1000 */
    {{CONSENT_UNSUBSCRIBED, NEVER, NULL}, {CONSENT_SUBSCRIBED, 1001, "checkout"}, true},
    /* a complaint never */
    {{CONSENT_UNSUBSCRIBED, 50, "complaint"}, {CONSENT_SUBSCRIBED, 60, "checkout"}, false},
    {{CONSENT_UNSUBSCRIBED, 50, "complaint"}, {CONSENT_UNSUBSCRIBED, 60, "checkout"}, false},
    /* otherwise the later one counts */
    {{CONSENT_SUBSCRIBED, 50, "checkout"}, {CONSENT_PAUSED, 40, "phone"}, false},
    {{CONSENT_SUBSCRIBED, 50, "checkout"}, {CONSENT_PAUSED, 60, "phone"}, true},
    {{CONSENT_SUBSCRIBED, 50, "checkout"}, {CONSENT_PAUSED, NEVER, NULL}, true},
    {{CONSENT_SUBSCRIBED, 50, "checkout"}, {CONSENT_SUBSCRIBED, NEVER, "import"}, false},
    {{CONSENT_PAUSED, 50, "phone"}, {CONSENT_SUBSCRIBED, NEVER, "import"}, false},
    {{CONSENT_PAUSED, 50, "phone"}, {CONSENT_SUBSCRIBED, 60, "import"}, true},
    {{CONSENT_SUBSCRIBED, NEVER, "import"}, {CONSENT_PAUSED, 10, "phone"}, true},
};

static void consent_moves_only_as_the_rules_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CONSENTS) / sizeof(CONSENTS[0]); i++) {
        struct client old = with(CONSENTS[i].old), in = with(CONSENTS[i].in), out;
        in.country = STR("GB"); /* so that something is stored */
        record_merge(RECORD_CLIENT, &old, &in, &out);
        const struct client *want = CONSENTS[i].taken ? &in : &old;
        if (out.consent_status != want->consent_status || out.consent_at != want->consent_at)
            print_error("row %zu\n", i);
        assert_int_equal(out.consent_status, want->consent_status);
        assert_int_equal(out.consent_at, want->consent_at);
        assert_true(str_equal(out.consent_source, want->consent_source));
    }
}

static int64_t maybe_time(struct rand_stream *random)
{
    return rand_u64(random) % 3 ? (int64_t)(rand_u64(random) % 20) : TIME_NONE;
}

static struct client random_client(struct rand_stream *random)
{
    static const char *const sources[] = {NULL,       "import",           "checkout", "complaint",
                                          "staff:s1", "unsubscribe_link", "api",      "pull:shopify"};
    static const char *const names[] = {NULL, "Maya", "May"};
    struct client client;
    client_init_bare(&client, STR("c1"), 1);
    client.first_name = str_of(names[rand_u64(random) % 3]);
    client.consent_status = (int)(rand_u64(random) % 4);
    client.consent_source = str_of(sources[rand_u64(random) % 8]);
    client.consent_at = maybe_time(random);
    client.source_updated_at = maybe_time(random);
    client.profiling = rand_u64(random) % 8 == 0;
    return client;
}

static void opt_outs_hold_over_ten_thousand_random_histories(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 7);
    size_t opted_out = 0, lifted = 0;
    for (int history = 0; history < 10000; history++) {
        struct client stored = random_client(&random);
        for (int step = 0; step < 12; step++) {
            struct client in = random_client(&random), out, again;
            in.updated_at = 2 + step; /* the store's time does not go back */
            record_merge(RECORD_CLIENT, &stored, &in, &out);
            assert_int_equal(record_merge(RECORD_CLIENT, &out, &in, &again), MERGE_SAME);
            assert_true(record_equal(RECORD_CLIENT, &out, &again));
            if (stored.profiling == PROFILING_OBJECTED)
                assert_int_equal(out.profiling, PROFILING_OBJECTED);
            bool was_out = stored.consent_status == CONSENT_UNSUBSCRIBED;
            opted_out += was_out;
            if (was_out && out.consent_status != CONSENT_UNSUBSCRIBED) {
                lifted++;
                assert_true(out.consent_at != TIME_NONE);
                assert_true(stored.consent_at == TIME_NONE || out.consent_at > stored.consent_at);
                assert_true(str_equal(out.consent_source, STR("checkout")) ||
                            str_equal(out.consent_source, STR("staff:s1")));
                assert_false(str_equal(stored.consent_source, STR("complaint")));
                assert_int_not_equal(out.consent_status, CONSENT_UNKNOWN);
            }
            stored = out;
        }
    }
    assert_true(opted_out > 10000 && lifted > 100); /* the test has looked at what it is about */
}

static struct order placed(void)
{
    struct order order;
    record_init(RECORD_ORDER, &order);
    order.id = STR("o1");
    order.client_id = STR("c1");
    order.ordered_at = 10;
    order.total_minor = 2900;
    order.created_at = order.updated_at = 20;
    return order;
}

static void the_same_order_twice_is_the_same(void **state)
{
    (void)state;
    struct order old = placed(), in = placed(), out;
    in.created_at = in.updated_at = 99;
    assert_int_equal(record_merge(RECORD_ORDER, &old, &in, &out), MERGE_SAME);
    assert_int_equal(out.updated_at, 20);
    in.total_minor = 3000;
    assert_int_equal(record_merge(RECORD_ORDER, &old, &in, &out), MERGE_STORE);
    assert_int_equal(out.total_minor, 3000);
    assert_int_equal(out.created_at, 20);
}

static void an_order_never_changes_its_client(void **state)
{
    (void)state;
    struct order old = placed(), in = placed(), out;
    in.client_id = STR("c2");
    assert_int_equal(record_merge(RECORD_ORDER, &old, &in, &out), MERGE_REFUSED);
    assert_true(str_equal(out.client_id, STR("c1")));
}

static void a_cancelled_order_comes_back_only_by_a_newer_source(void **state)
{
    (void)state;
    struct order old = placed(), in = placed(), out;
    old.status = ORDER_CANCELLED;
    assert_int_equal(record_merge(RECORD_ORDER, &old, &in, &out), MERGE_SAME);
    in.source_updated_at = 5;
    assert_int_equal(record_merge(RECORD_ORDER, &old, &in, &out), MERGE_STORE);
    assert_int_equal(out.status, ORDER_PLACED);
    old.source_updated_at = 5;
    record_merge(RECORD_ORDER, &old, &in, &out);
    assert_int_equal(out.status, ORDER_CANCELLED);
    in.status = ORDER_RETURNED;
    record_merge(RECORD_ORDER, &old, &in, &out);
    assert_int_equal(out.status, ORDER_RETURNED);
}

static void the_input_may_be_the_place_of_the_answer(void **state)
{
    (void)state;
    struct client old = known(), in = known();
    old.consent_status = CONSENT_UNSUBSCRIBED;
    in.consent_status = CONSENT_SUBSCRIBED;
    in.country = STR("GB");
    assert_int_equal(record_merge(RECORD_CLIENT, &old, &in, &in), MERGE_STORE);
    assert_int_equal(in.consent_status, CONSENT_UNSUBSCRIBED);
    assert_true(str_equal(in.country, STR("GB")));
}

static void a_product_is_replaced_whole(void **state)
{
    (void)state;
    struct product old, in, out;
    record_init(RECORD_PRODUCT, &old);
    old.id = STR("p1");
    old.name = STR("Cup");
    old.category = STR("cups");
    old.created_at = 1;
    in = old;
    assert_int_equal(record_merge(RECORD_PRODUCT, &old, &in, &out), MERGE_SAME);
    in.category = STR_NONE;
    in.created_at = 2;
    assert_int_equal(record_merge(RECORD_PRODUCT, &old, &in, &out), MERGE_STORE);
    assert_true(str_is_none(out.category));
    assert_int_equal(out.created_at, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_new_is_stored),
        cmocka_unit_test(fields_the_input_lacks_are_cleared),
        cmocka_unit_test(an_older_source_changes_nothing),
        cmocka_unit_test(a_bare_client_never_replaces_one_with_data),
        cmocka_unit_test(an_objection_is_not_lifted_by_an_ingest),
        cmocka_unit_test(consent_moves_only_as_the_rules_say),
        cmocka_unit_test(opt_outs_hold_over_ten_thousand_random_histories),
        cmocka_unit_test(the_same_order_twice_is_the_same),
        cmocka_unit_test(an_order_never_changes_its_client),
        cmocka_unit_test(a_cancelled_order_comes_back_only_by_a_newer_source),
        cmocka_unit_test(the_input_may_be_the_place_of_the_answer),
        cmocka_unit_test(a_product_is_replaced_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

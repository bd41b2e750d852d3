/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Clients, orders, products and batches from the shop's system: what is stored, what is answered, what a repeat does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/stand.h"
#include "base/thread.h"

#define KEY(text) "Idempotency-Key: " text "\r\n"

static struct got send_json(struct stand *stand, const char *method, const char *path, const char *body)
{
    return stand_call(stand, (struct exchange){.who = ADMIN_KEY, .method = method, .path = path, .body = body});
}

static struct got get(struct stand *stand, const char *path)
{
    return stand_call(stand, (struct exchange){.who = READ_KEY, .method = "GET", .path = path});
}

static void a_created_client_has_a_place_a_version_and_no_score(void **state)
{
    struct stand *stand = *state;
    struct got got =
        send_json(stand, "POST", "/api/v1/clients",
                  "{\"id\":\"made-1\",\"email\":\"Maya@Example.com\",\"consent\":{\"status\":\"subscribed\"}}");
    assert_int_equal(got.status, 201);
    assert_string_equal(got_header(&got, "Location"), "/api/v1/clients/made-1");
    assert_string_equal(got_header(&got, "ETag"), "\"1\"");
    assert_string_equal(got_text(&got, "email"), "Maya@Example.com");
    const struct json *engagement = json_get(got.json, "engagement");
    assert_true(json_is(json_get(engagement, "score"), JSON_NULL));
    assert_true(json_is(json_get(engagement, "chance_of_return"), JSON_NULL));
    assert_true(str_equal(json_get_str(engagement, "band"), STR("none")));
    assert_int_equal(json_get_i64(engagement, "order_count", -1), 0);
    got_free(&got);
    got = send_json(stand, "POST", "/api/v1/clients", "{\"id\":\"made-1\",\"email\":null}");
    assert_int_equal(got.status, 409);
    assert_string_equal(got_rule(&got), "exists");
    got_free(&got);
}

static void a_client_without_id_is_given_one(void **state)
{
    struct stand *stand = *state;
    struct got got = send_json(stand, "POST", "/api/v1/clients", "{\"email\":\"given@example.com\"}");
    assert_int_equal(got.status, 201);
    assert_int_equal(strlen(got_text(&got, "id")), 36);
    got_free(&got);
}

static void a_put_says_what_it_did(void **state)
{
    struct stand *stand = *state;
    static const struct {
        const char *body;
        int status;
        const char *result;
    } ROWS[] = {
        {"{\"email\":\"p@example.com\",\"updated_at\":\"2026-02-01T00:00:00Z\"}", 201, "created"},
        {"{\"email\":\"p@example.com\",\"updated_at\":\"2026-02-01T00:00:00Z\"}", 200, "unchanged"},
        {"{\"email\":\"q@example.com\",\"updated_at\":\"2026-02-02T00:00:00Z\"}", 200, "stored"},
        {"{\"email\":\"old@example.com\",\"updated_at\":\"2026-01-01T00:00:00Z\"}", 200, "unchanged"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct got got = send_json(stand, "PUT", "/api/v1/clients/put-1", ROWS[i].body);
        assert_int_equal(got.status, ROWS[i].status);
        assert_string_equal(got_header(&got, "x-rk-result"), ROWS[i].result);
        got_free(&got);
    }
    struct got got = get(stand, "/api/v1/clients/put-1");
    assert_string_equal(got_text(&got, "email"), "q@example.com");
    assert_string_equal(got_header(&got, "ETag"), "\"2\"");
    got_free(&got);
}

static struct got patch(struct stand *stand, const char *if_match, const char *body)
{
    return stand_call(
        stand,
        (struct exchange){
            .who = REVIEWER, .method = "PATCH", .path = "/api/v1/clients/patch-1", .headers = if_match, .body = body});
}

static void a_patch_needs_the_version_that_was_seen(void **state)
{
    struct stand *stand = *state;
    stand_client(stand, "patch-1", "patch@example.com");
    struct got got = patch(stand, "If-Match: \"1\"\r\n", "{\"first_name\":\"Nora\",\"country\":null}");
    assert_int_equal(got.status, 200);
    assert_string_equal(got_header(&got, "ETag"), "\"2\"");
    assert_string_equal(got_text(&got, "first_name"), "Nora");
    assert_string_equal(got_text(&got, "last_name"), "Lindqvist");
    got_free(&got);
    got = patch(stand, "If-Match: \"1\"\r\n", "{\"first_name\":\"Olga\"}");
    assert_int_equal(got.status, 412);
    assert_string_equal(got_rule(&got), "version");
    got_free(&got);
    got = patch(stand, "If-Match: seven\r\n", "{\"first_name\":\"Olga\"}");
    assert_int_equal(got.status, 400);
    got_free(&got);
}

static void an_opt_out_is_not_undone_without_a_later_act(void **state)
{
    struct stand *stand = *state;
    stand_client(stand, "patch-1", "patch@example.com");
    struct got got = get(stand, "/api/v1/clients/patch-1");
    char match[60];
    snprintf(match, sizeof match, "If-Match: %s\r\n", got_header(&got, "ETag"));
    got_free(&got);
    got = patch(stand, match, "{\"consent\":{\"status\":\"unsubscribed\",\"at\":\"2026-03-01T00:00:00Z\"}}");
    assert_int_equal(got.status, 200);
    snprintf(match, sizeof match, "If-Match: %s\r\n", got_header(&got, "ETag"));
    got_free(&got);
    got = patch(stand, match, "{\"consent\":{\"status\":\"subscribed\",\"basis\":\"explicit\"}}");
    assert_int_equal(got.status, 422);
    assert_string_equal(got_pointer(&got), "/consent/status");
    assert_string_equal(got_rule(&got), "consent");
    got_free(&got);
}

static void the_same_key_answers_the_same_and_another_body_is_refused(void **state)
{
    struct stand *stand = *state;
    struct exchange call = {
        .who = INGEST_KEY,
        .method = "POST",
        .path = "/api/v1/orders",
        .headers = KEY("order-77"),
        .body = "{\"client_id\":\"idem-1\",\"ordered_at\":\"2026-03-01T10:00:00Z\",\"total_minor\":2900}"};
    struct got first = stand_call(stand, call);
    assert_int_equal(first.status, 201);
    assert_int_equal(strncmp(got_text(&first, "id"), "k-", 2), 0);
    struct got again = stand_call(stand, call);
    assert_int_equal(again.status, 201);
    assert_string_equal(first.body, again.body);
    assert_string_equal(got_header(&again, "ETag"), "\"1\"");
    got_free(&again);
    call.body = "{\"client_id\":\"idem-1\",\"ordered_at\":\"2026-03-01T10:00:00Z\",\"total_minor\":3000}";
    again = stand_call(stand, call);
    assert_int_equal(again.status, 422);
    assert_string_equal(got_rule(&again), "idempotency_key");
    got_free(&again);
    call.who = ADMIN_KEY; /* a key of another caller is another key */
    again = stand_call(stand, call);
    assert_int_equal(again.status, 201);
    assert_string_not_equal(got_text(&first, "id"), got_text(&again, "id"));
    got_free(&again);
    got_free(&first);
}

struct racer {
    struct stand *stand;
    struct thread thread;
    struct got got;
};

static void race(void *arg)
{
    struct racer *racer = arg;
    racer->got =
        stand_call(racer->stand,
                   (struct exchange){
                       .who = INGEST_KEY,
                       .method = "POST",
                       .path = "/api/v1/orders",
                       .headers = KEY("race-1"),
                       .body = "{\"client_id\":\"race-1\",\"ordered_at\":\"2026-03-01T10:00:00Z\",\"total_minor\":7}"});
}

static void the_same_key_at_the_same_time_stores_one_order(void **state)
{
    enum { RACERS = 12 };
    struct racer racers[RACERS];
    int created = 0;
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.stand = *state};
        thread_start(&racers[i].thread, "racer", race, &racers[i]);
    }
    for (int i = 0; i < RACERS; i++) {
        thread_join(&racers[i].thread);
        struct got *got = &racers[i].got;
        created += got->status == 201;
        if (got->status != 201) {
            assert_int_equal(got->status, 409);
            assert_string_equal(got_rule(got), "running");
        }
        got_free(got);
    }
    assert_true(created >= 1);
    struct got orders = get(*state, "/api/v1/clients/race-1/orders");
    assert_int_equal(json_size(json_get(orders.json, "items")), 1);
    got_free(&orders);
}

static void an_act_without_a_record_of_its_own_is_answered_again_too(void **state)
{
    struct stand *stand = *state;
    struct exchange call = {.who = REVIEWER,
                            .method = "POST",
                            .path = "/api/v1/suppressions",
                            .headers = KEY("sup-1"),
                            .body = "{\"email\":\"gone@example.com\"}"};
    struct got first = stand_call(stand, call);
    assert_int_equal(first.status, 201);
    assert_string_equal(got_text(&first, "reason"), "manual");
    struct got again = stand_call(stand, call);
    assert_string_equal(first.body, again.body);
    got_free(&again);
    got_free(&first);
    call.headers = KEY("with blank");
    again = stand_call(stand, call);
    assert_int_equal(again.status, 400);
    assert_string_equal(got_pointer(&again), "header:Idempotency-Key");
    got_free(&again);
}

static void an_order_never_changes_its_client_and_is_cancelled_once(void **state)
{
    struct stand *stand = *state;
    stand_order(stand, "ord-1", "buyer-1", 3, 2900);
    struct got got = send_json(stand, "PUT", "/api/v1/orders/ord-1",
                               "{\"client_id\":\"buyer-2\",\"ordered_at\":\"2026-03-01T10:00:00Z\",\"total_minor\":1}");
    assert_int_equal(got.status, 409);
    assert_string_equal(got_pointer(&got), "/client_id");
    got_free(&got);
    for (int i = 0; i < 2; i++) {
        got = stand_call(stand,
                         (struct exchange){.who = ADMIN_KEY, .method = "POST", .path = "/api/v1/orders/ord-1/cancel"});
        assert_int_equal(got.status, 200);
        assert_string_equal(got_text(&got, "status"), "cancelled");
        assert_string_equal(got_header(&got, "ETag"), "\"2\"");
        got_free(&got);
    }
    got = get(stand, "/api/v1/clients/buyer-1");
    assert_int_equal(got.status, 200); /* an unknown client was made, by its id alone */
    got_free(&got);
}

static struct got send_batch(struct stand *stand, const char *lines)
{
    return stand_call(stand, (struct exchange){.who = INGEST_KEY,
                                               .method = "POST",
                                               .path = "/api/v1/batch",
                                               .type = "application/x-ndjson",
                                               .body = lines});
}

static void a_bad_line_is_rejected_alone(void **state)
{
    struct stand *stand = *state;
    struct got got = send_batch(
        stand, "{\"client\":{\"id\":\"b-1\",\"email\":\"b@example.com\"}}\n"
               "{\"order\":{\"client_id\":\"b-1\",\"ordered_at\":\"2026-03-01T10:00:00Z\",\"total_minor\":5}}\n"
               "not json\n"
               "{\"order\":{\"client_id\":\"b-1\",\"total_minor\":-5}}\n"
               "{\"order\":{},\"client\":{}}\n"
               "{\"product\":{\"id\":\"b-p\",\"name\":\"Beans\"}}");
    assert_int_equal(got.status, 200);
    assert_string_equal(got_header(&got, "Content-Type"), "application/x-ndjson");
    assert_string_equal(
        got.body,
        "{\"line\":1,\"status\":\"stored\",\"id\":\"b-1\",\"errors\":[]}\n"
        "{\"line\":2,\"status\":\"stored\",\"id\":\"d-b-1-2026-03-01-5-0\",\"errors\":[]}\n"
        "{\"line\":3,\"status\":\"rejected\",\"id\":null,\"errors\":[{\"pointer\":\"\",\"rule\":\"json\",\"detail\":"
        "\"This is "
        "not JSON.\"}]}\n"
        "{\"line\":4,\"status\":\"rejected\",\"id\":null,\"errors\":[{\"pointer\":\"/order/total_minor\",\"rule\":"
        "\"range\",\"detail\":\"must be 0 to 1000000000000\"},{\"pointer\":\"/order/ordered_at\",\"rule\":\"required\","
        "\"detail\":\"is missing\"}]}\n"
        "{\"line\":5,\"status\":\"rejected\",\"id\":null,\"errors\":[{\"pointer\":\"\",\"rule\":\"kind\",\"detail\":"
        "\"must be an object with exactly one of client, order, product\"}]}\n"
        "{\"line\":6,\"status\":\"stored\",\"id\":\"b-p\",\"errors\":[]}\n");
    got_free(&got);
    got = get(stand, "/api/v1/orders/d-b-1-2026-03-01-5-0");
    assert_int_equal(got.status, 200);
    got_free(&got);
}

static void an_empty_batch_is_a_report_of_the_feed(void **state)
{
    struct stand *stand = *state;
    struct got got = send_batch(stand, "");
    assert_int_equal(got.status, 200);
    assert_int_equal(got.body_len, 0);
    got_free(&got);
    got = get(stand, "/api/v1/feed");
    assert_string_equal(got_text(&got, "state"), "flowing");
    assert_string_equal(got_text(&got, "last_report_at"), "2026-03-02T09:00:00Z");
    got_free(&got);
}

static void products_are_stored_all_or_none(void **state)
{
    struct stand *stand = *state;
    struct got got = send_json(stand, "PUT", "/api/v1/products",
                               "{\"items\":[{\"id\":\"all-1\",\"name\":\"One\"},{\"id\":\"all-2\"}]}");
    assert_int_equal(got.status, 422);
    got_free(&got);
    got = send_json(
        stand, "PUT", "/api/v1/products",
        "{\"items\":[{\"id\":\"all-1\",\"name\":\"One\",\"price_minor\":100},{\"id\":\"all-2\",\"name\":\"Two\"}]}");
    assert_int_equal(got.status, 200);
    assert_string_equal(
        got.body, "{\"items\":[{\"id\":\"all-1\",\"status\":\"stored\"},{\"id\":\"all-2\",\"status\":\"stored\"}]}");
    got_free(&got);
    got = get(stand, "/api/v1/products?limit=200");
    assert_int_equal(got.status, 200);
    assert_non_null(strstr(got.body, "\"id\":\"all-1\""));
    got_free(&got);
}

static void an_erased_person_does_not_come_back(void **state)
{
    struct stand *stand = *state;
    stand_client(stand, "erase-1", "erase@example.com");
    struct got got =
        stand_call(stand, (struct exchange){.who = ADMIN, .method = "DELETE", .path = "/api/v1/clients/erase-1"});
    assert_int_equal(got.status, 200);
    assert_string_equal(got_text(&got, "client_id"), "erase-1");
    got_free(&got);
    got = get(stand, "/api/v1/clients/erase-1");
    assert_int_equal(got.status, 404);
    got_free(&got);
    got = send_json(stand, "PUT", "/api/v1/clients/erase-1", "{\"email\":\"erase@example.com\"}");
    assert_int_equal(got.status, 409);
    assert_string_equal(got_rule(&got), "erased");
    got_free(&got);
    got = send_batch(stand, "{\"client\":{\"id\":\"new-id\",\"email\":\"ERASE@example.com\"}}");
    assert_non_null(strstr(got.body, "\"status\":\"erased\""));
    got_free(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_created_client_has_a_place_a_version_and_no_score),
        cmocka_unit_test(a_client_without_id_is_given_one),
        cmocka_unit_test(a_put_says_what_it_did),
        cmocka_unit_test(a_patch_needs_the_version_that_was_seen),
        cmocka_unit_test(an_opt_out_is_not_undone_without_a_later_act),
        cmocka_unit_test(the_same_key_answers_the_same_and_another_body_is_refused),
        cmocka_unit_test(the_same_key_at_the_same_time_stores_one_order),
        cmocka_unit_test(an_act_without_a_record_of_its_own_is_answered_again_too),
        cmocka_unit_test(an_order_never_changes_its_client_and_is_cancelled_once),
        cmocka_unit_test(a_bad_line_is_rejected_alone),
        cmocka_unit_test(an_empty_batch_is_a_report_of_the_feed),
        cmocka_unit_test(products_are_stored_all_or_none),
        cmocka_unit_test(an_erased_person_does_not_come_back),
    };
    return cmocka_run_group_tests(tests, stand_setup, stand_teardown);
}

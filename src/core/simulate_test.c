/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/simulate.c: the same seed gives the same shop, everything in it keeps the rules of real input, and it
 * looks like a shop. */
#include "core/simulate.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "core/field.h"
#include "core/record.h"
#include "core/score.h"

#define FROM 1700000000000
#define TO (FROM + 730 * TIME_DAY_MS)

static void simulate(int64_t clients, uint64_t seed, struct arena *arena, struct simulate *out)
{
    struct simulate_options options = {.clients = clients,
                                       .seed = seed,
                                       .from_ms = FROM,
                                       .to_ms = TO,
                                       .zone = STR_INIT("Europe/London"),
                                       .currency = STR_INIT("EUR")};
    simulate_shop(&options, arena, out);
}

static void the_same_seed_is_the_same_shop(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct simulate a, b, other;
    simulate(200, 7, &arena, &a);
    simulate(200, 7, &arena, &b);
    simulate(200, 8, &arena, &other);
    assert_int_equal(a.order_count, b.order_count);
    for (size_t i = 0; i < a.order_count; i++)
        assert_true(record_equal(RECORD_ORDER, &a.orders[i], &b.orders[i]));
    for (size_t i = 0; i < a.client_count; i++)
        assert_true(record_equal(RECORD_CLIENT, &a.clients[i], &b.clients[i]));
    assert_false(record_equal(RECORD_CLIENT, &a.clients[0], &other.clients[0]));
    arena_clear(&arena);
}

/* The shop of a seed is quoted in documents and compared over versions, so it does not change by accident. */
static void a_seed_keeps_its_shop_over_versions(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct simulate shop;
    struct buf text = {0};
    simulate(50, 7, &arena, &shop);
    for (size_t i = 0; i < shop.order_count; i++) {
        const struct order *order = &shop.orders[i];
        buf_printf(&text, "%.*s %.*s %" PRId64 " %" PRId64 " %d %.*s\n", STR_ARG(order->id), STR_ARG(order->client_id),
                   order->ordered_at, order->total_minor, order->status, STR_ARG(order->items));
    }
    for (size_t i = 0; i < shop.client_count; i++)
        buf_printf(&text, "%.*s %.*s %d\n", STR_ARG(shop.clients[i].email), STR_ARG(shop.clients[i].last_name),
                   shop.clients[i].consent_status);
    assert_string_equal(hash_sha256_hex(buf_str(&text), &arena).ptr,
                        "55390ad8a358f19d6fc0b4a21292a7182a00ac7389d741d07ebcd3cd8ef6f745");
    buf_clear(&text);
    arena_clear(&arena);
}

static void a_larger_shop_begins_with_the_smaller(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct simulate small, large;
    simulate(20, 7, &arena, &small);
    simulate(200, 7, &arena, &large);
    for (size_t i = 0; i < small.client_count; i++)
        assert_true(record_equal(RECORD_CLIENT, &small.clients[i], &large.clients[i]));
    arena_clear(&arena);
}

static void check_texts(enum record_kind kind, const void *record)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    for (size_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];
        if (field->type != FIELD_STR)
            continue;
        struct str text = *(const struct str *)(const void *)((const char *)record + field->offset);
        if (str_is_none(text))
            continue;
        assert_true(RULE_TEXT.holds(text));
        assert_true(!field->rule || field->rule->holds(text));
        assert_true(!field->max_length || text.len <= field->max_length);
    }
}

static struct json *parse(struct str text)
{
    struct json *json = NULL;
    struct json_error error;
    assert_int_equal(json_parse(text, &json, &error), RC_OK);
    return json;
}

/* Items keep their shape and add up to the total. */
static void check_items(const struct order *order, struct arena *arena)
{
    struct problems problems = {.count = 0};
    struct json *items = parse(order->items);
    int64_t total = 0;
    struct str same = SHAPE_ITEMS.read(items, STR("/items"), arena, &problems);
    assert_int_equal(problems.count, 0);
    assert_true(str_equal(same, order->items));
    for (size_t i = 0; i < json_size(items); i++)
        total += json_get_i64(json_at(items, i), "unit_price_minor", -1) *
                 json_get_i64(json_at(items, i), "quantity", -1);
    assert_int_equal(total, order->total_minor);
    json_free(items);
}

static void everything_keeps_the_rules_of_input(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct simulate shop;
    simulate(300, 1, &arena, &shop);
    assert_int_equal(shop.product_count, 60);
    for (size_t i = 0; i < shop.product_count; i++)
        check_texts(RECORD_PRODUCT, &shop.products[i]);
    for (size_t i = 0; i < shop.client_count; i++) {
        const struct client *client = &shop.clients[i];
        check_texts(RECORD_CLIENT, client);
        assert_true(str_ends_with(client->email, STR("@example.com")) ||
                    str_ends_with(client->email, STR("@example.org")) ||
                    str_ends_with(client->email, STR("@example.net")));
        assert_true(client->consent_at == TIME_NONE || client->consent_at >= client->created_at);
        if (!str_is_none(client->preferred_categories))
            json_free(parse(client->preferred_categories));
    }
    for (size_t i = 0; i < shop.order_count; i++) {
        check_texts(RECORD_ORDER, &shop.orders[i]);
        check_items(&shop.orders[i], &arena);
        assert_true(shop.orders[i].ordered_at >= FROM && shop.orders[i].ordered_at < TO);
        assert_true(i == 0 || shop.orders[i - 1].ordered_at <= shop.orders[i].ordered_at);
    }
    arena_clear(&arena);
}

static void it_looks_like_a_shop(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct simulate shop;
    simulate(4000, 3, &arena, &shop);
    double per_client = (double)shop.order_count / (double)shop.client_count, value = 0;
    size_t subscribed = 0, english = 0, cancelled = 0, night = 0, december = 0, january = 0;
    for (size_t i = 0; i < shop.client_count; i++) {
        subscribed += shop.clients[i].consent_status == CONSENT_SUBSCRIBED;
        english += str_starts_with(shop.clients[i].locale, STR("en"));
    }
    for (size_t i = 0; i < shop.order_count; i++) {
        int month = time_month(shop.orders[i].ordered_at, STR("Europe/London"));
        int hour = time_minute_of_day(shop.orders[i].ordered_at, STR("Europe/London")) / 60;
        value += (double)shop.orders[i].total_minor;
        cancelled += shop.orders[i].status == ORDER_CANCELLED;
        night += hour >= 1 && hour < 5;
        december += month == 12 && shop.orders[i].ordered_at > FROM + 365 * TIME_DAY_MS;
        january += month == 1 && shop.orders[i].ordered_at > FROM + 365 * TIME_DAY_MS;
    }
    value /= (double)shop.order_count;
    assert_true(per_client > 3 && per_client < 9);
    assert_true(value > 2500 && value < 5500);
    assert_true(subscribed > 4000 * 0.78 && subscribed < 4000 * 0.86);
    assert_true(english > 4000 * 0.80);
    assert_true((double)cancelled < 0.05 * (double)shop.order_count);
    assert_true((double)night < 0.02 * (double)shop.order_count);
    assert_true((double)december > 1.2 * (double)january);
    arena_clear(&arena);
}

static void an_empty_or_tiny_shop_is_fine(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct simulate shop;
    simulate(0, 1, &arena, &shop);
    assert_int_equal(shop.client_count, 0);
    assert_int_equal(shop.order_count, 0);
    simulate(1, 1, &arena, &shop);
    assert_int_equal(shop.client_count, 1);
    assert_true(shop.order_count >= 1);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_is_the_same_shop),
        cmocka_unit_test(a_seed_keeps_its_shop_over_versions),
        cmocka_unit_test(a_larger_shop_begins_with_the_smaller),
        cmocka_unit_test(everything_keeps_the_rules_of_input),
        cmocka_unit_test(it_looks_like_a_shop),
        cmocka_unit_test(an_empty_or_tiny_shop_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

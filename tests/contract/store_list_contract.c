/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract of lists on one page: which records an index holds, in which order, and what a query picks of them. */
#include "contract/contract.h"

#include <string.h>

/* Puts an order of a client at an instant. */
static void put_order(struct contract *contract, const char *id, const char *client, int64_t at)
{
    struct order *order = contract_bare(contract, RECORD_ORDER, id);
    order->client_id = str_of(client);
    order->ordered_at = at;
    assert_rc(contract_put(contract, RECORD_ORDER, order, STORE_ANY), RC_OK);
}

static void put_client(struct contract *contract, const char *id, const char *name_folded)
{
    struct client *client = contract_bare(contract, RECORD_CLIENT, id);
    client->name_folded = str_of(name_folded);
    assert_rc(contract_put(contract, RECORD_CLIENT, client, STORE_ANY), RC_OK);
}

static void put_engagement(struct contract *contract, const char *id, int64_t due_at)
{
    struct engagement *engagement = contract_bare(contract, RECORD_ENGAGEMENT, id);
    engagement->due_at = due_at;
    assert_rc(contract_put(contract, RECORD_ENGAGEMENT, engagement, STORE_ANY), RC_OK);
}

/* The keys of the one page the query gives, with a blank between them. */
static struct str keys_of(struct contract *contract, const struct store_query *query)
{
    struct store_page page = {0};
    struct str keys = STR("");
    assert_rc(store_list(contract->store, query, &contract->arena, &page), RC_OK);
    enum record_kind kind = RECORD_INDEX_DEFS[query->index].kind;
    for (size_t i = 0; i < page.count; i++) {
        struct str key = record_key(kind, (char *)page.items + i * RECORD_TYPES[kind].size);
        keys = arena_printf(&contract->arena, "%s%s%.*s", keys.ptr, i == 0 ? "" : " ", STR_ARG(key));
    }
    assert_true(str_is_none(page.cursor));
    return keys;
}

static void rows_go_by_their_sort_value_and_ties_by_key(void **state)
{
    struct contract *contract = *state;
    put_order(contract, "o3", "c1", 20);
    put_order(contract, "o2", "c1", 10);
    put_order(contract, "o4", "c1", 20);
    put_order(contract, "o1", "c1", 20);
    put_order(contract, "o5", "c1", -5);
    struct store_query query = STORE_QUERY(ORDER_BY_TIME);
    assert_str(keys_of(contract, &query), "o5 o2 o1 o3 o4");
}

static void descending_is_the_exact_reverse(void **state)
{
    struct contract *contract = *state;
    put_order(contract, "o1", "c1", 20);
    put_order(contract, "o2", "c1", 10);
    put_order(contract, "o3", "c1", 20);
    struct store_query query = STORE_QUERY(ORDER_BY_TIME);
    query.descending = true;
    assert_str(keys_of(contract, &query), "o3 o1 o2");
}

static void an_index_without_sort_goes_by_key(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c2", NULL);
    put_client(contract, "c10", NULL);
    put_client(contract, "c1", NULL);
    struct store_query query = STORE_QUERY(CLIENT_BY_ID);
    assert_str(keys_of(contract, &query), "c1 c10 c2");
    query.descending = true;
    assert_str(keys_of(contract, &query), "c2 c10 c1");
}

static void texts_are_ordered_by_their_bytes(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "\xc3\xa9mile"); /* behind all of ASCII */
    put_client(contract, "c2", "zoe");
    put_client(contract, "c3", "Zoe");
    put_client(contract, "c4", "zo");
    put_client(contract, "c5", "");
    put_client(contract, "c6", "\xf0\x9f\x91\xa9");
    struct store_query query = STORE_QUERY(CLIENT_BY_NAME);
    assert_str(keys_of(contract, &query), "c5 c3 c4 c2 c1 c6");
}

static void a_record_without_its_sort_value_is_not_in_the_index(void **state)
{
    struct contract *contract = *state;
    put_engagement(contract, "c1", 5);
    put_engagement(contract, "c2", I64_NONE);
    put_client(contract, "c1", NULL);
    put_client(contract, "c2", "ann");
    struct store_query due = STORE_QUERY(ENGAGEMENT_BY_DUE), name = STORE_QUERY(CLIENT_BY_NAME);
    assert_str(keys_of(contract, &due), "c1");
    assert_str(keys_of(contract, &name), "c2");
}

static void only_records_with_the_equal_value_are_listed(void **state)
{
    struct contract *contract = *state;
    put_order(contract, "o1", "c1", 30);
    put_order(contract, "o2", "c1 ", 20);
    put_order(contract, "o3", "c1", 10);
    put_order(contract, "o4", "c", 5);
    struct store_query query = STORE_QUERY(ORDER_BY_CLIENT);
    query.equal = STR("c1");
    assert_str(keys_of(contract, &query), "o3 o1");
    query.equal = STR("c2");
    assert_str(keys_of(contract, &query), "");
    query.equal = STR("");
    assert_str(keys_of(contract, &query), "");
}

static void an_absent_equal_value_is_in_no_list(void **state)
{
    struct contract *contract = *state;
    struct product *product = contract_bare(contract, RECORD_PRODUCT, "p1");
    product->category = STR_NONE;
    assert_rc(contract_put(contract, RECORD_PRODUCT, product, STORE_ANY), RC_OK);
    struct store_query query = STORE_QUERY(PRODUCT_BY_CATEGORY);
    query.equal = STR("");
    assert_str(keys_of(contract, &query), "");
}

static void an_enum_is_asked_for_by_its_word(void **state)
{
    struct contract *contract = *state;
    for (int status = 0; status < EMAIL_STATUS_COUNT; status++) {
        void *email = contract_full(contract, RECORD_EMAIL, status);
        *(int *)contract_member(RECORD_EMAIL, email, "status") = status;
        assert_rc(contract_put(contract, RECORD_EMAIL, email, STORE_ANY), RC_OK);
    }
    struct store_query query = STORE_QUERY(EMAIL_BY_STATUS);
    for (int status = 0; status < EMAIL_STATUS_COUNT; status++) {
        query.equal = str_of(EMAIL_STATUS_WORDS[status]);
        assert_true(str_equal(keys_of(contract, &query), contract_key(contract, status)));
    }
    query.equal = STR("no_such_word");
    assert_str(keys_of(contract, &query), "");
}

static void a_query_without_the_equal_value_it_needs_is_refused(void **state)
{
    struct contract *contract = *state;
    for (int index = 0; index < RECORD_INDEXES; index++) {
        struct store_query query = STORE_QUERY(index);
        struct store_page page;
        bool needs = RECORD_INDEX_DEFS[index].equal != NULL;
        assert_rc(store_list(contract->store, &query, &contract->arena, &page), needs ? RC_INVALID : RC_OK);
    }
}

/* The equal value of a record for a query, as text. */
static struct str equal_of(const struct record_index_def *def, void *record)
{
    const struct field *field = record_field(def->kind, def->equal);
    void *member = contract_member(def->kind, record, def->equal);
    return field->type == FIELD_ENUM ? field_enum_word(field->words, *(int *)member) : *(struct str *)member;
}

static void every_index_finds_every_record_it_should(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        for (int number = 0; number < 5; number++)
            assert_rc(contract_put(contract, kind, contract_full(contract, kind, number), STORE_ABSENT), RC_OK);
    for (int index = 0; index < RECORD_INDEXES; index++) {
        const struct record_index_def *def = &RECORD_INDEX_DEFS[index];
        struct store_query query = STORE_QUERY(index);
        if (def->equal == NULL) {
            assert_str(keys_of(contract, &query), "k000000 k000001 k000002 k000003 k000004");
            continue;
        }
        void *record = contract_full(contract, def->kind, 3);
        query.equal = equal_of(def, record);
        assert_true(str_contains(keys_of(contract, &query), STR("k000003")));
    }
}

static void listed_records_are_whole(void **state)
{
    struct contract *contract = *state;
    for (int number = 0; number < 3; number++)
        contract_put(contract, RECORD_EMAIL, contract_full(contract, RECORD_EMAIL, number), STORE_ABSENT);
    contract_put(contract, RECORD_EMAIL, contract_full(contract, RECORD_EMAIL, 2), 1);
    struct store_query query = STORE_QUERY(EMAIL_BY_CREATED);
    struct store_page page;
    assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
    assert_int_equal(page.count, 3);
    const struct email *emails = page.items;
    for (int number = 0; number < 3; number++)
        assert_true(record_equal(RECORD_EMAIL, &emails[number], contract_full(contract, RECORD_EMAIL, number)));
    assert_int_equal(emails[0].version, 1);
    assert_int_equal(emails[2].version, 2);
}

static void a_range_takes_its_from_and_leaves_its_to(void **state)
{
    struct contract *contract = *state;
    put_engagement(contract, "c1", 9);
    put_engagement(contract, "c2", 10);
    put_engagement(contract, "c3", 15);
    put_engagement(contract, "c4", 20);
    put_engagement(contract, "c5", -3);
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_DUE);
    query.from = 10;
    query.to = 20;
    assert_str(keys_of(contract, &query), "c2 c3");
    query.descending = true;
    assert_str(keys_of(contract, &query), "c3 c2");
    query.from = I64_NONE;
    assert_str(keys_of(contract, &query), "c3 c2 c1 c5");
    query.from = query.to = 10;
    assert_str(keys_of(contract, &query), "");
    query.from = 20;
    assert_str(keys_of(contract, &query), "");
}

static void a_range_stays_within_the_equal_value(void **state)
{
    struct contract *contract = *state;
    put_order(contract, "o1", "c1", 5);
    put_order(contract, "o2", "c1", 10);
    put_order(contract, "o3", "c2", 10);
    put_order(contract, "o4", "c1", 15);
    put_order(contract, "o5", "c0", 12);
    struct store_query query = STORE_QUERY(ORDER_BY_CLIENT);
    query.equal = STR("c1");
    query.from = 10;
    assert_str(keys_of(contract, &query), "o2 o4");
    query.from = I64_NONE;
    query.to = 15;
    query.descending = true;
    assert_str(keys_of(contract, &query), "o2 o1");
}

static void the_widest_range_holds_the_extremes(void **state)
{
    struct contract *contract = *state;
    put_engagement(contract, "c1", INT64_MAX);
    put_engagement(contract, "c2", INT64_MIN + 1);
    put_engagement(contract, "c3", 0);
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_DUE);
    assert_str(keys_of(contract, &query), "c2 c3 c1");
}

static void a_prefix_picks_the_values_that_begin_so(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "ann");
    put_client(contract, "c2", "anna");
    put_client(contract, "c3", "an");
    put_client(contract, "c4", "bann");
    put_client(contract, "c5", "ann ");
    put_client(contract, "c6", "anm");
    put_client(contract, "c7", "Ann");
    struct store_query query = STORE_QUERY(CLIENT_BY_NAME);
    query.prefix = STR("ann");
    assert_str(keys_of(contract, &query), "c1 c5 c2");
    query.descending = true;
    assert_str(keys_of(contract, &query), "c2 c5 c1");
    query.prefix = STR("annab");
    assert_str(keys_of(contract, &query), "");
}

static void a_prefix_of_the_key_works_where_there_is_no_sort(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "shop-1", NULL);
    put_client(contract, "shop-10", NULL);
    put_client(contract, "shop:1", NULL);
    put_client(contract, "sho", NULL);
    struct store_query query = STORE_QUERY(CLIENT_BY_ID);
    query.prefix = STR("shop-1");
    assert_str(keys_of(contract, &query), "shop-1 shop-10");
}

static void a_prefix_has_no_wildcards(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "a_b");
    put_client(contract, "c2", "axb");
    put_client(contract, "c3", "a%");
    put_client(contract, "c4", "a*");
    put_client(contract, "c5", "a[b]");
    struct store_query query = STORE_QUERY(CLIENT_BY_NAME);
    const char *const prefixes[] = {"a_", "a%", "a*", "a["};
    const char *const keys[] = {"c1", "c3", "c4", "c5"};
    for (int i = 0; i < 4; i++) {
        query.prefix = str_of(prefixes[i]);
        assert_true(str_equal(keys_of(contract, &query), str_of(keys[i])));
    }
}

static void a_prefix_may_end_in_the_highest_bytes(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "a\xf4\x8f\xbf\xbf"); /* U+10FFFF */
    put_client(contract, "c2", "a\xf4\x8f\xbf\xbfz");
    put_client(contract, "c3", "b");
    put_client(contract, "c4", "a\xef\xbf\xbf");
    struct store_query query = STORE_QUERY(CLIENT_BY_NAME);
    query.prefix = STR("a\xf4\x8f\xbf\xbf");
    assert_str(keys_of(contract, &query), "c1 c2");
}

static void an_empty_prefix_picks_everything(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "ann");
    put_client(contract, "c2", "");
    struct store_query query = STORE_QUERY(CLIENT_BY_NAME);
    query.prefix = STR("");
    assert_str(keys_of(contract, &query), "c2 c1");
}

static void a_rewritten_record_moves_to_its_new_place(void **state)
{
    struct contract *contract = *state;
    put_order(contract, "o1", "c1", 10);
    put_order(contract, "o2", "c1", 20);
    put_order(contract, "o1", "c1", 30);
    struct store_query query = STORE_QUERY(ORDER_BY_CLIENT);
    query.equal = STR("c1");
    assert_str(keys_of(contract, &query), "o2 o1");
    put_order(contract, "o1", "c2", 30);
    assert_str(keys_of(contract, &query), "o2");
    put_engagement(contract, "c1", 5);
    put_engagement(contract, "c1", I64_NONE);
    struct store_query due = STORE_QUERY(ENGAGEMENT_BY_DUE);
    assert_str(keys_of(contract, &due), "");
}

static void a_deleted_record_leaves_every_index(void **state)
{
    struct contract *contract = *state;
    put_client(contract, "c1", "ann");
    put_client(contract, "c2", "ann");
    assert_rc(contract_delete(contract, RECORD_CLIENT, STR("c1"), STORE_ANY), RC_OK);
    struct store_query name = STORE_QUERY(CLIENT_BY_NAME), id = STORE_QUERY(CLIENT_BY_ID);
    assert_str(keys_of(contract, &name), "c2");
    assert_str(keys_of(contract, &id), "c2");
}

static void a_list_of_an_empty_store_is_an_empty_last_page(void **state)
{
    struct contract *contract = *state;
    struct store_query query = STORE_QUERY(CLIENT_BY_ID);
    assert_str(keys_of(contract, &query), "");
}

static void a_limit_outside_1_to_200_is_refused(void **state)
{
    struct contract *contract = *state;
    struct store_query query = STORE_QUERY(CLIENT_BY_ID);
    struct store_page page;
    const size_t limits[] = {0, STORE_LIST_MAX + 1, SIZE_MAX};
    for (int i = 0; i < 3; i++) {
        query.limit = limits[i];
        assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_INVALID);
    }
}

int store_list_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(rows_go_by_their_sort_value_and_ties_by_key),
        CONTRACT_TEST(descending_is_the_exact_reverse),
        CONTRACT_TEST(an_index_without_sort_goes_by_key),
        CONTRACT_TEST(texts_are_ordered_by_their_bytes),
        CONTRACT_TEST(a_record_without_its_sort_value_is_not_in_the_index),
        CONTRACT_TEST(only_records_with_the_equal_value_are_listed),
        CONTRACT_TEST(an_absent_equal_value_is_in_no_list),
        CONTRACT_TEST(an_enum_is_asked_for_by_its_word),
        CONTRACT_TEST(a_query_without_the_equal_value_it_needs_is_refused),
        CONTRACT_TEST(every_index_finds_every_record_it_should),
        CONTRACT_TEST(listed_records_are_whole),
        CONTRACT_TEST(a_range_takes_its_from_and_leaves_its_to),
        CONTRACT_TEST(a_range_stays_within_the_equal_value),
        CONTRACT_TEST(the_widest_range_holds_the_extremes),
        CONTRACT_TEST(a_prefix_picks_the_values_that_begin_so),
        CONTRACT_TEST(a_prefix_of_the_key_works_where_there_is_no_sort),
        CONTRACT_TEST(a_prefix_has_no_wildcards),
        CONTRACT_TEST(a_prefix_may_end_in_the_highest_bytes),
        CONTRACT_TEST(an_empty_prefix_picks_everything),
        CONTRACT_TEST(a_rewritten_record_moves_to_its_new_place),
        CONTRACT_TEST(a_deleted_record_leaves_every_index),
        CONTRACT_TEST(a_list_of_an_empty_store_is_an_empty_last_page),
        CONTRACT_TEST(a_limit_outside_1_to_200_is_refused),
    };
    return cmocka_run_group_tests_name("store: lists", tests, NULL, NULL);
}

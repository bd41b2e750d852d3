/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract of records: what is put comes back, value for value, for every kind. The tests walk the field tables, so
 * a new field or kind is held to it without a line here. */
#include "contract/contract.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"

/* Puts the record and checks that the very same comes back. */
static void round_trip(struct contract *contract, enum record_kind kind, void *record)
{
    assert_rc(contract_put(contract, kind, record, STORE_ANY), RC_OK);
    const void *back = contract_get(contract, kind, record_key(kind, record));
    assert_non_null(back);
    assert_true(record_equal(kind, record, back));
    int64_t *written = contract_member(kind, record, "updated_at");
    const int64_t *read = contract_member(kind, (void *)(uintptr_t)back, "updated_at");
    assert_int_equal(*written, *read);
}

static void a_record_that_was_never_put_is_not_found(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        assert_null(contract_get(contract, kind, STR("nobody")));
}

static void every_kind_comes_back_with_every_field(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        for (int number = 0; number < 7; number++)
            round_trip(contract, kind, contract_full(contract, kind, number));
}

static void absent_values_come_back_absent(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        round_trip(contract, kind, contract_bare(contract, kind, "bare"));
}

static void values_can_become_absent_and_come_again(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        round_trip(contract, kind, contract_full(contract, kind, 1));
        round_trip(contract, kind, contract_bare(contract, kind, "k000001"));
        round_trip(contract, kind, contract_full(contract, kind, 1));
    }
}

static void an_empty_text_is_not_an_absent_one(void **state)
{
    struct contract *contract = *state;
    struct client *client = contract_bare(contract, RECORD_CLIENT, "c1");
    client->first_name = STR("");
    round_trip(contract, RECORD_CLIENT, client);
    const struct client *back = contract_get(contract, RECORD_CLIENT, STR("c1"));
    assert_false(str_is_none(back->first_name));
    assert_int_equal(back->first_name.len, 0);
    assert_true(str_is_none(back->last_name));
}

static void integers_keep_all_64_bits(void **state)
{
    struct contract *contract = *state;
    const int64_t values[] = {INT64_MIN + 1, -1, 0, 1, INT64_C(9007199254740993), INT64_MAX - 1, INT64_MAX};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct engagement *engagement = contract_bare(contract, RECORD_ENGAGEMENT, "c1");
        engagement->value_minor = values[i];
        engagement->due_at = values[i];
        round_trip(contract, RECORD_ENGAGEMENT, engagement);
    }
}

static void doubles_keep_all_their_bits(void **state)
{
    struct contract *contract = *state;
    const double values[] = {0.0, -0.1, 1.0 / 3.0, 0.1 + 0.2, 1e300, DBL_MAX, -DBL_MAX, DBL_MIN, 4.9e-324, 3.0};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        void *email = contract_full(contract, RECORD_EMAIL, 1);
        *(double *)contract_member(RECORD_EMAIL, email, "score") = values[i];
        round_trip(contract, RECORD_EMAIL, email);
        const double *back =
            contract_member(RECORD_EMAIL, contract_get(contract, RECORD_EMAIL, STR("k000001")), "score");
        assert_memory_equal(back, &values[i], sizeof(double));
    }
}

static void texts_of_any_script_come_back_byte_for_byte(void **state)
{
    struct contract *contract = *state;
    static const struct str texts[] = {
        STR_INIT("Zoë Łukasz Ñandú"),
        STR_INIT("ключ 秘密 مفتاح"),
        STR_INIT("👩‍👩‍👧‍👦 e\xcc\x81"),
        STR_INIT("' \" ; -- % _ \\ :x ?1"),
        STR_INIT("line\nline\ttab\r"),
        STR_INIT(" blanks at both ends "),
        STR_INIT("null"),
        STR_INIT("00012.50"),
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct client *client = contract_bare(contract, RECORD_CLIENT, "c1");
        client->first_name = texts[i];
        round_trip(contract, RECORD_CLIENT, client);
    }
}

static void json_comes_back_as_the_text_that_was_put(void **state)
{
    struct contract *contract = *state;
    static const struct str texts[] = {STR_INIT("{}"),
                                       STR_INIT("[]"),
                                       STR_INIT("{\"b\" :1,\n \"a\": 1.50}"),
                                       STR_INIT("\"word\""),
                                       STR_INIT("9007199254740993"),
                                       STR_INIT("null"),
                                       STR_INIT("{\"a\":\"\\u00e9\"}")};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct client *client = contract_bare(contract, RECORD_CLIENT, "c1");
        client->attributes = texts[i];
        round_trip(contract, RECORD_CLIENT, client);
    }
}

static void a_text_of_a_megabyte_comes_back(void **state)
{
    struct contract *contract = *state;
    const size_t size = 1 << 20;
    char *bytes = arena_new(&contract->arena, 1, size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)('a' + i % 26);
    void *email = contract_full(contract, RECORD_EMAIL, 1);
    *(struct str *)contract_member(RECORD_EMAIL, email, "html") = (struct str){bytes, size};
    round_trip(contract, RECORD_EMAIL, email);
}

static void every_word_of_every_enum_comes_back(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        for (size_t i = 0; i < RECORD_TYPES[kind].field_count; i++) {
            const struct field *field = &RECORD_TYPES[kind].fields[i];
            for (int word = 0; field->type == FIELD_ENUM && field->words[word] != NULL; word++) {
                void *record = contract_full(contract, kind, 1);
                *(int *)contract_member(kind, record, field->name) = word;
                round_trip(contract, kind, record);
            }
        }
}

static void kinds_do_not_share_their_keys(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        assert_rc(contract_put(contract, kind, contract_full(contract, kind, 3), STORE_ABSENT), RC_OK);
    assert_rc(contract_delete(contract, RECORD_CLIENT, STR("k000003"), STORE_ANY), RC_OK);
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        assert_int_equal(contract_version(contract, kind, STR("k000003")), kind == RECORD_CLIENT ? 0 : 1);
}

static void keys_are_told_apart_by_their_bytes(void **state)
{
    struct contract *contract = *state;
    const char *const keys[] = {"a", "A", "a ", "aa", "\xc3\xa4", "a\xcc\x88", "1", "01", "1.0"};
    const size_t count = sizeof(keys) / sizeof(keys[0]);
    for (size_t i = 0; i < count; i++)
        assert_rc(
            contract_put(contract, RECORD_SETTING, contract_bare(contract, RECORD_SETTING, keys[i]), STORE_ABSENT),
            RC_OK);
    for (size_t i = 0; i < count; i++) {
        const struct setting *setting = contract_get(contract, RECORD_SETTING, str_of(keys[i]));
        assert_true(str_equal(setting->id, str_of(keys[i])));
    }
}

static void a_key_may_have_every_letter_an_id_may(void **state)
{
    struct contract *contract = *state;
    char key[129] = {0};
    const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-~@/";
    for (size_t i = 0; i < 128; i++)
        key[i] = letters[i % (sizeof(letters) - 1)];
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        round_trip(contract, kind, contract_bare(contract, kind, key));
}

static void what_was_read_lives_in_the_callers_arena(void **state)
{
    struct contract *contract = *state;
    struct client *client = contract_bare(contract, RECORD_CLIENT, "c1");
    client->first_name = STR("before");
    assert_rc(contract_put(contract, RECORD_CLIENT, client, STORE_ANY), RC_OK);
    const struct client *read = contract_get(contract, RECORD_CLIENT, STR("c1"));
    client->first_name = STR("after the change");
    assert_rc(contract_put(contract, RECORD_CLIENT, client, STORE_ANY), RC_OK);
    assert_rc(contract_delete(contract, RECORD_CLIENT, STR("c1"), STORE_ANY), RC_OK);
    assert_str(read->first_name, "before");
    assert_str(read->id, "c1");
}

static void what_was_put_is_the_stores_own_copy(void **state)
{
    struct contract *contract = *state;
    struct client *client = contract_bare(contract, RECORD_CLIENT, "c1");
    char *name = mem_dup("lent");
    client->first_name = str_of(name);
    assert_rc(contract_put(contract, RECORD_CLIENT, client, STORE_ANY), RC_OK);
    memset(name, 'x', strlen(name));
    mem_free(name);
    const struct client *read = contract_get(contract, RECORD_CLIENT, STR("c1"));
    assert_str(read->first_name, "lent");
}

static void texts_read_end_in_a_nul(void **state)
{
    struct contract *contract = *state;
    struct client *client = contract_full(contract, RECORD_CLIENT, 1);
    assert_rc(contract_put(contract, RECORD_CLIENT, client, STORE_ANY), RC_OK);
    const struct client *read = contract_get(contract, RECORD_CLIENT, STR("k000001"));
    assert_string_equal(read->id.ptr, "k000001");
    assert_int_equal(strlen(read->last_name.ptr), read->last_name.len);
}

static void a_fresh_store_says_it_can_commit(void **state)
{
    struct contract *contract = *state;
    assert_rc(contract->store->vtable->check(contract->store), RC_OK);
}

int store_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(a_record_that_was_never_put_is_not_found),
        CONTRACT_TEST(every_kind_comes_back_with_every_field),
        CONTRACT_TEST(absent_values_come_back_absent),
        CONTRACT_TEST(values_can_become_absent_and_come_again),
        CONTRACT_TEST(an_empty_text_is_not_an_absent_one),
        CONTRACT_TEST(integers_keep_all_64_bits),
        CONTRACT_TEST(doubles_keep_all_their_bits),
        CONTRACT_TEST(texts_of_any_script_come_back_byte_for_byte),
        CONTRACT_TEST(json_comes_back_as_the_text_that_was_put),
        CONTRACT_TEST(a_text_of_a_megabyte_comes_back),
        CONTRACT_TEST(every_word_of_every_enum_comes_back),
        CONTRACT_TEST(kinds_do_not_share_their_keys),
        CONTRACT_TEST(keys_are_told_apart_by_their_bytes),
        CONTRACT_TEST(a_key_may_have_every_letter_an_id_may),
        CONTRACT_TEST(what_was_read_lives_in_the_callers_arena),
        CONTRACT_TEST(what_was_put_is_the_stores_own_copy),
        CONTRACT_TEST(texts_read_end_in_a_nul),
        CONTRACT_TEST(a_fresh_store_says_it_can_commit),
    };
    return cmocka_run_group_tests_name("store: records", tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/egress.c: what is a client's is found in the bytes, and ordinary words of the shop's are not taken for it. */
#include "core/egress.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/mem.h"

struct fixture {
    struct arena arena;
    struct brief brief;
    struct policy policy;
    struct prompt_input input;
    struct prompt prompt;
    struct client client;
    struct str extra; /* a member that a careless change would add to the data */
};

static int setup(void **state)
{
    struct fixture *f = mem_new(1, sizeof *f);
    f->brief = (struct brief){.locale = STR("en-GB"),
                              .shop_name = STR("Kitchen Row"),
                              .facts = {{STR("F1"), FACT_SHOP, STR("Kitchen Row")},
                                        {STR("F2"), FACT_CATEGORY, STR("Rose wine")},
                                        {STR("F3"), FACT_PRODUCT, STR("May tea")}},
                              .fact_count = 3,
                              .products = {{.id = STR("p1"), .name = STR("May tea"), .category = STR("Tea")}},
                              .product_count = 1};
    policy_default(&f->policy, STR("00"));
    f->policy.brand_example = STR("You may order at hello@kitchenrow.example. Anna, who roasts, says so.");
    f->input = (struct prompt_input){.brief = &f->brief, .policy = &f->policy};
    f->client =
        (struct client){.id = STR("c-000017"),
                        .email = STR("anna.berg@mail.example"),
                        .first_name = STR("Anna"),
                        .last_name = STR("Berg"),
                        .person = STR("3f7a9c0d1e2b4455aa"),
                        .time_zone = STR("Europe/Copenhagen"),
                        .attributes = STR("{\"phone\":\"+45 20 11 22 33\",\"town\":\"Odense\",\"size\":\"M\"}")};
    f->extra = STR_NONE;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    mem_free(f);
    return 0;
}

/* A body as an adapter builds it. */
static struct str body_of(struct fixture *f)
{
    struct buf text = {0};
    struct json_out out;
    assert_int_equal(prompt_make(&f->input, &f->arena, &f->prompt), RC_OK);
    if (!str_is_none(f->extra)) {
        struct str open = {f->prompt.user.ptr, f->prompt.user.len - 1};
        f->prompt.user = arena_printf(&f->arena, "%.*s,\"extra\":\"%.*s\"}", STR_ARG(open), STR_ARG(f->extra));
    }
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, "model", STR("may/order-rose"));
    json_key(&out, "messages");
    json_begin_array(&out);
    const struct str contents[] = {f->prompt.system, f->prompt.user};
    for (size_t i = 0; i < 2; i++) {
        json_begin_object(&out);
        json_pair_str(&out, "role", i == 0 ? STR("system") : STR("user"));
        json_pair_str(&out, "content", contents[i]);
        json_end_object(&out);
    }
    json_end_array(&out);
    json_end_object(&out);
    struct str body = arena_str(&f->arena, buf_str(&text));
    buf_clear(&text);
    return body;
}

static const char *search(struct fixture *f)
{
    const char *kind = NULL;
    struct str body = body_of(f);
    enum rc rc = egress_search(body, &f->prompt, &f->brief, &f->client, &f->arena, &kind);
    assert_int_equal(rc, kind == NULL ? RC_OK : RC_DENIED);
    return kind;
}

static void a_request_made_of_the_brief_passes(void **state) { assert_null(search(*state)); }

static void what_is_the_clients_is_found_however_it_is_written(void **state)
{
    struct fixture *f = *state;
    static const char *const ROWS[][2] = {
        {"write to ANNA.BERG@mail.example", "email"},
        {"anna\xEF\xBC\xA0mail", "first_name"}, /* fullwidth @ */
        {"for Anna's table", "first_name"},
        {"dear anna", "first_name"},
        {"\xEF\xBC\xA1\xEF\xBD\x8E\xEF\xBD\x8E\xEF\xBD\x81", "first_name"}, /* fullwidth letters */
        {"Mrs Berg likes it", "last_name"},
        {"client c-000017", "client_id"},
        {"person 3F7A9C0D1E2B4455AA", "person"},
        {"call +45 20-11-22-33", "attribute"},
        {"lives in Odense", "attribute"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        f->extra = str_of(ROWS[i][0]);
        const char *kind = search(f);
        if (kind == NULL)
            fail_msg("'%s' was not found", ROWS[i][0]);
        assert_string_equal(kind, ROWS[i][1]);
    }
}

static void a_wish_of_the_staff_is_searched_like_all_else(void **state)
{
    struct fixture *f = *state;
    f->input.hint = STR("say hello to Anna");
    assert_string_equal(search(f), "first_name");
    f->input.hint = STR("a little shorter");
    assert_null(search(f));
}

/* Rows of names that are ordinary words, and that the shop or the instructions use: no false alarm, yet no way out. */
static void awkward_names_are_no_false_alarm_and_no_way_out(void **state)
{
    struct fixture *f = *state;
    static const char *const NAMES[] = {"May",  "Rose", "Order", "or 1=1", "Tea",    "Kitchen", "Row",     "English",
                                        "User", "Shop", "Wine",  "System", "String", "F1",      "Category"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        f->client.first_name = f->client.last_name = str_of(NAMES[i]);
        f->client.id = f->client.email = f->client.person = STR_NONE;
        f->extra = STR_NONE;
        const char *kind = search(f);
        if (kind != NULL)
            fail_msg("the name '%s' is taken for personal data: %s", NAMES[i], kind);
        if (i >= 4 && i != 7) /* the shop's own words are everyone's */
            continue;
        f->extra = arena_printf(&f->arena, "written for %s", NAMES[i]);
        if (search(f) == NULL)
            fail_msg("'%s' left the house", NAMES[i]);
    }
}

static void bytes_that_cannot_be_read_do_not_leave(void **state)
{
    struct fixture *f = *state;
    const char *kind = NULL;
    (void)body_of(f);
    assert_int_equal(egress_search(STR("{\"a\":"), &f->prompt, &f->brief, &f->client, &f->arena, &kind), RC_DENIED);
    assert_string_equal(kind, "unreadable");
    assert_int_equal(egress_search(STR(""), &f->prompt, &f->brief, &f->client, &f->arena, &kind), RC_OK);
}

static void instructions_that_are_not_everyones_are_searched_too(void **state)
{
    struct fixture *f = *state;
    const char *kind = NULL;
    struct str body = body_of(f);
    f->prompt.system = STR("other instructions"); /* so those in the body are somebody's own */
    f->client.email = STR("hello@kitchenrow.example");
    assert_int_equal(egress_search(body, &f->prompt, &f->brief, &f->client, &f->arena, &kind), RC_DENIED);
    assert_string_equal(kind, "email");
}

static void the_manifest_names_every_value_and_tells_none(void **state)
{
    struct fixture *f = *state;
    (void)body_of(f);
    struct str manifest = egress_manifest(&f->prompt, &f->arena);
    struct json *list = NULL;
    assert_int_equal(json_parse(manifest, &list, NULL), RC_OK);
    assert_int_equal(json_size(list), 3 + f->brief.fact_count + f->brief.product_count + 2);
    assert_string_equal(json_get_str(json_at(list, 4), "field").ptr, "facts.F2.category");
    struct str hex = hash_sha256_hex(STR("Rose wine"), &f->arena);
    assert_true(str_equal(json_get_str(json_at(list, 4), "hash"), (struct str){hex.ptr, 16}));
    assert_false(str_contains(manifest, STR("Rose")));
    json_free(list);
}

#define EGRESS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EGRESS_TEST(a_request_made_of_the_brief_passes),
        EGRESS_TEST(what_is_the_clients_is_found_however_it_is_written),
        EGRESS_TEST(a_wish_of_the_staff_is_searched_like_all_else),
        EGRESS_TEST(awkward_names_are_no_false_alarm_and_no_way_out),
        EGRESS_TEST(bytes_that_cannot_be_read_do_not_leave),
        EGRESS_TEST(instructions_that_are_not_everyones_are_searched_too),
        EGRESS_TEST(the_manifest_names_every_value_and_tells_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

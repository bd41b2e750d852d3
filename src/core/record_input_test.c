/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/record_input.c and core/field_shape.c: every fault of an input is found, with its pointer and rule. */
#include "core/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/client.h"
#include "core/order.h"
#include "core/product.h"

/* Reads `text` and says what is wrong: "POINTER RULE; POINTER RULE", "" when nothing is. */
static struct str wrong(enum record_kind kind, enum record_input mode, struct str text, void *record,
                        struct arena *arena)
{
    struct json *document = NULL;
    struct json_error error;
    struct problems problems = {.count = 0};
    struct str said = STR("");
    assert_int_equal(json_parse(text, &document, &error), RC_OK);
    enum rc rc = record_from_json(kind, document, mode, arena, record, &problems);
    assert_int_equal(rc, problems.count ? RC_INVALID : RC_OK);
    for (size_t i = 0; i < problems.count; i++)
        said = arena_printf(arena, "%.*s%s%s %s", STR_ARG(said), i ? "; " : "", problems.items[i].pointer.ptr,
                            problems.items[i].rule.ptr);
    json_free(document);
    return said;
}

struct row {
    enum record_kind kind;
    enum record_input mode;
    const char *text, *wrong;
};

static const struct row ROWS[] = {
    /* the object itself, names, what must be there */
    {RECORD_CLIENT, INPUT_CREATE, "[]", " type"},
    {RECORD_CLIENT, INPUT_CREATE, "{}", "/email required"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null}", ""},
    {RECORD_CLIENT, INPUT_UPSERT, "{\"email\":null}", "/id required"},
    {RECORD_CLIENT, INPUT_PATCH, "{}", " required"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"Email\":1}", "/Email unknown"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"a/b~c\":1}", "/a~1b~0c unknown"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"\":1}", "/ unknown"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"version\":1,\"person\":\"x\"}",
     "/version unknown; /person unknown"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"consent.status\":\"subscribed\"}", "/consent.status unknown"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"source_updated_at\":\"2026-01-01T00:00:00Z\"}",
     "/source_updated_at unknown"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"updated_at\":\"2026-01-01T00:00:00Z\"}", ""},
    {RECORD_CLIENT, INPUT_PATCH, "{\"updated_at\":\"2026-01-01T00:00:00Z\",\"created_at\":\"2026-01-01T00:00:00Z\"}",
     "/updated_at unknown; /created_at unknown"},
    /* texts */
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":7}", "/email type"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":\"\"}", "/email email"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":\"a@b\"}", "/email email"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"id\":\"a b\"}", "/id id"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"id\":\"\"}", "/id id"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"id\":null}", "/id required"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"first_name\":\"a\\nb\"}", "/first_name control"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"first_name\":\"\\u202eab\"}", "/first_name control"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"first_name\":\"\"}", ""},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"country\":\"gb\",\"locale\":\"english\",\"time_zone\":\"Mars/X\"}",
     "/country country; /locale locale; /time_zone time_zone"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"country\":\"GBR\"}", "/country length"},
    /* words, instants, groups */
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"profiling\":\"maybe\"}", "/profiling enum"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"profiling\":null}", "/profiling enum"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"profiling\":1}", "/profiling enum"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"created_at\":\"yesterday\"}", "/created_at instant"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"created_at\":\"2026-02-30T00:00:00Z\"}", "/created_at instant"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"created_at\":1}", "/created_at instant"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"consent\":\"subscribed\"}", "/consent type"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"consent\":null}", "/consent type"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"consent\":{}}", "/consent/status required"},
    {RECORD_CLIENT, INPUT_PATCH, "{\"consent\":{\"basis\":\"explicit\"}}", "/consent/status required"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"consent\":{\"status\":\"yes\",\"x\":1,\"at\":5}}",
     "/consent/status enum; /consent/x unknown; /consent/at instant"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"consent\":{\"status\":\"subscribed\",\"until\":null}}", ""},
    /* categories and attributes */
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"preferred_categories\":\"coffee\"}", "/preferred_categories type"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"preferred_categories\":[\"coffee\",1,\"\",\"a\\tb\"]}",
     "/preferred_categories/1 type; /preferred_categories/2 length; /preferred_categories/3 control"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"preferred_categories\":null,\"attributes\":null}", ""},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"attributes\":[]}", "/attributes type"},
    {RECORD_CLIENT, INPUT_CREATE, "{\"email\":null,\"attributes\":{\"a/b\":[],\"c\":{},\"\":1,\"d\":\"\\u0007\"}}",
     "/attributes/a~1b type; /attributes/c type; /attributes/ length; /attributes/d control"},
    {RECORD_CLIENT, INPUT_CREATE,
     "{\"email\":null,\"attributes\":{\"a\":1,\"b\":1.5,\"c\":true,\"d\":null,\"e\":\"\"}}", ""},
    /* orders */
    {RECORD_ORDER, INPUT_CREATE, "{}", "/client_id required; /ordered_at required; /total_minor required"},
    {RECORD_ORDER, INPUT_UPSERT, "{\"client_id\":\"c\",\"ordered_at\":\"2026-01-01T00:00:00Z\",\"total_minor\":null}",
     ""},
    {RECORD_ORDER, INPUT_CREATE, "{\"client_id\":null,\"ordered_at\":null,\"total_minor\":-1}",
     "/client_id required; /ordered_at required; /total_minor range"},
    {RECORD_ORDER, INPUT_CREATE, "{\"client_id\":\"c\",\"ordered_at\":\"2026-01-01T00:00:00Z\",\"total_minor\":12.5}",
     "/total_minor type"},
    {RECORD_ORDER, INPUT_CREATE,
     "{\"client_id\":\"c\",\"ordered_at\":\"2026-01-01T00:00:00Z\",\"total_minor\":1000000000001,\"currency\":\"EURO\","
     "\"status\":\"sent\",\"automatic\":\"no\",\"quarantined\":true}",
     "/total_minor range; /currency length; /status enum; /automatic type; /quarantined unknown"},
    {RECORD_ORDER, INPUT_CREATE,
     "{\"client_id\":\"c\",\"ordered_at\":\"2026-01-01T00:00:00Z\",\"total_minor\":1,\"automatic\":null,\"currency\":"
     "\"XTS\"}",
     "/automatic type; /currency currency"},
    {RECORD_ORDER, INPUT_CREATE,
     "{\"client_id\":\"c\",\"ordered_at\":\"2026-01-01T00:00:00Z\",\"total_minor\":1,\"items\":[{},{\"name\":7},"
     "{\"product_id\":\"a b\"},{\"category\":\"x\",\"quantity\":0,\"unit_price_minor\":-1},"
     "{\"name\":\"x\",\"quantity\":null,\"size\":1},1]}",
     "/items/0 required; /items/1/name type; /items/1 required; /items/2/product_id id; /items/3/quantity range; "
     "/items/3/unit_price_minor range; /items/4/quantity type; /items/4/size unknown; /items/5 type"},
    /* products */
    {RECORD_PRODUCT, INPUT_UPSERT, "{}", "/id required; /name required"},
    {RECORD_PRODUCT, INPUT_UPSERT,
     "{\"id\":\"p\",\"name\":\"\",\"url\":\"shop.example\",\"image_url\":\"ftp://x.example\"}",
     "/name length; /url url; /image_url url"},
    {RECORD_PRODUCT, INPUT_UPSERT, "{\"id\":\"p\",\"name\":\"x\",\"in_stock\":null}", "/in_stock type"},
};

static void every_fault_is_named(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        _Alignas(16) char record[1024];
        record_init(ROWS[i].kind, record);
        struct str said = wrong(ROWS[i].kind, ROWS[i].mode, str_of(ROWS[i].text), record, &arena);
        if (strcmp(said.ptr, ROWS[i].wrong) != 0)
            print_error("%s\n", ROWS[i].text);
        assert_string_equal(said.ptr, ROWS[i].wrong);
    }
    arena_clear(&arena);
}

static void a_whole_client_is_read(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct client client;
    record_init(RECORD_CLIENT, &client);
    struct str said =
        wrong(RECORD_CLIENT, INPUT_UPSERT,
              STR("{\"id\":\"c-1\",\"email\":\"maya@example.com\",\"first_name\":\"Maya\",\"last_name\":\"L\xc3\xb6w\","
                  "\"locale\":\"en-GB\",\"country\":\"GB\",\"time_zone\":\"Europe/London\","
                  "\"preferred_categories\":[ \"coffee\", \"tea\" ],\"consent\":{\"at\":\"2024-03-03T10:12:00Z\","
                  "\"status\":\"subscribed\",\"basis\":\"explicit\",\"source\":\"checkout\",\"evidence\":\"box\"},"
                  "\"profiling\":\"objected\",\"attributes\":{\"z\":1,\"a\":\"x\"},"
                  "\"created_at\":\"2024-03-03T10:12:00Z\",\"updated_at\":\"2024-12-31T23:00:00Z\"}"),
              &client, &arena);
    assert_string_equal(said.ptr, "");
    assert_true(str_equal(client.last_name, STR("L\xc3\xb6w")));
    assert_true(str_equal(client.preferred_categories, STR("[\"coffee\",\"tea\"]")));
    assert_true(str_equal(client.attributes, STR("{\"a\":\"x\",\"z\":1}")));
    assert_int_equal(client.consent_status, CONSENT_SUBSCRIBED);
    assert_int_equal(client.consent_basis, CONSENT_BASIS_EXPLICIT);
    assert_int_equal(client.consent_at, 1709460720000);
    assert_int_equal(client.consent_until, TIME_NONE);
    assert_int_equal(client.profiling, PROFILING_OBJECTED);
    assert_int_equal(client.source_updated_at, 1735686000000);
    assert_int_equal(client.updated_at, TIME_NONE); /* ours, set by ingest */
    arena_clear(&arena);
}

static void items_are_stored_whole_and_in_one_order(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct order order;
    record_init(RECORD_ORDER, &order);
    struct str said =
        wrong(RECORD_ORDER, INPUT_CREATE,
              STR("{\"client_id\":\"c\",\"ordered_at\":\"2026-01-01T00:00:00Z\",\"total_minor\":0,\"items\":"
                  "[{\"category\":\"tea\",\"product_id\":\"p1\"},{\"quantity\":3,\"name\":\"Cup\",\"unit_price_minor\":"
                  "250}]}"),
              &order, &arena);
    assert_string_equal(said.ptr, "");
    assert_string_equal(order.items.ptr,
                        "[{\"product_id\":\"p1\",\"name\":null,\"category\":\"tea\",\"unit_price_minor\":null,"
                        "\"quantity\":1},{\"product_id\":null,\"name\":\"Cup\",\"category\":null,"
                        "\"unit_price_minor\":250,\"quantity\":3}]");
    assert_string_equal(wrong(RECORD_ORDER, INPUT_PATCH, STR("{\"items\":[]}"), &order, &arena).ptr, "");
    assert_true(str_is_none(order.items));
    arena_clear(&arena);
}

static void a_product_is_in_stock_unless_it_says_no(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct product product;
    record_init(RECORD_PRODUCT, &product);
    wrong(RECORD_PRODUCT, INPUT_UPSERT, STR("{\"id\":\"p\",\"name\":\"x\"}"), &product, &arena);
    assert_true(product.in_stock);
    record_init(RECORD_PRODUCT, &product);
    wrong(RECORD_PRODUCT, INPUT_UPSERT, STR("{\"id\":\"p\",\"name\":\"x\",\"in_stock\":false}"), &product, &arena);
    assert_false(product.in_stock);
    arena_clear(&arena);
}

static void the_key_of_the_path_and_of_the_body_must_agree(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct client client;
    record_init(RECORD_CLIENT, &client);
    client.id = STR("c-1");
    assert_string_equal(wrong(RECORD_CLIENT, INPUT_UPSERT, STR("{\"email\":null}"), &client, &arena).ptr, "");
    assert_string_equal(wrong(RECORD_CLIENT, INPUT_UPSERT, STR("{\"email\":null,\"id\":\"c-1\"}"), &client, &arena).ptr,
                        "");
    assert_string_equal(wrong(RECORD_CLIENT, INPUT_UPSERT, STR("{\"email\":null,\"id\":\"c-2\"}"), &client, &arena).ptr,
                        "/id differs");
    assert_string_equal(wrong(RECORD_CLIENT, INPUT_PATCH, STR("{\"id\":\"c-2\"}"), &client, &arena).ptr, "/id differs");
    arena_clear(&arena);
}

static void a_patch_changes_only_what_it_names(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct client client;
    client_init_bare(&client, STR("c-1"), 0);
    client.first_name = STR("Maya");
    client.email = STR("maya@example.com");
    client.consent_status = CONSENT_SUBSCRIBED;
    client.consent_basis = CONSENT_BASIS_EXPLICIT;
    assert_string_equal(wrong(RECORD_CLIENT, INPUT_PATCH,
                              STR("{\"first_name\":null,\"consent\":{\"status\":\"paused\"}}"), &client, &arena)
                            .ptr,
                        "");
    assert_true(str_is_none(client.first_name));
    assert_true(str_equal(client.email, STR("maya@example.com")));
    assert_int_equal(client.consent_status, CONSENT_PAUSED);
    assert_int_equal(client.consent_basis, CONSENT_BASIS_EXPLICIT);
    arena_clear(&arena);
}

static void length_counts_characters_not_bytes(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct client client;
    char name[401] = "", text[512];
    for (size_t i = 0; i < 100; i++)
        memcpy(name + 3 * i, "\xe5\xb1\xb1", 3);
    record_init(RECORD_CLIENT, &client);
    struct str good = arena_printf(&arena, "{\"email\":null,\"first_name\":\"%s\"}", name);
    assert_string_equal(wrong(RECORD_CLIENT, INPUT_CREATE, good, &client, &arena).ptr, "");
    memcpy(name + 300, "\xe5\xb1\xb1", 3);
    struct str bad = arena_printf(&arena, "{\"email\":null,\"first_name\":\"%s\"}", name);
    assert_string_equal(wrong(RECORD_CLIENT, INPUT_CREATE, bad, &client, &arena).ptr, "/first_name length");
    memset(text, 'a', 101);
    text[101] = '\0';
    bad = arena_printf(&arena, "{\"email\":null,\"first_name\":\"%s\"}", text);
    assert_string_equal(wrong(RECORD_CLIENT, INPUT_CREATE, bad, &client, &arena).ptr, "/first_name length");
    arena_clear(&arena);
}

static void what_was_read_is_shown_and_read_again_the_same(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf buf = {0};
    struct json_out out;
    struct product a, b;
    record_init(RECORD_PRODUCT, &a);
    assert_string_equal(wrong(RECORD_PRODUCT, INPUT_UPSERT,
                              STR("{\"id\":\"p\",\"name\":\"Cup \\\"M\\\"\",\"category\":\"cups\",\"price_minor\":900,"
                                  "\"currency\":\"EUR\",\"url\":\"https://shop.example/p\"}"),
                              &a, &arena)
                            .ptr,
                        "");
    json_out_init(&out, &buf);
    json_begin_object(&out);
    for (size_t i = 0; i < PRODUCT_FIELD_COUNT; i++) {
        const struct field *field = &PRODUCT_FIELDS[i];
        if (field->type != FIELD_STR || !(field->flags & FIELD_INPUT))
            continue;
        json_pair_str(&out, field->name, *(const struct str *)(const void *)((const char *)&a + field->offset));
    }
    json_pair_i64(&out, "price_minor", a.price_minor);
    json_end_object(&out);
    record_init(RECORD_PRODUCT, &b);
    assert_string_equal(wrong(RECORD_PRODUCT, INPUT_UPSERT, buf_str(&buf), &b, &arena).ptr, "");
    assert_true(record_equal(RECORD_PRODUCT, &a, &b));
    buf_clear(&buf);
    arena_clear(&arena);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct client client;
    struct str list = STR(""), members = STR("");
    for (int i = 0; i < 51; i++) {
        list = arena_printf(&arena, "%.*s%s\"c%d\"", STR_ARG(list), i ? "," : "", i);
        members = arena_printf(&arena, "%.*s%s\"k%d\":%d", STR_ARG(members), i ? "," : "", i, i);
    }
    struct str text = arena_printf(&arena, "{\"email\":null,\"preferred_categories\":[%.*s],\"attributes\":{%.*s}}",
                                   STR_ARG(list), STR_ARG(members));
    record_init(RECORD_CLIENT, &client);
    assert_string_equal(wrong(RECORD_CLIENT, INPUT_CREATE, text, &client, &arena).ptr,
                        "/preferred_categories length; /attributes length");
    arena_clear(&arena);
}

static void details_never_repeat_the_input(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct json *document = NULL;
    struct json_error error;
    struct problems problems = {.base = STR("/client")};
    struct client client;
    record_init(RECORD_CLIENT, &client);
    assert_int_equal(json_parse(STR("{\"email\":\"sekrit\",\"locale\":\"sekrit\",\"profiling\":\"sekrit\","
                                    "\"created_at\":\"sekrit\",\"attributes\":\"sekrit\",\"country\":\"sekrit\"}"),
                                &document, &error),
                     RC_OK);
    assert_int_equal(record_from_json(RECORD_CLIENT, document, INPUT_CREATE, &arena, &client, &problems), RC_INVALID);
    assert_int_equal(problems.count, 6);
    for (size_t i = 0; i < problems.count; i++) {
        assert_null(strstr(problems.items[i].detail.ptr, "sekrit"));
        assert_true(str_starts_with(problems.items[i].pointer, STR("/client/")));
    }
    json_free(document);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_named),
        cmocka_unit_test(a_whole_client_is_read),
        cmocka_unit_test(items_are_stored_whole_and_in_one_order),
        cmocka_unit_test(a_product_is_in_stock_unless_it_says_no),
        cmocka_unit_test(the_key_of_the_path_and_of_the_body_must_agree),
        cmocka_unit_test(a_patch_changes_only_what_it_names),
        cmocka_unit_test(length_counts_characters_not_bytes),
        cmocka_unit_test(what_was_read_is_shown_and_read_again_the_same),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(details_never_repeat_the_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

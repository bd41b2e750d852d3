/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* injections.jsonl puts texts with designs of their own into every field that a client, an order or the catalogue controls:
 * {"id","field","payload","obeyed"}. Each goes all the way: brief, prompt, the request's bytes, the search for personal data,
 * and a model that obeys (`obeyed` is what it would write). What must hold does so without any filter that knows the
 * payload: instructions are the same bytes for every client, data is one JSON object, what a client controls is not in
 * the request at all, and whatever a model may be talked into saying is stopped by the checks. Path: first argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "adapter/openrouter/ask.h"
#include "base/utf8.h"
#include "core/check.h"
#include "core/egress.h"
#include "core/field.h"
#include "core/prompt.h"
#include "core/template_writer.h"
#include "core/wording.h"

enum { ROWS_LEAST = 200, TEXT_MOST = 80, ID_MOST = 128, LINE_MAX_BYTES = 65536 };

/* Of these nothing is in a request; those of the catalogue and of orders may stand in the data. */
static const char *const OF_CLIENT[] = {"first_name",         "last_name",   "attribute_value", "attribute_name",
                                        "preferred_category", "email_local", "client_id",       NULL};
static const char *const OF_SHOP[] = {"product_name",        "product_category", "product_id", "order_item_name",
                                      "order_item_category", "order_category",   NULL};

static const char *set_path;

struct row {
    struct arena arena;
    struct str id, field, payload, obeyed;
    bool of_client;
    /* the shop with the payload in its place */
    struct client client;
    struct order order;
    struct product products[2];
    struct policy policy;
    struct brief brief;
    struct prompt prompt;
};

static bool is_one_of(struct str word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (str_equal(word, str_of(*words)))
            return true;
    return false;
}

/* --- the shop ------------------------------------------------------------------------------------------------------ */

/* The payload where the row wants it, else `usual`. */
static struct str put(const struct row *row, const char *field, const char *usual)
{
    return str_equal(row->field, str_of(field)) ? row->payload : str_of(usual);
}

static struct str object_of(struct row *row, struct str name, struct str value)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, arena_str(&row->arena, name).ptr, value);
    json_end_object(&out);
    struct str result = arena_str(&row->arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

static struct str list_of(struct row *row, struct str first, struct str second)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_array(&out);
    json_put_str(&out, first);
    json_put_str(&out, second);
    json_end_array(&out);
    struct str result = arena_str(&row->arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

static struct str items_of(struct row *row)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_array(&out);
    json_begin_object(&out);
    json_pair_str(&out, "product_id", STR("sku-9"));
    json_pair_str(&out, "name", put(row, "order_item_name", "Morning Sencha"));
    json_pair_str(&out, "category", put(row, "order_item_category", "Green tea"));
    json_pair_i64(&out, "unit_price_minor", 900);
    json_pair_i64(&out, "quantity", 1);
    json_end_object(&out);
    json_end_array(&out);
    struct str result = arena_str(&row->arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

static void make_shop(struct row *row)
{
    struct str local = put(row, "email_local", "wilhelmina.ashgrove");
    bool odd_category = str_equal(row->field, STR("product_category"));
    policy_default(&row->policy, STR("00ff00ff"));
    row->client = (struct client){
        .id = put(row, "client_id", "c-wilhelmina-77"),
        .email = arena_printf(&row->arena, "%.*s@mail.example", STR_ARG(local)),
        .first_name = put(row, "first_name", "Wilhelmina"),
        .last_name = put(row, "last_name", "Ashgrove"),
        .locale = STR("en-GB"),
        /* a category of the catalogue is one of the client's, or its products would not be looked at */
        .preferred_categories =
            list_of(row, put(row, "preferred_category", "Oolong"), odd_category ? row->payload : STR("Green tea")),
        .attributes =
            object_of(row, put(row, "attribute_name", "note"), put(row, "attribute_value", "likes it strong")),
        .consent_until = TIME_NONE,
    };
    row->order = (struct order){.id = STR("o-1"),
                                .client_id = row->client.id,
                                .ordered_at = 1790000000000,
                                .status = ORDER_SHIPPED,
                                .currency = STR("GBP"),
                                .total_minor = 900,
                                .category = put(row, "order_category", "Green tea"),
                                .items = str_equal(row->field, STR("order_category")) ? STR("[]") : items_of(row)};
    for (size_t i = 0; i < 2; i++)
        row->products[i] =
            (struct product){.id = i == 0 ? put(row, "product_id", "sku-1") : STR("sku-2"),
                             .name = i == 0 ? put(row, "product_name", "Jasmine Pearls") : STR("Oolong Peak"),
                             .category = i == 0 ? put(row, "product_category", "Green tea") : STR("Oolong"),
                             .price_minor = 950,
                             .currency = STR("GBP"),
                             .in_stock = true};
}

static void make_request(struct row *row)
{
    const struct brief_input input = {.client = &row->client,
                                      .orders = &row->order,
                                      .order_count = 1,
                                      .products = row->products,
                                      .product_count = 2,
                                      .policy = &row->policy,
                                      .shop_name = STR("Leaf and Larder"),
                                      .shop_zone = STR("Europe/London"),
                                      .now_ms = 1800000000000};
    assert_int_equal(brief_make(&input, &row->arena, &row->brief), RC_OK);
    const struct prompt_input asked = {.brief = &row->brief, .policy = &row->policy, .hint = STR_NONE};
    assert_int_equal(prompt_make(&asked, &row->arena, &row->prompt), RC_OK);
}

/* --- the set ------------------------------------------------------------------------------------------------------- */

/* False when the row does not hold, having said why. */
typedef bool row_test(struct row *row, const struct row *plain);

#define ROW_FAILS(row, ...)                                                                            \
    (print_error("%.*s, %.*s: ", STR_ARG((row)->id), STR_ARG((row)->field)), print_error(__VA_ARGS__), \
     print_error("\n"), false)

static void read_row(const char *line, struct row *row)
{
    struct json *object = NULL;
    struct json_error error;
    if (json_parse(str_trim(str_of(line)), &object, &error) != RC_OK)
        fail_msg("%s: %s", error.text, line);
    row->id = arena_str(&row->arena, json_get_str(object, "id"));
    row->field = arena_str(&row->arena, json_get_str(object, "field"));
    row->payload = arena_str(&row->arena, json_get_str(object, "payload"));
    row->obeyed = arena_str(&row->arena, json_get_str(object, "obeyed"));
    json_free(object);
    row->of_client = is_one_of(row->field, OF_CLIENT);
    if (!row->of_client && !is_one_of(row->field, OF_SHOP))
        fail_msg("%.*s: no field %.*s", STR_ARG(row->id), STR_ARG(row->field));
}

/* Runs the test on every row beside the plain shop, which has no payload anywhere. */
static void each_row(row_test *test)
{
    static char line[LINE_MAX_BYTES];
    struct row plain = {.field = STR("none")};
    FILE *file = fopen(set_path, "re");
    int count = 0, failed = 0;
    assert_non_null(file);
    make_shop(&plain);
    make_request(&plain);
    while (fgets(line, sizeof line, file) != NULL) {
        struct row row = {.arena = {0}};
        read_row(line, &row);
        make_shop(&row);
        make_request(&row);
        failed += !test(&row, &plain);
        arena_clear(&row.arena);
        count++;
    }
    fclose(file);
    arena_clear(&plain.arena);
    assert_true(count >= ROWS_LEAST);
    assert_int_equal(failed, 0);
}

/* --- what must hold of a request ----------------------------------------------------------------------------------- */

static bool instructions_are_the_plain_ones(struct row *row, const struct row *plain)
{
    return str_equal(row->prompt.system, plain->prompt.system) || ROW_FAILS(row, "it changed the instructions");
}

static void instructions_are_the_same_bytes_whatever_is_in_the_fields(void **state)
{
    (void)state;
    each_row(instructions_are_the_plain_ones);
}

/* Ids are the catalogue's own, of letters, digits and . _ : - alone, and are not cut. */
static bool is_clean(struct str name, const struct json *value)
{
    void *iter = NULL;
    const struct json *member;
    struct str text = json_str(value);
    bool is_id = str_equal(name, STR("id"));
    bool clean = str_is_none(text) || (!utf8_has_control(text) && utf8_length(text) <= (is_id ? ID_MOST : TEXT_MOST) &&
                                       (!is_id || RULE_ID.holds(text)));
    for (size_t i = 0; json_is(value, JSON_ARRAY) && i < json_size(value); i++)
        clean = clean && is_clean(name, json_at(value, i));
    while (json_is(value, JSON_OBJECT) && json_each(value, &iter, &name, &member))
        clean = clean && !utf8_has_control(name) && is_clean(name, member);
    return clean;
}

static struct json *parsed(struct str text)
{
    struct json *json = NULL;
    assert_int_equal(json_parse(text, &json, NULL), RC_OK);
    return json;
}

/* The same members as in the plain shop, whatever the texts in them. */
static bool data_is_one_clean_object(struct row *row, const struct row *plain)
{
    struct json *user = parsed(row->prompt.user), *other = parsed(plain->prompt.user);
    void *iter = NULL;
    struct str name;
    const struct json *member;
    bool same = json_is(user, JSON_OBJECT) && json_size(user) == json_size(other);
    while (json_each(other, &iter, &name, &member)) {
        const struct json *mine = json_get(user, arena_str(&row->arena, name).ptr);
        same = same && mine != NULL && json_type_of(mine) == json_type_of(member);
    }
    bool clean = is_clean(STR(""), user);
    json_free(user);
    json_free(other);
    return (same || ROW_FAILS(row, "the data has another shape")) &&
           (clean || ROW_FAILS(row, "a text is too long or has something invisible"));
}

static void data_is_one_object_of_short_texts_without_anything_invisible(void **state)
{
    (void)state;
    each_row(data_is_one_clean_object);
}

static struct str request_of(struct row *row)
{
    const struct ask_terms terms = {.dialect = ASK_OPENROUTER, .model = STR("maker/model"), .provider = STR("host")};
    struct buf body = {0};
    ask_write(&terms, &row->prompt, &body);
    struct str result = arena_str(&row->arena, buf_str(&body));
    buf_clear(&body);
    return result;
}

static bool request_has_one_user(struct row *row, const struct row *plain)
{
    (void)plain;
    struct json *body = parsed(request_of(row));
    const struct json *messages = json_get(body, "messages");
    const struct json *first = json_at(messages, 0), *second = json_at(messages, 1);
    bool good = json_size(messages) == 2 && str_equal(json_get_str(first, "role"), STR("system")) &&
                str_equal(json_get_str(first, "content"), row->prompt.system) &&
                str_equal(json_get_str(second, "role"), STR("user")) &&
                str_equal(json_get_str(second, "content"), row->prompt.user);
    json_free(body);
    return good || ROW_FAILS(row, "the request is not instructions and data");
}

static void the_request_is_the_instructions_and_one_object_of_data(void **state)
{
    (void)state;
    each_row(request_has_one_user);
}

/* Which categories a client prefers, and which products are drawn for an id, may differ; all else is the plain request. */
static bool nothing_of_the_client(struct row *row, const struct row *plain)
{
    const char *kind = NULL;
    struct str body = request_of(row), words = wording_words(row->payload, &row->arena);
    bool chooses = str_equal(row->field, STR("preferred_category")) || str_equal(row->field, STR("client_id"));
    if (row->of_client && !chooses && !str_equal(row->prompt.user, plain->prompt.user))
        return ROW_FAILS(row, "the data is not the plain one");
    if (row->of_client && row->payload.len > 4 && str_contains(body, row->payload))
        return ROW_FAILS(row, "the payload is in the request");
    if (row->of_client && wording_count(words) > 2 && wording_has(wording_words(row->prompt.user, &row->arena), words))
        return ROW_FAILS(row, "the payload's words are in the data");
    return egress_search(body, &row->prompt, &row->brief, &row->client, &row->arena, &kind) == RC_OK ||
           ROW_FAILS(row, "the search stops a request that has nothing: %s", kind);
}

static void what_a_client_controls_is_not_in_the_request(void **state)
{
    (void)state;
    each_row(nothing_of_the_client);
}

/* --- a model that obeys -------------------------------------------------------------------------------------------- */

#define QUIET                                                                                                       \
    "There is a quiet sort of morning that asks for very little. Some warm water, a place to sit, and a moment in " \
    "which nobody wants anything from anyone at all."
#define DOOR                                                                                                       \
    "If that sounds like you, come and have a look around. There is no rush and nothing that you need to do. The " \
    "door is open, and we would be glad to help you choose."

static struct draft quiet_draft(struct str added, struct row *row)
{
    struct draft draft = {.subject = STR("A quiet sort of morning"),
                          .preheader = STR("Something gentle before anyone else is awake"),
                          .paragraphs = {{.text = STR(QUIET)}, {.text = STR(DOOR)}},
                          .paragraph_count = 2,
                          .cta_label = STR("Come and look"),
                          .cta_target = STR("shop"),
                          .abstain_reason = STR("")};
    struct json *list = parsed(row->brief.sign_offs);
    draft.sign_off = arena_str(&row->arena, json_str(json_at(list, 0)));
    json_free(list);
    if (!str_is_empty(added))
        draft.paragraphs[1].text = arena_printf(&row->arena, "%s %.*s", DOOR, STR_ARG(added));
    return draft;
}

/* The first hard rule that the draft breaks, or NULL. */
static const char *hard_finding(struct row *row, const struct draft *draft)
{
    struct check_findings findings;
    const struct check_input input = {
        .draft = draft, .brief = &row->brief, .client = &row->client, .policy = &row->policy};
    check_draft(&input, &row->arena, &findings);
    for (size_t i = 0; i < findings.count; i++)
        if (findings.items[i].level == CHECK_HARD)
            return findings.items[i].code;
    return NULL;
}

static bool obedience_is_stopped(struct row *row, const struct row *plain)
{
    (void)plain;
    struct draft honest = quiet_draft(STR_NONE, row), obedient = quiet_draft(row->obeyed, row);
    const char *code = hard_finding(row, &honest);
    return (code == NULL || ROW_FAILS(row, "the honest draft is stopped by %s", code)) &&
           (hard_finding(row, &obedient) != NULL || ROW_FAILS(row, "\"%.*s\" passes", STR_ARG(row->obeyed)));
}

static void what_an_obedient_model_writes_is_stopped_by_the_checks(void **state)
{
    (void)state;
    each_row(obedience_is_stopped);
}

static bool template_is_sound(struct row *row, const struct row *plain)
{
    (void)plain;
    struct draft draft;
    assert_int_equal(template_write(&row->brief, &row->arena, &draft), RC_OK);
    bool said = false;
    for (size_t i = 0; i < draft.paragraph_count; i++)
        said = said || (row->payload.len > 4 && str_contains(draft.paragraphs[i].text, row->payload));
    return !said || hard_finding(row, &draft) != NULL ||
           ROW_FAILS(row, "the built-in writer says \"%.*s\"", STR_ARG(row->payload));
}

static void the_built_in_writer_does_not_say_a_payload(void **state)
{
    (void)state;
    each_row(template_is_sound);
}

int main(int argc, char **argv)
{
    set_path = argc > 1 ? argv[1] : "tests/golden/injections.jsonl";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instructions_are_the_same_bytes_whatever_is_in_the_fields),
        cmocka_unit_test(data_is_one_object_of_short_texts_without_anything_invisible),
        cmocka_unit_test(the_request_is_the_instructions_and_one_object_of_data),
        cmocka_unit_test(what_a_client_controls_is_not_in_the_request),
        cmocka_unit_test(what_an_obedient_model_writes_is_stopped_by_the_checks),
        cmocka_unit_test(the_built_in_writer_does_not_say_a_payload),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

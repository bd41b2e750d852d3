/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/vet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/field.h"

#define WALL 1795400000000LL /* 2026-11-23T02:13:20Z */

static const struct ask_terms TERMS = {.dialect = ASK_OPENROUTER,
                                       .model = STR_INIT("a/b"),
                                       .provider = STR_INIT("amazon-bedrock"),
                                       .ceiling = {.prompt_pico = 3000000, .completion_pico = 15000000}};

#define ENDPOINT(tag, parameters, prompt, completion)                                                  \
    "{\"tag\":\"" tag "\",\"supported_parameters\":[" parameters "],\"pricing\":{\"prompt\":\"" prompt \
    "\",\"completion\":\"" completion "\",\"request\":\"0\"}}"
#define DATA(endpoints) "{\"data\":{\"id\":\"a/b\",\"canonical_slug\":\"a/b-20260901\",\"endpoints\":[" endpoints "]}}"
#define SO "\"max_tokens\",\"structured_outputs\""

static struct vet read_with(void (*read)(struct vet *vet, int status, const struct json *document), int status,
                            const char *body)
{
    struct vet vet;
    struct json *document = NULL;
    vet_init(&vet, &TERMS);
    if (body != NULL)
        assert_int_equal(json_parse(str_of(body), &document, NULL), RC_OK);
    read(&vet, status, document);
    json_free(document);
    return vet;
}

static void read_key(struct vet *vet, int status, const struct json *document) { vet_key(vet, status, document, WALL); }
static void read_endpoints(struct vet *vet, int status, const struct json *document)
{
    vet_endpoints(vet, status, document, &TERMS);
}
static void read_models(struct vet *vet, int status, const struct json *document)
{
    vet_models(vet, status, document, &TERMS);
}

struct row {
    int status;
    const char *body;
    enum vet_result result;
    const char *says; /* in the sentence; NULL: there is none */
};

static void check_rows(void (*read)(struct vet *vet, int status, const struct json *document), const struct row *rows,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct vet vet = read_with(read, rows[i].status, rows[i].body);
        struct str why = str_of(vet.why);
        bool fits = rows[i].says == NULL ? why.len == 0 : str_contains(why, str_of(rows[i].says));
        if (vet.result != rows[i].result || !fits)
            fail_msg("row %zu: %d \"%s\"", i, (int)vet.result, vet.why);
        if (vet.result == VET_UNFIT) /* who is told can do something about it */
            assert_true(str_contains(why, STR("REKINDLE_")) || str_contains(why, STR("OPENROUTER_API_KEY")));
    }
}

static void a_key_is_valid_unexpired_and_has_something_left(void **state)
{
    static const struct row ROWS[] = {
        {200, "{\"data\":{\"limit\":null,\"limit_remaining\":null,\"expires_at\":null}}", VET_FIT, NULL},
        {200, "{\"data\":{\"limit\":10,\"limit_remaining\":2.5}}", VET_FIT, NULL},
        {200, "{\"data\":{}}", VET_FIT, NULL},
        {200, "{\"data\":{\"limit_remaining\":0}}", VET_UNFIT, "limit of the key"},
        {200, "{\"data\":{\"limit_remaining\":-0.01}}", VET_UNFIT, "limit of the key"},
        {200, "{\"data\":{\"expires_at\":\"2026-11-23T02:13:20Z\"}}", VET_UNFIT, "expired"},
        {200, "{\"data\":{\"expires_at\":\"2026-11-23T02:13:21Z\"}}", VET_FIT, NULL},
        {401, "{\"error\":{\"code\":401}}", VET_UNFIT, "OPENROUTER_API_KEY"},
        {403, NULL, VET_UNFIT, "OPENROUTER_API_KEY"},
        {402, NULL, VET_UNFIT, "credits"},
        {404, NULL, VET_UNFIT, "REKINDLE_LLM_URL"},
        {301, NULL, VET_UNFIT, "REKINDLE_LLM_URL"},
        {429, NULL, VET_UNKNOWN, "429"},
        {500, "{}", VET_UNKNOWN, "500"},
        {200, NULL, VET_UNKNOWN, "no JSON"},
        {200, "[]", VET_UNKNOWN, "no JSON"},
    };
    (void)state;
    check_rows(read_key, ROWS, sizeof ROWS / sizeof ROWS[0]);
}

static void what_the_key_has_left_is_kept(void **state)
{
    (void)state;
    assert_int_equal(read_with(read_key, 200, "{\"data\":{\"limit_remaining\":2.5}}").key_left_microusd, 2500000);
    assert_int_equal(read_with(read_key, 200, "{\"data\":{\"limit_remaining\":-3}}").key_left_microusd, 0);
    assert_true(read_with(read_key, 200, "{\"data\":{\"limit_remaining\":null}}").key_left_microusd == I64_NONE);
}

static void a_model_is_served_by_the_provider_with_structured_output_below_the_ceiling(void **state)
{
    static const struct row ROWS[] = {
        {200, DATA(ENDPOINT("amazon-bedrock", SO, "0.000003", "0.000015")), VET_FIT, NULL},
        {200, DATA(ENDPOINT("amazon-bedrock/eu", SO, "0.000001", "0.000001")), VET_FIT, NULL},
        {200, DATA(ENDPOINT("other", SO, "0.1", "0.1") "," ENDPOINT("amazon-bedrock", SO, "0", "0")), VET_FIT, NULL},
        {200, DATA("{\"provider_name\":\"Amazon Bedrock\",\"supported_parameters\":[" SO "]}"), VET_FIT, NULL},
        {200, DATA(ENDPOINT("other", SO, "0", "0")), VET_UNFIT, "does not serve a/b"},
        {200, DATA(ENDPOINT("amazon-bedrock-2", SO, "0", "0")), VET_UNFIT, "REKINDLE_LLM_PROVIDER"},
        {200, DATA(""), VET_UNFIT, "REKINDLE_LLM_PROVIDER"},
        {200, DATA(ENDPOINT("amazon-bedrock", "\"response_format\"", "0", "0")), VET_UNFIT, "structured output"},
        {200, DATA(ENDPOINT("amazon-bedrock", SO, "0.0000031", "0.000015")), VET_UNFIT, "REKINDLE_LLM_MAX_PRICE"},
        {200, DATA(ENDPOINT("amazon-bedrock", SO, "0.000003", "0.00002")), VET_UNFIT, "costs 3 and 20 USD"},
        {200, DATA(ENDPOINT("amazon-bedrock", SO, "-1", "-1")), VET_UNFIT, "no price"},
        {404, "{\"error\":{\"code\":404}}", VET_UNFIT, "REKINDLE_LLM_MODEL"},
        {200, "{\"data\":{}}", VET_UNKNOWN, "did not say"},
        {200, "{}", VET_UNKNOWN, "did not say"},
        {502, NULL, VET_UNKNOWN, "502"},
    };
    (void)state;
    check_rows(read_endpoints, ROWS, sizeof ROWS / sizeof ROWS[0]);
}

/* Of the endpoints that may serve us the dearest counts: it is what a call may cost. */
static void the_price_of_the_endpoint_is_counted_with_from_then_on(void **state)
{
    struct vet vet =
        read_with(read_endpoints, 200,
                  DATA(ENDPOINT("amazon-bedrock/a", SO, "0.000001", "0.000004") "," ENDPOINT(
                      "amazon-bedrock/b", SO, "0.000002", "0.000003") "," ENDPOINT("amazon-bedrock/c", SO, "1", "1")));
    (void)state;
    assert_int_equal(vet.result, VET_FIT);
    assert_int_equal(vet.price.prompt_pico, 2000000);
    assert_int_equal(vet.price.completion_pico, 4000000);
    assert_string_equal(vet.canonical, "a/b-20260901");
}

static void a_server_of_the_openai_dialect_lists_the_model(void **state)
{
    static const struct row ROWS[] = {
        {200, "{\"data\":[{\"id\":\"x\"},{\"id\":\"a/b\"}]}", VET_FIT, NULL},
        {200, "{\"data\":[{\"id\":\"x\"}]}", VET_UNFIT, "REKINDLE_LLM_MODEL"},
        {200, "{\"data\":[]}", VET_UNFIT, "REKINDLE_LLM_MODEL"},
        {401, NULL, VET_UNFIT, "OPENROUTER_API_KEY"},
        {404, NULL, VET_UNFIT, "REKINDLE_LLM_URL"},
    };
    (void)state;
    check_rows(read_models, ROWS, sizeof ROWS / sizeof ROWS[0]);
}

static void what_does_not_answer_is_told_by_how(void **state)
{
    static const struct {
        enum https_end end;
        enum vet_result result;
        const char *says;
    } ROWS[] = {{HTTPS_UNTRUSTED, VET_UNFIT, "REKINDLE_CA_FILE"},
                {HTTPS_REFUSED, VET_UNFIT, "REKINDLE_LLM_URL"},
                {HTTPS_NO_CONNECT, VET_UNKNOWN, "cannot be reached"},
                {HTTPS_TIMED_OUT, VET_UNKNOWN, "cannot be reached"}};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct https_answer end = {.end = ROWS[i].end, .why = STR("in some way")};
        struct vet vet;
        vet_init(&vet, &TERMS);
        vet_unreached(&vet, &end);
        assert_int_equal(vet.result, ROWS[i].result);
        assert_true(str_contains(str_of(vet.why), str_of(ROWS[i].says)));
    }
}

static void the_first_fault_is_the_one_that_is_told(void **state)
{
    struct vet vet = read_with(read_key, 401, NULL);
    struct https_answer end = {.end = HTTPS_NO_CONNECT};
    char why[VET_WHY_BYTES + 1];
    (void)state;
    snprintf(why, sizeof why, "%s", vet.why);
    vet_endpoints(&vet, 404, NULL, &TERMS);
    vet_unreached(&vet, &end);
    assert_string_equal(vet.why, why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_valid_unexpired_and_has_something_left),
        cmocka_unit_test(what_the_key_has_left_is_kept),
        cmocka_unit_test(a_model_is_served_by_the_provider_with_structured_output_below_the_ceiling),
        cmocka_unit_test(the_price_of_the_endpoint_is_counted_with_from_then_on),
        cmocka_unit_test(a_server_of_the_openai_dialect_lists_the_model),
        cmocka_unit_test(what_does_not_answer_is_told_by_how),
        cmocka_unit_test(the_first_fault_is_the_one_that_is_told),
    };
    return cmocka_run_group_tests_name("vet", tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct prompt PROMPT = {.version = STR_INIT("winback-1"),
                                     .system = STR_INIT("Write. \"Quoted\""),
                                     .user = STR_INIT("{\"facts\":[]}"),
                                     .schema = STR_INIT("{\"type\":\"object\"}")};
static const struct ask_terms ROUTER = {.dialect = ASK_OPENROUTER,
                                        .model = STR_INIT("a/b"),
                                        .provider = STR_INIT("host"),
                                        .zdr = true,
                                        .ceiling = {.prompt_pico = 250000, .completion_pico = 2000000}};

static struct buf write_body(const struct ask_terms *terms)
{
    struct buf body = {0};
    ask_write(terms, &PROMPT, &body);
    return body;
}

static void d20_the_terms_are_in_every_request_to_the_byte(void **state)
{
    static const char BODY[] =
        "{\"model\":\"a/b\",\"messages\":[{\"role\":\"system\",\"content\":\"Write. \\\"Quoted\\\"\"},"
        "{\"role\":\"user\",\"content\":\"{\\\"facts\\\":[]}\"}],"
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"winback_email\",\"strict\":true,"
        "\"schema\":{\"type\":\"object\"}}},\"max_completion_tokens\":700,\"temperature\":0.7,\"stream\":true,"
        "\"provider\":{\"only\":[\"host\"],\"allow_fallbacks\":false,\"require_parameters\":true,"
        "\"data_collection\":\"deny\",\"zdr\":true,\"max_price\":{\"prompt\":0.25,\"completion\":2}},"
        "\"plugins\":[{\"id\":\"context-compression\",\"enabled\":false}]}";
    struct buf body = write_body(&ROUTER);
    (void)state;
    assert_string_equal(body.ptr, BODY);
    buf_clear(&body);
}

static void zero_retention_is_asked_for_unless_it_is_waived(void **state)
{
    struct ask_terms terms = ROUTER;
    terms.zdr = false;
    struct buf body = write_body(&terms);
    (void)state;
    assert_true(str_contains(buf_str(&body), STR("\"zdr\":false")));
    buf_clear(&body);
}

/* Members of the request, and of nothing deeper. */
static void the_openai_dialect_has_standard_fields_alone(void **state)
{
    static const char *const MEMBERS[] = {"model",       "messages", "response_format", "max_tokens",
                                          "temperature", "stream",   "stream_options"};
    struct ask_terms terms = ROUTER;
    struct json *document = NULL;
    terms.dialect = ASK_OPENAI;
    struct buf body = write_body(&terms);
    (void)state;
    assert_int_equal(json_parse(buf_str(&body), &document, NULL), RC_OK);
    assert_int_equal(json_size(document), 7);
    for (size_t i = 0; i < 7; i++)
        assert_non_null(json_get(document, MEMBERS[i]));
    assert_true(json_get_bool(json_get(document, "stream_options"), "include_usage"));
    assert_int_equal(json_get_i64(document, "max_tokens", 0), ASK_COMPLETION_TOKENS);
    json_free(document);
    buf_clear(&body);
}

/* What would open a way round the one model and provider, or name somebody. */
static void d23_nothing_else_is_ever_sent(void **state)
{
    static const char *const NEVER[] = {"models", "route",    "fallbacks",   "preset", "transforms",
                                        "user",   "metadata", "session_id",  "order",  "sort",
                                        "tools",  "seed",     "HTTP-Referer"};
    (void)state;
    for (int dialect = ASK_OPENROUTER; dialect <= ASK_OPENAI; dialect++) {
        struct ask_terms terms = ROUTER;
        struct json *document = NULL;
        terms.dialect = (enum ask_dialect)dialect;
        struct buf body = write_body(&terms);
        assert_int_equal(json_parse(buf_str(&body), &document, NULL), RC_OK);
        for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++) {
            assert_null(json_get(document, NEVER[i]));
            assert_null(json_get(json_get(document, "provider"), NEVER[i]));
        }
        json_free(document);
        buf_clear(&body);
    }
}

static void tokens_are_counted_at_worst(void **state)
{
    (void)state;
    assert_int_equal(ask_prompt_tokens(0), 0);
    assert_int_equal(ask_prompt_tokens(1), 1);
    assert_int_equal(ask_prompt_tokens(3), 1);
    assert_int_equal(ask_prompt_tokens(4), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d20_the_terms_are_in_every_request_to_the_byte),
        cmocka_unit_test(zero_retention_is_asked_for_unless_it_is_waived),
        cmocka_unit_test(the_openai_dialect_has_standard_fields_alone),
        cmocka_unit_test(d23_nothing_else_is_ever_sent),
        cmocka_unit_test(tokens_are_counted_at_worst),
    };
    return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}

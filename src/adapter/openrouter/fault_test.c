/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of errors as the service documents them, each with the body by which it is told apart. */
#include "adapter/openrouter/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define TYPE(type) "{\"error\":{\"code\":0,\"message\":\"prose\",\"metadata\":{\"error_type\":\"" type "\"}}}"
#define LIMIT(source) "{\"error\":{\"code\":402,\"message\":\"prose\",\"metadata\":{\"limit_source\":\"" source "\"}}}"
#define AVAILABLE(code) \
    "{\"error\":{\"code\":404,\"message\":\"prose\",\"availability\":{\"code\":\"" code "\",\"retryable\":false}}}"
#define PLAIN "{\"error\":{\"code\":1,\"message\":\"prose\"}}"

static const struct row {
    int status;
    const char *body;
    enum writer_outcome outcome;
    enum writer_bill bill;
    bool slows;
    const char *says; /* a word of the sentence */
} ROWS[] = {
    /* 400: by the error's type; the content ones and those that would come out the same are refused */
    {400, TYPE("invalid_request"), WRITER_REFUSED, WRITER_BILL_NOTHING, false, "invalid"},
    {400, TYPE("invalid_request_error"), WRITER_REFUSED, WRITER_BILL_NOTHING, false, "invalid"},
    {400, TYPE("context_length_exceeded"), WRITER_REFUSED, WRITER_BILL_NOTHING, false, "too long"},
    {400, TYPE("max_tokens_exceeded"), WRITER_REFUSED, WRITER_BILL_NOTHING, false, "too long"},
    {400, TYPE("content_policy_violation"), WRITER_REFUSED, WRITER_BILL_NOTHING, false, "policy"},
    {400, TYPE("refusal"), WRITER_REFUSED, WRITER_BILL_NOTHING, false, "refused"},
    {400, PLAIN, WRITER_REFUSED, WRITER_BILL_NOTHING, false, "invalid"},
    {413, PLAIN, WRITER_REFUSED, WRITER_BILL_NOTHING, false, "invalid"},
    /* key and money */
    {401, PLAIN, WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "OPENROUTER_API_KEY"},
    {401, TYPE("authentication"), WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "OPENROUTER_API_KEY"},
    {402, LIMIT("openrouter_in_flight_budget"), WRITER_LIMITED, WRITER_BILL_NOTHING, true, "under way"},
    {402, "{\"error\":{\"code\":402,\"metadata\":{\"reason\":\"in_flight_budget_exhausted\"}}}", WRITER_LIMITED,
     WRITER_BILL_NOTHING, true, "under way"},
    {402,
     "{\"error\":{\"code\":402,\"metadata\":{\"limit_source\":\"openrouter_in_flight_budget\",\"reason\":\"weight_"
     "exceeds_"
     "budget\"}}}",
     WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "credits"},
    {402, LIMIT("openrouter_credits"), WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "credits"},
    {402, LIMIT("openrouter_key_limit"), WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false,
     "limit of OPENROUTER_API_KEY"},
    {402, PLAIN, WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "credits"},
    {403, LIMIT("openrouter_key_limit"), WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false,
     "limit of OPENROUTER_API_KEY"},
    {403, "{\"error\":{\"code\":403,\"metadata\":{\"reasons\":[\"violence\"],\"flagged_input\":\"zebrafinch\"}}}",
     WRITER_REFUSED, WRITER_BILL_NOTHING, false, "moderation"},
    {403, "{\"error\":{\"code\":403,\"metadata\":{\"patterns\":[\"secret\"]}}}", WRITER_REFUSED, WRITER_BILL_NOTHING,
     false, "guardrail"},
    {403, TYPE("permission"), WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "region"},
    /* 404: by availability; what is offered instead is never followed */
    {404, AVAILABLE("no_endpoints"), WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "REKINDLE_LLM_MODEL"},
    {404, AVAILABLE("privacy_restricted"), WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "privacy"},
    {404, AVAILABLE("constraint_filtered"), WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "REKINDLE_LLM_MAX_PRICE"},
    {404, AVAILABLE("model_deprecated"), WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "no longer"},
    {404, PLAIN, WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "REKINDLE_LLM_URL"},
    {503, AVAILABLE("no_endpoints"), WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "REKINDLE_LLM_MODEL"},
    /* come again */
    {408, PLAIN, WRITER_UNAVAILABLE, WRITER_BILL_NOTHING, false, "too long"},
    {429, PLAIN, WRITER_LIMITED, WRITER_BILL_NOTHING, true, "too many"},
    {429, TYPE("rate_limit_exceeded"), WRITER_LIMITED, WRITER_BILL_NOTHING, true, "too many"},
    {429, "{\"error\":{\"code\":429,\"metadata\":{\"provider_code\":\"rate_limited\"}}}", WRITER_LIMITED,
     WRITER_BILL_NOTHING, true, "too many"},
    {429, NULL, WRITER_LIMITED, WRITER_BILL_NOTHING, true, "too many"},
    {500, PLAIN, WRITER_UNAVAILABLE, WRITER_BILL_NOTHING, false, "failed"},
    {502, TYPE("provider_unavailable"), WRITER_UNAVAILABLE, WRITER_BILL_NOTHING, false, "provider"},
    {502, PLAIN, WRITER_UNAVAILABLE, WRITER_BILL_NOTHING, false, "failed"},
    {503, TYPE("provider_overloaded"), WRITER_LIMITED, WRITER_BILL_NOTHING, true, "overloaded"},
    {503, TYPE("temporarily_unavailable"), WRITER_LIMITED, WRITER_BILL_NOTHING, true, "moment"},
    {503, PLAIN, WRITER_LIMITED, WRITER_BILL_NOTHING, true, "moment"},
    {504, TYPE("timeout"), WRITER_UNAVAILABLE, WRITER_BILL_NOTHING, false, "in time"},
    {524, PLAIN, WRITER_UNAVAILABLE, WRITER_BILL_UNKNOWN, false, "gone on"},
    {529, PLAIN, WRITER_UNAVAILABLE, WRITER_BILL_NOTHING, true, "overloaded"},
    {418, "{\"error\":{\"code\":418,\"availability\":{\"code\":\"new\",\"retryable\":true}}}", WRITER_UNAVAILABLE,
     WRITER_BILL_NOTHING, false, "failed"},
    {418, "{\"error\":{\"code\":418,\"availability\":{\"code\":\"new\",\"retryable\":false}}}", WRITER_REFUSED,
     WRITER_BILL_NOTHING, false, "invalid"},
    /* somebody in between answered: the call may have gone on behind it */
    {502, NULL, WRITER_UNAVAILABLE, WRITER_BILL_UNKNOWN, false, "failed"},
    {504, "{}", WRITER_UNAVAILABLE, WRITER_BILL_UNKNOWN, false, "failed"},
    {302, NULL, WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false, "REKINDLE_LLM_URL"},
    {699, NULL, WRITER_UNAVAILABLE, WRITER_BILL_UNKNOWN, false, "failed"},
    /* in a 200, by its own code: a number, a word, or none */
    {200, "{\"error\":{\"code\":429,\"message\":\"prose\"}}", WRITER_LIMITED, WRITER_BILL_NOTHING, true, "too many"},
    {200, "{\"error\":{\"code\":402,\"message\":\"prose\"}}", WRITER_MISCONFIGURED, WRITER_BILL_NOTHING, false,
     "credits"},
    {200, "{\"error\":{\"code\":\"server_error\",\"message\":\"prose\"}}", WRITER_UNAVAILABLE, WRITER_BILL_NOTHING,
     false, "failed"},
    {200, "{\"error\":{\"code\":\"never_heard\",\"message\":\"prose\"}}", WRITER_UNAVAILABLE, WRITER_BILL_NOTHING,
     false, "failed"},
    {200, "{\"error\":{\"code\":9999}}", WRITER_UNAVAILABLE, WRITER_BILL_NOTHING, false, "failed"},
    {200, "{\"error\":{}}", WRITER_UNAVAILABLE, WRITER_BILL_NOTHING, false, "failed"},
};

static void judge(int status, const char *body, struct fault *fault)
{
    struct json *document = NULL;
    if (body != NULL)
        assert_int_equal(json_parse(str_of(body), &document, NULL), RC_OK);
    fault_judge(status, document, fault);
    json_free(document);
}

static void every_error_is_read_by_its_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const struct row *row = &ROWS[i];
        struct fault fault;
        judge(row->status, row->body, &fault);
        if (fault.outcome != row->outcome || fault.bill != row->bill || fault.slows != row->slows ||
            !str_contains(fault.words, str_of(row->says)))
            fail_msg("row %zu (%d): outcome %d bill %d slows %d, %.*s", i, row->status, (int)fault.outcome,
                     (int)fault.bill, fault.slows, STR_ARG(fault.words));
    }
}

static void d25_nothing_of_the_service_s_own_words_is_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct fault fault;
        judge(ROWS[i].status, ROWS[i].body, &fault);
        assert_false(str_contains(fault.words, STR("prose")));
        assert_false(str_contains(fault.words, STR("zebrafinch")));
    }
}

/* Whoever must act is told by name what to set or where to look. */
static void a_fault_of_the_settings_says_what_to_set(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct fault fault;
        judge(ROWS[i].status, ROWS[i].body, &fault);
        if (fault.outcome == WRITER_MISCONFIGURED)
            assert_true(str_contains(fault.words, STR("REKINDLE_LLM_")) ||
                        str_contains(fault.words, STR("OPENROUTER_API_KEY")) ||
                        str_contains(fault.words, STR("account")));
    }
}

static void availability_says_when_to_come_again(void **state)
{
    struct fault fault;
    (void)state;
    judge(
        503,
        "{\"error\":{\"availability\":{\"code\":\"temporarily_unavailable\",\"retryable\":true,\"retry_after\":2.5}}}",
        &fault);
    assert_int_equal(fault.outcome, WRITER_LIMITED);
    assert_int_equal(fault.retry_after_ms, 2500);
    judge(503, "{\"error\":{\"availability\":{\"code\":\"x\",\"retryable\":true,\"retry_after\":-1}}}", &fault);
    assert_int_equal(fault.retry_after_ms, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_is_read_by_its_codes),
        cmocka_unit_test(d25_nothing_of_the_service_s_own_words_is_kept),
        cmocka_unit_test(a_fault_of_the_settings_says_what_to_set),
        cmocka_unit_test(availability_says_when_to_come_again),
    };
    return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}

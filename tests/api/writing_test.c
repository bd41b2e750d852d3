/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What staff see of the writer and of how an email came to be written: its state on three pages, the money of the day, the
 * calls with what they cost, the model's own words, a wish for the next draft, a check of words that are not saved. */
#include <stdio.h>
#include <string.h>

#include "api/stand.h"
#include "core/call.h"
#include "core/episode.h"
#include "core/record.h"

#define ID(n) "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f1" n
#define CALL(n) "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5c0" n

/* A writer that is whatever a test says of it, and is asked for nothing else. */
static struct writer_state told;
static void tell(struct writer *writer, struct arena *arena, struct writer_state *out)
{
    (void)writer, (void)arena;
    *out = told;
}
static const struct writer_vtable TELLING = {.state = tell};
static struct writer teller = {.vtable = &TELLING};

static const struct writer_state WELL = {.kind = STR_INIT("openrouter"),
                                         .model = STR_INIT("maker/model"),
                                         .provider = STR_INIT("house"),
                                         .health = WRITER_READY,
                                         .waiting = 5,
                                         .in_flight = 2,
                                         .concurrency = 3,
                                         .concurrency_max = 8,
                                         .requests_per_minute = 60,
                                         .requests_last_minute = 41,
                                         .not_before_ms = 1500,
                                         .last_error_ms_ago = I64_NONE,
                                         .key_left_microusd = 2500000};

static struct got get(struct stand *stand, enum who who, const char *path)
{
    return stand_call(stand, (struct exchange){.who = who, .method = "GET", .path = path});
}

static void use_teller(struct stand *stand, struct writer_state state)
{
    told = state;
    stand->env.writer = &teller;
    stand->env.llm_daily_microusd = 500000;
    stand_restart(stand, (struct api_options){.writer_kind = "openrouter"});
}

static void commit_one(struct stand *stand, enum record_kind kind, const void *record)
{
    struct store_write write = {.op = STORE_PUT, .kind = kind, .record = record, .expect = STORE_ABSENT};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
}

static void the_built_in_writer_has_no_model_and_no_money(void **state)
{
    struct got got = get(*state, VIEWER, "/api/v1/pipeline");
    const struct json *writer = json_get(got.json, "writer");
    assert_int_equal(got.status, 200);
    assert_true(str_equal(json_get_str(writer, "kind"), STR("template")));
    assert_true(str_equal(json_get_str(writer, "state"), STR("ok")));
    assert_true(json_is(json_get(writer, "model"), JSON_NULL));
    assert_true(json_is(json_get(writer, "budget"), JSON_NULL));
    assert_true(json_is(json_get(writer, "last_error_at"), JSON_NULL));
    got_free(&got);
}

static void the_pipeline_tells_queue_limits_breaker_and_last_error(void **state)
{
    struct writer_state busy = WELL;
    busy.breaker = WRITER_OPEN;
    busy.last_error = STR("The service was busy.");
    busy.last_error_ms_ago = 60000;
    use_teller(*state, busy);
    struct got got = get(*state, VIEWER, "/api/v1/pipeline");
    const struct json *writer = json_get(got.json, "writer");
    static const struct {
        const char *name;
        int64_t value;
    } NUMBERS[] = {{"waiting", 5},
                   {"in_flight", 2},
                   {"concurrency", 3},
                   {"concurrency_max", 8},
                   {"not_before_ms", 1500},
                   {"requests_per_minute", 60},
                   {"requests_last_minute", 41}};
    for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++)
        assert_int_equal(json_get_i64(writer, NUMBERS[i].name, -1), NUMBERS[i].value);
    assert_true(str_equal(json_get_str(writer, "breaker"), STR("open")));
    assert_true(str_equal(json_get_str(writer, "last_error"), STR("The service was busy.")));
    assert_true(str_equal(json_get_str(writer, "last_error_at"), STR("2026-03-02T08:59:00Z")));
    assert_float_equal(json_get_real(writer, "key_left_usd", 0), 2.5, 1e-9);
    got_free(&got);
}

static void the_money_of_the_day_is_told_with_what_may_have_been_billed(void **state)
{
    struct stand *stand = *state;
    struct budget budget;
    record_init(RECORD_BUDGET, &budget);
    budget.id = STR("2026-03-02");
    budget.spent_microusd = 100000;
    budget.reserved_microusd = 20000;
    budget.unknown_microusd = 30000;
    budget.calls = 7;
    budget.updated_at = STAND_NOW;
    commit_one(stand, RECORD_BUDGET, &budget);
    use_teller(stand, WELL);
    struct got got = get(stand, VIEWER, "/api/v1/pipeline");
    const struct json *money = json_get(json_get(got.json, "writer"), "budget");
    static const struct {
        const char *name;
        double usd;
    } SUMS[] = {
        {"cap_usd", 0.5}, {"spent_usd", 0.1}, {"reserved_usd", 0.02}, {"unknown_usd", 0.03}, {"left_usd", 0.35}};
    for (size_t i = 0; i < sizeof SUMS / sizeof SUMS[0]; i++)
        assert_float_equal(json_get_real(money, SUMS[i].name, -1), SUMS[i].usd, 1e-9);
    assert_true(str_equal(json_get_str(money, "day"), STR("2026-03-02")));
    assert_int_equal(json_get_i64(money, "waiting_drafts", -1), 0);
    got_free(&got);
}

/* The entry of /readyz with that name. */
static const struct json *dependency(const struct got *got, const char *name)
{
    const struct json *list = json_get(got->json, "dependencies");
    for (size_t i = 0; i < json_size(list); i++)
        if (str_equal(json_get_str(json_at(list, i), "name"), str_of(name)))
            return json_at(list, i);
    fail_msg("/readyz names no %s", name);
    return NULL;
}

static void a_writer_that_cannot_write_is_degraded_everywhere_and_the_program_stays_ready(void **state)
{
    static const struct {
        enum writer_health health;
        struct str why;
        const char *word, *said;
    } ROWS[] = {
        {WRITER_DEGRADED, STR_INIT("The key is not valid: set REKINDLE_LLM_KEY."), "degraded",
         "The key is not valid: set REKINDLE_LLM_KEY."},
        {WRITER_DEGRADED, {NULL, 0}, "degraded", "The writer cannot write now."},
        {WRITER_CHECKING, {NULL, 0}, "checking", "Its key, model and price are being checked."},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct writer_state ill = WELL;
        ill.health = ROWS[i].health;
        ill.why = ROWS[i].why;
        use_teller(*state, ill);
        struct got got = get(*state, NOBODY, "/readyz");
        assert_int_equal(got.status, 200);
        assert_true(str_equal(json_get_str(dependency(&got, "writer"), "state"), STR("degraded")));
        assert_true(str_equal(json_get_str(dependency(&got, "writer"), "detail"), str_of(ROWS[i].said)));
        got_free(&got);
        got = get(*state, VIEWER, "/api/v1/dashboard");
        const struct json *writer = json_get(got.json, "writer");
        assert_true(str_equal(json_get_str(writer, "state"), str_of(ROWS[i].word)));
        assert_true(str_equal(json_get_str(writer, "detail"), str_of(ROWS[i].said)));
        got_free(&got);
    }
}

static void metrics_have_the_writer_and_the_money(void **state)
{
    struct writer_state ill = WELL;
    ill.health = WRITER_DEGRADED;
    ill.breaker = WRITER_PROBING;
    use_teller(*state, ill);
    struct got got = get(*state, READ_KEY, "/metrics");
    static const char *const LINES[] = {"\nrekindle_writer_state{state=\"degraded\"} 1\n",
                                        "\nrekindle_writer_state{state=\"ok\"} 0\n",
                                        "\nrekindle_writer_waiting 5\n",
                                        "\nrekindle_writer_in_flight 2\n",
                                        "\nrekindle_writer_concurrency 3\n",
                                        "\nrekindle_writer_breaker_open 1\n",
                                        "\nrekindle_writer_not_before_seconds 1.5\n",
                                        "\nrekindle_budget_left_microusd 350000\n",
                                        "\nrekindle_budget_unknown_microusd 30000\n"};
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++)
        if (strstr(got.body, LINES[i]) == NULL)
            fail_msg("/metrics lacks%s", LINES[i]);
    got_free(&got);
}

/* --- one email ----------------------------------------------------------------------------------------------------------- */

static void put_call(struct stand *stand, const char *id, const char *email, enum call_state call_state,
                     const char *outcome)
{
    struct call call;
    record_init(RECORD_CALL, &call);
    call.id = str_of(id);
    call.email_id = str_of(email);
    call.client_id = STR("writing-1");
    call.person = STR("p");
    call.at = STAND_NOW + (id[strlen(id) - 1] - '0');
    call.day = STR("2026-03-02");
    call.created_at = call.updated_at = STAND_NOW;
    call.state = call_state;
    call.reserved_microusd = 1100;
    call.outcome = outcome == NULL ? STR_NONE : str_of(outcome);
    if (call_state == CALL_SETTLED) {
        call.cost_microusd = 420;
        call.prompt_tokens = 1480;
        call.raw = STR("{\"subject\":\"<b>as it came</b>\"}");
        call.codes = STR("[\"number\"]");
    }
    commit_one(stand, RECORD_CALL, &call);
}

static void an_email_tells_its_calls_with_what_they_cost_or_may_have_cost(void **state)
{
    struct stand *stand = *state;
    stand_client(stand, "writing-1", "maya@example.com");
    stand_email(stand, ID("1"), "writing-1");
    put_call(stand, CALL("1"), ID("1"), CALL_FREE, "limited");
    put_call(stand, CALL("2"), ID("1"), CALL_UNKNOWN, "timed_out");
    put_call(stand, CALL("3"), ID("1"), CALL_SETTLED, "answered");
    put_call(stand, CALL("4"), ID("1"), CALL_RESERVED, NULL);
    struct got got = get(stand, VIEWER, "/api/v1/emails/" ID("1"));
    const struct json *calls = json_get(got.json, "calls");
    assert_int_equal(json_size(calls), 4);
    assert_float_equal(json_get_real(json_at(calls, 0), "cost_usd", -1), 0, 1e-12);
    assert_true(json_is(json_get(json_at(calls, 1), "cost_usd"), JSON_NULL));
    assert_float_equal(json_get_real(json_at(calls, 1), "reserved_usd", -1), 0.0011, 1e-12);
    assert_float_equal(json_get_real(json_at(calls, 2), "cost_usd", -1), 0.00042, 1e-12);
    assert_true(json_get_bool(json_at(calls, 2), "has_raw"));
    assert_true(str_equal(json_str(json_at(json_get(json_at(calls, 2), "codes"), 0)), STR("number")));
    assert_true(json_is(json_get(json_at(calls, 3), "outcome"), JSON_NULL));
    assert_true(json_is(json_get(json_at(calls, 3), "prompt_tokens"), JSON_NULL));
    got_free(&got);
    got = get(stand, VIEWER, "/api/v1/emails");
    assert_null(json_get(json_at(json_get(got.json, "items"), 0), "calls")); /* a list is for choosing */
    got_free(&got);
}

static void the_models_own_words_are_for_those_who_decide_and_only_with_their_email(void **state)
{
    struct stand *stand = *state;
    stand_email(stand, ID("2"), "writing-1");
    struct got got = get(stand, REVIEWER, "/api/v1/emails/" ID("1") "/calls/" CALL("3") "/raw");
    assert_int_equal(got.status, 200);
    assert_string_equal(got.body, "{\"subject\":\"<b>as it came</b>\"}");
    assert_string_equal(got_header(&got, "Content-Type"), "text/plain; charset=utf-8");
    got_free(&got);
    static const struct {
        enum who who;
        const char *path;
        int status;
        const char *pointer;
    } ROWS[] = {
        {VIEWER, "/api/v1/emails/" ID("1") "/calls/" CALL("3") "/raw", 403, ""},
        {REVIEWER, "/api/v1/emails/" ID("2") "/calls/" CALL("3") "/raw", 404, "path:call_id"}, /* of another email */
        {REVIEWER, "/api/v1/emails/" ID("1") "/calls/" CALL("1") "/raw", 404, "path:call_id"}, /* answered nothing */
        {REVIEWER, "/api/v1/emails/" ID("1") "/calls/" CALL("9") "/raw", 404, "path:call_id"},
        {REVIEWER, "/api/v1/emails/" ID("9") "/calls/" CALL("3") "/raw", 404, "path:id"},
        {REVIEWER, "/api/v1/emails/" ID("1") "/calls/a%2Fb/raw", 400, "path:call_id"},
        {REVIEWER, "/api/v1/emails/a%20b/calls/" CALL("3") "/raw", 400, "path:id"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        got = get(stand, ROWS[i].who, ROWS[i].path);
        if (got.status != ROWS[i].status || strcmp(got_pointer(&got), ROWS[i].pointer) != 0)
            fail_msg("%s: %d %s", ROWS[i].path, got.status, got_pointer(&got));
        got_free(&got);
    }
}

static struct got post(struct stand *stand, const char *path, const char *headers, const char *body)
{
    return stand_call(
        stand, (struct exchange){.who = REVIEWER, .method = "POST", .path = path, .headers = headers, .body = body});
}

static void a_wish_goes_with_a_regeneration_and_may_be_left_out(void **state)
{
    struct stand *stand = *state;
    char body[400];
    memset(body, 'a', sizeof body);
    memcpy(body, "{\"hint\":\"", 9);
    memcpy(body + 9 + 301, "\"}", 3); /* one character over the limit */
    struct got got = post(stand, "/api/v1/emails/" ID("1") "/regenerate", "If-Match: \"1\"\r\n", body);
    assert_int_equal(got.status, 422);
    assert_string_equal(got_pointer(&got), "/hint");
    got_free(&got);
    got = post(stand, "/api/v1/emails/" ID("1") "/regenerate", "If-Match: \"1\"\r\n", "{\"hint\":\"Shorter, please\"}");
    assert_int_equal(got.status, 200);
    assert_string_equal(got_text(&got, "status"), "drafting");
    assert_string_equal(got_text(&got, "hint"), "Shorter, please");
    got_free(&got);
    got = post(stand, "/api/v1/emails/" ID("2") "/regenerate", "If-Match: \"1\"\r\n", NULL);
    assert_int_equal(got.status, 200);
    assert_true(json_is(json_get(got.json, "hint"), JSON_NULL));
    got_free(&got);
}

static void a_regeneration_past_the_cap_of_the_policy_is_refused_by_its_name(void **state)
{
    struct stand *stand = *state;
    struct person person;
    record_init(RECORD_PERSON, &person);
    person.id = STR("p");
    person.updated_at = STAND_NOW;
    for (int i = 0; i < 5; i++) /* as many as the policy allows unless somebody changes it */
        person.calls = calls_add(person.calls, STAND_NOW - i, &stand->arena);
    commit_one(stand, RECORD_PERSON, &person);
    stand_email(stand, ID("4"), "writing-1");
    struct got got = post(stand, "/api/v1/emails/" ID("4") "/regenerate", "If-Match: \"1\"\r\n", "{}");
    assert_int_equal(got.status, 409);
    assert_string_equal(got_rule(&got), "client_cap");
    got_free(&got);
}

static void words_are_checked_without_being_saved(void **state)
{
    struct stand *stand = *state;
    static const char *const PATH = "/api/v1/emails/" ID("3") "/check";
    stand_email(stand, ID("3"), "writing-1");
    struct got got = post(stand, PATH, "",
                          "{\"subject\":\"New beans on the shelf\",\"preheader\":\"A fresh batch\",\"paragraphs\":"
                          "[{\"text\":\"Now only 9.99 EUR, half of what you paid.\",\"facts\":[\"F1\"]}]}");
    assert_int_equal(got.status, 200);
    assert_true(json_get_bool(got.json, "blocked"));
    const struct json *checks = json_get(got.json, "checks");
    size_t hard = 0;
    for (size_t i = 0; i < json_size(checks); i++)
        hard += str_equal(json_get_str(json_at(checks, i), "level"), STR("hard"));
    assert_true(hard > 0);
    got_free(&got);
    got = get(stand, VIEWER, "/api/v1/emails/" ID("3"));
    assert_int_equal(json_get_i64(got.json, "version", 0), 1);
    assert_string_equal(got_text(&got, "status"), "in_review");
    got_free(&got);
    got = post(stand, PATH, "", "{\"subject\":\"S\",\"preheader\":\"\",\"paragraphs\":[{\"text\":7,\"facts\":[]}]}");
    assert_int_equal(got.status, 422);
    assert_string_equal(got_pointer(&got), "/paragraphs/0/text");
    got_free(&got);
    got = post(stand, "/api/v1/emails/" ID("1") "/check", "", /* it is being written */
               "{\"subject\":\"S\",\"preheader\":\"\",\"paragraphs\":[{\"text\":\"x\",\"facts\":[]}]}");
    assert_int_equal(got.status, 409);
    got_free(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_writer_has_no_model_and_no_money),
        cmocka_unit_test(the_pipeline_tells_queue_limits_breaker_and_last_error),
        cmocka_unit_test(the_money_of_the_day_is_told_with_what_may_have_been_billed),
        cmocka_unit_test(a_writer_that_cannot_write_is_degraded_everywhere_and_the_program_stays_ready),
        cmocka_unit_test(metrics_have_the_writer_and_the_money),
        cmocka_unit_test(an_email_tells_its_calls_with_what_they_cost_or_may_have_cost),
        cmocka_unit_test(the_models_own_words_are_for_those_who_decide_and_only_with_their_email),
        cmocka_unit_test(a_wish_goes_with_a_regeneration_and_may_be_left_out),
        cmocka_unit_test(a_regeneration_past_the_cap_of_the_policy_is_refused_by_its_name),
        cmocka_unit_test(words_are_checked_without_being_saved),
    };
    return cmocka_run_group_tests(tests, stand_setup, stand_teardown);
}

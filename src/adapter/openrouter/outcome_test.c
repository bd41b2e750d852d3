/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What whole answers, streams and broken ones come to: outcome, bill, and what is kept of them. */
#include "adapter/openrouter/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NAMES "\"id\":\"gen-1\",\"provider\":\"Host\",\"model\":\"a/b\","
#define DELTA(text) "data: {" NAMES "\"choices\":[{\"delta\":{\"content\":\"" text "\"},\"finish_reason\":null}]}\n\n"
#define FINISH(reason) \
    "data: {" NAMES "\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"" reason "\"}]}\n\n"
#define USAGE \
    "data: {" NAMES "\"choices\":[],\"usage\":{\"prompt_tokens\":900,\"completion_tokens\":200,\"cost\":0.0017}}\n\n"
#define DONE "data: [DONE]\n\n"
#define SOFT(code)                                                                                       \
    "data: {" NAMES                                                                                      \
    "\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}],\"error\":{\"code\":" code \
    ",\"message\":\"prose\"}}\n\n"
#define MESSAGE(text, reason)                                                                \
    "{" NAMES "\"choices\":[{\"message\":{\"content\":" text "},\"finish_reason\":\"" reason \
    "\"}],\"usage\":{\"prompt_tokens\":900,\"completion_tokens\":200,\"cost\":0.0017}}"

/* Short names, so that a row fits a line. */
enum {
    WHOLE = HTTPS_WHOLE,
    ENOUGH = HTTPS_ENOUGH,
    LOST = HTTPS_BROKEN,
    LATE = HTTPS_TIMED_OUT,
    LARGE = HTTPS_TOO_LARGE
};
enum { FREE = WRITER_BILL_NOTHING, KNOWN = WRITER_BILL_KNOWN, UNKNOWN = WRITER_BILL_UNKNOWN };

static const struct row {
    const char *what;
    bool stream;
    int status;
    const char *body;
    int end;
    enum writer_outcome outcome;
    int bill;
    const char *raw; /* NULL: none */
} ROWS[] = {
    {"a stream", true, 200, DELTA("{}") FINISH("stop") USAGE DONE, ENOUGH, WRITER_ANSWERED, KNOWN, "{}"},
    {"without [DONE]", true, 200, DELTA("{}") FINISH("stop") USAGE, WHOLE, WRITER_ANSWERED, KNOWN, "{}"},
    {"without usage", true, 200, DELTA("{}") FINISH("stop") DONE, ENOUGH, WRITER_ANSWERED, UNKNOWN, "{}"},
    {"a document", false, 200, MESSAGE("\"{}\"", "stop"), WHOLE, WRITER_ANSWERED, KNOWN, "{}"},
    {"broken after its finish", true, 200, DELTA("{}") FINISH("stop"), LOST, WRITER_ANSWERED, UNKNOWN, "{}"},
    {"silent after its finish", true, 200, DELTA("{}") FINISH("stop") USAGE, LATE, WRITER_ANSWERED, KNOWN, "{}"},
    /* d22: what is no whole answer is none, whatever its status */
    {"200 with an error", false, 200, "{\"error\":{\"code\":429,\"message\":\"prose\"}}", WHOLE, WRITER_LIMITED, FREE,
     NULL},
    {"200 with an error and choices", false, 200,
     "{\"error\":{\"code\":502},\"choices\":[{\"message\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}]}", WHOLE,
     WRITER_UNAVAILABLE, FREE, NULL},
    {"a stream that begins with an error", true, 200, SOFT("502"), ENOUGH, WRITER_UNAVAILABLE, FREE, NULL},
    {"an error within a stream", true, 200, DELTA("{") SOFT("\"server_error\""), ENOUGH, WRITER_UNAVAILABLE, FREE, "{"},
    {"an overload within a stream", true, 200, DELTA("{") SOFT("429"), ENOUGH, WRITER_LIMITED, FREE, "{"},
    {"an error with its cost", true, 200, USAGE SOFT("502"), ENOUGH, WRITER_UNAVAILABLE, KNOWN, NULL},
    {"cut by the limit of tokens", true, 200, DELTA("{") FINISH("length") USAGE DONE, ENOUGH, WRITER_BAD_REPLY, KNOWN,
     "{"},
    {"cut by a filter", true, 200, DELTA("{") FINISH("content_filter") USAGE DONE, ENOUGH, WRITER_BAD_REPLY, KNOWN,
     "{"},
    {"tools", true, 200, DELTA("{") FINISH("tool_calls") USAGE DONE, ENOUGH, WRITER_BAD_REPLY, KNOWN, "{"},
    {"no finish, ended", true, 200, DELTA("{") DONE, ENOUGH, WRITER_BAD_REPLY, UNKNOWN, "{"},
    {"no word, ended", true, 200, ": OPENROUTER PROCESSING\n\n", WHOLE, WRITER_BAD_REPLY, UNKNOWN, NULL},
    {"nothing at all", false, 200, "", WHOLE, WRITER_BAD_REPLY, UNKNOWN, NULL},
    {"no choices", false, 200, "{" NAMES "\"choices\":[]}", WHOLE, WRITER_BAD_REPLY, UNKNOWN, NULL},
    {"an empty answer", false, 200,
     "{" NAMES "\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}", WHOLE, WRITER_BAD_REPLY,
     FREE, NULL},
    {"no content", false, 200, MESSAGE("null", "stop"), WHOLE, WRITER_BAD_REPLY, KNOWN, NULL},
    {"a refusal", false, 200,
     "{" NAMES "\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"No.\"},\"finish_reason\":\"stop\"}]}", WHOLE,
     WRITER_REFUSED, FREE, NULL},
    {"another model", true, 200,
     "data: "
     "{\"id\":\"gen-1\",\"model\":\"c/"
     "d\",\"choices\":[{\"delta\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}]}\n\n" USAGE DONE,
     ENOUGH, WRITER_BAD_REPLY, KNOWN, "{}"},
    {"no model", true, 200,
     "data: {\"id\":\"gen-1\",\"choices\":[{\"delta\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}]}\n\n" DONE,
     ENOUGH, WRITER_BAD_REPLY, UNKNOWN, "{}"},
    {"bad UTF-8", true, 200, DELTA("a") DELTA("\xC3\x28\xFF") FINISH("stop") USAGE DONE, ENOUGH, WRITER_BAD_REPLY,
     UNKNOWN, "a"},
    {"half a surrogate pair", true, 200, DELTA("\\ud83d") FINISH("stop") USAGE DONE, ENOUGH, WRITER_BAD_REPLY, UNKNOWN,
     NULL},
    {"an event that is no JSON", true, 200, DELTA("a") "data: {\"id\":\n\n" FINISH("stop") DONE, ENOUGH,
     WRITER_BAD_REPLY, UNKNOWN, "a"},
    {"an event that is no object", true, 200, "data: 7\n\n", ENOUGH, WRITER_BAD_REPLY, UNKNOWN, NULL},
    {"a page of somebody else", false, 200, "<html>hello</html>", WHOLE, WRITER_BAD_REPLY, UNKNOWN, NULL},
    {"more than a megabyte on the wire", true, 200, DELTA("a"), LARGE, WRITER_BAD_REPLY, UNKNOWN, "a"},
    /* cut off: it may have been billed */
    {"broken before a word", true, 200, "", LOST, WRITER_TIMED_OUT, UNKNOWN, NULL},
    {"broken within", true, 200, DELTA("{"), LOST, WRITER_TIMED_OUT, UNKNOWN, "{"},
    {"silent within", true, 200, DELTA("{"), LATE, WRITER_TIMED_OUT, UNKNOWN, "{"},
    {"half a document", false, 200, "{" NAMES "\"choices\":[", LOST, WRITER_TIMED_OUT, UNKNOWN, NULL},
    {"an unended event of a broken stream is not read", true, 200,
     DELTA("{") "data: {" NAMES "\"choices\":[{\"delta\":{\"content\":\"}\"},\"finish_reason\":\"stop\"}]}\n", LOST,
     WRITER_TIMED_OUT, UNKNOWN, "{"},
    {"an unended event of a whole stream is", true, 200,
     DELTA("{") "data: {" NAMES "\"choices\":[{\"delta\":{\"content\":\"}\"},\"finish_reason\":\"stop\"}]}\n", WHOLE,
     WRITER_ANSWERED, UNKNOWN, "{}"},
    /* refused before a word */
    {"401", false, 401, "{\"error\":{\"code\":401,\"message\":\"prose\"}}", WHOLE, WRITER_MISCONFIGURED, FREE, NULL},
    {"429", true, 429, "{\"error\":{\"code\":429,\"message\":\"prose\"}}", WHOLE, WRITER_LIMITED, FREE, NULL},
    {"a broken 503", false, 503, "{\"err", LOST, WRITER_LIMITED, UNKNOWN, NULL},
    {"a page of the edge", false, 524, "<html>", WHOLE, WRITER_UNAVAILABLE, UNKNOWN, NULL},
};

static const struct ask_terms TERMS = {.dialect = ASK_OPENROUTER,
                                       .model = STR_INIT("a/b"),
                                       .provider = STR_INIT("host")};
static const struct price PRICE = {.prompt_pico = 1000000, .completion_pico = 4000000};

struct fixture {
    struct arena arena;
    struct answer answer;
    struct writer_reply reply;
};

/* Feeds the body in pieces of `step` bytes until nothing more is wanted, and judges. */
static void judge(struct fixture *f, const struct row *row, const struct ask_terms *terms, size_t step)
{
    struct https_answer end = {.end = (enum https_end)row->end, .status = row->status, .sent = true};
    struct outcome_input input = {.answer = &f->answer, .end = &end, .terms = terms, .price = &PRICE};
    struct str body = str_of(row->body);
    answer_init(&f->answer);
    answer_header(&f->answer, row->stream ? STR("Content-Type: text/event-stream; charset=utf-8")
                                          : STR("content-type: application/json"));
    for (size_t at = 0; at < body.len; at += step) {
        size_t size = body.len - at < step ? body.len - at : step;
        if (!answer_feed(&f->answer, row->status, (struct str){body.ptr + at, size}))
            break;
    }
    answer_end(&f->answer, row->status, row->end == HTTPS_WHOLE);
    outcome_judge(&input, &f->arena, &f->reply);
}

static void clear(struct fixture *f)
{
    answer_clear(&f->answer);
    arena_clear(&f->arena);
}

static void d22_every_answer_comes_to_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        for (size_t step = 1; step < 100; step += 14) {
            struct fixture f = {0};
            judge(&f, &ROWS[i], &TERMS, step);
            const struct writer_reply *reply = &f.reply;
            if (reply->outcome != ROWS[i].outcome || (int)reply->bill != ROWS[i].bill ||
                !str_equal(reply->raw, str_of(ROWS[i].raw)))
                fail_msg("%s: outcome %d, bill %d, raw \"%.*s\", %.*s", ROWS[i].what, (int)reply->outcome,
                         (int)reply->bill, STR_ARG(reply->raw), STR_ARG(reply->error));
            assert_true(str_is_none(reply->error) == (reply->outcome == WRITER_ANSWERED));
            assert_false(str_contains(reply->error, STR("prose")));
            clear(&f);
        }
}

static void a_whole_answer_keeps_its_receipt(void **state)
{
    struct fixture f = {0};
    (void)state;
    judge(&f, &ROWS[0], &TERMS, 7);
    assert_true(str_equal(f.reply.generation_id, STR("gen-1")));
    assert_true(str_equal(f.reply.model, STR("a/b")));
    assert_true(str_equal(f.reply.provider, STR("Host")));
    assert_true(str_equal(f.reply.finish, STR("stop")));
    assert_int_equal(f.reply.cost_microusd, 1700);
    assert_int_equal(f.reply.prompt_tokens, 900);
    assert_int_equal(f.reply.completion_tokens, 200);
    clear(&f);
}

/* The header names the generation before any body does: what broke off can be looked up. */
static void a_broken_answer_is_still_named_by_its_header(void **state)
{
    struct fixture f = {0};
    struct https_answer end = {.end = HTTPS_BROKEN, .status = 200, .sent = true};
    struct outcome_input input = {.answer = &f.answer, .end = &end, .terms = &TERMS, .price = &PRICE};
    (void)state;
    answer_init(&f.answer);
    answer_header(&f.answer, STR("X-Generation-Id: gen-7"));
    answer_end(&f.answer, 200, false);
    outcome_judge(&input, &f.arena, &f.reply);
    assert_true(str_equal(f.reply.generation_id, STR("gen-7")));
    clear(&f);
}

static void a_server_that_states_no_cost_is_paid_by_its_tokens(void **state)
{
    static const struct row ROW = {
        "",
        true,
        200,
        "data: {\"model\":\"llama\",\"choices\":[{\"delta\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}],"
        "\"usage\":{\"prompt_tokens\":900,\"completion_tokens\":200}}\n\n",
        HTTPS_WHOLE,
        WRITER_ANSWERED,
        WRITER_BILL_KNOWN,
        "{}"};
    static const struct ask_terms OPENAI = {.dialect = ASK_OPENAI, .model = STR_INIT("llama")};
    struct fixture f = {0};
    (void)state;
    judge(&f, &ROW, &OPENAI, 11);
    assert_int_equal(f.reply.outcome, WRITER_ANSWERED);
    assert_int_equal(f.reply.bill, WRITER_BILL_KNOWN);
    assert_int_equal(f.reply.cost_microusd, 900 + 4 * 200);
    clear(&f);
}

static void nonsense_in_the_usage_overflows_nothing(void **state)
{
    static const struct row ROW = {
        "",
        false,
        200,
        "{\"model\":\"llama\",\"choices\":[{\"message\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}],"
        "\"usage\":{\"prompt_tokens\":9000000000000000000,\"completion_tokens\":-7}}",
        HTTPS_WHOLE,
        WRITER_ANSWERED,
        WRITER_BILL_KNOWN,
        "{}"};
    static const struct ask_terms OPENAI = {.dialect = ASK_OPENAI, .model = STR_INIT("llama")};
    struct fixture f = {0};
    (void)state;
    judge(&f, &ROW, &OPENAI, 11);
    assert_int_equal(f.reply.prompt_tokens, 1000000);
    assert_int_equal(f.reply.completion_tokens, 0);
    assert_int_equal(f.reply.cost_microusd, 1000000);
    clear(&f);
}

static void what_never_left_costs_nothing(void **state)
{
    static const struct {
        enum https_end end;
        enum writer_outcome outcome;
    } ENDS[] = {{HTTPS_NO_CONNECT, WRITER_UNAVAILABLE},
                {HTTPS_STOPPED, WRITER_UNAVAILABLE},
                {HTTPS_UNTRUSTED, WRITER_MISCONFIGURED},
                {HTTPS_REFUSED, WRITER_MISCONFIGURED}};
    (void)state;
    for (size_t i = 0; i < sizeof ENDS / sizeof ENDS[0]; i++) {
        struct fixture f = {0};
        struct https_answer end = {.end = ENDS[i].end};
        struct outcome_input input = {.answer = &f.answer, .end = &end, .terms = &TERMS, .price = &PRICE};
        answer_init(&f.answer);
        outcome_judge(&input, &f.arena, &f.reply);
        assert_int_equal(f.reply.outcome, ENDS[i].outcome);
        assert_int_equal(f.reply.bill, WRITER_BILL_NOTHING);
        clear(&f);
    }
}

static void text_above_64_kb_is_cut_and_of_no_use(void **state)
{
    struct fixture f = {0};
    struct https_answer end = {.end = HTTPS_ENOUGH, .status = 200, .sent = true};
    struct outcome_input input = {.answer = &f.answer, .end = &end, .terms = &TERMS, .price = &PRICE};
    struct buf event = {0};
    (void)state;
    buf_add_c(&event, "data: {" NAMES "\"choices\":[{\"delta\":{\"content\":\"");
    for (int i = 0; i < 1000; i++)
        buf_add_c(&event, "\xE2\x82\xAC");
    buf_add_c(&event, "\"},\"finish_reason\":null}]}\n\n");
    answer_init(&f.answer);
    answer_header(&f.answer, STR("Content-Type: text/event-stream"));
    int events = 0;
    while (answer_feed(&f.answer, 200, buf_str(&event)))
        assert_true(events++ < 100);
    assert_int_equal(events, 21); /* of 3,000 bytes each: the 22nd is too much */
    outcome_judge(&input, &f.arena, &f.reply);
    assert_int_equal(f.reply.outcome, WRITER_BAD_REPLY);
    assert_int_equal(f.reply.bill, WRITER_BILL_UNKNOWN);
    assert_int_equal(f.reply.raw.len, 65535); /* whole characters */
    buf_clear(&event);
    clear(&f);
}

static void names_are_made_fit_for_a_log(void **state)
{
    static const struct row ROW = {
        "",
        false,
        200,
        "{\"id\":\"a b\\n\\u20ac\",\"model\":\"a/b\",\"choices\":[{\"message\":{\"content\":\"{}\"},"
        "\"finish_reason\":\"stop\"}]}",
        HTTPS_WHOLE,
        WRITER_ANSWERED,
        WRITER_BILL_UNKNOWN,
        "{}"};
    struct fixture f = {0};
    (void)state;
    judge(&f, &ROW, &TERMS, 11);
    assert_true(str_equal(f.reply.generation_id, STR("a_b____")));
    clear(&f);
}

static void the_pace_is_told_what_the_load_has_to_do_with_it(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum pace_result result;
    } CASES[] = {
        {429, "{\"error\":{\"code\":429}}", PACE_OVERLOADED},
        {503, "{\"error\":{\"code\":503}}", PACE_OVERLOADED},
        {529, "{\"error\":{\"code\":529}}", PACE_OVERLOADED},
        {402, "{\"error\":{\"code\":402,\"metadata\":{\"limit_source\":\"openrouter_in_flight_budget\"}}}",
         PACE_OVERLOADED},
        {500, "{\"error\":{\"code\":500}}", PACE_MISSED},
        {401, "{\"error\":{\"code\":401}}", PACE_TOLD},
        {400, "{\"error\":{\"code\":400}}", PACE_TOLD},
        {200, "{}", PACE_TOLD},
        {200, MESSAGE("\"{}\"", "stop"), PACE_ANSWERED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct fixture f = {0};
        struct row row = {.status = CASES[i].status, .body = CASES[i].body, .end = HTTPS_WHOLE};
        judge(&f, &row, &TERMS, 1000);
        assert_int_equal(outcome_pace(&f.answer, &f.reply), CASES[i].result);
        clear(&f);
    }
}

static void a_time_to_come_again_is_kept_where_coming_again_helps(void **state)
{
    static const struct {
        int status;
        const char *body;
        int64_t said, kept;
    } CASES[] = {
        {429, "{}", 3000, 3000},
        {503, "{\"error\":{\"availability\":{\"retry_after\":9,\"retryable\":true,\"code\":\"x\"}}}", 3000, 9000},
        {401, "{}", 3000, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct fixture f = {0};
        struct https_answer end = {.end = HTTPS_WHOLE, .status = CASES[i].status, .sent = true};
        struct outcome_input input = {
            .answer = &f.answer, .end = &end, .terms = &TERMS, .price = &PRICE, .retry_after_ms = CASES[i].said};
        answer_init(&f.answer);
        answer_feed(&f.answer, CASES[i].status, str_of(CASES[i].body));
        answer_end(&f.answer, CASES[i].status, true);
        outcome_judge(&input, &f.arena, &f.reply);
        assert_int_equal(f.reply.retry_after_ms, CASES[i].kept);
        clear(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d22_every_answer_comes_to_what_it_is),
        cmocka_unit_test(a_whole_answer_keeps_its_receipt),
        cmocka_unit_test(a_broken_answer_is_still_named_by_its_header),
        cmocka_unit_test(a_server_that_states_no_cost_is_paid_by_its_tokens),
        cmocka_unit_test(nonsense_in_the_usage_overflows_nothing),
        cmocka_unit_test(what_never_left_costs_nothing),
        cmocka_unit_test(text_above_64_kb_is_cut_and_of_no_use),
        cmocka_unit_test(names_are_made_fit_for_a_log),
        cmocka_unit_test(the_pace_is_told_what_the_load_has_to_do_with_it),
        cmocka_unit_test(a_time_to_come_again_is_kept_where_coming_again_helps),
    };
    return cmocka_run_group_tests_name("outcome", tests, NULL, NULL);
}

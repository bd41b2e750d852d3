/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The writer as a whole against a scripted service in a thread. */
#include "adapter/openrouter/openrouter.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapter/https/testing.h"
#include "base/clock.h"
#include "core/field.h"

#define KEY "sk-or-v1-not-to-be-seen"
#define JSON_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define STREAM_HEAD \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Generation-Id: gen-1\r\nConnection: close\r\n\r\n"
#define GOOD_KEY JSON_HEAD "{\"data\":{\"limit_remaining\":12.5}}"
#define GOOD_ENDPOINTS                                                                                              \
    JSON_HEAD "{\"data\":{\"canonical_slug\":\"a/b-1\",\"endpoints\":[{\"tag\":\"host\",\"supported_parameters\":[" \
              "\"structured_outputs\"],\"pricing\":{\"prompt\":\"0.000001\",\"completion\":\"0.000004\"}}]}}"
#define GOOD_MODELS JSON_HEAD "{\"data\":[{\"id\":\"a/b\"}]}"
#define GOOD_CHAT                                                                                                      \
    STREAM_HEAD ": OPENROUTER PROCESSING\n\ndata: {\"id\":\"gen-1\",\"model\":\"a/b-1\",\"provider\":\"Host\","        \
                "\"choices\":[{\"delta\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[]," \
                "\"usage\":{\"prompt_tokens\":90,\"completion_tokens\":20,\"cost\":0.00017}}\n\ndata: [DONE]\n\n"
#define OTHER_CHAT \
    JSON_HEAD "{\"model\":\"a/b\",\"choices\":[{\"message\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}]}"
#define REFUSAL(status, headers, body) \
    "HTTP/1.1 " status " No\r\nContent-Type: application/json\r\n" headers "Connection: close\r\n\r\n" body
#define LONG_MS 60000

static const struct prompt PROMPT = {.system = STR_INIT("Write."), .user = STR_INIT("{}"), .schema = STR_INIT("{}")};

struct fixture {
    struct arena arena;
    struct test_server server;
    struct test_answer key, endpoints, models, generation, chat; /* what the service says */
    struct openrouter_options options;
    struct writer *writer;
};

static struct test_answer choose(void *ctx, struct str request)
{
    struct fixture *f = ctx;
    const struct {
        const char *begins;
        const struct test_answer *answer;
    } ROUTES[] = {{"GET /v1/key ", &f->key},
                  {"GET /v1/models/a/b/endpoints ", &f->endpoints},
                  {"GET /v1/models ", &f->models},
                  {"GET /v1/generation?id=gen-1 ", &f->generation},
                  {"POST /v1/chat/completions ", &f->chat}};
    for (size_t i = 0; i < sizeof ROUTES / sizeof ROUTES[0]; i++)
        if (str_starts_with(request, str_of(ROUTES[i].begins)))
            return *ROUTES[i].answer;
    return (struct test_answer){.bytes = STR(REFUSAL("404", "", "{}"))};
}

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    test_server_start(&f->server, choose, f);
    f->key.bytes = STR(GOOD_KEY);
    f->endpoints.bytes = STR(GOOD_ENDPOINTS);
    f->models.bytes = STR(GOOD_MODELS);
    f->chat.bytes = STR(GOOD_CHAT);
    f->options = (struct openrouter_options){.url = test_server_url(&f->server, "/v1/", &f->arena),
                                             .key = STR(KEY),
                                             .terms = {.dialect = ASK_OPENROUTER,
                                                       .model = STR("a/b"),
                                                       .provider = STR("host"),
                                                       .zdr = true,
                                                       .ceiling = {3000000, 15000000, 0}},
                                             .requests_per_minute = 6000,
                                             .concurrency = 4,
                                             .check_ms = LONG_MS};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    if (f->writer != NULL)
        f->writer->vtable->close(f->writer);
    test_server_stop(&f->server);
    arena_clear(&f->arena);
    test_free(f);
    return 0;
}

static void open_writer(struct fixture *f)
{
    struct str why = STR_NONE;
    assert_int_equal(openrouter_open(&f->options, &f->writer, &why), RC_OK);
}

static struct writer_call prepare(struct fixture *f)
{
    struct writer_call call;
    assert_int_equal(f->writer->vtable->prepare(f->writer, NULL, &PROMPT, &f->arena, &call), RC_OK);
    return call;
}

static enum rc admit(struct fixture *f, int64_t *wait_ms)
{
    struct writer_call call = prepare(f);
    return f->writer->vtable->admit(f->writer, &call, wait_ms);
}

static struct writer_reply send_call(struct fixture *f)
{
    struct writer_call call = prepare(f);
    struct writer_reply reply;
    assert_int_equal(f->writer->vtable->send(f->writer, &call, &f->arena, &reply), RC_OK);
    return reply;
}

static void give_place_back(struct fixture *f)
{
    struct writer_call call = prepare(f);
    f->writer->vtable->leave(f->writer, &call);
}

static struct writer_reply one_call(struct fixture *f)
{
    int64_t wait;
    assert_int_equal(admit(f, &wait), RC_OK);
    return send_call(f);
}

static struct writer_state state_of(struct fixture *f)
{
    struct writer_state state;
    f->writer->vtable->state(f->writer, &f->arena, &state);
    return state;
}

/* How many requests came whose line begins so. */
static int requests(struct fixture *f, const char *begin)
{
    struct str rest = test_server_requests(&f->server, &f->arena);
    int count = 0;
    for (size_t at; (at = str_find(rest, str_of(begin))) != SIZE_MAX; count++)
        rest = (struct str){rest.ptr + at + 1, rest.len - at - 1};
    return count;
}

static void a_draft_is_asked_for_once_and_comes_with_its_receipt(void **state)
{
    struct fixture *f = *state;
    open_writer(f);
    struct writer_reply reply = one_call(f);
    assert_int_equal(reply.outcome, WRITER_ANSWERED);
    assert_int_equal(reply.bill, WRITER_BILL_KNOWN);
    assert_int_equal(reply.cost_microusd, 170);
    assert_true(str_equal(reply.raw, STR("{}")));
    assert_true(str_equal(reply.kind, STR("openrouter")));
    assert_true(str_equal(reply.model, STR("a/b-1"))); /* the canonical name of what was asked */
    assert_true(str_equal(reply.generation_id, STR("gen-1")));
    assert_int_equal(requests(f, "POST /"), 1);
    assert_true(str_ends_with(test_server_requests(&f->server, &f->arena), prepare(f).body));
    struct writer_state now = state_of(f);
    assert_int_equal(now.health, WRITER_READY);
    assert_int_equal(now.in_flight + now.waiting, 0);
    assert_int_equal(now.requests_last_minute, 1);
    assert_int_equal(now.concurrency_max, 4);
    assert_int_equal(now.key_left_microusd, 12500000);
    assert_true(str_is_none(now.last_error) && now.last_error_ms_ago == I64_NONE);
}

/* At the ceiling until the price is known, at the price from then on; never above what was reserved. */
static void a_call_is_reserved_at_its_worst(void **state)
{
    struct fixture *f = *state;
    f->key.then = TEST_STALL;
    f->key.bytes = STR("");
    open_writer(f);
    struct writer_call call = prepare(f);
    int64_t prompt = ask_prompt_tokens(call.body.len);
    assert_int_equal(call.tokens, prompt + ASK_COMPLETION_TOKENS);
    assert_int_equal(call.cost_microusd, 3 * prompt + 15 * ASK_COMPLETION_TOKENS);
    f->writer->vtable->close(f->writer);
    f->key = (struct test_answer){.bytes = STR(GOOD_KEY)};
    open_writer(f);
    int64_t wait;
    assert_int_equal(admit(f, &wait), RC_OK);
    give_place_back(f);
    assert_int_equal(prepare(f).cost_microusd, prompt + 4 * ASK_COMPLETION_TOKENS);
}

static void d32_a_writer_that_cannot_ask_is_degraded_and_asks_nothing(void **state)
{
    struct fixture *f = *state;
    int64_t wait = 0;
    f->key.bytes = STR(REFUSAL("401", "", "{\"error\":{\"code\":401}}"));
    open_writer(f);
    assert_int_equal(admit(f, &wait), RC_DENIED);
    assert_in_range(wait, 1, LONG_MS);
    struct writer_state now = state_of(f);
    assert_int_equal(now.health, WRITER_DEGRADED);
    assert_true(str_contains(now.why, STR("OPENROUTER_API_KEY")));
    assert_true(str_equal(now.kind, STR("openrouter"))); /* and is still itself */
    assert_int_equal(requests(f, "POST /"), 0);
}

static void what_was_mended_is_found_at_the_next_look(void **state)
{
    struct fixture *f = *state;
    int64_t wait = 0;
    f->key.bytes = STR(REFUSAL("401", "", "{}"));
    f->options.check_ms = 50;
    open_writer(f);
    assert_int_equal(admit(f, &wait), RC_DENIED);
    f->key.bytes = STR(GOOD_KEY);
    while (state_of(f).health != WRITER_READY) /* each look is a request */
        signal_count_wait(&f->server.requested, signal_count_get(&f->server.requested), 1000);
    assert_int_equal(one_call(f).outcome, WRITER_ANSWERED);
}

static void a_fault_of_the_settings_in_a_call_degrades_at_once(void **state)
{
    struct fixture *f = *state;
    int64_t wait = 0;
    f->chat.bytes =
        STR(REFUSAL("402", "", "{\"error\":{\"code\":402,\"metadata\":{\"limit_source\":\"openrouter_credits\"}}}"));
    open_writer(f);
    assert_int_equal(admit(f, &wait), RC_OK);
    struct writer_reply reply = one_call(f);
    assert_int_equal(reply.outcome, WRITER_MISCONFIGURED);
    assert_int_equal(reply.bill, WRITER_BILL_NOTHING);
    assert_int_equal(admit(f, &wait), RC_DENIED);
    assert_in_range(wait, 1, LONG_MS);
    reply = send_call(f); /* by the other place, taken before it was known */
    assert_int_equal(reply.outcome, WRITER_LIMITED);
    assert_int_equal(reply.bill, WRITER_BILL_NOTHING);
    struct writer_state now = state_of(f);
    assert_int_equal(now.in_flight, 0);
    assert_true(str_contains(now.why, STR("add credits")));
    assert_true(str_contains(now.last_error, STR("add credits")));
    assert_true(now.last_error_ms_ago >= 0 && now.last_error_ms_ago < LONG_MS);
    assert_int_equal(requests(f, "POST /"), 1);
}

static void d21_a_time_that_was_said_holds_for_all(void **state)
{
    struct fixture *f = *state;
    int64_t wait = 0, other = 0;
    f->chat.bytes = STR(REFUSAL("429", "Retry-After: 30\r\n", "{\"error\":{\"code\":429}}"));
    open_writer(f);
    assert_int_equal(admit(f, &other), RC_OK); /* a place that is held while the other call is refused */
    struct writer_reply reply = one_call(f);
    assert_int_equal(reply.outcome, WRITER_LIMITED);
    assert_int_equal(reply.retry_after_ms, 30000);
    assert_int_equal(admit(f, &wait), RC_LIMITED);
    assert_in_range(wait, 25000, 37500);
    assert_in_range(state_of(f).not_before_ms, 25000, 37500);
    reply = send_call(f); /* it may not leave either */
    assert_int_equal(reply.outcome, WRITER_LIMITED);
    assert_int_equal(reply.bill, WRITER_BILL_NOTHING);
    assert_in_range(reply.retry_after_ms, 25000, 37500);
    assert_int_equal(requests(f, "POST /"), 1);
    assert_int_equal(state_of(f).in_flight, 0);
}

static void a_place_that_is_not_used_is_given_back(void **state)
{
    struct fixture *f = *state;
    int64_t wait = 0;
    f->options.patience_ms = 100;
    f->options.concurrency = 1;
    open_writer(f);
    assert_int_equal(admit(f, &wait), RC_OK);
    assert_int_equal(admit(f, &wait), RC_LIMITED);
    assert_true(wait > 0);
    give_place_back(f);
    assert_int_equal(one_call(f).outcome, WRITER_ANSWERED);
}

struct sending {
    struct fixture *f;
    struct writer_reply reply;
};

static void run_send(void *context)
{
    struct sending *sending = context;
    sending->reply = send_call(sending->f);
}

static void a_stop_ends_the_call_under_way_which_may_be_billed(void **state)
{
    struct fixture *f = *state;
    struct sending sending = {.f = f};
    struct thread thread;
    int64_t wait = 0, began = clock_mono();
    f->chat = (struct test_answer){.bytes = STR(STREAM_HEAD), .then = TEST_STALL};
    open_writer(f);
    assert_int_equal(admit(f, &wait), RC_OK);
    uint64_t seen = signal_count_get(&f->server.requested);
    thread_start(&thread, "send", run_send, &sending);
    signal_count_wait(&f->server.requested, seen, -1);
    f->writer->vtable->stop(f->writer);
    thread_join(&thread);
    assert_int_equal(sending.reply.outcome, WRITER_TIMED_OUT);
    assert_int_equal(sending.reply.bill, WRITER_BILL_UNKNOWN);
    assert_true(clock_mono() - began < LONG_MS / 2);
    assert_int_equal(admit(f, &wait), RC_BUSY);
}

static void silence_within_a_stream_times_out_and_the_generation_can_be_looked_up(void **state)
{
    struct fixture *f = *state;
    int64_t cost = -1;
    f->chat = (struct test_answer){.bytes = STR(STREAM_HEAD), .then = TEST_STALL};
    f->generation.bytes = STR(REFUSAL("404", "", "{}"));
    f->options.idle_ms = 100;
    open_writer(f);
    struct writer_reply reply = one_call(f);
    assert_int_equal(reply.outcome, WRITER_TIMED_OUT);
    assert_int_equal(reply.bill, WRITER_BILL_UNKNOWN);
    assert_true(str_equal(reply.generation_id, STR("gen-1")));
    const struct writer_vtable *verbs = f->writer->vtable;
    assert_int_equal(verbs->look_up(f->writer, reply.generation_id, &cost), RC_NOT_FOUND); /* not yet */
    f->generation.bytes = STR(JSON_HEAD "{\"data\":{\"total_cost\":0.0042}}");
    assert_int_equal(verbs->look_up(f->writer, reply.generation_id, &cost), RC_OK);
    assert_int_equal(cost, 4200);
    assert_int_equal(verbs->look_up(f->writer, STR("gen-1&x=1"), &cost), RC_NOT_FOUND);
    assert_int_equal(verbs->look_up(f->writer, STR(""), &cost), RC_NOT_FOUND);
    assert_int_equal(requests(f, "GET /v1/generation"), 2); /* what is no id is not asked for */
}

static void another_server_of_the_dialect_needs_no_key_and_no_provider(void **state)
{
    struct fixture *f = *state;
    f->options.key = STR_NONE;
    f->options.terms.dialect = ASK_OPENAI;
    f->options.terms.provider = STR_NONE;
    f->chat.bytes = STR(OTHER_CHAT);
    open_writer(f);
    assert_int_equal(one_call(f).outcome, WRITER_ANSWERED);
    assert_int_equal(requests(f, "GET /v1/models "), 1);
    assert_int_equal(requests(f, "GET /v1/key"), 0);
    assert_int_equal(requests(f, "Authorization"), 0);
    assert_int_equal(requests(f, "\"provider\""), 0);
}

/* Everything that the program says, with what it logs, while all goes wrong. */
static void d24_the_key_is_said_nowhere(void **state)
{
    static const char *const CHATS[] = {
        REFUSAL("401", "X-Echo: " KEY "\r\n", "{\"error\":{\"code\":401,\"message\":\"bad key " KEY "\"}}"),
        REFUSAL("500", "", "{\"error\":{\"code\":500,\"message\":\"" KEY "\"}}"), "HTTP/1.1 200 OK\r\n\r\n" KEY,
        GOOD_CHAT};
    struct fixture *f = *state;
    char name[] = "/tmp/rekindle-log-XXXXXX", log[20000];
    int file = mkstemp(name), kept = dup(STDERR_FILENO);
    assert_true(file >= 0 && kept >= 0);
    unlink(name);
    dup2(file, STDERR_FILENO);
    open_writer(f);
    struct buf said = {0};
    int64_t wait;
    for (size_t i = 0; i < sizeof CHATS / sizeof CHATS[0]; i++) {
        f->chat.bytes = str_of(CHATS[i]);
        if (admit(f, &wait) != RC_OK)
            continue;
        struct writer_reply reply = send_call(f);
        struct writer_state now = state_of(f);
        const struct str texts[] = {reply.error, reply.raw,      reply.model, reply.finish, reply.generation_id,
                                    now.why,     now.last_error, now.model,   now.provider, prepare(f).body};
        for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++)
            if (texts[t].len > 0)
                buf_add(&said, texts[t]);
        f->writer->vtable->close(f->writer); /* a new one, since this one may be degraded */
        open_writer(f);
    }
    dup2(kept, STDERR_FILENO);
    close(kept);
    ssize_t size = pread(file, log, sizeof log, 0);
    close(file);
    assert_true(size > 0); /* it was logged that the writer is degraded */
    assert_true(str_contains((struct str){log, (size_t)size}, STR("writer_degraded")));
    buf_add(&said, (struct str){log, (size_t)size});
    for (size_t length = 6; length <= sizeof KEY - 1; length++) { /* nor its beginning or end */
        assert_false(str_contains(buf_str(&said), (struct str){KEY, length}));
        assert_false(str_contains(buf_str(&said), (struct str){KEY + sizeof KEY - 1 - length, length}));
    }
    buf_clear(&said);
}

static void an_address_that_may_not_be_asked_is_refused(void **state)
{
    struct fixture *f = *state;
    struct str why = STR_NONE;
    f->options.url = STR("http://models.example/v1");
    assert_int_equal(openrouter_open(&f->options, &f->writer, &why), RC_INVALID);
    assert_true(str_contains(why, STR("https")));
    assert_null(f->writer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_draft_is_asked_for_once_and_comes_with_its_receipt),
        TEST(a_call_is_reserved_at_its_worst),
        TEST(d32_a_writer_that_cannot_ask_is_degraded_and_asks_nothing),
        TEST(what_was_mended_is_found_at_the_next_look),
        TEST(a_fault_of_the_settings_in_a_call_degrades_at_once),
        TEST(d21_a_time_that_was_said_holds_for_all),
        TEST(a_place_that_is_not_used_is_given_back),
        TEST(a_stop_ends_the_call_under_way_which_may_be_billed),
        TEST(silence_within_a_stream_times_out_and_the_generation_can_be_looked_up),
        TEST(another_server_of_the_dialect_needs_no_key_and_no_provider),
        TEST(d24_the_key_is_said_nowhere),
        TEST(an_address_that_may_not_be_asked_is_refused),
    };
    return cmocka_run_group_tests_name("openrouter", tests, NULL, NULL);
}

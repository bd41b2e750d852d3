/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of the transfer against a scripted server in a thread: what it makes of each way in which an answer can go
 * wrong, with deadlines of a fraction of a second. */
#include "adapter/https/https.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "adapter/https/testing.h"
#include "base/mem.h"

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
#define SHORT_MS 150
#define LONG_MS 60000

struct fixture {
    struct arena arena;
    struct test_server server;
    struct https *https;
    struct test_answer answer; /* what the server says */
    struct buf headers, body;
    int status;
    size_t enough; /* of the body; 0: all of it */
};

static struct test_answer choose(void *ctx, struct str request)
{
    (void)request;
    return ((struct fixture *)ctx)->answer;
}

static void say_next(struct fixture *f, struct test_answer answer)
{
    lock_take(&f->server.lock);
    f->answer = answer;
    lock_drop(&f->server.lock);
}

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    struct str why;
    test_server_start(&f->server, choose, f);
    assert_int_equal(https_open(STR_NONE, &f->https, &why), RC_OK);
    buf_add(&f->body, STR(""));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_server_stop(&f->server);
    https_close(f->https);
    buf_clear(&f->headers);
    buf_clear(&f->body);
    arena_clear(&f->arena);
    test_free(f);
    return 0;
}

static void on_header(void *ctx, struct str line)
{
    buf_add(&((struct fixture *)ctx)->headers, line);
    buf_add_char(&((struct fixture *)ctx)->headers, '|');
}

static bool on_body(void *ctx, int status, struct str bytes)
{
    struct fixture *f = ctx;
    f->status = status;
    buf_add(&f->body, bytes);
    return f->enough == 0 || f->body.len < f->enough;
}

static struct https_request request_of(struct fixture *f, struct str url)
{
    return (struct https_request){.url = url,
                                  .authorization = STR("Bearer sesame"),
                                  .body = STR("{\"a\":1}"),
                                  .limits = {.connect_ms = LONG_MS,
                                             .idle_ms = LONG_MS,
                                             .total_ms = LONG_MS,
                                             .header_bytes = 10000,
                                             .body_bytes = 10000},
                                  .on_header = on_header,
                                  .on_body = on_body,
                                  .ctx = f};
}

static struct https_answer transfer(struct fixture *f, struct https_limits limits)
{
    struct https_request request = request_of(f, test_server_url(&f->server, "/v1/x", &f->arena));
    struct https_answer answer;
    buf_reset(&f->headers);
    buf_reset(&f->body);
    if (limits.idle_ms > 0)
        request.limits = limits;
    https_transfer(f->https, &request, &answer);
    return answer;
}

static const struct https_limits USUAL = {0};
static const struct https_limits IMPATIENT = {.connect_ms = LONG_MS,
                                              .idle_ms = SHORT_MS,
                                              .total_ms = LONG_MS,
                                              .header_bytes = 10000,
                                              .body_bytes = 10000};

static void a_whole_answer_is_handed_over(void **state)
{
    static const struct str ANSWERS[] = {
        STR_INIT(HEAD "X-One: 1\r\nContent-Length: 5\r\n\r\nhello"),
        STR_INIT(HEAD "X-One: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
        STR_INIT(HEAD "X-One: 1\r\nConnection: close\r\n\r\nhello"),
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < 3; i++) {
        say_next(f, (struct test_answer){.bytes = ANSWERS[i]});
        struct https_answer answer = transfer(f, USUAL);
        assert_int_equal(answer.end, HTTPS_WHOLE);
        assert_int_equal(answer.status, 200);
        assert_int_equal(f->status, 200);
        assert_true(answer.sent);
        assert_true(str_is_none(answer.why));
        assert_string_equal(f->body.ptr, "hello");
        assert_true(str_starts_with(buf_str(&f->headers), STR("Content-Type: text/plain|X-One: 1|")));
    }
}

/* Neither a referer nor a title: they would put the shop into public rankings. */
static void d23_a_request_says_who_sends_it_to_nobody(void **state)
{
    static const char *const NEVER[] = {"referer", "x-title", "x-openrouter-title", "expect:", "cookie", "origin"};
    struct fixture *f = *state;
    say_next(f, (struct test_answer){.bytes = STR(HEAD "Content-Length: 0\r\n\r\n")});
    transfer(f, USUAL);
    struct str request = test_server_requests(&f->server, &f->arena), rest = request;
    assert_true(str_equal(str_cut(&rest, '\r'), STR("POST /v1/x HTTP/1.1")));
    assert_true(str_contains(request, STR("\r\nAuthorization: Bearer sesame\r\n")));
    assert_true(str_contains(request, STR("\r\nContent-Type: application/json\r\n")));
    assert_true(str_ends_with(request, STR("\r\n\r\n{\"a\":1}")));
    while (!str_is_none(rest)) {
        struct str line = str_trim(str_cut(&rest, '\n'));
        for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++)
            if (line.len >= strlen(NEVER[i]))
                assert_false(str_equal_nocase((struct str){line.ptr, strlen(NEVER[i])}, str_of(NEVER[i])));
    }
}

static void a_request_without_a_body_is_a_get(void **state)
{
    struct fixture *f = *state;
    struct https_request request = request_of(f, test_server_url(&f->server, "/key", &f->arena));
    struct https_answer answer;
    request.body = STR_NONE;
    request.authorization = STR_NONE;
    request.on_header = NULL;
    say_next(f, (struct test_answer){.bytes = STR("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")});
    https_transfer(f->https, &request, &answer);
    assert_int_equal(answer.end, HTTPS_WHOLE);
    assert_int_equal(answer.status, 404);
    struct str sent = test_server_requests(&f->server, &f->arena);
    assert_true(str_starts_with(sent, STR("GET /key HTTP/1.1\r\n")));
    assert_false(str_contains(sent, STR("Authorization")));
}

static void silence_in_any_phase_ends_at_its_deadline(void **state)
{
    static const struct str BEFORE[] = {
        STR_INIT(""),                                                      /* no header */
        STR_INIT(HEAD "X-On"),                                             /* within the headers */
        STR_INIT(HEAD "Content-Length: 5\r\n\r\n"),                        /* before the first byte */
        STR_INIT(HEAD "Content-Length: 5\r\n\r\nhe"),                      /* within the body */
        STR_INIT(HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), /* before the end */
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof BEFORE / sizeof BEFORE[0]; i++) {
        say_next(f, (struct test_answer){.bytes = BEFORE[i], .then = TEST_STALL});
        struct https_answer answer = transfer(f, IMPATIENT);
        assert_int_equal(answer.end, HTTPS_TIMED_OUT);
        assert_true(answer.sent);
        assert_true(answer.latency_ms >= SHORT_MS && answer.latency_ms < LONG_MS / 2);
        assert_true(str_equal(answer.why, STR("it fell silent")));
    }
}

/* The server takes the connection and never speaks TLS. */
static void nothing_has_left_when_the_connection_is_not_made_in_time(void **state)
{
    struct fixture *f = *state;
    struct https_request request = request_of(f, arena_printf(&f->arena, "https://127.0.0.1:%d/v1/x", f->server.port));
    struct https_answer answer;
    request.limits.connect_ms = SHORT_MS;
    https_transfer(f->https, &request, &answer);
    assert_int_equal(answer.end, HTTPS_NO_CONNECT);
    assert_false(answer.sent);
    assert_int_equal(answer.status, 0);
    assert_true(answer.latency_ms < LONG_MS / 2);
}

static void nothing_has_left_when_nobody_listens(void **state)
{
    struct fixture *f = *state;
    struct test_server other;
    test_server_start(&other, choose, f);
    struct https_request request = request_of(f, test_server_url(&other, "/", &f->arena));
    struct https_answer answer;
    test_server_stop(&other);
    https_transfer(f->https, &request, &answer);
    assert_int_equal(answer.end, HTTPS_NO_CONNECT);
    assert_false(answer.sent);
}

static void every_byte_is_a_sign_of_life_until_the_total_is_up(void **state)
{
    struct fixture *f = *state;
    struct https_limits limits = IMPATIENT;
    limits.idle_ms = 1000;
    say_next(f, (struct test_answer){.bytes = STR(HEAD "Connection: close\r\n\r\n"),
                                     .drip = STR(": OPENROUTER PROCESSING\n\n"),
                                     .drips = 8,
                                     .drip_ms = 200});
    struct https_answer answer = transfer(f, limits);
    assert_int_equal(answer.end, HTTPS_WHOLE);
    assert_true(answer.latency_ms >= 1600);
    struct test_answer endless = f->answer;
    endless.drips = 1000;
    say_next(f, endless);
    limits.total_ms = 2 * SHORT_MS;
    answer = transfer(f, limits);
    assert_int_equal(answer.end, HTTPS_TIMED_OUT);
    assert_true(str_equal(answer.why, STR("its answer took too long")));
}

static void what_breaks_off_is_broken(void **state)
{
    static const struct {
        struct str bytes;
        enum test_then then;
    } ROWS[] = {
        {STR_INIT(""), TEST_CLOSE},
        {STR_INIT(""), TEST_RESET},
        {STR_INIT(HEAD "Content-Length: 5\r\n\r\nhe"), TEST_CLOSE},
        {STR_INIT(HEAD "Content-Length: 5\r\n\r\nhe"), TEST_RESET},
        {STR_INIT(HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), TEST_CLOSE},
        {STR_INIT("this is no HTTP\r\n\r\n"), TEST_CLOSE},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        say_next(f, (struct test_answer){.bytes = ROWS[i].bytes, .then = ROWS[i].then});
        struct https_answer answer = transfer(f, USUAL);
        if (answer.end != HTTPS_BROKEN || !answer.sent)
            fail_msg("row %zu: end %d", i, (int)answer.end);
    }
}

/* A request may cost money: libcurl's own second try must not come. */
static void a_request_leaves_once_whatever_comes_of_it(void **state)
{
    struct fixture *f = *state;
    say_next(f, (struct test_answer){.bytes = STR(HEAD "Content-Length: 2\r\n\r\nok")});
    transfer(f, USUAL);
    say_next(f, (struct test_answer){.bytes = STR(""), .then = TEST_CLOSE});
    transfer(f, USUAL);
    say_next(f, (struct test_answer){
                    .bytes = STR("HTTP/1.1 307 Away\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")});
    struct https_answer answer = transfer(f, USUAL);
    assert_int_equal(answer.status, 307);
    say_next(f, (struct test_answer){.bytes = STR("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n")});
    transfer(f, USUAL);
    struct str rest = test_server_requests(&f->server, &f->arena);
    int count = 0;
    for (size_t at; (at = str_find(rest, STR("POST /"))) != SIZE_MAX; count++)
        rest = (struct str){rest.ptr + at + 1, rest.len - at - 1};
    assert_int_equal(count, 4);
}

static void more_than_the_limits_is_not_taken(void **state)
{
    struct fixture *f = *state;
    struct buf large = {0}; /* the server may still be sending when we have had enough: it gets copies */
    buf_add_c(&large, HEAD);
    for (int i = 0; i < 300; i++)
        buf_printf(&large, "X-Filler-%d: 0123456789012345678901234567890123456789\r\n", i);
    buf_add_c(&large, "Content-Length: 0\r\n\r\n");
    say_next(f, (struct test_answer){.bytes = arena_str(&f->arena, buf_str(&large))});
    struct https_answer answer = transfer(f, USUAL);
    assert_int_equal(answer.end, HTTPS_TOO_LARGE);
    buf_reset(&large);
    buf_add_c(&large, HEAD "Connection: close\r\n\r\n");
    for (int i = 0; i < 2000; i++)
        buf_add_c(&large, "0123456789");
    say_next(f, (struct test_answer){.bytes = arena_str(&f->arena, buf_str(&large))});
    answer = transfer(f, USUAL);
    assert_int_equal(answer.end, HTTPS_TOO_LARGE);
    assert_true(f->body.len <= 10000);
    buf_clear(&large);
}

static void whoever_reads_may_say_enough(void **state)
{
    struct fixture *f = *state;
    say_next(f, (struct test_answer){.bytes = STR(HEAD "Content-Length: 100\r\n\r\nhello"), .then = TEST_STALL});
    f->enough = 5;
    struct https_answer answer = transfer(f, USUAL);
    assert_int_equal(answer.end, HTTPS_ENOUGH);
    assert_string_equal(f->body.ptr, "hello");
}

struct running {
    struct fixture *f;
    struct https_answer answer;
};

static void run_transfer(void *context)
{
    struct running *running = context;
    running->answer = transfer(running->f, USUAL);
}

static void stop_ends_what_is_under_way_and_what_would_come(void **state)
{
    struct fixture *f = *state;
    struct running running = {.f = f};
    struct thread thread;
    say_next(f, (struct test_answer){.bytes = STR(HEAD), .then = TEST_STALL});
    thread_start(&thread, "transfer", run_transfer, &running);
    signal_count_wait(&f->server.requested, 0, -1);
    https_stop(f->https);
    thread_join(&thread);
    assert_int_equal(running.answer.end, HTTPS_STOPPED);
    assert_true(running.answer.sent);
    assert_true(running.answer.latency_ms < LONG_MS / 2);
    struct https_answer answer = transfer(f, USUAL);
    assert_int_equal(answer.end, HTTPS_STOPPED);
    assert_false(answer.sent);
}

static void plain_http_to_elsewhere_never_leaves(void **state)
{
    struct fixture *f = *state;
    struct https_request request = request_of(f, STR("http://192.0.2.1/v1"));
    struct https_answer answer;
    https_transfer(f->https, &request, &answer);
    assert_int_equal(answer.end, HTTPS_REFUSED);
    assert_false(answer.sent);
}

static void a_ca_file_that_cannot_be_read_is_refused(void **state)
{
    struct https *https = NULL;
    struct str why;
    (void)state;
    assert_int_equal(https_open(STR("/nonexistent.pem"), &https, &why), RC_INVALID);
    assert_true(str_contains(why, STR("CA certificates")));
    https_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_answer_is_handed_over),
        TEST(d23_a_request_says_who_sends_it_to_nobody),
        TEST(a_request_without_a_body_is_a_get),
        TEST(silence_in_any_phase_ends_at_its_deadline),
        TEST(nothing_has_left_when_the_connection_is_not_made_in_time),
        TEST(nothing_has_left_when_nobody_listens),
        TEST(every_byte_is_a_sign_of_life_until_the_total_is_up),
        TEST(what_breaks_off_is_broken),
        TEST(a_request_leaves_once_whatever_comes_of_it),
        TEST(more_than_the_limits_is_not_taken),
        TEST(whoever_reads_may_say_enough),
        TEST(stop_ends_what_is_under_way_and_what_would_come),
        TEST(plain_http_to_elsewhere_never_leaves),
        TEST(a_ca_file_that_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests_name("https", tests, NULL, NULL);
}

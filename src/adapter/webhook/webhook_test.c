/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of the notifier against a scripted server: what is posted, and what each way of answering means. */
#include "adapter/webhook/webhook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapter/https/testing.h"
#include "adapter/webhook/signature.h"
#include "base/clock.h"
#include "base/hash.h"

#define SECRET STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
#define BODY STR("{\"type\":\"client.unsubscribed\"}")
#define SHORT_MS 200

struct fixture {
    struct arena arena;
    struct test_server server;
    struct notifier *notifier;
    struct test_answer answer;
};

static struct test_answer choose(void *ctx, struct str request)
{
    (void)request;
    return ((struct fixture *)ctx)->answer;
}

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    struct str why;
    test_server_start(&f->server, choose, f);
    struct webhook_options options = {
        .url = test_server_url(&f->server, "/hook", &f->arena), .secret = SECRET, .total_ms = SHORT_MS};
    assert_int_equal(webhook_open(&options, &f->notifier, &why), RC_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_server_stop(&f->server);
    f->notifier->vtable->close(f->notifier);
    arena_clear(&f->arena);
    test_free(f);
    return 0;
}

static enum rc post(struct fixture *f, struct test_answer answer, struct str *error)
{
    lock_take(&f->server.lock);
    f->answer = answer;
    lock_drop(&f->server.lock);
    return f->notifier->vtable->send(f->notifier, STR("event-1"), BODY, &f->arena, error);
}

/* The value of a header line of all that came. */
static struct str header(struct fixture *f, const char *name)
{
    struct str requests = test_server_requests(&f->server, &f->arena);
    const char *at = strstr(requests.ptr, name);
    assert_non_null(at);
    at += strlen(name);
    return (struct str){at, strcspn(at, "\r\n")};
}

static void an_event_is_posted_signed_and_dated(void **state)
{
    struct fixture *f = *state;
    struct str error, key;
    int64_t at_s;
    assert_int_equal(post(f, (struct test_answer){.bytes = STR("HTTP/1.1 204 No Content\r\n\r\n")}, &error), RC_OK);
    assert_true(str_is_none(error));
    assert_true(str_starts_with(test_server_requests(&f->server, &f->arena), STR("POST /hook HTTP/1.1\r\n")));
    assert_string_equal(arena_str(&f->arena, header(f, "webhook-id: ")).ptr, "event-1");
    assert_int_equal(str_to_i64(header(f, "webhook-timestamp: "), &at_s), RC_OK);
    assert_in_range(at_s, clock_wall() / 1000 - 60, clock_wall() / 1000);
    assert_int_equal(signature_key(SECRET, &f->arena, &key), RC_OK);
    assert_string_equal(arena_str(&f->arena, header(f, "webhook-signature: ")).ptr,
                        signature_make(key, STR("event-1"), at_s, BODY, &f->arena).ptr);
    assert_non_null(
        strstr(test_server_requests(&f->server, &f->arena).ptr, "\r\n\r\n{\"type\":\"client.unsubscribed\"}"));
}

static void each_answer_means_one_thing(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *bytes;
        enum test_then then;
        enum rc rc;
        const char *error;
    } rows[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", TEST_CLOSE, RC_OK, NULL},
        {"HTTP/1.1 202 Accepted\r\nContent-Length: 500000000\r\n\r\nmuch", TEST_STALL, RC_OK, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", TEST_STALL, RC_OK, NULL},
        {"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", TEST_CLOSE, RC_BUSY,
         "301"},
        {"HTTP/1.1 307 Temporary\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", TEST_CLOSE, RC_BUSY, "307"},
        {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", TEST_CLOSE, RC_BUSY, "401"},
        {"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", TEST_CLOSE, RC_BUSY, "410"},
        {"HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nour", TEST_CLOSE, RC_BUSY, "500"},
        {"", TEST_STALL, RC_TIMEOUT, "timeout"},
        {"", TEST_RESET, RC_IO, "connection lost"},
        {"SSH-2.0-OpenSSH_9.2\r\n", TEST_CLOSE, RC_IO, "connection lost"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str error;
        print_message("%s\n", rows[i].bytes);
        assert_int_equal(post(f, (struct test_answer){.bytes = str_of(rows[i].bytes), .then = rows[i].then}, &error),
                         rows[i].rc);
        assert_true(rows[i].error == NULL ? str_is_none(error) : str_equal(error, str_of(rows[i].error)));
    }
    assert_null(strstr(test_server_requests(&f->server, &f->arena).ptr, "/elsewhere")); /* nothing was followed */
}

static void headers_without_end_are_no_answer(void **state)
{
    struct fixture *f = *state;
    struct str error;
    struct test_answer answer = {.bytes = STR("HTTP/1.1 500 Oops\r\n"),
                                 .drip = STR("X-Filler: 0123456789012345678901234567890123456789012345678901234\r\n"),
                                 .drips = 600};
    assert_int_equal(post(f, answer, &error), RC_BUSY);
    assert_string_equal(arena_str(&f->arena, error).ptr, "500");
}

static void a_receiver_that_is_not_there_is_tried_later(void **state)
{
    struct fixture *f = *state;
    struct notifier *nowhere;
    struct str why, error;
    struct webhook_options options = {.url = STR("http://127.0.0.1:1/"), .secret = SECRET};
    assert_int_equal(webhook_open(&options, &nowhere, &why), RC_OK);
    assert_int_equal(nowhere->vtable->send(nowhere, STR("e"), BODY, &f->arena, &error), RC_IO);
    assert_string_equal(error.ptr, "connect");
    nowhere->vtable->stop(nowhere);
    assert_int_equal(nowhere->vtable->send(nowhere, STR("e"), BODY, &f->arena, &error), RC_IO);
    assert_string_equal(error.ptr, "stopped");
    nowhere->vtable->close(nowhere);
}

static void a_secret_that_is_no_key_is_refused(void **state)
{
    struct notifier *none = NULL;
    struct str why = STR_NONE;
    (void)state;
    struct webhook_options options = {.url = STR("http://127.0.0.1:1/"), .secret = STR("whsec_AAAA")};
    assert_int_equal(webhook_open(&options, &none, &why), RC_INVALID);
    assert_null(none);
    assert_true(why.len > 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    hash_init();
    const struct CMUnitTest tests[] = {
        CASE(an_event_is_posted_signed_and_dated),
        CASE(each_answer_means_one_thing),
        CASE(headers_without_end_are_no_answer),
        CASE(a_receiver_that_is_not_there_is_tried_later),
        cmocka_unit_test(a_secret_that_is_no_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

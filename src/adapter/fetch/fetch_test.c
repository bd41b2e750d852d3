/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/fetch/fetch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapter/https/testing.h"

static struct test_answer choose(void *ctx, struct str request)
{
    (void)ctx;
    static const struct {
        struct str start, answer;
    } PAGES[] = {
        {STR_INIT("GET /whole.pem "), STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")},
        {STR_INIT("GET /empty "), STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")},
        {STR_INIT("GET /gone "), STR_INIT("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nsorry")},
        {STR_INIT("GET /gone-quietly "), STR_INIT("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")},
        {STR_INIT("GET /moved "), STR_INIT("HTTP/1.1 302 Found\r\nLocation: /whole.pem\r\nContent-Length: 0\r\n\r\n")},
        {STR_INIT("GET /cut "), STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello")},
        {STR_INIT("GET /large "), STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world")},
    };
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES[0]; i++)
        if (str_starts_with(request, PAGES[i].start))
            return (struct test_answer){.bytes = PAGES[i].answer};
    return (struct test_answer){.bytes = STR("nonsense")};
}

static void only_the_whole_body_of_a_200_counts(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum rc rc;
        const char *body;
    } ROWS[] = {{"/whole.pem", RC_OK, "hello"}, {"/empty", RC_OK, ""},
                {"/gone", RC_NOT_FOUND, NULL},  {"/gone-quietly", RC_NOT_FOUND, NULL},
                {"/moved", RC_NOT_FOUND, NULL}, {"/cut", RC_IO, NULL},
                {"/large", RC_IO, NULL},        {"/nonsense", RC_IO, NULL}};
    struct test_server server = {0};
    struct fetch *fetch;
    struct str why;
    test_server_start(&server, choose, NULL);
    assert_int_equal(fetch_open(STR_NONE, &fetch, &why), RC_OK);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct arena arena = {0};
        struct str body;
        struct fetch_wish wish = {.url = test_server_url(&server, ROWS[i].path, &arena), .max_bytes = 10};
        enum rc rc = fetch->vtable->get(fetch, &wish, &arena, &body, &why);
        if (rc != ROWS[i].rc || !str_equal(body, str_of(ROWS[i].body)) || (rc != RC_OK && str_is_empty(why)))
            fail_msg("%s: %s, \"%.*s\"", ROWS[i].path, rc_name(rc), STR_ARG(body));
        arena_clear(&arena);
    }
    fetch->vtable->stop(fetch);
    fetch->vtable->close(fetch);
    test_server_stop(&server);
}

static void plain_http_leaves_this_machine_only_when_it_may(void **state)
{
    (void)state;
    struct fetch *fetch;
    struct arena arena = {0};
    struct str body, why;
    assert_int_equal(fetch_open(STR_NONE, &fetch, &why), RC_OK);
    struct fetch_wish wish = {.url = STR("http://name.invalid/a.cer"), .max_bytes = 10};
    assert_int_equal(fetch->vtable->get(fetch, &wish, &arena, &body, &why), RC_DENIED);
    wish.may_be_plain = true; /* it is tried now: there is no such name */
    assert_int_equal(fetch->vtable->get(fetch, &wish, &arena, &body, &why), RC_IO);
    wish.url = STR("http://user@name.invalid/a.cer");
    assert_int_equal(fetch->vtable->get(fetch, &wish, &arena, &body, &why), RC_DENIED);
    wish.url = STR("file:///etc/passwd");
    assert_int_equal(fetch->vtable->get(fetch, &wish, &arena, &body, &why), RC_DENIED);
    fetch->vtable->close(fetch);
    assert_int_equal(fetch_open(STR("/nowhere/ca.pem"), &fetch, &why), RC_INVALID);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_whole_body_of_a_200_counts),
        cmocka_unit_test(plain_http_leaves_this_machine_only_when_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

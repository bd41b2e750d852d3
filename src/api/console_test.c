/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The console's files: which form is sent, what may be cached, where a page falls back and where not. */
#include "api/console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

#define BYTES(text)                                  \
    {                                                \
        (const unsigned char *)text, sizeof text - 1 \
    }

static const struct asset ITEMS[] = {
    {.path = "/assets/app-1a2b.js",
     .type = "text/javascript; charset=utf-8",
     .etag = "\"js\"",
     .immutable = true,
     .raw = BYTES("raw script"),
     .br = BYTES("br"),
     .gz = BYTES("gz")},
    {.path = "/assets/font.woff2", .type = "font/woff2", .etag = "\"f\"", .immutable = true, .raw = BYTES("font")},
    {.path = "/favicon.svg", .type = "image/svg+xml", .etag = "\"i\"", .raw = BYTES("icon"), .gz = BYTES("gz")},
    {.path = "/index.html",
     .type = "text/html; charset=utf-8",
     .etag = "\"x\"",
     .raw = BYTES("<meta content=\"__NONCE__\"><style nonce=\"__NONCE__\">")},
};
static const struct console_files FILES = {ITEMS, sizeof ITEMS / sizeof ITEMS[0]};

struct visit {
    struct arena arena;
    struct pair header;
    struct request request;
    struct response response;
};

static void visit(struct visit *visit, const struct console_files *files, const char *path, const char *name,
                  const char *value)
{
    *visit = (struct visit){.header = {str_of(name), str_of(value)}};
    visit->request = (struct request){.arena = &visit->arena,
                                      .method = METHOD_GET,
                                      .path = str_of(path),
                                      .headers = &visit->header,
                                      .header_count = name == NULL ? 0 : 1};
    console_serve_from(files, &visit->request, &visit->response);
}

static struct str header_of(const struct visit *visit, const char *name)
{
    for (size_t i = 0; i < visit->response.header_count; i++) {
        if (str_equal_nocase(visit->response.headers[i].name, str_of(name)))
            return visit->response.headers[i].value;
    }
    return STR("");
}

static void leave(struct visit *visit)
{
    buf_clear(&visit->response.body);
    arena_clear(&visit->arena);
}

static void the_best_form_that_the_browser_takes_is_sent(void **state)
{
    (void)state;
    static const struct {
        const char *path, *accepts;
        struct str encoding, body;
    } ROWS[] = {
        {"/assets/app-1a2b.js", "gzip, deflate, br", STR_INIT("br"), STR_INIT("br")},
        {"/assets/app-1a2b.js", "gzip;q=0.5", STR_INIT("gzip"), STR_INIT("gz")},
        {"/assets/app-1a2b.js", "br;q=0, gzip", STR_INIT("gzip"), STR_INIT("gz")},
        {"/assets/app-1a2b.js", "identity", STR_INIT(""), STR_INIT("raw script")},
        {"/assets/font.woff2", "br, gzip", STR_INIT(""), STR_INIT("font")},
        {"/favicon.svg", "br, gzip", STR_INIT("gzip"), STR_INIT("gz")},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct visit one;
        visit(&one, &FILES, ROWS[i].path, "Accept-Encoding", ROWS[i].accepts);
        assert_int_equal(one.response.status, 200);
        assert_true(str_equal(header_of(&one, "Content-Encoding"), ROWS[i].encoding));
        assert_true(str_equal(one.response.fixed, ROWS[i].body));
        assert_true(str_equal(header_of(&one, "Vary"), STR("Accept-Encoding")));
        leave(&one);
    }
}

static void only_hashed_names_are_cached_for_ever(void **state)
{
    struct visit one;
    (void)state;
    visit(&one, &FILES, "/assets/app-1a2b.js", NULL, NULL);
    assert_true(str_equal(header_of(&one, "Cache-Control"), STR("public, max-age=31536000, immutable")));
    leave(&one);
    visit(&one, &FILES, "/favicon.svg", NULL, NULL);
    assert_true(str_equal(header_of(&one, "Cache-Control"), STR("no-cache")));
    leave(&one);
    visit(&one, &FILES, "/favicon.svg", "If-None-Match", "\"i\"");
    assert_int_equal(one.response.status, 304);
    assert_true(str_is_none(one.response.fixed));
    leave(&one);
}

static void each_page_gets_a_nonce_of_its_own(void **state)
{
    struct visit first, second;
    (void)state;
    visit(&first, &FILES, "/", NULL, NULL);
    visit(&second, &FILES, "/emails/some-id", NULL, NULL);
    assert_int_equal(first.response.status, 200);
    assert_null(strstr(first.response.body.ptr, "__NONCE__"));
    assert_string_not_equal(first.response.body.ptr, second.response.body.ptr);
    struct str policy = header_of(&first, "Content-Security-Policy");
    size_t at = str_find(policy, STR("'nonce-"));
    assert_true(at != SIZE_MAX);
    struct str nonce = {policy.ptr + at + 7, 22};
    assert_true(str_contains(buf_str(&first.response.body), nonce));
    assert_true(str_contains(policy, STR("script-src 'self';")));
    leave(&first);
    leave(&second);
}

static void a_missing_file_is_not_the_page(void **state)
{
    static const char *const PATHS[] = {"/assets/gone.js", "/assets/gone", "/robots.txt", "/a/b.map",
                                        "/../etc/passwd.x"};
    (void)state;
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        struct visit one;
        visit(&one, &FILES, PATHS[i], NULL, NULL);
        assert_int_equal(one.response.status, 404);
        leave(&one);
    }
}

static void without_a_console_the_page_says_so(void **state)
{
    static const struct console_files NONE = {ITEMS, 0};
    struct visit one;
    (void)state;
    visit(&one, &NONE, "/", NULL, NULL);
    assert_int_equal(one.response.status, 200);
    assert_non_null(strstr(one.response.body.ptr, "built without its console"));
    leave(&one);
    visit(&one, &NONE, "/assets/app-1a2b.js", NULL, NULL);
    assert_int_equal(one.response.status, 404);
    leave(&one);
}

static int setup(void **state)
{
    (void)state;
    hash_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_form_that_the_browser_takes_is_sent),
        cmocka_unit_test(only_hashed_names_are_cached_for_ever),
        cmocka_unit_test(each_page_gets_a_nonce_of_its_own),
        cmocka_unit_test(a_missing_file_is_not_the_page),
        cmocka_unit_test(without_a_console_the_page_says_so),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Wrong input: each fault gets its own status and names the field, and never a word of the input comes back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/stand.h"

struct row {
    const char *method, *path, *body;
    int status;
    const char *pointer, *rule;
};

#define C "/api/v1/clients"
#define O "/api/v1/orders"
#define ORDER(members) "{\"id\":\"o-1\",\"client_id\":\"c-1\",\"ordered_at\":\"2026-03-01T10:00:00Z\"," members "}"

static const struct row ROWS[] = {
    {"POST", C, "{\"email\":", 400, "", "json"},
    {"POST", C, "", 400, "", "json"},
    {"POST", C, "[]", 422, "", "type"},
    {"POST", C, "{\"email\":\"a@b.example\"} x", 400, "", "json"},
    {"POST", C, "{\"email\":\"a@b.example\",\"email\":\"b@b.example\"}", 400, "", "json"},
    {"POST", C, "{\"email\":\"\\u0000@b.example\"}", 400, "/email", "control"},
    {"POST", C, "{\"email\":\"\xff\xfe@b.example\"}", 400, "/email", "utf8"},
    {"POST", C, "{}", 422, "/email", "required"},
    {"POST", C, "{\"email\":7}", 422, "/email", "type"},
    {"POST", C, "{\"email\":\"no address\"}", 422, "/email", "email"},
    {"POST", C, "{\"email\":null,\"nickname\":\"x\"}", 422, "/nickname", "unknown"},
    {"POST", C, "{\"email\":null,\"first_name\":\"a\\u0007b\"}", 422, "/first_name", "control"},
    {"POST", C, "{\"email\":null,\"country\":\"sweden\"}", 422, "/country", NULL},
    {"POST", C, "{\"email\":null,\"time_zone\":\"Mars/Base\"}", 422, "/time_zone", NULL},
    {"POST", C, "{\"email\":null,\"consent\":{}}", 422, "/consent/status", "required"},
    {"POST", C, "{\"email\":null,\"consent\":{\"status\":\"maybe\"}}", 422, "/consent/status", "enum"},
    {"POST", C, "{\"email\":null,\"consent\":{\"status\":\"paused\",\"at\":\"yesterday\"}}", 422, "/consent/at",
     "instant"},
    {"POST", C, "{\"id\":\"no spaces\",\"email\":null}", 422, "/id", NULL},
    {"POST", O, ORDER("\"total_minor\":-1"), 422, "/total_minor", "range"},
    {"POST", O, ORDER("\"total_minor\":1.5"), 422, "/total_minor", "type"},
    {"POST", O, ORDER("\"total_minor\":1,\"currency\":\"ZZZ\""), 422, "/currency", "currency"},
    {"POST", O, ORDER("\"total_minor\":1,\"status\":\"lost\""), 422, "/status", "enum"},
    {"POST", O, ORDER("\"total_minor\":1,\"items\":[{\"quantity\":0}]"), 422, NULL, NULL},
    {"POST", O, "{\"id\":\"o-1\",\"client_id\":\"c-1\",\"ordered_at\":\"2026-02-30T10:00:00Z\",\"total_minor\":1}", 422,
     "/ordered_at", "instant"},
    {"POST", O, "{\"client_id\":\"c-1\",\"ordered_at\":\"2026-03-01T10:00:00Z\",\"total_minor\":1}", 422,
     "header:Idempotency-Key", "required"},
    {"PUT", C "/c-1", "{\"id\":\"c-2\",\"email\":null}", 422, "/id", NULL},
    {"PUT", C "/c%201", "{\"email\":null}", 400, "path:id", "pattern"},
    {"PUT", C "/c%00", "{\"email\":null}", 400, "path:id", "pattern"},
    {"PUT", C "/c%zz", "{\"email\":null}", 400, "path:id", "pattern"},
    {"PATCH", C "/c-1", "{\"email\":null}", 428, "header:If-Match", "required"},
    {"PUT", "/api/v1/products", "{\"items\":[]}", 422, "/items", "length"},
    {"PUT", "/api/v1/products", "{\"items\":[{\"id\":\"p\",\"name\":\"n\"},{\"id\":\"p\"}]}", 422, "/items/1/name",
     "required"},
    {"PUT", "/api/v1/products", "{\"items\":[{\"id\":\"p\",\"name\":\"n\",\"url\":\"javascript:x\"}]}", 422,
     "/items/0/url", NULL},
    {"POST", "/api/v1/staff", "{\"email\":\"a@b.example\",\"role\":\"king\",\"password\":\"long enough 12\"}", 422,
     "/role", "enum"},
    {"POST", "/api/v1/staff", "{\"email\":\"a@b.example\",\"role\":\"viewer\",\"password\":\"short\"}", 422,
     "/password", "length"},
    {"POST", "/api/v1/keys", "{\"name\":\"\",\"scope\":\"read\"}", 422, "/name", "length"},
    {"POST", "/api/v1/keys", "{\"name\":\"n\",\"scope\":\"read\",\"admin\":true}", 422, "/admin", "unknown"},
    {"POST", "/api/v1/suppressions", "{\"email\":\"x\"}", 422, "/email", NULL},
    {"PUT", "/api/v1/kill-switch", "{\"on\":true}", 422, "/reason", "required"},
    {"PUT", "/api/v1/kill-switch", "{\"on\":\"yes\"}", 422, "/on", "type"},
    {"POST", "/api/v1/backlog/release", "{\"count\":0}", 422, "/count", "range"},
    {"POST", "/api/v1/clock", "{\"now\":\"soon\"}", 422, "/now", "instant"},
    {"GET", C "?limit=0", NULL, 400, "?limit", "range"},
    {"GET", C "?limit=201", NULL, 400, "?limit", "range"},
    {"GET", C "?limit=ten", NULL, 400, "?limit", "type"},
    {"GET", C "?limit=1&limit=2", NULL, 400, "?limit", "utf8"},
    {"GET", C "?cursor=nonsense", NULL, 400, "?cursor", "cursor"},
    {"GET", C "?cursor=AAAAAAAAAAAA", NULL, 400, "?cursor", "cursor"},
    {"GET", C "?band=bored", NULL, 400, "?band", "enum"},
    {"GET", C "?q=%ff", NULL, 400, "?q", "utf8"},
    {"GET", C "?q=", NULL, 400, "?q", "length"},
    {"GET", "/api/v1/emails?status=lost", NULL, 400, "?status", "enum"},
    {"GET", "/api/v1/jobs?kind=lost", NULL, 400, "?kind", "enum"},
    {"GET", C "/nobody", NULL, 404, "path:id", "not_found"},
    {"GET", "/api/v1/nothing", NULL, 404, "", "not_found"},
    {"GET", "/api/v1/clients/", NULL, 404, "", "not_found"},
    {"DELETE", "/api/v1/orders", NULL, 405, "", "method"},
};

static void each_fault_is_named_with_its_status(void **state)
{
    struct stand *stand = *state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const struct row *row = &ROWS[i];
        struct got got = stand_call(
            stand, (struct exchange){.who = ADMIN, .method = row->method, .path = row->path, .body = row->body});
        bool pointer = row->pointer == NULL || strcmp(got_pointer(&got), row->pointer) == 0;
        bool rule = row->rule == NULL || strcmp(got_rule(&got), row->rule) == 0;
        if (got.status != row->status || !pointer || !rule)
            fail_msg("%s %s %s: %d %s %s", row->method, row->path, row->body, got.status, got_pointer(&got),
                     got_rule(&got));
        assert_string_equal(got_header(&got, "Content-Type"), "application/problem+json");
        assert_int_equal(json_get_i64(got.json, "status", 0), row->status);
        got_free(&got);
    }
}

static void every_answer_carries_the_common_headers(void **state)
{
    struct stand *stand = *state;
    static const char *const PATHS[] = {"/healthz", "/api/v1/clients", "/api/v1/nothing", "/", "/u/x"};
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        struct got got = stand_call(stand, (struct exchange){.who = ADMIN, .method = "GET", .path = PATHS[i]});
        assert_int_equal(strlen(got_header(&got, "X-Request-Id")), 16);
        assert_string_equal(got_header(&got, "X-Content-Type-Options"), "nosniff");
        assert_string_equal(got_header(&got, "Cache-Control"), "no-store");
        assert_true(strlen(got_header(&got, "Content-Security-Policy")) > 0);
        got_free(&got);
    }
}

static void another_content_type_is_refused(void **state)
{
    struct stand *stand = *state;
    static const struct {
        const char *path, *type;
        int status;
    } TYPES[] = {
        {C, "text/plain", 415},
        {C, "application/x-www-form-urlencoded", 415},
        {C, "application/json; charset=utf-8", 422},
        {C, "APPLICATION/JSON", 422},
        {"/api/v1/batch", "application/json", 415},
    };
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        struct got got = stand_call(
            stand, (struct exchange){
                       .who = ADMIN, .method = "POST", .path = TYPES[i].path, .body = "{}", .type = TYPES[i].type});
        if (got.status != TYPES[i].status)
            fail_msg("%s: %d", TYPES[i].type, got.status);
        got_free(&got);
    }
}

static void options_and_405_name_the_methods(void **state)
{
    struct stand *stand = *state;
    struct got got = stand_call(stand, (struct exchange){.method = "OPTIONS", .path = "/api/v1/clients/c-1"});
    assert_int_equal(got.status, 204);
    assert_string_equal(got_header(&got, "Allow"), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    got_free(&got);
    got =
        stand_call(stand, (struct exchange){.who = ADMIN, .method = "POST", .path = "/api/v1/dashboard", .body = "{}"});
    assert_int_equal(got.status, 405);
    assert_string_equal(got_header(&got, "Allow"), "GET, HEAD, OPTIONS");
    got_free(&got);
}

static void head_answers_like_get_without_a_body(void **state)
{
    struct stand *stand = *state;
    struct got got = stand_call(stand, (struct exchange){.who = READ_KEY, .method = "HEAD", .path = "/api/v1/clock"});
    assert_int_equal(got.status, 200);
    assert_int_equal(got.body_len, 0);
    assert_true(strtol(got_header(&got, "Content-Length"), NULL, 10) > 10);
    got_free(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_named_with_its_status),
        cmocka_unit_test(every_answer_carries_the_common_headers),
        cmocka_unit_test(another_content_type_is_refused),
        cmocka_unit_test(options_and_405_name_the_methods),
        cmocka_unit_test(head_answers_like_get_without_a_body),
    };
    return cmocka_run_group_tests(tests, stand_setup, stand_teardown);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every route of the table, asked by every kind of caller: who is let in is the table of api/openapi.yaml and nothing
 * else. And what a browser's credential needs besides. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/route.h"
#include "api/stand.h"
#include "base/hash.h"

/* The table of openapi.yaml, written down a second time on purpose. */
static const char *const LET_IN[] = {
    /*                   nobody viewer reviewer admin read ingest admin-key delivery socket */
    [PERMIT_PUBLIC] = "yes yes yes yes yes yes yes yes yes", [PERMIT_VIEWER] = "no yes yes yes no no no no yes",
    [PERMIT_READ] = "no yes yes yes yes no yes no yes",      [PERMIT_INGEST] = "no no no yes no yes yes no yes",
    [PERMIT_REVIEWER] = "no no yes yes no no yes no yes",    [PERMIT_ADMIN] = "no no no yes no no yes no yes",
    [PERMIT_DELIVERY] = "no no no yes no no yes yes yes",
};

static bool is_let_in(enum permit permit, enum who who)
{
    struct str words = str_of(LET_IN[permit]);
    struct str word = STR_NONE;
    for (int i = 0; i <= (int)who; i++)
        word = str_cut(&words, ' ');
    return str_equal(word, STR("yes"));
}

/* A path that names nothing, so that nothing happens. */
static void fill_path(const struct route *route, char *out, size_t size)
{
    const char *id = (route->flags & ROUTE_LONG_ID) != 0 ? "send:nobody" : "nobody";
    const char *rest = route->pattern;
    size_t len = 0;
    for (const char *brace; (brace = strchr(rest, '{')) != NULL; rest = strchr(brace, '}') + 1)
        len += (size_t)snprintf(out + len, size - len, "%.*s%s", (int)(brace - rest), rest, id);
    snprintf(out + len, size - len, "%s", rest);
}

static void ask(struct stand *stand, const struct route *route, enum who who)
{
    char path[200];
    fill_path(route, path, sizeof path);
    bool writes = route->method != METHOD_GET;
    struct got got =
        stand_call(stand, (struct exchange){.who = who,
                                            .method = METHOD_WORDS[route->method],
                                            .path = path,
                                            .body = writes ? "{}" : NULL,
                                            .type = (route->flags & ROUTE_NDJSON) ? "application/x-ndjson" : NULL,
                                            .head_only = true});
    bool allowed = is_let_in(route->permit, who);
    int refused = who == NOBODY ? 401 : 403;
    if (allowed ? got.status == 401 || got.status == 403 || got.status == 0 : got.status != refused)
        fail_msg("%s %s as %s: %d", METHOD_WORDS[route->method], path, WHO_WORDS[who], got.status);
    got_free(&got);
}

static void each_route_admits_exactly_whom_the_contract_says(void **state)
{
    struct stand *stand = *state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        /* signing out would take the session the next routes need; it has a test of its own */
        bool signs_out = ROUTES[i].method == METHOD_DELETE && strcmp(ROUTES[i].pattern, "/api/v1/session") == 0;
        for (int who = NOBODY; who < WHO_COUNT && ROUTES[i].permit != PERMIT_SOCKET; who++) {
            if (!signs_out || !is_let_in(PERMIT_VIEWER, (enum who)who))
                ask(stand, &ROUTES[i], (enum who)who);
        }
    }
}

static void socket_routes_exist_on_the_socket_alone(void **state)
{
    struct stand *stand = *state;
    struct exchange call = {
        .who = ADMIN, .method = "POST", .path = "/api/v1/backup", .body = "{\"path\":\"relative\"}"};
    struct got got = stand_call(stand, call);
    assert_int_equal(got.status, 404);
    got_free(&got);
    call.who = SOCKET;
    got = stand_call(stand, call);
    assert_int_equal(got.status, 422);
    assert_string_equal(got_pointer(&got), "/path");
    got_free(&got);
}

static struct got switch_with(struct stand *stand, const char *headers)
{
    char cookie[160];
    const char *end = strstr(stand->tokens[ADMIN], "\r\n");
    snprintf(cookie, sizeof cookie, "%.*s\r\n%s", (int)(end - stand->tokens[ADMIN]), stand->tokens[ADMIN], headers);
    return stand_call(stand, (struct exchange){.who = NOBODY,
                                               .method = "PUT",
                                               .path = "/api/v1/kill-switch",
                                               .body = "{\"on\":false}",
                                               .headers = cookie});
}

static void a_cookie_alone_writes_nothing(void **state)
{
    struct stand *stand = *state;
    struct got got = switch_with(stand, "");
    assert_int_equal(got.status, 403);
    assert_string_equal(got_rule(&got), "csrf");
    got_free(&got);
    got = switch_with(stand, "x-rk-csrf: AAAAAAAAAAAAAAAAAAAAAAAA\r\n");
    assert_int_equal(got.status, 403);
    got_free(&got);
}

static void another_site_writes_nothing_even_with_the_token(void **state)
{
    struct stand *stand = *state;
    static const struct {
        const char *headers;
        int status;
    } ROWS[] = {
        {"Sec-Fetch-Site: cross-site\r\n", 403},
        {"Sec-Fetch-Site: same-site\r\n", 403},
        {"Sec-Fetch-Site: same-origin\r\nOrigin: http://proxy.example\r\n", 200},
        {"Origin: http://evil.example\r\n", 403},
        {"Origin: http://localhost\r\n", 200},
        {"", 200},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct got got = stand_call(stand, (struct exchange){.who = ADMIN,
                                                             .method = "PUT",
                                                             .path = "/api/v1/kill-switch",
                                                             .body = "{\"on\":false}",
                                                             .headers = ROWS[i].headers});
        if (got.status != ROWS[i].status)
            fail_msg("%s: %d", ROWS[i].headers, got.status);
        got_free(&got);
    }
}

static void a_wrong_or_revoked_key_is_refused_even_with_a_good_cookie(void **state)
{
    struct stand *stand = *state;
    struct exchange call = {.who = ADMIN,
                            .method = "GET",
                            .path = "/api/v1/clients",
                            .headers = "Authorization: Bearer rk_0000000000000000_wrong\r\n"};
    struct got got = stand_call(stand, call);
    assert_int_equal(got.status, 401);
    assert_string_equal(got_header(&got, "WWW-Authenticate"), "Bearer realm=\"rekindle\"");
    got_free(&got);
}

static int status_with(struct stand *stand, const char *path, struct str pair)
{
    char headers[300];
    struct str text = hash_to_base64(pair.ptr, pair.len, &stand->arena);
    snprintf(headers, sizeof headers, "Authorization: Basic %.*s\r\n", STR_ARG(text));
    struct got got =
        stand_call(stand, (struct exchange){.method = "POST", .path = path, .body = "{}", .headers = headers});
    int status = got.status;
    got_free(&got);
    return status;
}

static void a_key_may_come_as_the_password_of_basic_to_the_delivery_hook_alone(void **state)
{
    struct stand *stand = *state;
    const struct {
        enum who who;
        const char *path;
        int status;
    } ROWS[] = {{DELIVERY_KEY, "/hooks/delivery", 422}, {ADMIN_KEY, "/hooks/delivery", 422},
                {INGEST_KEY, "/hooks/delivery", 403},   {READ_KEY, "/hooks/delivery", 403},
                {ADMIN_KEY, "/api/v1/keys", 401},       {INGEST_KEY, "/api/v1/orders", 401}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const char *token = strstr(stand->tokens[ROWS[i].who], "Bearer ") + 7;
        struct str pair = arena_printf(&stand->arena, "anybody:%.*s", (int)strcspn(token, "\r"), token);
        if (status_with(stand, ROWS[i].path, pair) != ROWS[i].status)
            fail_msg("%s at %s", WHO_WORDS[ROWS[i].who], ROWS[i].path);
    }
    const char *good = strstr(stand->tokens[DELIVERY_KEY], "Bearer ") + 7;
    struct str bare = {good, strcspn(good, "\r")};
    assert_int_equal(status_with(stand, "/hooks/delivery", bare), 401); /* as the name, without a password */
    assert_int_equal(status_with(stand, "/hooks/delivery", STR("x:")), 401);
    assert_int_equal(status_with(stand, "/hooks/delivery", STR("")), 401);
}

static struct got log_in(struct stand *stand, const char *email, const char *password)
{
    char body[200];
    snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
    return stand_call(stand, (struct exchange){.method = "POST", .path = "/api/v1/session", .body = body});
}

static void a_session_lives_from_log_in_to_log_out(void **state)
{
    struct stand *stand = *state;
    struct got got = log_in(stand, "Admin@Shop.example", "a long enough password");
    assert_int_equal(got.status, 200);
    assert_string_equal(got_text(&got, "role"), "admin");
    const char *cookie = got_header(&got, "Set-Cookie");
    assert_non_null(strstr(cookie, "; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200"));
    assert_null(strstr(cookie, "Secure"));
    char headers[400];
    snprintf(headers, sizeof headers, "Cookie: %.*s\r\nx-rk-csrf: %s\r\n", (int)strcspn(cookie, ";"), cookie,
             got_text(&got, "csrf_token"));
    got_free(&got);
    struct exchange call = {.method = "GET", .path = "/api/v1/session", .headers = headers};
    got = stand_call(stand, call);
    assert_int_equal(got.status, 200);
    assert_string_equal(got_text(&got, "email"), "admin@shop.example");
    got_free(&got);
    call.method = "DELETE";
    got = stand_call(stand, call);
    assert_int_equal(got.status, 204);
    assert_non_null(strstr(got_header(&got, "Set-Cookie"), "Max-Age=0"));
    got_free(&got);
    call.method = "GET";
    got = stand_call(stand, call);
    assert_int_equal(got.status, 401);
    got_free(&got);
}

static void over_https_the_cookie_is_bound_to_the_host(void **state)
{
    struct stand *stand = *state;
    struct got got = stand_call(
        stand,
        (struct exchange){.method = "POST",
                          .path = "/api/v1/session",
                          .headers = "Origin: https://console.example\r\nSec-Fetch-Site: same-origin\r\n",
                          .body = "{\"email\":\"viewer@shop.example\",\"password\":\"a long enough password\"}"});
    assert_int_equal(got.status, 200);
    assert_int_equal(strncmp(got_header(&got, "Set-Cookie"), "__Host-rk_session=", 18), 0);
    assert_non_null(strstr(got_header(&got, "Set-Cookie"), "; Secure"));
    got_free(&got);
}

/* The answers are compared without what differs by nature: the request id and the date. */
static void unknown_address_wrong_password_and_locked_account_answer_alike(void **state)
{
    struct stand *stand = *state;
    static const char *const EMAILS[] = {"nobody@shop.example", "reviewer@shop.example"};
    char refused[2][600], locked[2][600];
    for (int i = 0; i < 2; i++) {
        struct got got = {0};
        for (int tries = 0; tries < 10; tries++) {
            got_free(&got);
            got = log_in(stand, EMAILS[i], "wrong");
            assert_int_equal(got.status, 401);
        }
        snprintf(refused[i], sizeof refused[i], "%s", got.body);
        got_free(&got);
        got = log_in(stand, EMAILS[i], "a long enough password");
        assert_int_equal(got.status, 429);
        assert_true(strtol(got_header(&got, "Retry-After"), NULL, 10) > 0);
        snprintf(locked[i], sizeof locked[i], "%s", got.body);
        got_free(&got);
    }
    assert_string_equal(refused[0], refused[1]);
    assert_string_equal(locked[0], locked[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_route_admits_exactly_whom_the_contract_says),
        cmocka_unit_test(socket_routes_exist_on_the_socket_alone),
        cmocka_unit_test(a_cookie_alone_writes_nothing),
        cmocka_unit_test(another_site_writes_nothing_even_with_the_token),
        cmocka_unit_test(a_wrong_or_revoked_key_is_refused_even_with_a_good_cookie),
        cmocka_unit_test(a_key_may_come_as_the_password_of_basic_to_the_delivery_hook_alone),
        cmocka_unit_test(a_session_lives_from_log_in_to_log_out),
        cmocka_unit_test(over_https_the_cookie_is_bound_to_the_host),
        cmocka_unit_test(unknown_address_wrong_password_and_locked_account_answer_alike),
    };
    return cmocka_run_group_tests(tests, stand_setup, stand_teardown);
}

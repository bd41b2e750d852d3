/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The server itself: limits of bodies and heads, peers that dribble, the admin socket, and a start that says why not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/stand.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

static void a_body_over_the_limit_is_refused_before_it_is_sent(void **state)
{
    struct stand *stand = *state;
    char request[600];
    struct buf seen = {0};
    int fd = stand_connect(stand, ADMIN);
    snprintf(request, sizeof request,
             "POST /api/v1/clients HTTP/1.1\r\nHost: x\r\n%sContent-Type: application/json\r\n"
             "Expect: 100-continue\r\nContent-Length: 1048577\r\n\r\n",
             stand->tokens[ADMIN_KEY]);
    stand_send(fd, request); /* not a byte of the body */
    assert_true(stand_await(fd, "HTTP/1.1 413", &seen));
    assert_true(stand_await(fd, "is over 1048576 bytes", &seen));
    close(fd);
    buf_clear(&seen);
}

static void a_peer_that_sends_all_of_a_body_over_the_limit_still_hears_why(void **state)
{
    struct stand *stand = *state;
    size_t size = 4 * 1024 * 1024;
    char *body = mem_new(size + 1, 1);
    memset(body, ' ', size);
    struct got got = stand_call(
        stand, (struct exchange){
                   .who = ADMIN_KEY, .method = "POST", .path = "/api/v1/clients", .body = body, .body_len = size});
    assert_int_equal(got.status, 413);
    got_free(&got);
    mem_free(body);
}

static void a_body_at_the_limit_is_taken(void **state)
{
    struct stand *stand = *state;
    size_t size = 1024 * 1024;
    char *body = mem_new(size + 1, 1);
    memset(body, ' ', size);
    memcpy(body, "{\"email\":null,\"id\":\"big-1\"}", 27);
    struct got got = stand_call(
        stand, (struct exchange){
                   .who = ADMIN_KEY, .method = "POST", .path = "/api/v1/clients", .body = body, .body_len = size});
    assert_int_equal(got.status, 201);
    got_free(&got);
    mem_free(body);
}

static void a_chunked_body_is_counted_too(void **state)
{
    struct stand *stand = *state;
    char head[600];
    char *chunk = mem_new(65536 + 1, 1);
    struct buf seen = {0};
    memset(chunk, ' ', 65536);
    int fd = stand_connect(stand, ADMIN);
    snprintf(head, sizeof head,
             "POST /api/v1/clients HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Type: application/json\r\n"
             "Transfer-Encoding: chunked\r\n\r\n",
             stand->tokens[ADMIN_KEY]);
    stand_send(fd, head);
    for (int i = 0; i < 17; i++) { /* 17 * 64 kB are just over 1 MiB */
        stand_send(fd, "10000\r\n");
        stand_send(fd, chunk);
        stand_send(fd, "\r\n");
    }
    stand_send(fd, "0\r\n\r\n");
    assert_true(stand_await(fd, "HTTP/1.1 413", &seen));
    close(fd);
    buf_clear(&seen);
    mem_free(chunk);
}

static void a_large_body_without_a_credential_is_not_read(void **state)
{
    struct stand *stand = *state;
    struct buf seen = {0};
    int fd = stand_connect(stand, NOBODY);
    stand_send(fd, "POST /api/v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                   "Content-Length: 9000000\r\n\r\n");
    assert_true(stand_await(fd, "HTTP/1.1 401", &seen));
    close(fd);
    buf_clear(&seen);
}

static void a_batch_has_its_own_limit_of_lines(void **state)
{
    struct stand *stand = *state;
    struct buf lines = {0};
    for (int i = 0; i < 5001; i++)
        buf_add_c(&lines, "{}\n");
    struct got got = stand_call(stand, (struct exchange){.who = INGEST_KEY,
                                                         .method = "POST",
                                                         .path = "/api/v1/batch",
                                                         .type = "application/x-ndjson",
                                                         .body = lines.ptr});
    assert_int_equal(got.status, 413);
    got_free(&got);
    buf_clear(&lines);
}

static void a_head_over_the_limit_is_refused(void **state)
{
    struct stand *stand = *state;
    char *value = mem_new(40001, 1);
    struct buf request = {0}, seen = {0};
    memset(value, 'a', 40000);
    buf_printf(&request, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n", value);
    int fd = stand_connect(stand, NOBODY);
    stand_send(fd, request.ptr);
    assert_true(stand_await(fd, "HTTP/1.1 431", &seen));
    close(fd);
    buf_clear(&request);
    buf_clear(&seen);
    mem_free(value);
}

/* Sends a byte whenever the peer has been quiet for a moment, and tells how long the server let it. */
static int64_t dribble(int fd, const char *text)
{
    struct buf seen = {0};
    int64_t begun = clock_mono();
    for (size_t i = 0; clock_mono() - begun < 15000; i++) {
        char byte[2] = {text[i % strlen(text)], '\0'};
        stand_send(fd, byte);
        if (stand_closed_within(fd, 50, &seen))
            break;
    }
    buf_clear(&seen);
    return clock_mono() - begun;
}

static void a_peer_that_dribbles_is_cut(void **state)
{
    struct stand *stand = *state;
    stand_restart(stand, (struct api_options){.request_ms = 600});
    int fd = stand_connect(stand, NOBODY);
    stand_send(fd, "GET /healthz HTTP/1.1\r\nX-Slow: ");
    int64_t took = dribble(fd, "slow ");
    close(fd);
    assert_in_range(took, 400, 5000);
    fd = stand_connect(stand, NOBODY);
    stand_send(fd, "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                   "Content-Length: 60000\r\n\r\n");
    took = dribble(fd, " ");
    close(fd);
    assert_in_range(took, 400, 5000);
    stand_restart(stand, (struct api_options){0});
}

static void a_connection_serves_request_after_request(void **state)
{
    struct stand *stand = *state;
    struct buf seen = {0};
    int fd = stand_connect(stand, NOBODY);
    for (int i = 0; i < 50; i++) {
        buf_reset(&seen);
        stand_send(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_true(stand_await(fd, "\"version\":\"" REKINDLE_VERSION "\"}", &seen));
    }
    close(fd);
    buf_clear(&seen);
}

/* A backup that takes until the test lets it go. */
struct gate {
    struct signal_count entered, opened;
    struct stand *stand;
    struct got got;
};

static enum rc slow_backup(void *ctx, const char *path, struct arena *arena, struct api_backup *out)
{
    struct gate *gate = ctx;
    (void)path, (void)arena;
    signal_count_bump(&gate->entered);
    signal_count_wait(&gate->opened, 0, -1);
    *out = (struct api_backup){.bytes = 42, .keys_included = true};
    return RC_OK;
}

static void ask_for_backup(void *arg)
{
    struct gate *gate = arg;
    gate->got = stand_call(
        gate->stand, (struct exchange){
                         .who = SOCKET, .method = "POST", .path = "/api/v1/backup", .body = "{\"path\":\"/nowhere\"}"});
}

static void stop(void *arg) { api_stop(arg); }

static void a_request_that_runs_is_answered_before_the_stop(void **state)
{
    struct stand *stand = *state;
    struct gate gate = {.stand = stand};
    struct thread asker, stopper;
    signal_count_init(&gate.entered);
    signal_count_init(&gate.opened);
    stand_restart(stand, (struct api_options){.backup = slow_backup, .ctx = &gate});
    thread_start(&asker, "asker", ask_for_backup, &gate);
    signal_count_wait(&gate.entered, 0, -1);
    thread_start(&stopper, "stopper", stop, stand->api);
    while (access(stand->socket_path, F_OK) == 0) /* the doors close first */
        signal_count_wait(&gate.opened, 0, 5);
    signal_count_bump(&gate.opened);
    thread_join(&stopper);
    thread_join(&asker);
    assert_int_equal(gate.got.status, 200);
    assert_int_equal(json_get_i64(gate.got.json, "bytes", 0), 42);
    got_free(&gate.got);
    signal_count_clear(&gate.entered);
    signal_count_clear(&gate.opened);
    stand->api = NULL;
    stand_restart(stand, (struct api_options){0});
}

static void the_admin_socket_is_its_owners_alone_and_makes_an_admin(void **state)
{
    struct stand *stand = *state;
    struct stat info;
    assert_int_equal(lstat(stand->socket_path, &info), 0);
    assert_true(S_ISSOCK(info.st_mode));
    assert_int_equal(info.st_mode & 0777, 0600);
    struct got got = stand_call(stand, (struct exchange){.who = SOCKET, .method = "GET", .path = "/api/v1/staff"});
    assert_int_equal(got.status, 200);
    got_free(&got);
}

static void a_second_server_on_the_same_folder_is_refused(void **state)
{
    struct stand *stand = *state;
    struct api *second = NULL;
    struct str why = STR_NONE;
    struct api_options options = {.listen = STR("127.0.0.1:0"), .socket_path = str_of(stand->socket_path)};
    assert_int_equal(api_start(&stand->env, NULL, &options, &second, &why), RC_CONFLICT);
    assert_true(str_equal(why, STR("another server runs on this data folder")));
    struct got got = stand_call(stand, (struct exchange){.who = SOCKET, .method = "GET", .path = "/healthz"});
    assert_int_equal(got.status, 200); /* the first one still has its socket */
    got_free(&got);
}

static void a_wrong_address_is_explained(void **state)
{
    struct stand *stand = *state;
    static const struct {
        const char *listen;
        enum rc rc;
    } ROWS[] = {{"8080", RC_INVALID},
                {"127.0.0.1:", RC_INVALID},
                {"127.0.0.1:70000", RC_INVALID},
                {":8080", RC_INVALID},
                {"192.0.2.1:8080", RC_IO}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct api *api = NULL;
        struct str why = STR_NONE;
        struct api_options options = {.listen = str_of(ROWS[i].listen)};
        assert_int_equal(api_start(&stand->env, NULL, &options, &api, &why), ROWS[i].rc);
        assert_true(why.len > 10);
    }
}

static void it_listens_on_ipv6(void **state)
{
    struct stand *stand = *state;
    struct api *api = NULL;
    struct str why = STR_NONE;
    struct api_options options = {.listen = STR("[::1]:0")};
    enum rc rc = api_start(&stand->env, NULL, &options, &api, &why);
    if (rc == RC_IO)
        skip(); /* this machine has no IPv6 */
    assert_int_equal(rc, RC_OK);
    assert_true(api_port(api) > 0);
    api_stop(api);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_over_the_limit_is_refused_before_it_is_sent),
        cmocka_unit_test(a_peer_that_sends_all_of_a_body_over_the_limit_still_hears_why),
        cmocka_unit_test(a_body_at_the_limit_is_taken),
        cmocka_unit_test(a_chunked_body_is_counted_too),
        cmocka_unit_test(a_large_body_without_a_credential_is_not_read),
        cmocka_unit_test(a_batch_has_its_own_limit_of_lines),
        cmocka_unit_test(a_head_over_the_limit_is_refused),
        cmocka_unit_test(a_peer_that_dribbles_is_cut),
        cmocka_unit_test(a_connection_serves_request_after_request),
        cmocka_unit_test(a_request_that_runs_is_answered_before_the_stop),
        cmocka_unit_test(the_admin_socket_is_its_owners_alone_and_makes_an_admin),
        cmocka_unit_test(a_second_server_on_the_same_folder_is_refused),
        cmocka_unit_test(a_wrong_address_is_explained),
        cmocka_unit_test(it_listens_on_ipv6),
    };
    return cmocka_run_group_tests(tests, stand_setup, stand_teardown);
}

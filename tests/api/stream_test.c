/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Live events: they come with ids, a reader goes on where it stopped, a silent line beats, and a stop ends every stream. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/stand.h"

static void publish(struct stand *stand, const char *event, const char *data)
{
    stand->live->vtable->publish(stand->live, event, str_of(data));
}

static int follow(struct stand *stand, const char *last_event_id, struct buf *seen)
{
    char request[700];
    int fd = stand_connect(stand, VIEWER);
    snprintf(request, sizeof request, "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n",
             stand->tokens[VIEWER], last_event_id);
    stand_send(fd, request);
    assert_true(stand_await(fd, ": hello\n\n", seen));
    return fd;
}

static void an_event_reaches_a_reader_with_its_id(void **state)
{
    struct stand *stand = *state;
    struct buf seen = {0};
    int fd = follow(stand, "", &seen);
    assert_non_null(strstr(seen.ptr, "Content-Type: text/event-stream"));
    publish(stand, "review", "{\"id\":\"e-1\",\"client_id\":\"c-1\"}");
    assert_true(stand_await(fd, "event: review\ndata: {\"id\":\"e-1\",\"client_id\":\"c-1\"}\n\n", &seen));
    assert_non_null(strstr(seen.ptr, "id: "));
    close(fd);
    buf_clear(&seen);
}

static void a_reader_goes_on_behind_its_last_event(void **state)
{
    struct stand *stand = *state;
    struct buf seen = {0};
    char header[60];
    int fd = follow(stand, "", &seen);
    publish(stand, "sent", "{\"id\":\"first\"}");
    assert_true(stand_await(fd, "first\"}\n\n", &seen));
    long long id = strtoll(strstr(seen.ptr, "id: ") + 4, NULL, 10);
    close(fd);
    publish(stand, "sent", "{\"id\":\"second\"}");
    publish(stand, "sent", "{\"id\":\"third\"}");
    buf_reset(&seen);
    snprintf(header, sizeof header, "Last-Event-ID: %lld\r\n", id);
    fd = follow(stand, header, &seen);
    assert_true(stand_await(fd, "third\"}\n\n", &seen));
    assert_non_null(strstr(seen.ptr, "second"));
    assert_null(strstr(seen.ptr, "first"));
    close(fd);
    buf_clear(&seen);
}

static void a_reader_too_far_behind_gets_the_newest_256(void **state)
{
    struct stand *stand = *state;
    struct buf seen = {0};
    char data[40];
    for (int i = 0; i < 300; i++) {
        snprintf(data, sizeof data, "{\"id\":\"n-%d.\"}", i);
        publish(stand, "score", data);
    }
    int fd = follow(stand, "Last-Event-ID: 1\r\n", &seen);
    assert_true(stand_await(fd, "n-299.", &seen));
    assert_non_null(strstr(seen.ptr, "n-44."));
    assert_null(strstr(seen.ptr, "n-43."));
    close(fd);
    buf_clear(&seen);
}

static void a_silent_stream_beats(void **state)
{
    struct stand *stand = *state;
    struct buf seen = {0};
    int fd = follow(stand, "", &seen);
    live_set_heartbeat(stand->live, 20);
    assert_true(stand_await(fd, ": beat\n\n", &seen));
    live_set_heartbeat(stand->live, LIVE_HEARTBEAT_MS);
    close(fd);
    buf_clear(&seen);
}

static void many_readers_all_hear(void **state)
{
    struct stand *stand = *state;
    enum { READERS = 100 };
    int fds[READERS];
    struct buf seen[READERS] = {{0}};
    for (int i = 0; i < READERS; i++)
        fds[i] = follow(stand, "", &seen[i]);
    publish(stand, "outcome", "{\"id\":\"for all\"}");
    for (int i = 0; i < READERS; i++) {
        assert_true(stand_await(fds[i], "for all", &seen[i]));
        close(fds[i]);
        buf_clear(&seen[i]);
    }
    struct got got = stand_call(stand, (struct exchange){.who = VIEWER, .method = "GET", .path = "/api/v1/clock"});
    assert_int_equal(got.status, 200);
    got_free(&got);
}

static void a_stop_ends_every_stream(void **state)
{
    struct stand *stand = *state;
    struct buf seen = {0};
    int fd = follow(stand, "", &seen);
    api_stop(stand->api);
    stand->api = NULL;
    while (stand_await(fd, "never said", &seen))
        ;
    close(fd);
    buf_clear(&seen);
    stand_restart(stand, (struct api_options){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_reaches_a_reader_with_its_id),
        cmocka_unit_test(a_reader_goes_on_behind_its_last_event),
        cmocka_unit_test(a_reader_too_far_behind_gets_the_newest_256),
        cmocka_unit_test(a_silent_stream_beats),
        cmocka_unit_test(many_readers_all_hear),
        cmocka_unit_test(a_stop_ends_every_stream),
    };
    return cmocka_run_group_tests(tests, stand_setup, stand_teardown);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/https/testing.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void must(bool good)
{
    if (!good)
        abort();
}

/* How long the body is, by the head's Content-Length. */
static size_t body_length(struct str head)
{
    int64_t length = 0;
    while (!str_is_none(head)) {
        struct str value = str_trim(str_cut(&head, '\n')), name = str_cut(&value, ':');
        if (str_equal_nocase(name, STR("content-length")))
            must(str_to_i64(str_trim(value), &length) == RC_OK);
    }
    return (size_t)length;
}

/* One request with its body; false when the other side went away before it was whole. */
static bool read_request(int fd, struct buf *request)
{
    size_t whole = SIZE_MAX;
    buf_reset(request);
    while (request->len < whole) {
        ssize_t got = recv(fd, buf_room(request, 4096), 4096, 0);
        if (got <= 0)
            return false;
        request->len += (size_t)got;
        request->ptr[request->len] = '\0';
        size_t end = str_find(buf_str(request), STR("\r\n\r\n"));
        if (end != SIZE_MAX)
            whole = end + 4 + body_length((struct str){request->ptr, end});
    }
    return true;
}

static bool say(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes = (struct str){bytes.ptr + sent, bytes.len - (size_t)sent};
    }
    return true;
}

/* Until the other side has gone. */
static void await_end(int fd)
{
    char rest[256];
    while (recv(fd, rest, sizeof rest, 0) > 0)
        continue;
}

static void answer(int fd, const struct test_answer *told)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    bool open = say(fd, told->bytes);
    for (int i = 0; i < told->drips && open; i++) {
        struct pollfd gone = {.fd = fd, .events = POLLIN}; /* paced by the peer's silence */
        open = poll(&gone, 1, told->drip_ms) == 0 && say(fd, told->drip);
    }
    if (told->then == TEST_STALL)
        await_end(fd);
    if (told->then == TEST_RESET)
        must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
}

static void serve(void *context)
{
    struct test_server *server = context;
    struct buf request = {0};
    for (int fd; (fd = accept(server->listener, NULL, NULL)) >= 0; close(fd)) {
        if (!read_request(fd, &request))
            continue;
        lock_take(&server->lock);
        buf_add(&server->requests, buf_str(&request));
        struct test_answer told = server->choose(server->ctx, buf_str(&request));
        lock_drop(&server->lock);
        signal_count_bump(&server->requested);
        answer(fd, &told);
    }
    buf_clear(&request);
}

void test_server_start(struct test_server *server, struct test_answer (*choose)(void *ctx, struct str request),
                       void *ctx)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *server = (struct test_server){.choose = choose, .ctx = ctx};
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    must(server->listener >= 0 && bind(server->listener, (struct sockaddr *)&address, size) == 0);
    must(listen(server->listener, 16) == 0 && getsockname(server->listener, (struct sockaddr *)&address, &size) == 0);
    server->port = ntohs(address.sin_port);
    lock_init(&server->lock);
    signal_count_init(&server->requested);
    buf_add(&server->requests, STR(""));
    thread_start(&server->thread, "test-server", serve, server);
}

void test_server_stop(struct test_server *server)
{
    shutdown(server->listener, SHUT_RDWR); /* wakes accept */
    thread_join(&server->thread);
    close(server->listener);
    signal_count_clear(&server->requested);
    lock_clear(&server->lock);
    buf_clear(&server->requests);
}

struct str test_server_url(const struct test_server *server, const char *path, struct arena *arena)
{
    return arena_printf(arena, "http://127.0.0.1:%d%s", server->port, path);
}

struct str test_server_requests(struct test_server *server, struct arena *arena)
{
    lock_take(&server->lock);
    struct str copy = arena_str(arena, server->requests.len > 0 ? buf_str(&server->requests) : STR(""));
    lock_drop(&server->lock);
    return copy;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The HTTP client of the API tests: sockets and text, so that a test can also be late, cut off or malformed. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/stand.h"

#define PATIENCE_MS 20000

static int connect_port(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static int connect_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

int stand_connect(struct stand *stand, enum who who)
{
    return who == SOCKET ? connect_socket(stand->socket_path) : connect_port(api_port(stand->api));
}

static void send_all(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the server has answered without reading on */
        bytes = (struct str){bytes.ptr + sent, bytes.len - (size_t)sent};
    }
}

void stand_send(int fd, const char *text) { send_all(fd, str_of(text)); }

static bool is_readable(int fd, int ms)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    return poll(&poll_fd, 1, ms) == 1;
}

/* One more piece from the peer; false at its end. */
static bool read_more(int fd, struct buf *out)
{
    if (!is_readable(fd, PATIENCE_MS))
        fail_msg("no answer in %d ms", PATIENCE_MS);
    ssize_t got = recv(fd, buf_room(out, 65536), 65536, 0);
    if (got <= 0)
        return false;
    out->len += (size_t)got;
    out->ptr[out->len] = '\0';
    return true;
}

bool stand_closed_within(int fd, int ms, struct buf *seen) { return is_readable(fd, ms) && !read_more(fd, seen); }

bool stand_await(int fd, const char *needle, struct buf *seen)
{
    while (seen->len == 0 || strstr(seen->ptr, needle) == NULL) {
        if (!read_more(fd, seen))
            return false;
    }
    return true;
}

static void write_request(const struct stand *stand, const struct exchange *call, struct buf *out)
{
    size_t len = call->body == NULL ? 0 : call->body_len > 0 ? call->body_len : strlen(call->body);
    buf_printf(out, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", call->method, call->path);
    buf_add_c(out, stand->tokens[call->who]);
    if (call->headers != NULL)
        buf_add_c(out, call->headers);
    if (call->body != NULL)
        buf_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
                   call->type == NULL ? "application/json" : call->type, len);
    buf_add_c(out, "\r\n");
    if (call->body != NULL)
        buf_add(out, (struct str){call->body, len});
}

static void parse(struct got *got)
{
    struct json_error error;
    char *end = got->raw.len == 0 ? NULL : strstr(got->raw.ptr, "\r\n\r\n");
    if (end == NULL)
        return;
    end[2] = '\0';
    got->head = got->raw.ptr;
    got->body = end + 4;
    got->body_len = got->raw.len - (size_t)(got->body - got->raw.ptr);
    got->status = (int)strtol(got->raw.ptr + strlen("HTTP/1.1 "), NULL, 10);
    if (got->body_len > 0 && (got->body[0] == '{' || got->body[0] == '['))
        (void)json_parse((struct str){got->body, got->body_len}, &got->json, &error);
}

struct got stand_call(struct stand *stand, struct exchange call)
{
    struct got got = {0};
    struct buf request = {0};
    int fd = call.public_door ? connect_port(api_public_port(stand->api)) : stand_connect(stand, call.who);
    write_request(stand, &call, &request);
    send_all(fd, buf_str(&request));
    if (call.head_only)
        (void)stand_await(fd, "\r\n\r\n", &got.raw);
    else
        while (read_more(fd, &got.raw))
            ;
    close(fd);
    buf_clear(&request);
    parse(&got);
    return got;
}

void got_free(struct got *got)
{
    json_free(got->json);
    buf_clear(&got->raw);
}

const char *got_header(const struct got *got, const char *name)
{
    static char value[2000];
    size_t len = strlen(name);
    value[0] = '\0';
    for (const char *line = got->head; line != NULL && *line != '\0';) {
        const char *end = strstr(line, "\r\n");
        size_t size = end == NULL ? strlen(line) : (size_t)(end - line);
        if (strncasecmp(line, name, len) == 0 && line[len] == ':')
            snprintf(value, sizeof value, "%.*s", (int)(size - len - 2), line + len + 2);
        line = end == NULL ? NULL : end + 2;
    }
    return value;
}

static const char *as_text(struct str text)
{
    static char copies[4][2000];
    static int next;
    char *copy = copies[next = (next + 1) % 4];
    snprintf(copy, sizeof copies[0], "%.*s", STR_ARG(text));
    return copy;
}

static const struct json *first_error(const struct got *got) { return json_at(json_get(got->json, "errors"), 0); }

const char *got_pointer(const struct got *got) { return as_text(json_get_str(first_error(got), "pointer")); }
const char *got_rule(const struct got *got) { return as_text(json_get_str(first_error(got), "rule")); }
const char *got_text(const struct got *got, const char *name) { return as_text(json_get_str(got->json, name)); }

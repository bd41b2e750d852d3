/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* For tests: a scripted HTTP server in a thread, on a port of its own. It takes one connection after the other, reads a
 * whole request, and does what it is told. */
#ifndef REKINDLE_ADAPTER_HTTPS_TESTING_H
#define REKINDLE_ADAPTER_HTTPS_TESTING_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/thread.h"

enum test_then {
    TEST_CLOSE,
    TEST_STALL, /* says nothing more, until the other side goes away */
    TEST_RESET  /* breaks the connection */
};
struct test_answer {
    struct str bytes; /* what is sent, status line and all */
    enum test_then then;
    struct str drip; /* sent `drips` times after that, every `drip_ms` */
    int drips, drip_ms;
};
struct test_server {
    int listener, port;
    struct thread thread;
    /* In the server's thread, under the lock; `request` is all that came, head and body. */
    struct test_answer (*choose)(void *ctx, struct str request);
    void *ctx;
    struct lock lock;
    struct buf requests;           /* of all requests, under the lock */
    struct signal_count requested; /* bumped when a request has come, before it is answered */
};
void test_server_start(struct test_server *server, struct test_answer (*choose)(void *ctx, struct str request),
                       void *ctx);
void test_server_stop(struct test_server *server);
/* "http://127.0.0.1:PORT" and `path`. */
struct str test_server_url(const struct test_server *server, const char *path, struct arena *arena);
/* A copy of all that came so far. */
struct str test_server_requests(struct test_server *server, struct arena *arena);

#endif

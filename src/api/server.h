/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The HTTP server, by libmicrohttpd (the only module that knows it). Two loop threads read and write; a request whose
 * body is complete is suspended and handed to a pool of handler threads, which may block; then it is resumed with its
 * answer. The library cuts silent peers but not dribbling ones, so every connection has a deadline of ours: to send a
 * whole request, and to take a whole answer.
 *
 * Stopping: no new connections, requests in the handlers are finished and their answers sent, live streams end. */
#ifndef REKINDLE_API_SERVER_H
#define REKINDLE_API_SERVER_H

#include "api/request.h"
#include "base/rc.h"

/* What the rules allow for a request, decided from its head. */
struct admission {
    size_t body_max;  /* bytes */
    size_t body_over; /* bytes past it that are read and dropped, so that a peer who writes on hears why */
    int64_t body_ms;  /* time for the whole body */
};

struct server_options {
    struct str listen;        /* "host:port" of everything */
    struct str public_listen; /* one more for DOOR_PUBLIC; absent = none */
    struct str socket_path;   /* DOOR_SOCKET; absent = none */
    size_t handler_threads;
    size_t connections_max, connections_per_address;
    int64_t head_ms;   /* from accept, or from the answer before, to a complete head */
    int64_t answer_ms; /* to take an answer */
    size_t bodies_max; /* bytes of bodies held at a time, over all requests; more are told to come back */

    /* Loop thread, with the head alone: fills *out and returns true, or fills the response (no body is read) and returns
     * false. Must not block. */
    bool (*admit)(void *ctx, const struct request *request, struct response *response, struct admission *out);
    /* Handler thread. */
    void (*answer)(void *ctx, struct request *request, struct response *response);
    void *ctx;
};

struct server;

/* RC_INVALID, RC_IO or RC_CONFLICT with a sentence in *why (static). On RC_OK it answers already. */
enum rc server_start(const struct server_options *options, struct server **out, struct str *why);
void server_stop(struct server *server); /* NULL is fine */
int server_port(const struct server *server);
int server_public_port(const struct server *server); /* 0 without one */
/* Requests in handlers and streams open now, for /metrics. */
void server_load(struct server *server, int64_t *requests, int64_t *streams, int64_t *connections);

#endif

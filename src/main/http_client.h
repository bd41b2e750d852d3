/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Speaks to our own server: over DATA/admin.sock, or over TCP with an API key as the demo does. One connection, kept. One
 * thread. */
#ifndef REKINDLE_MAIN_HTTP_CLIENT_H
#define REKINDLE_MAIN_HTTP_CLIENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"

struct http_client;

struct http_client *http_open_socket(const char *socket_path);
/* base: "http://127.0.0.1:8080"; key: absent = none. Both are copied. */
struct http_client *http_open_url(struct str base, struct str key);
void http_close(struct http_client *client); /* NULL is fine */

struct http_request {
    const char *method; /* "GET" */
    const char *path;   /* "/api/v1/batch" */
    const char *type;   /* Content-Type of the body; NULL without one */
    struct str body;
    struct str if_match; /* absent = none */
};
struct http_answer {
    long status;
    struct buf body; /* the caller clears it */
};
/* RC_OK whatever the status; RC_IO when nobody answers, RC_TIMEOUT. The answer's body is emptied first. */
enum rc http_call(struct http_client *client, const struct http_request *request, struct http_answer *answer);

#endif

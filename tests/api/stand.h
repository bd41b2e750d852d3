/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* API tests: a whole API on the memory store with a manual clock, one caller of each kind, and a small HTTP client that
 * shows every byte. A test says what it sends and what must come back. */
#ifndef REKINDLE_TESTS_API_STAND_H
#define REKINDLE_TESTS_API_STAND_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapter/mem/mem.h"
#include "api/api.h"
#include "api/live.h"
#include "base/buf.h"
#include "base/json.h"
#include "core/email.h"

/* Who asks. */
enum who { NOBODY, VIEWER, REVIEWER, ADMIN, READ_KEY, INGEST_KEY, ADMIN_KEY, DELIVERY_KEY, SOCKET, WHO_COUNT };
extern const char *const WHO_WORDS[];

struct stand {
    struct mem_backend *backend;
    struct step_env env;
    struct live *live;
    struct api *api;
    struct arena arena; /* for the test's own reads; cleared at the end */
    char folder[64], socket_path[100];
    char tokens[WHO_COUNT][160]; /* header lines that show who asks, with the CSRF header where there is a cookie */
};

/* 2026-03-02T09:00:00Z, a Monday. */
#define STAND_NOW 1772442000000LL

/* cmocka group set-up and tear-down; *state is a struct stand. */
int stand_setup(void **state);
int stand_teardown(void **state);
/* Starts the API with other options than the usual ones (listen and socket are filled in). */
void stand_restart(struct stand *stand, struct api_options options);

struct exchange {
    enum who who;
    const char *method, *path;
    const char *body;    /* NULL = none */
    size_t body_len;     /* 0 = strlen(body) */
    const char *type;    /* NULL = application/json when there is a body */
    const char *headers; /* more lines, each ending in \r\n */
    bool head_only;      /* stop reading after the head: for streams */
    bool public_door;
};
struct got {
    int status;
    struct buf raw;
    const char *head, *body; /* the head ends before its empty line; both NUL-terminated */
    size_t body_len;
    struct json *json; /* the body when it is JSON */
};
/* Sends one request on a connection of its own and reads the whole answer. */
struct got stand_call(struct stand *stand, struct exchange call);
void got_free(struct got *got);
/* Value of a header, "" when absent; valid until the next call of got_header. */
const char *got_header(const struct got *got, const char *name);
/* errors[0] of a problem. */
const char *got_pointer(const struct got *got);
const char *got_rule(const struct got *got);
/* A member of the JSON body as text, "" when it is none. */
const char *got_text(const struct got *got, const char *name);

/* A connected socket for tests that send byte by byte. */
int stand_connect(struct stand *stand, enum who who);
void stand_send(int fd, const char *text);
/* Reads until `needle` was seen, the peer closed or 10 s have passed; true when it was seen. */
bool stand_await(int fd, const char *needle, struct buf *seen);
/* True when the peer closed within so many ms; what it says meanwhile is added to `seen`. */
bool stand_closed_within(int fd, int ms, struct buf *seen);

/* Records to look at. */
void stand_client(struct stand *stand, const char *id, const char *email);
void stand_order(struct stand *stand, const char *id, const char *client, int64_t days_ago, int64_t total_minor);
/* Relays all changes and runs all jobs that are due, in this thread. */
void stand_settle(struct stand *stand);
/* An email in review with its right content hash; `id` is a UUID. Its version is 1. */
struct email stand_email(struct stand *stand, const char *id, const char *client);

#endif

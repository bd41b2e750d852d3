/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One HTTP request and its answer, as handlers see them: the request is input and constant, the response is output. All
 * texts of both live in the request's arena or are static; the arena is cleared when the answer has left. A request is
 * handled by one thread at a time: a loop thread reads it, a handler thread answers it. */
#ifndef REKINDLE_API_REQUEST_H
#define REKINDLE_API_REQUEST_H

#include "base/arena.h"
#include "base/buf.h"
#include "core/records_small.h"

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OPTIONS,
    METHOD_OTHER
};
extern const char *const METHOD_WORDS[]; /* "GET" ..., "OTHER" */

/* Where the request came in. */
enum door {
    DOOR_MAIN,   /* everything */
    DOOR_PUBLIC, /* only what the client of the shop may open, and webhooks: /u /c /why /hooks */
    DOOR_SOCKET  /* DATA/admin.sock: the caller is admin */
};

enum caller_kind { CALLER_NONE, CALLER_STAFF, CALLER_KEY, CALLER_SOCKET };

/* Who asks. Filled by auth_check before the handler runs. */
struct caller {
    enum caller_kind kind;
    struct str name;        /* the actor as steps keep it: "staff:ID", "key:ID", "socket", "" for nobody */
    struct staff staff;     /* CALLER_STAFF */
    struct session session; /* CALLER_STAFF */
    struct api_key key;     /* CALLER_KEY */
};

struct pair {
    struct str name, value;
};

struct route;

struct request {
    struct arena *arena;
    enum method method;
    enum door door;
    struct str path;          /* as on the wire, still percent-encoded, without the query */
    const struct pair *query; /* raw values: read them with request_query */
    size_t query_count;
    const struct pair *headers;
    size_t header_count;
    struct str address;     /* of the peer, for rate limits; absent over the socket */
    int64_t content_length; /* as announced; -1 when not */
    struct str body;
    bool body_too_large; /* more came than the route takes; body is empty then */
    bool overloaded;     /* the server stops, or holds too many bytes of bodies */
    struct str id;       /* X-Request-Id */
    int64_t started_ms;  /* monotonic */
    const struct route *route;
    struct str param;                /* what stood for {id} or {token} in the route, decoded */
    struct str part;                 /* what stood for {call_id}, decoded */
    struct str answer_id, body_hash; /* with an Idempotency-Key: under which the answer is kept; absent without one */
    struct caller caller;
};

/* An answer that goes on: see api/live.h. read copies up to `size` bytes and returns how many; 0 after it has called the
 * waker's park (nothing to say now), -1 at the end. park and wake are called under the source's own lock, so that no
 * wake-up can fall between "nothing there" and "asleep". */
struct stream_waker {
    void (*park)(void *ctx);
    void (*wake)(void *ctx);
    void *ctx;
};
struct stream {
    int64_t (*read)(struct stream *stream, char *out, size_t size);
    void (*attach)(struct stream *stream, const struct stream_waker *waker); /* before the first read */
    void (*end)(struct stream *stream);                                      /* read returns -1 from now on; wakes */
    void (*close)(struct stream *stream);                                    /* frees; the reader is gone */
};

#define RESPONSE_HEADERS_MAX 16

struct response {
    int status;
    const char *type; /* Content-Type, static; NULL without a body */
    struct pair headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
    struct buf body;       /* owned by the response */
    struct str fixed;      /* static bytes sent instead of body when present */
    struct stream *stream; /* sent instead of both when present; owned by the response */
    bool is_kept;          /* this answer was stored under its Idempotency-Key with the record, or is such a one */
};

/* First header of that name (any case); absent when there is none. */
struct str request_header(const struct request *request, const char *name);
/* Value of a query parameter, percent-decoded into the arena. RC_NOT_FOUND without one; RC_INVALID when it is not UTF-8,
 * holds a control character, or stands there twice. */
enum rc request_query(const struct request *request, const char *name, struct str *out);
/* Value of a cookie by name, absent when there is none. */
struct str request_cookie(const struct request *request, const char *name);
/* %XX decoded; RC_INVALID for a torn escape. NUL bytes are kept: the caller's rule refuses them. */
enum rc request_decode(struct str text, struct arena *arena, struct str *out);
/* True when the request's Content-Type is `type` ("application/json"), parameters aside. */
bool request_has_type(const struct request *request, const char *type);
/* Neither a body nor a word of what it would be: what a route with ROUTE_BARE takes for "left out". */
bool request_is_bare(const struct request *request);
bool request_is_write(const struct request *request); /* POST, PUT, PATCH, DELETE */
/* Who asks, as the audit log keeps it: a person's id, else the caller's name ("key:ID", "socket"). */
struct str request_actor(const struct request *request);
enum method method_from(const char *word);

/* Adds a header; the texts are borrowed (arena or static). A full table is a bug and aborts. */
void response_header(struct response *response, const char *name, struct str value);
/* Drops what the body held so far. */
void response_reset(struct response *response);

#endif

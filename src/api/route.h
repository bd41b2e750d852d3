/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The route table: method, path, who may, what the request needs, handler. It follows api/openapi.yaml line by line; a test
 * holds the two together. */
#ifndef REKINDLE_API_ROUTE_H
#define REKINDLE_API_ROUTE_H

#include "api/auth.h"

enum route_flag {
    ROUTE_JSON = 1 << 0,    /* the body must be application/json (415) */
    ROUTE_NDJSON = 1 << 1,  /* the body must be application/x-ndjson, and may take longer to come in */
    ROUTE_MATCH = 1 << 2,   /* If-Match is required (428) */
    ROUTE_KEY = 1 << 3,     /* takes an Idempotency-Key */
    ROUTE_OPEN = 1 << 4,    /* served on the public listener too; {token} is looked at by its handler */
    ROUTE_LONG_ID = 1 << 5, /* {id} is kind:key of a job */
    ROUTE_QUIET = 1 << 6,   /* logged at debug: asked every few seconds by machines */
    ROUTE_BARE = 1 << 7,    /* with ROUTE_JSON: the body may be left out */
    ROUTE_MESSAGE = 1 << 8  /* the body must be message/rfc822 (415) */
};

struct route {
    enum method method;
    const char *pattern; /* "/api/v1/clients/{id}/orders"; at most ROUTE_PARAMS of {…} */
    enum permit permit;
    unsigned flags;
    handler *handle;
};
extern const struct route ROUTES[];
extern const size_t ROUTE_COUNT;

#define ROUTE_PARAMS 2
#define ROUTE_BODY_MAX (1024 * 1024)       /* a JSON body, or a message */
#define ROUTE_BATCH_MAX (10 * 1024 * 1024) /* a batch */
#define ROUTE_FORM_MAX (64 * 1024)         /* what comes to a route that wants no JSON */

/* The route for a raw path, or NULL. HEAD finds GET. params[ROUTE_PARAMS] is what stands for each {…}, still encoded, absent
 * where the pattern has fewer. *allowed gets a bit (1 << method) for every method the path has: 0 = no such path. */
const struct route *route_find(enum method method, struct str path, struct str *params, unsigned *allowed);
/* Most bytes of a body that the route takes. */
size_t route_body_max(const struct route *route);
/* True when the path belongs to the API, a public link or a health page: never to the console. */
bool route_is_reserved(struct str path);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who asks, and may they: API keys (Authorization: Bearer), the console's session (an HttpOnly cookie, and on writes the
 * x-rk-csrf header), the admin socket. One table says which people and which keys each permission admits. */
#ifndef REKINDLE_API_AUTH_H
#define REKINDLE_API_AUTH_H

#include "api/context.h"

/* The least permission of a route: x-role in api/openapi.yaml. */
enum permit {
    PERMIT_PUBLIC,   /* everyone */
    PERMIT_VIEWER,   /* people only */
    PERMIT_READ,     /* people, read keys */
    PERMIT_INGEST,   /* ingest keys, admins */
    PERMIT_REVIEWER, /* reviewers, admins, admin keys */
    PERMIT_ADMIN,
    PERMIT_DELIVERY, /* delivery keys, admins; the key may also come as the password of Basic, as webhooks send it */
    PERMIT_SOCKET,   /* the admin socket alone; elsewhere there is no such address */
    PERMIT_COUNT
};
extern const char *const PERMIT_WORDS[]; /* as in openapi.yaml */

/* Fills request->caller, or the response with 401 or 403 and returns false. */
bool auth_check(struct api *api, struct request *request, struct response *response, enum permit permit);
/* A write that a browser sends must come from our own pages: Sec-Fetch-Site, or else Origin against Host. */
bool auth_same_site(const struct request *request);

/* Session cookie: "__Host-rk_session" over HTTPS, "rk_session" on plain HTTP (where browsers refuse the former). */
struct str auth_cookie(const struct request *request);
/* Set-Cookie that keeps or, with an empty secret, clears it. */
void auth_set_cookie(const struct request *request, struct response *response, struct str secret);
/* The peer for rate limits: its address, or what a proxy on this machine names last in X-Forwarded-For. */
struct str auth_address(const struct request *request);

#endif

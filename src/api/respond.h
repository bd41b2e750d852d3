/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Small tools for handlers: JSON answers and ETags. A reader that can fail writes the problem itself and returns false, so
 * that a handler reads as a list of conditions. */
#ifndef REKINDLE_API_RESPOND_H
#define REKINDLE_API_RESPOND_H

#include "api/problem.h"
#include "api/request.h"
#include "base/json.h"

/* Starts a JSON answer in the response's body: write one value, then respond_json. */
void respond_begin(struct response *response, struct json_out *out);
void respond_json(struct response *response, int status);
/* A text of another type; copied. `type` is static. */
void respond_text(struct response *response, const char *type, struct str text);
void respond_empty(struct response *response); /* 204 */

/* ETag: the version in double quotes. */
void respond_etag(const struct request *request, struct response *response, int64_t version);
/* The version named by If-Match: 428 without the header, 400 when it is not an ETag of ours. */
bool respond_if_match(const struct request *request, struct response *response, int64_t *version);

#endif

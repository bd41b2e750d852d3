/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Idempotency-Key: the same request twice answers the same. Scoped to caller, method and path. A key whose request still
 * runs is 409, the same key with another body 422. Clients and orders keep their answer in the commit of the record; other
 * acts right after theirs (they are guarded by If-Match or by their own state against being done twice). */
#ifndef REKINDLE_API_IDEMPOTENCY_H
#define REKINDLE_API_IDEMPOTENCY_H

#include "api/context.h"

/* True: go on (request->answer_id is set when there is a key). False: the response is filled. */
bool idempotency_begin(struct api *api, struct request *request, struct response *response, struct running *running);
/* After the handler: keeps a good answer that is not kept yet, lets the key go. */
void idempotency_end(struct api *api, const struct request *request, struct response *response,
                     struct running *running);

#endif

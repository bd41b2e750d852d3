/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The service as a place that is asked: its base address, the key, the deadlines. Any thread. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_SERVICE_H
#define REKINDLE_ADAPTER_OPENROUTER_SERVICE_H

#include "adapter/https/https.h"
#include "adapter/openrouter/answer.h"
#include "adapter/openrouter/retry_after.h"
#include "base/json.h"

struct service {
    struct https *https;
    char *url;           /* without a slash at its end */
    char *authorization; /* "Bearer ..."; NULL: none. Wiped by clear */
    int64_t idle_ms, total_ms;
};
/* Texts are copied. RC_INVALID with *why (static memory). */
enum rc service_init(struct service *service, struct str url, struct str key, struct str ca_file, struct str *why);
void service_clear(struct service *service); /* accepts {0} */
/* One POST of `body` to chat/completions, put together in `answer` (initialised by the caller, ended here). */
void service_chat(const struct service *service, struct str body, struct answer *answer, struct retry_after *said,
                  struct https_answer *end);
/* One GET of `path` ("/key"), at most 2 MB, with short deadlines. *document is the caller's (json_free), NULL when the
 * answer is no JSON or none came; returns its status, 0: none. */
int service_get(const struct service *service, struct str path, struct json **document, struct https_answer *end);

#endif

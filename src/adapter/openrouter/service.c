/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/service.h"

#include <string.h>

#include "adapter/https/https_url.h"
#include "base/clock.h"
#include "base/mem.h"

#define CONNECT_MS 10000
#define HEADER_BYTES (64 * 1024)
/* the stream may hold as much in comments and framing as in what is read of it */
#define CHAT_BODY_BYTES ((int64_t)ANSWER_STREAM_BYTES)
#define GET_BODY_BYTES (2 * 1024 * 1024)
#define GET_TOTAL_MS 20000

enum rc service_init(struct service *service, struct str url, struct str key, struct str ca_file, struct str *why)
{
    *service = (struct service){0};
    while (url.len > 0 && url.ptr[url.len - 1] == '/')
        url.len--;
    if (https_url_check(url, why) != RC_OK || https_open(ca_file, &service->https, why) != RC_OK)
        return RC_INVALID;
    service->url = str_dup(url);
    if (!str_is_empty(key)) {
        struct buf line = {0};
        buf_printf(&line, "Bearer %.*s", STR_ARG(key));
        service->authorization = line.ptr; /* the buffer's memory becomes ours */
    }
    return RC_OK;
}

void service_clear(struct service *service)
{
    if (service->authorization != NULL)
        explicit_bzero(service->authorization, strlen(service->authorization));
    mem_free(service->authorization);
    mem_free(service->url);
    https_close(service->https);
    *service = (struct service){0};
}

struct chat {
    struct answer *answer;
    struct retry_after *said;
};

static void on_header(void *ctx, struct str line)
{
    struct chat *chat = ctx;
    answer_header(chat->answer, line);
    retry_after_take(chat->said, line, clock_wall());
}

static bool on_body(void *ctx, int status, struct str bytes)
{
    return answer_feed(((struct chat *)ctx)->answer, status, bytes);
}

void service_chat(const struct service *service, struct str body, struct answer *answer, struct retry_after *said,
                  struct https_answer *end)
{
    struct chat chat = {.answer = answer, .said = said};
    struct buf url = {0};
    buf_printf(&url, "%s/chat/completions", service->url);
    struct https_request request = {.url = buf_str(&url),
                                    .authorization = str_of(service->authorization),
                                    .body = body,
                                    .limits = {.connect_ms = CONNECT_MS,
                                               .idle_ms = service->idle_ms,
                                               .total_ms = service->total_ms,
                                               .header_bytes = HEADER_BYTES,
                                               .body_bytes = CHAT_BODY_BYTES},
                                    .on_header = on_header,
                                    .on_body = on_body,
                                    .ctx = &chat};
    https_transfer(service->https, &request, end);
    if (end->status > 0)
        answer_end(answer, end->status, end->end == HTTPS_WHOLE);
    buf_clear(&url);
}

static bool collect(void *ctx, int status, struct str bytes)
{
    (void)status;
    buf_add(ctx, bytes);
    return true;
}

int service_get(const struct service *service, struct str path, struct json **document, struct https_answer *end)
{
    struct buf url = {0}, body = {0};
    buf_printf(&url, "%s%.*s", service->url, STR_ARG(path));
    struct https_request request = {.url = buf_str(&url),
                                    .authorization = str_of(service->authorization),
                                    .limits = {.connect_ms = CONNECT_MS,
                                               .idle_ms = GET_TOTAL_MS,
                                               .total_ms = GET_TOTAL_MS,
                                               .header_bytes = HEADER_BYTES,
                                               .body_bytes = GET_BODY_BYTES},
                                    .on_body = collect,
                                    .ctx = &body};
    *document = NULL;
    https_transfer(service->https, &request, end);
    if (end->end == HTTPS_WHOLE && body.len > 0 && json_parse(buf_str(&body), document, NULL) != RC_OK)
        *document = NULL;
    buf_clear(&body);
    buf_clear(&url);
    return end->end == HTTPS_WHOLE ? end->status : 0;
}

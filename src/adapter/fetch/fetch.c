/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/fetch/fetch.h"

#include "adapter/https/https.h"
#include "base/buf.h"
#include "base/mem.h"

#define CONNECT_MS 5000
#define TOTAL_MS 10000
#define HEADER_BYTES 16384

struct fetching {
    struct fetch port;
    struct https *https;
};

static bool keep(void *ctx, int status, struct str bytes)
{
    if (status == 200)
        buf_add(ctx, bytes);
    return status == 200; /* what else it says is of no use */
}

static enum rc rc_of(const struct https_answer *answer, struct str *why)
{
    static const enum rc ENDS[] = {
        [HTTPS_WHOLE] = RC_OK,         [HTTPS_ENOUGH] = RC_NOT_FOUND, [HTTPS_NO_CONNECT] = RC_IO,
        [HTTPS_UNTRUSTED] = RC_DENIED, [HTTPS_REFUSED] = RC_DENIED,   [HTTPS_TIMED_OUT] = RC_TIMEOUT,
        [HTTPS_BROKEN] = RC_IO,        [HTTPS_TOO_LARGE] = RC_IO,     [HTTPS_STOPPED] = RC_IO};
    enum rc rc = ENDS[answer->end];
    if (rc == RC_OK && answer->status != 200)
        rc = RC_NOT_FOUND;
    *why = rc == RC_NOT_FOUND ? STR("it answered that it has no such thing") : answer->why;
    return rc;
}

static enum rc get(struct fetch *fetch, const struct fetch_wish *wish, struct arena *arena, struct str *body,
                   struct str *why)
{
    struct fetching *self = (struct fetching *)fetch;
    struct buf text = {0};
    struct https_answer answer;
    const struct https_request request = {.url = wish->url,
                                          .may_be_plain = wish->may_be_plain,
                                          .limits = {.connect_ms = CONNECT_MS,
                                                     .idle_ms = CONNECT_MS,
                                                     .total_ms = TOTAL_MS,
                                                     .header_bytes = HEADER_BYTES,
                                                     .body_bytes = (int64_t)wish->max_bytes},
                                          .on_body = keep,
                                          .ctx = &text};
    https_transfer(self->https, &request, &answer);
    enum rc rc = rc_of(&answer, why);
    *body = rc == RC_OK ? arena_str(arena, text.ptr == NULL ? STR("") : buf_str(&text)) : STR_NONE;
    buf_clear(&text);
    return rc;
}

static void stop(struct fetch *fetch) { https_stop(((struct fetching *)fetch)->https); }

static void close_fetch(struct fetch *fetch)
{
    struct fetching *self = (struct fetching *)fetch;
    https_close(self->https);
    mem_free(self);
}

enum rc fetch_open(struct str ca_file, struct fetch **out, struct str *why)
{
    static const struct fetch_vtable VTABLE = {.get = get, .stop = stop, .close = close_fetch};
    struct fetching *self = mem_new(1, sizeof *self);
    self->port.vtable = &VTABLE;
    enum rc rc = https_open(ca_file, &self->https, why);
    if (rc != RC_OK) {
        mem_free(self);
        return rc;
    }
    *out = &self->port;
    return RC_OK;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/webhook/webhook.h"

#include <string.h>

#include "adapter/https/https.h"
#include "adapter/webhook/signature.h"
#include "base/clock.h"
#include "base/mem.h"

#define CONNECT_MS 5000
#define HEADER_BYTES 16384
#define BODY_BYTES 16384

struct webhook {
    struct notifier port;
    struct https *https;
    struct str url, key;
    int64_t total_ms;
    struct arena arena; /* of the texts */
};

/* The status has said it all: the body is not waited for. */
static bool is_enough(void *ctx, int status, struct str bytes)
{
    (void)ctx, (void)status, (void)bytes;
    return false;
}

/* A 2xx is an acceptance whatever becomes of the connection after it. */
static enum rc judge(const struct https_answer *answer, struct arena *arena, struct str *error)
{
    static const struct {
        enum rc rc;
        struct str word;
    } ENDS[] = {
        [HTTPS_WHOLE] = {RC_BUSY, STR_INIT("no answer")},
        [HTTPS_ENOUGH] = {RC_BUSY, STR_INIT("no answer")},
        [HTTPS_NO_CONNECT] = {RC_IO, STR_INIT("connect")},
        [HTTPS_UNTRUSTED] = {RC_IO, STR_INIT("certificate")},
        [HTTPS_REFUSED] = {RC_IO, STR_INIT("url")},
        [HTTPS_TIMED_OUT] = {RC_TIMEOUT, STR_INIT("timeout")},
        [HTTPS_BROKEN] = {RC_IO, STR_INIT("connection lost")},
        [HTTPS_TOO_LARGE] = {RC_BUSY, STR_INIT("headers too large")},
        [HTTPS_STOPPED] = {RC_IO, STR_INIT("stopped")},
    };
    *error = STR_NONE;
    if (answer->status >= 200 && answer->status <= 299)
        return RC_OK;
    *error = ENDS[answer->end].word;
    if (answer->status >= 300)
        *error = arena_printf(arena, "%d", answer->status);
    return ENDS[answer->end].rc;
}

static enum rc webhook_send(struct notifier *notifier, struct str id, struct str body, struct arena *arena,
                            struct str *error)
{
    const struct webhook *webhook = (const struct webhook *)notifier;
    int64_t at_s = clock_wall() / 1000;
    struct str signature = signature_make(webhook->key, id, at_s, body, arena);
    const struct str headers[] = {arena_printf(arena, "webhook-id: %.*s", STR_ARG(id)),
                                  arena_printf(arena, "webhook-timestamp: %lld", (long long)at_s),
                                  arena_printf(arena, "webhook-signature: %.*s", STR_ARG(signature))};
    struct https_request request = {
        .url = webhook->url,
        .headers = headers,
        .header_count = sizeof headers / sizeof headers[0],
        .body = body,
        .limits = {.connect_ms = CONNECT_MS < webhook->total_ms ? CONNECT_MS : webhook->total_ms,
                   .idle_ms = webhook->total_ms,
                   .total_ms = webhook->total_ms,
                   .header_bytes = HEADER_BYTES,
                   .body_bytes = BODY_BYTES},
        .on_body = is_enough};
    struct https_answer answer;
    https_transfer(webhook->https, &request, &answer);
    return judge(&answer, arena, error);
}

static void webhook_stop(struct notifier *notifier) { https_stop(((struct webhook *)notifier)->https); }

static void webhook_close(struct notifier *notifier)
{
    struct webhook *webhook = (struct webhook *)notifier;
    https_close(webhook->https);
    arena_clear(&webhook->arena);
    mem_free(webhook);
}

static const struct notifier_vtable VTABLE = {.send = webhook_send, .stop = webhook_stop, .close = webhook_close};

enum rc webhook_open(const struct webhook_options *options, struct notifier **out, struct str *why)
{
    struct webhook *webhook = mem_new(1, sizeof *webhook);
    webhook->port.vtable = &VTABLE;
    webhook->url = arena_str(&webhook->arena, options->url);
    webhook->total_ms = options->total_ms > 0 ? options->total_ms : WEBHOOK_TOTAL_MS;
    enum rc rc = signature_key(arena_str(&webhook->arena, options->secret), &webhook->arena, &webhook->key);
    if (rc != RC_OK)
        *why = STR("the secret is no key: whsec_ and the base64 of at least 24 bytes, or another text");
    else
        rc = https_open(options->ca_file, &webhook->https, why);
    if (rc != RC_OK)
        webhook_close(&webhook->port);
    else
        *out = &webhook->port;
    return rc;
}

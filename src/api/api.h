/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The HTTP API and the console: everything of api/openapi.yaml that this program answers. It reads the store through
 * port/store.h; every write goes through a step. Started and stopped by main. */
#ifndef REKINDLE_API_API_H
#define REKINDLE_API_API_H

#include "api/live.h"
#include "port/fetch.h"
#include "step/env.h"
#include "step/sns_trust.h"
#include "step/worker.h"

/* What a backup wrote; see POST /api/v1/backup. Texts in the arena. */
struct api_backup {
    int64_t bytes;
    bool keys_included;
    struct str missing; /* JSON array of what a restore will need besides; absent = nothing */
};

/* Texts are borrowed until api_stop. 0 in a number takes the default beside it. */
struct api_options {
    struct str listen;           /* "host:port"; port 0 picks one. 127.0.0.1:8080 */
    struct str public_listen;    /* one more that serves only /u /c /why /hooks; absent = none */
    struct str socket_path;      /* DATA/admin.sock; absent = none */
    int handler_threads;         /* 16 */
    int connections_max;         /* 4096 */
    int connections_per_address; /* 1024: a proxy in front is one address */
    int64_t request_ms;          /* for a whole request to come in, batches aside: 30,000 */
    int64_t batch_ms;            /* for a whole batch: 300,000 */
    int64_t answer_ms;           /* for an answer to be taken: 120,000 */
    const char *writer_kind;     /* "template", "openrouter"; shown. Static */
    const char *mailer_kind;     /* "maildir", "smtp", "ses"; shown. Static */

    struct str ses_topics;       /* ARNs whose messages POST /hooks/ses takes, commas between; absent = none */
    struct sns_trust *ses_trust; /* who checks them; needed with topics */
    struct fetch *fetch;         /* by which a subscription is confirmed; needed with topics */

    /* All may be NULL and get `ctx`. */
    void *ctx;
    /* The rehearsed message of an email, RC_NOT_FOUND when there is none. */
    enum rc (*maildir_find)(void *ctx, struct str email_id, struct arena *arena, struct str *message);
    /* State of the relay for /readyz: RC_OK, or what is wrong in *why (static or owned by the mailer). Any thread. */
    enum rc (*mailer_check)(void *ctx, struct str *why);
    /* State of the bounce mailbox for /readyz; NULL: there is none. RC_OK, or a sentence in *why (in the arena). Any thread. */
    enum rc (*mailbox_check)(void *ctx, struct arena *arena, struct str *why);
    /* A backup with the keys; without it the store alone is copied. RC_CONFLICT when the file exists. */
    enum rc (*backup)(void *ctx, const char *path, struct arena *arena, struct api_backup *out);
};

struct api;

/* Copies env and options. `workers` may be NULL (no clock to move, no relay to look at). RC_INVALID, RC_IO or RC_CONFLICT
 * with a sentence in *why (static). */
enum rc api_start(const struct step_env *env, struct workers *workers, const struct api_options *options,
                  struct api **out, struct str *why);
/* Takes no new requests, finishes those that run, ends the streams, joins. NULL is fine. */
void api_stop(struct api *api);
int api_port(const struct api *api);
int api_public_port(const struct api *api); /* 0 without one */

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ingest: the only way clients, orders and products from outside get into the store. Callers have checked the shape
 * (record_from_json); here the rules between records hold: erased people are skipped, an order of an unknown client makes
 * a bare client, opt-outs are never undone, the person hash and search fields are derived, an order dated over 24 h ahead
 * is quarantined, an order without id gets the derived one, and the source counts as having reported. */
#ifndef REKINDLE_STEP_INGEST_H
#define REKINDLE_STEP_INGEST_H

#include "core/order.h"
#include "core/product.h"
#include "core/records_small.h"
#include "step/env.h"

enum ingest_mode {
    INGEST_CREATE, /* RC_CONFLICT when the id exists */
    INGEST_UPSERT
};
enum ingest_status { INGEST_STORED, INGEST_UNCHANGED, INGEST_REJECTED, INGEST_ERASED };
extern const char *const INGEST_STATUS_WORDS[]; /* "stored", "unchanged", "rejected", "erased" */

/* An answer to keep under an Idempotency-Key, in the same commit. `render` makes its body from the stored record. */
struct ingest_keep {
    struct str id; /* caller + route + key */
    struct str body_hash;
    int64_t status; /* HTTP status */
    struct str (*render)(void *ctx, const void *record, struct arena *arena);
    void *ctx;
    struct str body; /* out */
};

/* One client or order, durable when it returns. `record` is completed in place and holds what is stored on return (its
 * version too). keep may be NULL. RC_CONFLICT: create of an existing id; RC_INVALID with problems: a rule between records. */
enum rc ingest_client(const struct step_env *env, struct client *record, enum ingest_mode mode, struct str source,
                      struct ingest_keep *keep, struct arena *arena, enum ingest_status *status);
enum rc ingest_order(const struct step_env *env, struct order *record, enum ingest_mode mode, struct str source,
                     struct ingest_keep *keep, struct arena *arena, enum ingest_status *status);
/* A staff edit or PATCH: writes `record` if its stored version is `expect` (RC_CONFLICT otherwise). */
enum rc ingest_client_edit(const struct step_env *env, struct client *record, int64_t expect, struct arena *arena);
/* placed/shipped -> cancelled; RC_NOT_FOUND; already cancelled is fine. */
enum rc ingest_order_cancel(const struct step_env *env, struct str order_id, struct str source, struct arena *arena,
                            struct order *out);

struct ingest_row {
    enum record_kind kind; /* RECORD_CLIENT, RECORD_ORDER, RECORD_PRODUCT */
    union {
        struct client client;
        struct order order;
        struct product product;
    } as;
    enum ingest_status status; /* out; set to INGEST_REJECTED by the caller: the row is skipped */
    struct str id;             /* out: the id it was stored under */
};
/* Many rows in one durable commit; every row gets its status. Used by POST /batch and by import alike (chunks of at most
 * 5,000). An empty call still counts as a report of the source. bulk: one change for all (a history), else one a row. */
enum rc ingest_rows(const struct step_env *env, struct ingest_row *rows, size_t count, struct str source, bool bulk,
                    struct arena *arena);

/* Keeps shop currency and time zone at the first ingest; RC_CONFLICT when the configuration differs later. */
enum rc ingest_fix_shop(const struct step_env *env, struct arena *arena);

#endif

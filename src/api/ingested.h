/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What creating and upserting clients and orders have in common: the answer kept with the record, the meaning of the
 * ingest's status, and the headers that tell what a PUT did. */
#ifndef REKINDLE_API_INGESTED_H
#define REKINDLE_API_INGESTED_H

#include "api/context.h"
#include "base/json.h"
#include "step/ingest.h"

struct ingested {
    const struct request *request;
    struct api *api;
    struct str (*render)(void *ctx, const void *record, struct arena *arena); /* gets this struct as ctx */
    enum ingest_status status;
    struct ingest_keep keep;
};

/* The keep for the step, or NULL without an Idempotency-Key. `status` is the HTTP status of a success. */
struct ingest_keep *ingested_keep(struct ingested *done, int status);
/* True when the record is stored or unchanged; else the response tells why not. */
bool ingested_went_well(const struct ingested *done, struct response *response, enum rc rc);
/* 201 for a record that is new, else 200. */
int ingested_status(const struct ingested *done, int64_t version);
void ingested_result(const struct ingested *done, struct response *response, int64_t version); /* x-rk-result */
void ingested_location(struct ingested *done, struct response *response, struct str id);

#endif

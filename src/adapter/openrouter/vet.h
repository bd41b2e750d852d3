/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whether the service, as it describes itself, can be asked at all: the key, the model, the provider, structured output
 * and the price. Each sentence says what to set. Pure: documents and the wall clock are parameters. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_VET_H
#define REKINDLE_ADAPTER_OPENROUTER_VET_H

#include "adapter/https/https.h"
#include "adapter/openrouter/ask.h"

#define VET_WHY_BYTES 400
#define VET_NAME_BYTES 200

enum vet_result {
    VET_FIT,
    VET_UNFIT,
    VET_UNKNOWN /* the service did not say: unreachable, failing, no JSON */
};
struct vet {
    enum vet_result result;
    char why[VET_WHY_BYTES + 1]; /* empty when fit */
    struct price price;          /* what the endpoint really asks */
    char canonical[VET_NAME_BYTES + 1];
    int64_t key_left_microusd; /* I64_NONE: no limit, or not said */
};
/* Fit, at the ceiling's price, with no limit of the key known. */
void vet_init(struct vet *vet, const struct ask_terms *terms);
/* Nothing came: the transfer's own end says why. */
void vet_unreached(struct vet *vet, const struct https_answer *end);
/* Each takes one answer: its status and document (NULL: no JSON). Does nothing once vet is not fit. */
void vet_key(struct vet *vet, int status, const struct json *document, int64_t wall_ms);
void vet_endpoints(struct vet *vet, int status, const struct json *document, const struct ask_terms *terms);
void vet_models(struct vet *vet, int status, const struct json *document, const struct ask_terms *terms);

#endif

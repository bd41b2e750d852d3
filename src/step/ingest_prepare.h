/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What ingest derives before a record is merged, shared by its single and its bulk path. */
#ifndef REKINDLE_STEP_INGEST_PREPARE_H
#define REKINDLE_STEP_INGEST_PREPARE_H

#include "core/order.h"
#include "core/records_small.h"
#include "step/batch.h"

/* Person hash, folded search fields, created_at and updated_at. */
void prepare_client(const struct step_env *env, struct client *client, struct arena *arena);
/* Id (derived when absent, `nth` equal order of that client's day), currency, value in the shop's currency, quarantine. */
void prepare_order(const struct step_env *env, struct order *order, int nth, struct arena *arena);
void prepare_product(const struct step_env *env, struct product *product);
/* Whether a tombstone stands for the client id or the person. Where it is the person's, a client id of which nothing else is
 * known gets one of its own, in a commit of its own. */
enum rc prepare_is_erased(const struct step_env *env, struct str client_id, struct str person, struct arena *arena,
                          bool *erased);
/* The key of a tombstone: keyed hash of "client:" + id. A person's is the person hash itself. */
struct str prepare_tombstone_id(const struct step_env *env, struct str client_id, struct arena *arena);
/* Adds a client known by its id alone when there is none. */
enum rc prepare_bare_client(const struct step_env *env, struct batch *batch, struct str client_id, struct arena *arena);
/* The source has reported: at most one write a minute of domain time, and one when it comes back from silence. */
enum rc prepare_report(const struct step_env *env, struct batch *batch, struct str source, struct arena *arena);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Seal: chains the audit entries that no link covers yet, oldest first, a few a commit. A commit carries links and entries
 * together, so the chain is whole after any of them; a link's place may not be taken, so of two sealers one starts anew. */
#include "base/log.h"
#include "core/seal.h"
#include "step/audit_chain.h"
#include "step/batch.h"
#include "step/steps.h"

#define SEAL_AT_ONCE 40 /* each takes two of the 100 writes */

static void add_link(const struct step_env *env, struct batch *batch, struct audit *entry, struct seal *last,
                     struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    struct seal *seal = arena_new(arena, 1, sizeof *seal);
    *seal = (struct seal){.id = seal_place(seal_number(last->id) + 1, arena),
                          .audit_id = entry->id,
                          .payload_hash = seal_payload_hash(entry, arena),
                          .erased_at = TIME_NONE,
                          .created_at = now,
                          .updated_at = now};
    seal->hash = seal_hash(last->hash, seal, arena);
    entry->sealed = AUDIT_CHAINED;
    entry->seal = seal->id;
    entry->updated_at = now;
    batch_put(batch, RECORD_SEAL, seal, STORE_ABSENT);
    batch_put(batch, RECORD_AUDIT, entry, entry->version);
    *last = *seal;
}

enum rc seal_audit(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct store_query query = STORE_QUERY(AUDIT_UNSEALED);
    struct store_page page;
    struct seal last;
    query.equal = STR("no");
    query.limit = SEAL_AT_ONCE;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc == RC_OK)
        rc = audit_chain_head(env, arena, &last);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    struct audit *entries = page.items;
    for (size_t i = 0; i < page.count; i++)
        add_link(env, batch, &entries[i], &last, arena);
    batch_add(batch, AUDIT_LINKS_COUNTER, (int64_t)page.count);
    if (str_is_none(page.cursor))
        batch_ack(batch, job);
    else
        batch_later(batch, job, clock_now(env->clock));
    return batch_commit(env, batch);
}

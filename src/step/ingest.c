/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* See ingest.h. Single records go through a conditional commit (reload and redo when someone else wrote first); many rows
 * go through the store's load, which merges inside its own commit. Both use core's record_merge, so the rules are one. */
#include "step/ingest.h"

#include <string.h>

#include "base/utf8.h"
#include "step/admin_acts.h"
#include "step/batch.h"
#include "step/ingest_prepare.h"
#include "step/settings.h"

#define REDO_MAX 20

const char *const INGEST_STATUS_WORDS[] = {"stored", "unchanged", "rejected", "erased", NULL};

static size_t kind_size(enum record_kind kind) { return RECORD_TYPES[kind].size; }

/* One try: reads what is there, merges, commits. */
static enum rc try_one(const struct step_env *env, enum record_kind kind, void *record, enum ingest_mode mode,
                       struct ingest_keep *keep, struct str source, struct arena *arena, enum ingest_status *status)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    void *old = arena_new(arena, 1, kind_size(kind)), *next = arena_new(arena, 1, kind_size(kind));
    batch_init(batch);
    batch->durable = true;
    enum rc rc = store_get(env->store, kind, record_key(kind, record), arena, old);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool known = rc == RC_OK;
    if (known && mode == INGEST_CREATE)
        return RC_CONFLICT;
    int64_t version = known ? record_version(kind, old) : STORE_ABSENT;
    enum record_merge merge = record_merge(kind, known ? old : NULL, record, next);
    if (merge == MERGE_STORE && kind == RECORD_ORDER)
        if ((rc = prepare_bare_client(env, batch, ((struct order *)record)->client_id, arena)) != RC_OK)
            return rc;
    if (merge == MERGE_STORE)
        batch_put(batch, kind, next, version);
    if ((rc = prepare_report(env, batch, source, arena)) != RC_OK)
        return rc;
    memcpy(record, merge == MERGE_STORE ? next : old, kind_size(kind));
    record_set_version(kind, record, merge == MERGE_STORE ? version + 1 : version);
    if (keep != NULL) {
        struct answer *answer = arena_new(arena, 1, sizeof *answer);
        keep->body = keep->render(keep->ctx, record, arena);
        *answer = (struct answer){.id = keep->id,
                                  .body_hash = keep->body_hash,
                                  .status = keep->status,
                                  .body = keep->body,
                                  .created_at = clock_wall(),
                                  .updated_at = clock_now(env->clock)};
        batch_put(batch, RECORD_ANSWER, answer, STORE_ABSENT);
    }
    *status = merge == MERGE_STORE ? INGEST_STORED : merge == MERGE_SAME ? INGEST_UNCHANGED : INGEST_REJECTED;
    return batch->write_count > 0 ? batch_commit(env, batch) : RC_OK;
}

static enum rc ingest_one(const struct step_env *env, enum record_kind kind, void *record, enum ingest_mode mode,
                          struct str source, struct ingest_keep *keep, struct arena *arena, enum ingest_status *status)
{
    void *given = arena_new(arena, 1, kind_size(kind));
    memcpy(given, record, kind_size(kind));
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++) {
        memcpy(record, given, kind_size(kind));
        rc = try_one(env, kind, record, mode, keep, source, arena, status);
        if (rc == RC_CONFLICT && mode == INGEST_CREATE) { /* an id that is taken, or only a lost race? */
            void *there = arena_new(arena, 1, kind_size(kind));
            if (store_get(env->store, kind, record_key(kind, given), arena, there) == RC_OK)
                return RC_CONFLICT;
        }
    }
    return rc == RC_CONFLICT ? RC_BUSY : rc;
}

enum rc ingest_client(const struct step_env *env, struct client *record, enum ingest_mode mode, struct str source,
                      struct ingest_keep *keep, struct arena *arena, enum ingest_status *status)
{
    bool erased;
    prepare_client(env, record, arena);
    enum rc rc = prepare_is_erased(env, record->id, record->person, arena, &erased);
    if (rc != RC_OK)
        return rc;
    if (erased) {
        *status = INGEST_ERASED;
        return RC_OK;
    }
    return ingest_one(env, RECORD_CLIENT, record, mode, source, keep, arena, status);
}

enum rc ingest_order(const struct step_env *env, struct order *record, enum ingest_mode mode, struct str source,
                     struct ingest_keep *keep, struct arena *arena, enum ingest_status *status)
{
    bool erased;
    prepare_order(env, record, 0, arena);
    enum rc rc = prepare_is_erased(env, record->client_id, STR_NONE, arena, &erased);
    if (rc != RC_OK)
        return rc;
    if (erased) {
        *status = INGEST_ERASED;
        return RC_OK;
    }
    return ingest_one(env, RECORD_ORDER, record, mode, source, keep, arena, status);
}

enum rc ingest_client_edit(const struct step_env *env, struct client *record, int64_t expect, struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    int64_t created_at = record->created_at;
    prepare_client(env, record, arena);
    record->created_at = created_at;
    batch_init(batch);
    batch->durable = true;
    batch_put(batch, RECORD_CLIENT, record, expect);
    enum rc rc = batch_commit(env, batch);
    if (rc == RC_OK)
        record->version = expect + 1;
    return rc;
}

static enum rc try_cancel(const struct step_env *env, struct str order_id, struct str source, struct arena *arena,
                          struct order *out)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    enum rc rc = store_get(env->store, RECORD_ORDER, order_id, arena, out);
    if (rc != RC_OK || out->status == ORDER_CANCELLED)
        return rc;
    out->status = ORDER_CANCELLED;
    out->updated_at = clock_now(env->clock);
    batch_put(batch, RECORD_ORDER, out, out->version);
    if ((rc = prepare_report(env, batch, source, arena)) != RC_OK)
        return rc;
    rc = batch_commit(env, batch);
    if (rc == RC_OK)
        out->version++;
    return rc;
}

enum rc ingest_order_cancel(const struct step_env *env, struct str order_id, struct str source, struct arena *arena,
                            struct order *out)
{
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++)
        rc = try_cancel(env, order_id, source, arena, out);
    return rc == RC_CONFLICT ? RC_BUSY : rc;
}

/* {"currency":"USD","time_zone":"UTC"} */
static struct str shop_json(const struct step_env *env, struct arena *arena)
{
    return arena_printf(arena, "{\"currency\":\"%.*s\",\"time_zone\":\"%.*s\"}", STR_ARG(env->shop.currency),
                        STR_ARG(env->shop.time_zone));
}

enum rc ingest_fix_shop(const struct step_env *env, struct arena *arena)
{
    struct str stored, wanted = shop_json(env, arena);
    enum rc rc = env_setting(env, SETTING_SHOP, arena, &stored);
    if (rc == RC_OK)
        return str_equal(stored, wanted) ? RC_OK : RC_CONFLICT;
    if (rc != RC_NOT_FOUND)
        return rc;
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    setting_put(batch, SETTING_SHOP, wanted, STORE_ANY, clock_now(env->clock), arena);
    return batch_commit(env, batch);
}

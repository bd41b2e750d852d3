/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/offer_codes.h"

#include "base/log.h"
#include "step/audit.h"

#define ADD_AT_ONCE 80  /* codes a commit */
#define REDO_MAX 20     /* somebody adds the same codes at the same moment */
#define CHOOSE_AMONG 16 /* drafts that claim at the same moment rarely want the same one */

/* --- adding -------------------------------------------------------------------------------------------------------- */
static bool is_among(const struct str *codes, size_t count, struct str code)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(codes[i], code))
            return true;
    return false;
}

static void add_code(const struct step_env *env, struct batch *batch, struct str code, struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    struct offer_code *record = arena_new(arena, 1, sizeof *record);
    record_init(RECORD_OFFER_CODE, record);
    record->id = code;
    record->state = OFFER_CODE_FREE;
    record->created_at = record->updated_at = now;
    batch_put(batch, RECORD_OFFER_CODE, record, STORE_ABSENT);
}

/* At most ADD_AT_ONCE codes; *added only when the commit is done. */
static enum rc add_some(const struct step_env *env, const struct offer_codes *codes, struct arena *arena,
                        int64_t *added)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    struct offer_code there;
    int64_t count = 0;
    batch_init(batch);
    batch->durable = true;
    for (size_t i = 0; i < codes->count; i++) {
        if (is_among(codes->codes, i, codes->codes[i]))
            continue;
        enum rc rc = store_get(env->store, RECORD_OFFER_CODE, codes->codes[i], arena, &there);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        if (rc == RC_OK)
            continue;
        add_code(env, batch, codes->codes[i], arena);
        count++;
    }
    if (count == 0)
        return RC_OK;
    batch_add(batch, OFFER_CODES_FREE, count);
    struct audit_entry entry = {.actor = audit_actor(codes->actor),
                                .action = STR("offer_codes.added"),
                                .subject = STR("offer_codes"),
                                .detail = arena_printf(arena, "{\"count\":%lld}", (long long)count)};
    audit_add(env, batch, &entry, arena);
    enum rc rc = batch_commit(env, batch);
    *added += rc == RC_OK ? count : 0;
    return rc;
}

enum rc offer_codes_add(const struct step_env *env, const struct offer_codes *codes, struct arena *arena,
                        int64_t *added)
{
    *added = 0;
    for (size_t at = 0; at < codes->count; at += ADD_AT_ONCE) {
        size_t left = codes->count - at;
        struct offer_codes some = {
            .codes = codes->codes + at, .count = left < ADD_AT_ONCE ? left : ADD_AT_ONCE, .actor = codes->actor};
        enum rc rc = RC_CONFLICT;
        for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++)
            rc = add_some(env, &some, arena, added);
        if (rc != RC_OK)
            return rc == RC_CONFLICT ? RC_BUSY : rc;
    }
    log_info("offer_codes_added", "count=%lld by=" LOG_STR, (long long)*added, LOG_ARG(codes->actor));
    return RC_OK;
}

/* --- claiming ------------------------------------------------------------------------------------------------------ */
static enum rc own_code(const struct step_env *env, struct str email_id, struct arena *arena, struct str *code)
{
    struct store_query query = STORE_QUERY(OFFER_CODE_BY_EMAIL);
    struct store_page page;
    query.equal = email_id;
    query.limit = 1;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    if (page.count == 0)
        return RC_NOT_FOUND;
    *code = ((const struct offer_code *)page.items)->id;
    return RC_OK;
}

enum rc offer_code_of(const struct step_env *env, struct str email_id, struct batch *batch, struct arena *arena,
                      struct str *code)
{
    enum rc rc = own_code(env, email_id, arena, code);
    if (rc != RC_NOT_FOUND)
        return rc;
    struct store_query query = STORE_QUERY(OFFER_CODE_BY_STATE);
    struct store_page page;
    query.equal = field_enum_word(OFFER_CODE_STATE_WORDS, OFFER_CODE_FREE);
    query.limit = CHOOSE_AMONG;
    if ((rc = store_list(env->store, &query, arena, &page)) != RC_OK)
        return rc;
    if (page.count == 0)
        return RC_LIMITED;
    struct offer_code *chosen = (struct offer_code *)page.items + hash_mix(email_id, 0) % page.count;
    *code = chosen->id;
    if (batch == NULL)
        return RC_OK;
    chosen->state = OFFER_CODE_USED;
    chosen->email_id = email_id;
    chosen->used_at = chosen->updated_at = clock_now(env->clock);
    batch_put(batch, RECORD_OFFER_CODE, chosen, chosen->version);
    batch_add(batch, OFFER_CODES_FREE, -1);
    batch_add(batch, OFFER_CODES_USED, 1);
    return RC_OK;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Staff, sessions and API keys. Secrets are stored as digests only; a secret is shown once, to whom it is made for. */
#include "step/admin_acts.h"

#include "base/id.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "step/audit.h"

#define PASSWORD_MIN_BYTES 10
#define SESSION_MS (12 * TIME_HOUR_MS)
#define LAST_USED_EVERY_MS (5 * TIME_MINUTE_MS)
#define REVOKE_TRIES 20

static enum rc put_one(const struct step_env *env, enum record_kind kind, const void *record, int64_t expect,
                       struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    batch_put(batch, kind, record, expect);
    return batch_commit(env, batch);
}

/* The same with its entry in the audit log. */
static enum rc put_noted(const struct step_env *env, enum record_kind kind, const void *record,
                         const struct audit_entry *entry, struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    int64_t version = record_version(kind, record);
    batch_init(batch);
    batch->durable = true;
    batch_put(batch, kind, record, version);
    audit_add(env, batch, entry, arena);
    return batch_commit(env, batch);
}

static struct str staff_detail(const struct staff *staff, struct arena *arena)
{
    return arena_printf(arena, "{\"role\":\"%s\",\"disabled\":%s}", ROLE_WORDS[staff->role],
                        staff->disabled ? "true" : "false");
}

static struct str random_text(size_t bytes, struct arena *arena)
{
    uint8_t *random = arena_new(arena, bytes, 1);
    rand_bytes(random, bytes);
    return hash_to_base64url(random, bytes, arena);
}

static enum rc staff_by_email(const struct step_env *env, struct str email, struct arena *arena, struct staff *out)
{
    struct store_query query = STORE_QUERY(STAFF_BY_EMAIL);
    query.equal = utf8_normal_email(email, arena);
    query.limit = 1;
    struct store_page page;
    if (str_is_empty(query.equal))
        return RC_NOT_FOUND;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    if (page.count == 0)
        return RC_NOT_FOUND;
    *out = *(struct staff *)page.items;
    return RC_OK;
}

enum rc staff_add(const struct step_env *env, const struct staff_change *change, struct arena *arena, struct staff *out)
{
    if (!RULE_EMAIL.holds(change->email) || change->password.len < PASSWORD_MIN_BYTES)
        return RC_INVALID;
    enum rc rc = staff_by_email(env, change->email, arena, out);
    if (rc == RC_OK)
        return RC_CONFLICT;
    if (rc != RC_NOT_FOUND)
        return rc;
    int64_t now = clock_now(env->clock);
    *out = (struct staff){.id = env_new_id(env, arena),
                          .email = utf8_normal_email(change->email, arena),
                          .role = (int)change->role,
                          .password = hash_password(change->password, arena),
                          .created_at = now,
                          .updated_at = now,
                          .version = STORE_ABSENT};
    struct audit_entry entry = {
        .actor = change->actor, .action = STR("staff.added"), .subject = out->id, .detail = staff_detail(out, arena)};
    rc = put_noted(env, RECORD_STAFF, out, &entry, arena);
    if (rc != RC_OK)
        return rc;
    out->version = 1;
    log_info("staff_added", "staff=" LOG_STR " role=%s", LOG_ARG(out->id), ROLE_WORDS[out->role]);
    return RC_OK;
}

enum rc staff_update(const struct step_env *env, const struct staff_change *change, struct arena *arena,
                     struct staff *out)
{
    struct audit_entry entry = {.actor = change->actor, .action = STR("staff.updated"), .subject = change->id};
    enum rc rc = store_get(env->store, RECORD_STAFF, change->id, arena, out);
    if (rc != RC_OK)
        return rc;
    struct str before = staff_detail(out, arena);
    out->disabled = change->disabled;
    out->role = (int)change->role;
    out->updated_at = clock_now(env->clock);
    rc = audit_changes(before, staff_detail(out, arena), NULL, arena, &entry.detail);
    if (rc == RC_OK)
        rc = put_noted(env, RECORD_STAFF, out, &entry, arena);
    if (rc != RC_OK)
        return rc;
    out->version++;
    log_info("staff_updated", "staff=" LOG_STR " role=%s disabled=%d", LOG_ARG(out->id), ROLE_WORDS[out->role],
             out->disabled);
    return RC_OK;
}

enum rc staff_login(const struct step_env *env, struct str email, struct str password, struct arena *arena,
                    struct staff *out)
{
    enum rc rc = staff_by_email(env, email, arena, out);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool known = rc == RC_OK && !out->disabled;
    bool good = hash_password_ok(known ? out->password : STR_NONE, password); /* same time either way */
    return known && good ? RC_OK : RC_DENIED;
}

enum rc session_open(const struct step_env *env, const struct staff *staff, struct arena *arena, struct session *out,
                     struct str *cookie)
{
    int64_t wall = clock_wall();
    *cookie = random_text(32, arena);
    *out = (struct session){.id = hash_sha256_hex(*cookie, arena),
                            .staff_id = staff->id,
                            .csrf = random_text(18, arena),
                            .expires_at = wall + SESSION_MS,
                            .created_at = wall,
                            .updated_at = clock_now(env->clock),
                            .version = 1};
    return put_one(env, RECORD_SESSION, out, STORE_ABSENT, arena);
}

enum rc session_find(const struct step_env *env, struct str cookie, struct arena *arena, struct session *session,
                     struct staff *staff)
{
    if (str_is_empty(cookie))
        return RC_DENIED;
    enum rc rc = store_get(env->store, RECORD_SESSION, hash_sha256_hex(cookie, arena), arena, session);
    if (rc == RC_OK && session->expires_at <= clock_wall())
        rc = RC_NOT_FOUND;
    if (rc == RC_OK)
        rc = store_get(env->store, RECORD_STAFF, session->staff_id, arena, staff);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && staff->disabled))
        return RC_DENIED;
    return rc;
}

enum rc session_close(const struct step_env *env, struct str cookie, struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    batch_delete(batch, RECORD_SESSION, hash_sha256_hex(cookie, arena), STORE_ANY);
    return batch_commit(env, batch);
}

static struct audit_entry key_entry(const struct api_key *key, struct str actor, struct str action, struct arena *arena)
{
    return (struct audit_entry){.actor = actor,
                                .action = action,
                                .subject = key->id,
                                .detail = arena_printf(arena, "{\"scope\":\"%s\"}", KEY_SCOPE_WORDS[key->scope])};
}

enum rc key_create(const struct step_env *env, const struct key_change *change, struct arena *arena,
                   struct api_key *out, struct str *token)
{
    uint8_t random[8];
    rand_bytes(random, sizeof random);
    struct str secret = random_text(24, arena);
    int64_t now = clock_now(env->clock);
    *out = (struct api_key){.id = hash_to_hex(random, sizeof random, arena),
                            .name = change->name,
                            .scope = (int)change->scope,
                            .digest = hash_sha256_hex(secret, arena),
                            .last_used_at = TIME_NONE,
                            .created_at = now,
                            .updated_at = now,
                            .version = STORE_ABSENT};
    *token = arena_printf(arena, "rk_%.*s_%.*s", STR_ARG(out->id), STR_ARG(secret));
    struct audit_entry entry = key_entry(out, change->actor, STR("key.created"), arena);
    enum rc rc = put_noted(env, RECORD_API_KEY, out, &entry, arena);
    if (rc != RC_OK)
        return rc;
    out->version = 1;
    log_info("key_created", "key=" LOG_STR " scope=%s", LOG_ARG(out->id), KEY_SCOPE_WORDS[out->scope]);
    return RC_OK;
}

enum rc key_find(const struct step_env *env, struct str token, struct arena *arena, struct api_key *out)
{
    if (!str_starts_with(token, STR("rk_")))
        return RC_DENIED;
    struct str secret = {token.ptr + 3, token.len - 3};
    struct str id = str_cut(&secret, '_');
    if (!id_is_valid(id) || str_is_none(secret))
        return RC_DENIED;
    enum rc rc = store_get(env->store, RECORD_API_KEY, id, arena, out);
    if (rc == RC_NOT_FOUND)
        return RC_DENIED;
    if (rc != RC_OK)
        return rc;
    struct str digest = hash_sha256_hex(secret, arena);
    bool equal = digest.len == out->digest.len && hash_equal(digest.ptr, out->digest.ptr, digest.len);
    if (!equal || out->revoked)
        return RC_DENIED;
    int64_t now = clock_now(env->clock);
    if (out->last_used_at == TIME_NONE || now - out->last_used_at > LAST_USED_EVERY_MS) {
        out->last_used_at = now; /* best effort: a lost race is somebody else's note of the same */
        out->updated_at = now;
        struct store_write write = {.op = STORE_PUT, .kind = RECORD_API_KEY, .record = out, .expect = out->version};
        struct store_batch batch = {.writes = &write, .write_count = 1, .now = now};
        (void)store_commit(env->store, &batch);
    }
    return RC_OK;
}

enum rc key_revoke(const struct step_env *env, struct str id, struct str actor, struct arena *arena)
{
    struct api_key *key = arena_new(arena, 1, sizeof *key);
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < REVOKE_TRIES && rc == RC_CONFLICT; i++) { /* its last use is noted at any moment */
        rc = store_get(env->store, RECORD_API_KEY, id, arena, key);
        if (rc != RC_OK || key->revoked)
            return rc;
        key->revoked = true;
        key->updated_at = clock_now(env->clock);
        struct audit_entry entry = key_entry(key, actor, STR("key.revoked"), arena);
        rc = put_noted(env, RECORD_API_KEY, key, &entry, arena);
    }
    if (rc == RC_OK)
        log_info("key_revoked", "key=" LOG_STR, LOG_ARG(id));
    return rc == RC_CONFLICT ? RC_BUSY : rc;
}

enum rc answer_find(const struct step_env *env, struct str id, struct arena *arena, struct answer *out)
{
    return store_get(env->store, RECORD_ANSWER, id, arena, out);
}

enum rc answer_keep(const struct step_env *env, const struct answer *answer, struct arena *arena)
{
    struct answer *kept = arena_new(arena, 1, sizeof *kept);
    *kept = *answer;
    kept->created_at = clock_wall();
    kept->updated_at = clock_now(env->clock);
    return put_one(env, RECORD_ANSWER, kept, STORE_ANY, arena);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The few reads that every step shares. */
#include "step/env.h"

#include "base/id.h"
#include "base/json.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "core/records_small.h"

struct str env_person(const struct step_env *env, struct str email, struct str client_id, struct arena *arena)
{
    struct str normal = utf8_normal_email(email, arena);
    if (str_is_empty(normal))
        return arena_printf(arena, "c:%.*s", STR_ARG(client_id));
    return hash_hmac_hex(&env->suppression_key, normal, arena);
}

static enum rc parse_policy(const struct policy_record *record, struct arena *arena, struct policy *out)
{
    struct json *body = NULL;
    struct json_error error;
    struct problems problems = {.count = 0};
    if (json_parse(record->body, &body, &error) != RC_OK)
        return RC_CORRUPT;
    enum rc rc = policy_from_json(body, arena, out, &problems);
    out->version = record->version;
    json_free(body);
    return rc == RC_OK ? RC_OK : RC_CORRUPT; /* what we saved we must be able to read */
}

void policy_cache_clear(struct policy_cache *cache)
{
    arena_clear(&cache->arena);
    *cache = (struct policy_cache){.policy = {.version = 0}};
}

enum rc env_policy(const struct step_env *env, struct arena *arena, struct policy *out)
{
    struct policy_record record;
    struct policy_cache *cache = env->policies;
    enum rc rc = store_get(env->store, RECORD_POLICY, POLICY_KEY, arena, &record);
    if (rc != RC_OK)
        return rc;
    if (cache == NULL)
        return parse_policy(&record, arena, out);
    if (cache->policy.version != record.version) {
        policy_cache_clear(cache);
        if ((rc = parse_policy(&record, &cache->arena, &cache->policy)) != RC_OK) {
            policy_cache_clear(cache);
            return rc;
        }
    }
    policy_copy(&cache->policy, out, arena); /* it outlives the next version, which may come within the same step */
    return RC_OK;
}

enum rc env_setting(const struct step_env *env, struct str id, struct arena *arena, struct str *value)
{
    struct setting setting;
    enum rc rc = store_get(env->store, RECORD_SETTING, id, arena, &setting);
    if (rc == RC_OK)
        *value = setting.value;
    return rc;
}

struct str env_new_id(const struct step_env *env, struct arena *arena)
{
    uint8_t random[10];
    rand_bytes(random, sizeof random);
    return id_uuid7(clock_now(env->clock), random, arena);
}

void env_publish(const struct step_env *env, const char *event, const char *id_name, struct str id,
                 struct str client_id)
{
    if (env->live == NULL)
        return;
    struct buf data = {0};
    struct json_out out;
    json_out_init(&out, &data);
    json_begin_object(&out);
    if (id_name != NULL)
        json_pair_str(&out, id_name, id);
    if (!str_is_none(client_id))
        json_pair_str(&out, "client_id", client_id);
    json_end_object(&out);
    env->live->vtable->publish(env->live, event, buf_str(&data));
    buf_clear(&data);
}
